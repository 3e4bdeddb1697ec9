"""SnowNLP as it is, the reference: its own segmenter and Bayes classifier, loaded at the first call."""

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from math import log
from typing import cast

from .base import UNSURE, Probabilities, TextModel, from_logit


class SnowNLP(TextModel):
    name = "snownlp"
    version = "0.12"
    label = "SnowNLP"
    accuracy = 73.9

    def polarity(self, clauses: Sequence[str]) -> list[Probabilities]:
        return [_judged(clause) for clause in clauses]


@cache
def _classify() -> Callable[[str], float]:
    # The import costs seconds and 400 MB, so it waits for the first clause.
    return cast(Callable[[str], float], import_module("snownlp.sentiment").classify)


def _judged(clause: str) -> Probabilities:
    if not any(character.isalnum() for character in clause):
        return UNSURE  # SnowNLP divides by zero where it finds no word
    try:
        probability = _classify()(clause)
    except ZeroDivisionError:
        return UNSURE
    return from_bayes(probability)


def from_bayes(probability: float) -> Probabilities:
    """Naive Bayes is far too sure of itself: its logit is shrunk by what was measured (docs/analysis.md)."""
    held = min(1 - 1e-12, max(1e-12, probability))
    return from_logit(SHRINK * log(held / (1 - held)), band=0.25)


SHRINK = 0.35
