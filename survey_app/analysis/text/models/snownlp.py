"""SnowNLP as it is, the reference: its own segmenter and Bayes classifier, loaded at the first call."""

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from math import log
from typing import cast

import numpy as np

from .base import Floats, TextModel


class SnowNLP(TextModel):
    name = "snownlp"
    version = "0.12"
    label = "SnowNLP"
    accuracy = 73.9
    band = 0.25

    def log_odds(self, clauses: Sequence[str]) -> Floats:
        return np.array([_judged(clause) for clause in clauses], float)


@cache
def _classify() -> Callable[[str], float]:
    # The import costs seconds and 400 MB, so it waits for the first clause.
    return cast(Callable[[str], float], import_module("snownlp.sentiment").classify)


def _judged(clause: str) -> float:
    if not any(character.isalnum() for character in clause):
        return 0.0  # SnowNLP divides by zero where it finds no word
    try:
        probability = _classify()(clause)
    except ZeroDivisionError:
        return 0.0
    held = min(1 - 1e-12, max(1e-12, probability))
    return SHRINK * log(held / (1 - held))


SHRINK = 0.35
"""Naive Bayes is far too sure of itself: its log odds are shrunk by what was measured (docs/text.md)."""
