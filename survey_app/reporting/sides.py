"""Opinions side by side: what share of each group, or of each of two periods, praises or criticises an aspect."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..analysis import adjust
from ..analysis.columns import MISSING, Estimate
from ..analysis.compare import SMALLEST_BASE, Difference, difference
from ..analysis.intervals import wilson
from ..store.columns import Answers
from ..store.columns.frames import Numbers
from ..store.opinions import critics

MOST = 6
"""The largest groups that are shown; more columns are not read."""
LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class Group:
    """`code` is the group's code in the cut, "" where none is known; of two periods "now" and "before"."""

    code: str
    n: int


@dataclass(frozen=True, slots=True)
class Cell:
    """The share of a group's answers, against all others together; `p` after Holm over the whole table."""

    share: Estimate
    others: Difference
    p: float

    @property
    def sign(self) -> int:
        """1 and −1 where more or fewer than elsewhere say it, beyond chance; 0 where that is not shown."""
        if self.others.value is None or min(self.others.n_a, self.others.n_b) < SMALLEST_BASE or self.p >= LEVEL:
            return 0
        return 1 if self.others.value > 0 else -1


@dataclass(frozen=True, slots=True)
class Row:
    """`name` is an aspect's code, or a phrase."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sides:
    """A row per aspect or phrase that anybody spoke of, the most spoken of first; a column per group."""

    groups: tuple[Group, ...] = ()
    rows: tuple[Row, ...] = ()


def by_group(frame: Answers, column: str, polarity: int) -> Sides:
    """Aspects in the largest groups of a cut by one of its attributes (segment, channel, …)."""
    return counted_by_group(frame, column, *critics(frame, polarity))


def counted_by_group(frame: Answers, column: str, numbers: Numbers, rows: Numbers, names: Sequence[str]) -> Sides:
    """Anything said, by group: pairs of the number of a name and the row of who said it, each pair once."""
    if not len(frame) or column not in frame.columns:
        return Sides()
    codes, values = frame[column].codes, np.asarray(frame[column].values, np.intp)
    sizes = np.bincount(values[values != MISSING], minlength=len(codes))
    chosen = [place for place in np.argsort(-sizes, kind="stable")[:MOST].tolist() if sizes[place]]
    if len(chosen) < 2:
        return Sides()
    counts = np.zeros((len(chosen), len(names)))
    for at, place in enumerate(chosen):
        counts[at] = np.bincount(numbers[values[rows] == place], minlength=len(names))
    return _table([Group(codes[place], int(sizes[place])) for place in chosen], names, counts)


def by_period(now: Answers, before: Answers, polarity: int) -> Sides:
    """A cut and the equally long period before it."""
    if not len(now) or not len(before):
        return Sides()
    found = [critics(frame, polarity) for frame in (now, before)]
    aspects = tuple(dict.fromkeys(code for _, _, codes in found for code in codes))
    counts = np.zeros((2, len(aspects)))
    for at, (numbers, _rows, codes) in enumerate(found):
        for code, n in zip(codes, np.bincount(numbers, minlength=len(codes)), strict=True):
            counts[at, aspects.index(code)] = n
    return _table([Group("now", len(now)), Group("before", len(before))], aspects, counts)


def _table(groups: Sequence[Group], names: Sequence[str], counts: Numbers) -> Sides:
    spoken = [place for place in np.argsort(-counts.sum(axis=0), kind="stable").tolist() if counts[:, place].any()]
    pairs = [[_against(groups, counts[:, place], at) for at in range(len(groups))] for place in spoken]
    tested = 1 if len(groups) == 2 else len(groups)  # of two groups both cells are the same question
    p = adjust([other.p or 0.0 for row in pairs for _, other in row[:tested]]).reshape(-1, tested) if pairs else ()
    rows = [
        Row(names[place], tuple(
            Cell(share, other, float(values[at % tested])) for at, (share, other) in enumerate(row)
        ))
        for place, row, values in zip(spoken, pairs, p, strict=True)
    ]  # fmt: skip
    return Sides(tuple(groups), tuple(sorted(rows, key=lambda row: row.name == "")))


def _against(groups: Sequence[Group], counts: Numbers, at: int) -> tuple[Estimate, Difference]:
    """The share in one group, and how far it is from that in all others."""
    n = sum(group.n for group in groups) - groups[at].n
    share, rest = wilson(int(counts[at]), groups[at].n), wilson(int(counts.sum() - counts[at]), n)
    return share, difference(share, rest)
