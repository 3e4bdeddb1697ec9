"""English by rule: listed words and phrases, negation, degrees. Small, so that no Chinese model judges English."""

from collections.abc import Sequence

from ..lexical import weigh
from ..words import words
from .base import Probabilities, Spans, TextModel
from .lexicon import probabilities


class English(TextModel):
    name = "english"
    version = "1"
    label = "English word lists"
    language = "en"

    def polarity(self, clauses: Sequence[str]) -> list[Probabilities]:
        return [probabilities(weigh(clause, words("english"))) for clause in clauses]

    def why(self, clause: str) -> Spans:
        return weigh(clause, words("english")).spans or ((0, len(clause)),)
