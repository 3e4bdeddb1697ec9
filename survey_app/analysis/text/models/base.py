"""What a text model is: clauses in, the log odds of praise against complaint out, and from these probabilities."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..aspects import Mention

Spans = tuple[tuple[int, int], ...]
Floats = NDArray[np.float64]


class Probabilities(NamedTuple):
    """How likely a clause is negative, neutral and positive; they add up to 1."""

    negative: float
    neutral: float
    positive: float

    @property
    def polarity(self) -> int:
        """−1, 0 or 1: the likeliest."""
        best = max(self)
        return 0 if best == self.neutral else (1 if best == self.positive else -1)

    @property
    def probability(self) -> float:
        """How likely the likeliest is."""
        return max(self)


class Whole(NamedTuple):
    """Log odds to be added: `side` of praise against complaint, `plain` of neutral against both."""

    side: Floats
    plain: Floats


class TextModel(ABC):
    """A model that judges clauses. A subclass in a file of its own states name, version, label and language.

    It must be cheap to make: what costs time or memory is loaded at the first call of `log_odds`.
    """

    name: str
    version: str
    label: ClassVar[str]
    language: ClassVar[str] = "zh"
    accuracy: ClassVar[float | None] = None
    """Percent of labelled texts judged rightly, as docs/text.md has measured it; None where nobody has."""
    takes_rules: bool = False
    """Whether the word lists' say (negation, wishes, 一般, emoji …) is added to this model's log odds."""
    band: float = 0.45
    """The log odds where neutral is as likely as the stronger side."""
    bands: tuple[float, float] = (0.4, 1.1)
    """The same beside the word lists: where they have a say, and where they are silent (a mere fact is common there,
    so the model must be surer)."""

    keeps_aspect: bool = True
    """Whether a short clause that names no aspect keeps that of the clause before it."""

    @abstractmethod
    def log_odds(self, clauses: Sequence[str]) -> Floats:
        """ln(praise : complaint) of each clause (in the form for matching); 0 where the model has no say."""

    def whole(self, texts: Sequence[str], counts: Sequence[int]) -> Whole:
        """What whole texts (in the form for matching, with so many clauses) add to what their clauses say together."""
        return Whole(np.zeros(len(texts)), np.zeros(len(texts)))

    def mentions(self, clauses: Sequence[str], found: Mapping[int, list[Mention]]) -> Mapping[int, list[Mention]]:
        """The aspects of clauses by number, from what the taxonomy has found in them."""
        return found

    def polarity(self, clauses: Sequence[str]) -> list[Probabilities]:
        """Probabilities for each clause, from this model alone."""
        return [Probabilities(*row) for row in probabilities(self.log_odds(clauses), self.band).tolist()]

    def why(self, clause: str) -> Spans:
        """The places in a clause that decided; the whole clause where the model cannot tell."""
        return ((0, len(clause)),)


def probabilities(log_odds: Floats, band: Floats | float) -> Floats:
    """One row (negative, neutral, positive) for each log odds; neutral is as likely as the stronger side at ±band.

    >>> probabilities(np.array([0.0, 2.0]), 0.5).round(2).tolist()
    [[0.24, 0.52, 0.24], [0.1, 0.16, 0.74]]
    """
    positive = 1 / (1 + np.exp(-np.clip(log_odds, -30, 30)))
    edge = 1 / (1 + np.exp(-np.asarray(band, float)))
    neutral = edge * np.exp(-6.0 * (np.maximum(positive, 1 - positive) - edge))
    whole = 1.0 + neutral
    made: Floats = np.stack(((1 - positive) / whole, neutral / whole, positive / whole), axis=1)
    return made
