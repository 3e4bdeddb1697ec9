"""Ask your own table: any rows by any columns, with counts, shares or any score in the cells and at the edges."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from ...analysis.columns import Estimate
from ...analysis.compare import SMALLEST_BASE
from ...analysis.intervals import wilson
from ...analysis.notes import NotPossible
from ...analysis.scores.base import moments_of
from ...errors import N_
from ...store import metrics
from ...store.columns.frames import Numbers
from ...store.cuts import Cut
from ...store.metrics import Metric
from ..questions import definition
from .base import Ask, Cell, Chosen, Figure, Kind, View, first, rounded, spread
from .splits import Split, different, rated, split_ask

COUNT, COLUMN, ROW = "count", "column", "row"
SHARES = {COUNT: N_("Count"), COLUMN: N_("Share of the column"), ROW: N_("Share of the row")}
MOST_ROWS, MOST_COLUMNS = 200, 24
SCORE = "metric."
"""Before the key of a metric that is to stand in the cells."""


def _measures(view: View) -> list[tuple[str, str]]:
    ratings = [(f"{SCORE}{metric.key}", view.name(metric)) for metric in view.metrics]
    return [*((code, view.words.tell(label)) for code, label in SHARES.items()), *ratings]


class TableFigure(Kind):
    name = "table"
    label = N_("Own table")
    order = 110
    asks = (
        split_ask("rows", N_("Rows"), is_item_first=True), split_ask("columns", N_("Columns")),
        Ask("measure", N_("In the cells"), _measures),
    )  # fmt: skip

    def draw(self, view: View, chosen: Chosen) -> Figure:
        words, measure = view.words, first(chosen, "measure")
        up, across = different(view, first(chosen, "rows"), first(chosen, "columns"))
        metric = None if measure in SHARES else view.metric(measure.removeprefix(SCORE))
        both = (up.values >= 0) & (across.values >= 0)
        if not both.any():
            raise NotPossible(N_("Nobody has answered both questions in this view."))
        a, b = np.where(both, up.values, -1), np.where(both, across.values, -1)
        measured = _shares(measure) if metric is None else _scores(view, metric)
        cells = measured(a, b, len(up.codes), len(across.codes))
        shown = [_shown(a, up, MOST_ROWS), _shown(b, across, MOST_COLUMNS)]
        everybody = words.tell(N_("All"))
        title = words.tell(N_("%(measure)s: %(rows)s by %(columns)s"), {
            "measure": dict(_measures(view))[measure], "rows": up.title, "columns": across.title})  # fmt: skip
        heads = (up.title, *(across.labels[j] for j in shown[1]), everybody)
        rows = tuple(_rows(view, cells, (up, across), shown, metric))
        return Figure(
            self.name, title, n=int(both.sum()), heads=heads, rows=rows,
            is_table=True, notes=tuple(_left(view, (a, b), (up, across), shown)),
            definition=words.join(*map(words.tell, _definition(measure, metric))),
        )  # fmt: skip


Cells = list[list[Estimate]]
"""An estimate for each row and column of a table and, as the last of each, for all of them."""
Measure = Callable[[Numbers, Numbers, int, int], Cells]
"""(row codes, column codes, number of both) → the cells."""


def _definition(measure: str, metric: Metric | None) -> Iterator[str]:
    if metric is not None:
        yield definition(metric)
    elif measure != COUNT:
        yield N_("Beside each share: how many of how many, and its 95%% interval (Wilson).")
    yield N_("Who did not answer both is left out.")
    if measure != COUNT:
        yield N_("Grey: fewer than 30.")


def _shown(values: Numbers, of: Split, most: int) -> list[int]:
    """The groups of a side that answers to both fall into; the largest ones where there are too many."""
    return Split(of.key, of.title, of.codes, of.labels, values).largest(most)


def _left(view: View, values: Sequence[Numbers], of: Sequence[Split], shown: Sequence[list[int]]) -> Iterator[str]:
    """That groups had no room; they count at the edges."""
    for held, side, kept in zip(values, of, shown, strict=True):
        there = int(np.count_nonzero(np.bincount(held[held >= 0], minlength=len(side.codes))))
        if there > len(kept):
            yield view.words.tell(N_("%(title)s: %(n)s smaller groups have no place here; they count under All."),
                                  {"title": side.title, "n": there - len(kept)})  # fmt: skip


def _shares(measure: str) -> Measure:
    def made(a: Numbers, b: Numbers, rows: int, columns: int) -> Cells:
        counts = np.zeros((rows + 1, columns + 1), np.int64)
        inner = np.bincount((a * columns + b)[a >= 0], minlength=rows * columns).reshape(rows, columns)
        counts[:rows, :columns] = inner
        counts[:rows, columns], counts[rows, :columns], counts[rows, columns] = inner.sum(1), inner.sum(0), inner.sum()
        if measure == COUNT:
            return [[Estimate(float(x), None, None, int(x), COUNT) for x in row] for row in counts]
        bases = np.broadcast_to(counts[rows:, :] if measure == COLUMN else counts[:, columns:], counts.shape)
        return [
            [wilson(int(x), int(n)) for x, n in zip(*pair, strict=True)] for pair in zip(counts, bases, strict=True)
        ]

    return made


def _scores(view: View, metric: Metric) -> Measure:
    ratings = metrics.ratings(view.chosen, metric)
    if not len(ratings):
        raise NotPossible(N_("Nobody has answered this question in this view."))

    def made(a: Numbers, b: Numbers, rows: int, columns: int) -> Cells:
        points, inside = metric.kind.points(ratings, **metric.options), a >= 0
        wide, size = columns + 1, (rows + 1) * (columns + 1)

        def by(place: Numbers) -> Sequence[Estimate]:
            moments = moments_of(points, np.where(inside, place, -1), size)
            return metric.kind.estimates(moments, **metric.options)

        edge_a, edge_b = np.full_like(a, rows), np.full_like(b, columns)
        found = {
            (is_row, is_column): by((a if is_row else edge_a) * wide + (b if is_column else edge_b))
            for is_row in (True, False) for is_column in (True, False)
        }  # fmt: skip
        return [[found[i < rows, j < columns][i * wide + j] for j in range(wide)] for i in range(rows + 1)]

    return made


def _rows(
    view: View, cells: Cells, sides: Sequence[Split], shown: Sequence[list[int]], metric: Metric | None
) -> Iterator[tuple[Cell, ...]]:
    """The rows that are shown, all of them together last."""
    up, across = sides
    whole = rated(view.cut, metric) if metric else view.cut
    for i in [*shown[0], len(up.codes)]:
        label = up.labels[i] if i < len(up.codes) else view.words.tell(N_("All"))
        row = _narrowed(up, whole, i)
        made = (
            _cell(view, cells[i][j], _narrowed(across, row, j), is_share=metric is None)
            for j in [*shown[1], len(across.codes)]
        )
        yield (Cell(label, label), *made)


def _narrowed(side: Split, cut: Cut, place: int) -> Cut:
    """A cut to one group of a side, or to all that are in one."""
    return side.narrow(cut, side.codes[place]) if place < len(side.codes) else side.known(cut)


def _cell(view: View, e: Estimate, cut: Cut, *, is_share: bool) -> Cell:
    words, number = view.words, view.words.number
    address = words.answers(cut) if e.n else ""
    if e.unit == COUNT:
        return Cell(e.n, number(e.n), address)
    if e.value is None:
        return Cell(None, "–", is_small=True)
    base = f"{number(round(e.value * e.n / 100))} / {number(e.n)}" if is_share else f"n {number(e.n)}"
    mark = " · ".join(part for part in (spread(words, e), base) if part)
    return Cell(
        rounded(e.value), words.amount(e.value, e.unit), address, mark, is_small=e.n < SMALLEST_BASE, estimate=e
    )
