"""Short clauses written from the word lists, each with what the lists' rules say of it, for a model to learn from."""

import random
from collections.abc import Sequence

from .aspects import general
from .words import WordList, words

EACH = 8
"""Clauses written for each listed opinion."""
_BETWEEN = ("", "太", "很", "那么", "是很", "怎么")
_AFTER = ("", "了", "的", "啊", "哦", "呢", "", "")
_OPINIONS = ("positive", "negative", "emoji", "neutral", "intensifiers")


def written(seed: int = 0) -> list[str]:
    """Distinct clauses in order: things, negators and degrees around each opinion; qualities of things; excesses.

    >>> made = written()
    >>> "不好" in made, "油耗太高" in made, made == written()
    (True, True, True)
    """
    known, chance = words("chinese"), random.Random(seed)
    things = [word for aspect in general().aspects for word in aspect.words if not word.isascii()]
    made = set(_opinions(known, things, chance))
    qualities = sorted({*_with(known, "more"), *_with(known, "less")})
    for thing in (*_with(known, "up"), *_with(known, "down")):
        made.update(thing + degree + one for one in qualities for degree in ("", "很", "有点", "太", "不", "不够"))
    for quality in _with(known, "plain"):
        for degree in (*_with(known, "excess"), "很", "不够"):
            made.update((degree + quality, chance.choice(things) + degree + quality))
    return sorted(made)


def _opinions(known: WordList, things: Sequence[str], chance: random.Random) -> list[str]:
    negators = _with(known, "negators")
    degrees = [word.word for word in known.words if word.kind == "degrees"]
    made = []
    for kind in _OPINIONS:
        for opinion in (word.word for word in known.words if word.kind == kind):
            made.append(opinion)
            for _ in range(EACH):
                thing = chance.choice(things) if chance.random() < 0.6 else ""
                degree = chance.choice(degrees) if chance.random() < 0.5 else ""
                negator = chance.choice(negators) + chance.choice(_BETWEEN) if chance.random() < 0.35 else ""
                after = "" if kind == "emoji" else chance.choice(_AFTER)
                made.append(thing + negator + degree + opinion + after)
    return made


def _with(known: WordList, role: str) -> list[str]:
    return sorted(word.word for word in known.words if role in word.roles)
