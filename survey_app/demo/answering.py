"""How a demo customer answers: feelings about each aspect first, then every answer from the same feelings."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from ..forms.logic import is_shown
from ..forms.types import QuestionType, Stored
from ..store.questionnaires import Asked
from . import phrases, story
from .people import Person
from .times import ZONE


@dataclass(frozen=True, slots=True)
class Experience:
    """What one person lived through before one response."""

    person: Person
    moment: story.Moment
    day: date
    feelings: Mapping[str, float]
    overall: float
    rng: random.Random = field(compare=False)

    @property
    def mood(self) -> phrases.Mood:
        """What there is to be said about it."""
        return phrases.Mood(self.feelings, self.overall, self.moment.period, self.person.language, self.person.product)


Driver = Callable[[QuestionType, Experience], Stored]
"""What makes the stored answer to one question from an experience."""


def experience(
    rng: random.Random, person: Person, at: datetime, weights: Mapping[str, float], moment: story.Moment
) -> Experience:
    """Feelings about the aspects this survey is about: what was usual then, this person's nature, and chance."""
    felt = {}
    for aspect in weights:
        usual = story.feeling(aspect, person.segment, person.tier, moment)
        felt[aspect] = usual + 0.75 * person.nature + _chance(rng)
    whole = sum(weights[aspect] * felt[aspect] for aspect in weights) / sum(weights.values())
    # People remember the worst part more than the rest.
    whole = 0.72 * whole + 0.28 * min(felt.values()) + 0.35 * person.nature + 0.22
    return Experience(person, moment, at.astimezone(ZONE).date(), felt, whole, rng)


def _chance(rng: random.Random) -> float:
    """Mostly small differences; now and then something goes badly wrong."""
    return rng.gauss(0.09, 0.28) if rng.random() > 0.07 else rng.gauss(-0.95, 0.3)


# -- drivers -----------------------------------------------------------------------------------------------------------
def _rated(rng: random.Random, feeling: float, low: int, high: int) -> int:
    """A feeling on a scale: spread as people spread it, with a liking for the top and, in anger, for the bottom."""
    top = high - low
    if feeling > 0.28 and rng.random() < 0.3:
        return high
    if feeling < -0.35 and rng.random() < 0.3:
        return low + int(rng.random() * top / 4)
    value = low + top * (0.67 + 0.42 * feeling) + rng.gauss(0, 0.08 * top)
    return max(low, min(high, round(value)))


def rate(*aspects: str) -> Driver:
    """A rating: of the whole, or of the mean of some aspects."""

    def driver(question: QuestionType, lived: Experience) -> Stored:
        felt = [lived.feelings[aspect] for aspect in aspects if aspect in lived.feelings] or [lived.overall]
        low, high = _ends(question)
        return _rated(lived.rng, sum(felt) / len(felt), low, high)

    return driver


def _ends(question: QuestionType) -> tuple[int, int]:
    return int(getattr(question, "low", 1)), int(getattr(question, "high", 0) or question.options.points)


def rows(**aspects: str) -> Driver:
    """A matrix: each row from its aspect; who has no opinion leaves the row out."""

    def driver(question: QuestionType, lived: Experience) -> Stored:
        low, high = _ends(question)
        codes: list[str] = [row.code for row in question.options.rows]
        answers = {
            code: _rated(lived.rng, lived.feelings.get(aspects.get(code, code), lived.overall), low, high)
            for code in codes
            if lived.rng.random() > 0.03 or question.item.is_required
        }
        return answers or None

    return driver


def fact(read: Callable[[Experience], str | None]) -> Driver:
    """One choice that follows from who the person is."""

    def driver(question: QuestionType, lived: Experience) -> Stored:
        code = read(lived)
        return code if code in _offered(question) else None

    return driver


def complaints(aspects: Mapping[str, str], *, at_most: int = 3) -> Driver:
    """Several choices: what was bad, the worst surely."""

    def driver(question: QuestionType, lived: Experience) -> Stored:
        offered = [code for code in _offered(question) if code in aspects]
        felt = sorted(offered, key=lambda code: lived.feelings.get(aspects[code], 1) + lived.rng.gauss(0, 0.15))
        chosen = [code for code in felt[:at_most] if lived.feelings.get(aspects[code], 1) < 0.1] or felt[:1]
        return _several(question, chosen)

    return driver


def _several(question: QuestionType, chosen: list[str]) -> Stored:
    """In the order of the question, as a browser would send them."""
    codes = [code for code in _offered(question) if code in chosen]
    return {"codes": codes} if codes else None


def _offered(question: QuestionType) -> list[str]:
    return [choice.code for choice in question.options.choices]


def comment(share: float) -> Driver:
    """An open answer, by some; who is unhappy writes more often."""

    def driver(question: QuestionType, lived: Experience) -> Stored:
        wish = share + (0.25 if lived.overall < 0 else 0.1 if lived.overall > 0.75 else 0.0)
        if lived.rng.random() > wish:
            return None
        return phrases.comment(lived.rng, lived.mood).text

    return driver


def wish(share: float) -> Driver:
    """An open answer about what should be better."""

    def driver(question: QuestionType, lived: Experience) -> Stored:
        return phrases.wish(lived.rng, lived.mood) if lived.rng.random() < share else None

    return driver


def earlier(most: int) -> Driver:
    """A day shortly before the answer."""

    def driver(question: QuestionType, lived: Experience) -> Stored:
        return (lived.day - timedelta(days=lived.rng.randint(0, most))).isoformat()

    return driver


def number(low: int, high: int) -> Driver:
    def driver(question: QuestionType, lived: Experience) -> Stored:
        return min(high, low + int(lived.rng.expovariate(1.2)))

    return driver


def answer(asked: Asked, drivers: Mapping[str, Driver], lived: Experience) -> dict[str, Any]:
    """All answers of one response in the order of the questionnaire; what was not shown is absent."""
    answers: dict[str, Any] = {}
    for item in asked.questionnaire.items:
        if item.key in drivers and is_shown(item, answers):
            answers[item.key] = drivers[item.key](asked.questions[item.key], lived)
    return answers
