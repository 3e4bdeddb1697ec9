"""The default: weights of character n-grams, trained by `survey-app text train`, beside the word lists' rules."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from ..table import Table
from .base import Floats, TextModel

FILE = Path(__file__).with_name("linear.npz")


class Linear(TextModel):
    name = "linear"
    version = "1"
    label = "Character n-grams and word lists"
    accuracy = 86.7
    takes_rules = True

    def log_odds(self, clauses: Sequence[str]) -> Floats:
        return shipped().log_odds(clauses)


@cache
def shipped() -> Table:
    """The table that ships, read once a process."""
    return Table.from_bytes(FILE.read_bytes())
