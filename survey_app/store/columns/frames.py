"""The columns of a survey as analysis reads them: rows of answers, with the opinions about them at hand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from ...analysis.columns import MISSING, Array, Column, Frame, Mask
from ...forms.types import ColumnSpec, QuestionType
from .layout import shape

Numbers = npt.NDArray[Any]
"""Values to count with."""

STATES = ("answered", "skipped", "not shown", "not in version")
"""What a response says about an item; the codes of the `state:<item>` columns."""


KNOWN, FLAG = "attr:", "flag:"
"""How the columns of attributes begin, and those of signs of quality, which hold 1 where a response shows the sign."""


class Rows(Mapping[str, Column]):
    """Columns cut to some rows, each only when it is asked for: most pages look at few of them."""

    def __init__(self, source: Mapping[str, Column], rows: Array) -> None:
        self.source, self.rows = source, rows
        self.made: dict[str, Column] = {}

    def __getitem__(self, key: str) -> Column:
        if key not in self.made:
            column = self.source[key]
            self.made[key] = Column(key, column.values[self.rows], column.codes)
        return self.made[key]

    def __contains__(self, key: object) -> bool:
        return key in self.source

    def __iter__(self) -> Iterator[str]:
        return iter(self.source)

    def __len__(self) -> int:
        return len(self.source)


@dataclass(frozen=True, slots=True)
class Answers(Frame):
    """A frame of responses. `opinions` has a row per opinion; its "response" column says about which answer.
    `names` says which column holds a question's answers, as a question may change its shape between versions."""

    opinions: Frame = field(default_factory=Frame)
    names: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def __len__(self) -> int:
        if isinstance(self.columns, Rows):
            return len(self.columns.rows)
        return len(self.columns["response"].values) if self.columns else 0

    def where(self, mask: Mask) -> "Answers":
        return self.rows(np.flatnonzero(mask))

    def rows(self, numbers: Array) -> "Answers":
        """The rows with these numbers, in this order, and the opinions about them."""
        if isinstance(self.columns, Rows):
            columns = Rows(self.columns.source, self.columns.rows[numbers])
        else:
            columns = Rows(self.columns, numbers)
        return Answers(columns, self._opinions_of(columns["response"]), self.names)

    def _opinions_of(self, responses: Column) -> Frame:
        if not len(self.opinions):
            return self.opinions
        kept = np.isin(self.opinions["response"].values, responses.values)
        return Frame(Rows(self.opinions.columns, np.flatnonzero(kept)))

    def of(self, question: QuestionType) -> "Answers":
        """The columns of one question under its own keys and codes, whatever later versions added."""
        found = {}
        for spec in question.columns():
            name = self.names.get((spec.key, shape(question, spec)), spec.key)
            if name in self.columns:
                found[spec.key] = recoded(self.columns[name], spec)
        state = f"state:{question.item.key}"
        if state in self.columns:
            found[state] = self.columns[state]
        return Answers({"response": self["response"], **found} if found else {}, self.opinions, self.names)

    def states(self, item_key: str) -> dict[str, int]:
        """How many answered an item, skipped it, were not shown it, or had a version without it."""
        name = f"state:{item_key}"
        if name not in self.columns:
            return dict.fromkeys(STATES, 0)
        counts = np.bincount(self.columns[name].values, minlength=len(STATES))
        return {state: int(count) for state, count in zip(STATES, counts, strict=True)}


def counts(column: Column) -> Array:
    """How many rows have each code of a column."""
    return np.bincount(column.answered, minlength=len(column.codes))


def recoded(column: Column, spec: ColumnSpec) -> Column:
    """A column in the codes of a question; codes the question does not have become missing."""
    if column.codes == spec.codes:
        return Column(spec.key, column.values, spec.codes)
    places = {code: number for number, code in enumerate(spec.codes)}
    table = np.array([places.get(code, MISSING) for code in column.codes] or [MISSING], np.int32)
    known = column.is_answered
    values = np.full(len(column.values), MISSING, np.int32)
    values[known] = table[column.values[known]]
    return Column(spec.key, values, spec.codes)
