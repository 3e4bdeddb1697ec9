"""How long a questionnaire takes: its words at reading speed, and the time each kind of answer needs.

Reading speeds are those of silent reading in Brysbaert (2019), “How many words do we read per minute?”, Journal of
Memory and Language 109: 238 English words and 260 Chinese words of about 1.5 characters a minute.
"""

import re
from collections.abc import Iterable

from ...errors import SurveyError
from ..definition import Item, Questionnaire, say
from ..types import question

TARGET = 5.0
"""Minutes; after them more and more people leave."""
PER_MINUTE = {"zh": 390, "en": 238}
CHARACTER = re.compile(r"[\u4e00-\u9fff]")
WORD = re.compile(r"[A-Za-z0-9']+")


def reading(text: str) -> float:
    """Seconds to read a text: its Chinese characters and its other words."""
    characters = len(CHARACTER.findall(text))
    return 60 * (characters / PER_MINUTE["zh"] + len(WORD.findall(text)) / PER_MINUTE["en"])


def seconds(item: Item, language: str) -> float:
    """Seconds for one question: its words and its answer; only its words where its options do not hold."""
    words = reading(say(item.text, language)) + reading(say(item.help, language))
    try:
        asked = question(item)
    except SurveyError:
        return words
    if not asked.is_seen:
        return 0.0
    lines = asked.lines if asked.are_lines_read else ()
    return words + sum(reading(say(line.text, language)) for line in lines) + asked.seconds


def minutes(questionnaire: Questionnaire, items: Iterable[Item] | None = None) -> float:
    """Minutes for these questions (all of them where nothing is said), with the introduction."""
    language = questionnaire.languages[0]
    asked = questionnaire.items if items is None else items
    total = reading(say(questionnaire.introduction, language)) + sum(seconds(item, language) for item in asked)
    return total / 60
