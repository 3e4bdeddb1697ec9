"""The default: word lists where they are sure, SnowNLP's classifier where they are silent, both where both speak."""

from collections.abc import Sequence

from ..lexical import Weighed, weigh
from ..words import words
from .base import UNSURE, Probabilities, Spans, TextModel, from_logit
from .bayes import Bayes


class Blend(TextModel):
    name = "blend"
    version = "1"
    label = "Word lists and classifier"
    accuracy = 85.3

    def polarity(self, clauses: Sequence[str]) -> list[Probabilities]:
        return [_judged(clause) for clause in clauses]

    def why(self, clause: str) -> Spans:
        return weigh(clause, words("chinese")).spans or ((0, len(clause)),)


_BAYES = Bayes()
LISTS, CLASSIFIER = 1.3, 0.3
"""What a point of the lists and a unit of the classifier's log odds are worth, measured (docs/analysis.md)."""


def _judged(clause: str) -> Probabilities:
    weighed = weigh(clause, words("chinese"))
    odds = _BAYES.logit(clause)
    if odds is None and not weighed.is_sure:
        return UNSURE
    # Where the lists are silent the clause is often a mere fact: the classifier must be surer there.
    return from_logit(logit(weighed, odds or 0.0), band=0.5 if weighed.is_sure else 1.1)


def logit(weighed: Weighed, odds: float) -> float:
    held = max(-4.0, min(4.0, CLASSIFIER * odds))
    if not weighed.is_sure:
        return held
    return LISTS * weighed.value + held * (0.25 if abs(weighed.value) >= 0.5 else 0.5)
