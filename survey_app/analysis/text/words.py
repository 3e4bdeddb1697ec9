"""The word lists of the lexicon models: read from words/*.toml when first needed."""

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .matching import Matcher

FOLDER = Path(__file__).parent / "words"


class Word(NamedTuple):
    """A listed word: its main kind, how strong it is, and all the roles it plays."""

    word: str
    kind: str
    strength: float
    roles: frozenset[str]


class Line(NamedTuple):
    """A clause with the listed words in it from left to right, the longest at each place."""

    text: str
    starts: list[int]
    stops: list[int]
    words: list[Word]


class WordList:
    """Words by kind, found by longest match; Latin words and figures only where they stand alone.

    A word has one main kind (the first that lists it) and may play further roles.
    """

    def __init__(self, groups: Sequence[tuple[str, float, Sequence[str]]]) -> None:
        known: dict[str, tuple[str, float]] = {}
        roles: dict[str, set[str]] = {}
        for kind, strength, words in groups:
            for word in words:
                known.setdefault(word, (kind, strength))
                roles.setdefault(word, set()).add(kind)
        self.words = [Word(word, *main, frozenset(roles[word])) for word, main in known.items()]
        self.matcher = Matcher(list(known))

    def having(self, *roles: str) -> NDArray[np.bool_]:
        """For each word, whether it plays one of these roles."""
        return np.array([not word.roles.isdisjoint(roles) for word in self.words])

    def find(self, text: str) -> Line:
        """The listed words of one clause."""
        hits = self.matcher.find(text)
        starts = hits.starts.tolist()
        return Line(text, starts, (hits.starts + hits.lengths).tolist(), [self.words[n] for n in hits.words.tolist()])


GRADED = ("emoji", "positive", "negative", "negators", "degrees")
PLAIN = ("more", "less", "plain", "up", "down", "wishes", "excess", "lacks", "fillers")


@cache
def words(language: str) -> WordList:
    """The word list of a language: words/<language>.toml."""
    given: dict[str, Any] = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))

    def listed(text: str) -> list[str]:
        # Phrases are set apart by |, where there are any; else words by spaces.
        parts = text.replace("\n", "|").split("|") if "|" in text else text.split()
        return [word.strip() for word in parts if word.strip()]

    groups = [(kind, 1.0, listed(given.get(kind, ""))) for kind in ("skipped", "intensifiers", "neutral")]
    for kind in GRADED:
        sign = -1.0 if kind == "negative" else 1.0
        graded = given.get(kind, ())
        groups += [(kind, sign * float(group["strength"]), listed(group["words"])) for group in graded]
    groups += [(kind, 1.0, listed(given.get(kind, ""))) for kind in PLAIN]
    return WordList(groups)
