"""The default: weights of character n-grams, trained by `survey-app text train`, beside the word lists' rules."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from ..table import Table
from .base import Floats, TextModel, Whole

FILE = Path(__file__).with_name("linear.npz")


class Linear(TextModel):
    name = "linear"
    version = "2"
    label = "Character n-grams and word lists"
    accuracy = 86.9
    takes_rules = True

    def log_odds(self, clauses: Sequence[str]) -> Floats:
        return shipped().log_odds(clauses)

    def whole(self, texts: Sequence[str], counts: Sequence[int]) -> Whole:
        several = [i for i, count in enumerate(counts) if count > 1]
        side = np.zeros(len(texts))
        side[several] = BLEND * self.log_odds([texts[i] for i in several])
        return Whole(side, np.zeros(len(texts)))


BLEND = 0.5
"""What the log odds of a whole text count for beside those of its clauses, where it has several: measured."""


@cache
def shipped() -> Table:
    """The table that ships, read once a process."""
    return Table.from_bytes(FILE.read_bytes())
