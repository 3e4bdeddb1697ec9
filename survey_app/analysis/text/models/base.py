"""What a text model is: clauses in, three probabilities each out."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import ClassVar

Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Probabilities:
    """How likely a clause is negative, neutral and positive; they add up to 1."""

    negative: float
    neutral: float
    positive: float

    @property
    def polarity(self) -> int:
        """−1, 0 or 1: the likeliest."""
        best = max(self.negative, self.neutral, self.positive)
        return 0 if best == self.neutral else (1 if best == self.positive else -1)

    @property
    def probability(self) -> float:
        """How likely the likeliest is."""
        return max(self.negative, self.neutral, self.positive)


UNSURE = Probabilities(0.2, 0.6, 0.2)


class TextModel(ABC):
    """A model that judges clauses. A subclass in a file of its own states name, version, label and language.

    It must be cheap to make: what costs time or memory is loaded at the first call of `polarity`.
    """

    name: ClassVar[str]
    version: ClassVar[str]
    label: ClassVar[str]
    language: ClassVar[str] = "zh"
    accuracy: ClassVar[float | None] = None
    """Percent of labelled texts judged rightly, as docs/text.md has measured it; None where nobody has."""

    @abstractmethod
    def polarity(self, clauses: Sequence[str]) -> list[Probabilities]:
        """Probabilities for each clause (cleaned, in the form for matching)."""

    def why(self, clause: str) -> Spans:
        """The places in a clause that decided; the whole clause where the model cannot tell."""
        return ((0, len(clause)),)


def from_logit(value: float, *, band: float) -> Probabilities:
    """A score on the logit scale → probabilities; `band` is where neutral is as likely as the stronger side."""
    positive = 1 / (1 + exp(-max(-30.0, min(30.0, value))))
    odds = max(positive, 1 - positive)
    edge = 1 / (1 + exp(-band))
    neutral = edge * exp(-6.0 * max(0.0, odds - 0.5)) / exp(-6.0 * (edge - 0.5))
    whole = 1.0 + neutral
    return Probabilities((1 - positive) / whole, neutral / whole, positive / whole)
