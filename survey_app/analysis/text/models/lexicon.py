"""Chinese by rule: listed words, negation scope, double negation, degrees, things and their qualities, emoji."""

from collections.abc import Sequence

from ..lexical import Weighed, weigh
from ..words import words
from .base import UNSURE, Probabilities, Spans, TextModel, from_logit


class Lexicon(TextModel):
    name = "lexicon"
    version = "1"
    label = "Word lists"
    accuracy = 83.9

    def weigh(self, clause: str) -> Weighed:
        """Value (praise above 0) and the deciding words, for models that build on this one."""
        return weigh(clause, words("chinese"))

    def polarity(self, clauses: Sequence[str]) -> list[Probabilities]:
        return [probabilities(self.weigh(clause)) for clause in clauses]

    def why(self, clause: str) -> Spans:
        return self.weigh(clause).spans or ((0, len(clause)),)


def probabilities(weighed: Weighed) -> Probabilities:
    """A weighed clause as probabilities; where no list had a say, neutral is likeliest."""
    return from_logit(1.6 * weighed.value, band=0.45) if weighed.is_sure else UNSURE
