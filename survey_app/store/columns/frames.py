"""The columns of a survey as analysis reads them: rows of answers, with the opinions about them at hand."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from ...analysis.columns import MISSING, Array, Column, Frame, Mask
from ...analysis.counting import bounded
from ...forms.types import ColumnSpec, QuestionType
from .layout import shape
from .words import Words

Numbers = npt.NDArray[Any]
"""Values to count with."""

STATES = ("answered", "skipped", "not shown", "not in version")
"""What a response says about an item; the codes of the `state:<item>` columns."""


KNOWN, FLAG = "attr:", "flag:"
"""How the columns of attributes begin, and those of signs of quality, which hold 1 where a response shows the sign."""


class Rows(Mapping[str, Column]):
    """Columns cut to some rows, each only when it is asked for: most pages look at few of them. Which rows may be
    worked out as late."""

    def __init__(self, source: Mapping[str, Column], rows: Array | Callable[[], Array]) -> None:
        self.source, self.asked = source, rows
        self.made: dict[str, Column] = {}

    @cached_property
    def rows(self) -> Numbers:
        return self.asked() if callable(self.asked) else self.asked

    @cached_property
    def place(self) -> Numbers | slice:
        """Where the rows are: a slice where they follow each other, as those of a period do; nothing is copied then."""
        rows = self.rows
        if (
            len(rows)
            and int(rows[-1]) - int(rows[0]) + 1 == len(rows)
            and (len(rows) < 2 or (np.diff(rows) == 1).all())
        ):
            return slice(int(rows[0]), int(rows[-1]) + 1)
        return rows

    def __getitem__(self, key: str) -> Column:
        if key not in self.made:
            column = self.source[key]
            self.made[key] = Column(key, column.values[self.place], column.codes)
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
    `names` says which column holds a question's answers, as a question may change its shape between versions.
    `words` and `tags` are those of all answers of the survey, whatever rows are looked at."""

    opinions: Frame = field(default_factory=Frame)
    names: Mapping[tuple[str, str], str] = field(default_factory=dict)
    words: Words = field(default_factory=Words)
    tags: Frame = field(default_factory=Frame)

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
        said = self.opinions
        if said.columns:
            said = Frame(Rows(said.columns, lambda: np.flatnonzero(_among(self.opinions, columns["response"].values))))
        return Answers(columns, said, self.names, self.words, self.tags)

    def places(self, responses: Numbers) -> Numbers:
        """The row of each response, all of which must be here."""
        ids: Numbers = self["response"].values
        if is_rising(ids):
            return np.searchsorted(ids, responses)
        order = np.argsort(ids, kind="stable")
        return order[np.searchsorted(ids, responses, sorter=order)]

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
        kept = {"response": self["response"], **found} if found else {}
        return Answers(kept, self.opinions, self.names, self.words, self.tags)

    def states(self, item_key: str) -> dict[str, int]:
        """How many answered an item, skipped it, were not shown it, or had a version without it."""
        name = f"state:{item_key}"
        if name not in self.columns:
            return dict.fromkeys(STATES, 0)
        counts = np.bincount(self.columns[name].values, minlength=len(STATES))
        return {state: int(count) for state, count in zip(STATES, counts, strict=True)}


def is_rising(ids: Numbers) -> bool:
    return len(ids) < 2 or bool((ids[1:] > ids[:-1]).all())


def _among(said: Frame, ids: Numbers) -> Mask:
    """Which opinions are about these responses."""
    responses: Numbers = said["response"].values
    if not len(ids) or not is_rising(ids):
        return np.isin(responses, ids)
    return np.asarray(ids[np.minimum(np.searchsorted(ids, responses), len(ids) - 1)] == responses)


def counts(column: Column) -> Array:
    """How many rows have each code of a column."""
    return np.bincount(bounded(column.values, len(column.codes)), minlength=len(column.codes) + 1)[:-1]


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
