"""What conditions and texts can look at: answers by item key, and attributes of the customer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..types import Stored

ATTRIBUTES = "attr"
Value = str | int | float | bool | frozenset[str] | None


def value_of(stored: Stored) -> Value:
    """What a condition compares: a number, a text, a code, the set of chosen codes, the mean of the rows.

    It follows the shapes that answers are stored in, not the types of questions.
    """
    if not isinstance(stored, Mapping):
        return stored if isinstance(stored, str | int | float) else None
    if "codes" in stored:
        return frozenset(map(str, stored["codes"]))
    if "code" in stored:
        return str(stored["code"])
    ratings = [value for value in stored.values() if isinstance(value, int | float)]
    return sum(ratings) / len(ratings) if ratings else None


def part_of(stored: Stored, part: str) -> Value:
    """One row of a matrix, or whether one option is among the chosen ones."""
    if not isinstance(stored, Mapping):
        return None
    if "codes" in stored:
        return part in stored["codes"]
    found = stored.get(part)
    return found if isinstance(found, str | int | float) else None


@dataclass(frozen=True, slots=True)
class Values:
    """Where references are looked up. None stands for unknown: not answered, not shown, not known."""

    answers: Mapping[str, Stored] = field(default_factory=dict)
    attributes: Mapping[str, Any] = field(default_factory=dict)

    def get(self, name: str, part: str = "") -> Value:
        if name == ATTRIBUTES:
            found = self.attributes.get(part)
            return found if isinstance(found, str | int | float) and found != "" else None
        stored = self.answers.get(name)
        return part_of(stored, part) if part else value_of(stored)
