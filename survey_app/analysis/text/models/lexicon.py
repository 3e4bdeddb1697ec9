"""Chinese by rule: listed words, negation scope, double negation, degrees, things and their qualities, emoji."""

from collections.abc import Sequence
from typing import ClassVar

from ..lexical import values, weigh
from ..words import words
from .base import Floats, Spans, TextModel


class Lexicon(TextModel):
    name = "lexicon"
    version = "2"
    label = "Word lists"
    accuracy: ClassVar[float | None] = 83.9
    lists: ClassVar[str] = "chinese"

    def log_odds(self, clauses: Sequence[str]) -> Floats:
        made: Floats = POINT * values(clauses, words(self.lists)).value
        return made

    def why(self, clause: str) -> Spans:
        return weigh(clause, words(self.lists)).spans or ((0, len(clause)),)


POINT = 1.6
"""What a point of the lists is worth in log odds."""
