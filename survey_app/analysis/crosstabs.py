"""Crosstabs: counts, column shares, what stands out, whether anything goes along, and letters for the columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .contingency import Association, Table, adjusted_residuals, association, counts_of
from .design import rao_scott
from .inputs import Codes, Values, categories, weights_of
from .letters import Letters, Pairs, compare_columns, names
from .notes import Note, NotPossible
from .scores.base import Floats


@dataclass(frozen=True, slots=True)
class Crosstab:
    """A table of two closed answers. All arrays have shape (rows, columns).

    `counts` are weighted, `unweighted` are people; `bases` and `effective_bases` belong to the columns (n/deff with
    weights). `percent` is of the column, `row_percent` of the row, 0 where a column is empty. `residuals` beyond ±2
    stand out. `letters` stand in the cell with the higher share and name the columns with significantly lower
    ones, in `column_letters`. `p_values[row, a, b]` are the corrected p values behind them. `test` is None where
    fewer than two rows or columns hold answers.
    """

    rows: tuple[Any, ...]
    columns: tuple[Any, ...]
    counts: Floats
    unweighted: Floats
    bases: Floats
    effective_bases: Floats
    residuals: Floats
    letters: Letters
    p_values: Floats
    test: Association | None
    n: int
    left_out: int
    correction: str
    notes: tuple[Note, ...]

    @property
    def percent(self) -> Floats:
        return _percent(self.counts, self.bases)

    @property
    def row_percent(self) -> Floats:
        return _percent(self.counts, self.counts.sum(axis=1, keepdims=True))

    @property
    def column_letters(self) -> tuple[str, ...]:
        return names(len(self.columns))


def _percent(counts: Floats, base: Floats) -> Floats:
    whole = np.broadcast_to(base, counts.shape)
    return np.divide(100 * counts, whole, out=np.zeros_like(counts), where=whole > 0)


def crosstab(
    rows: Values,
    columns: Values,
    *,
    weights: Values | None = None,
    correction: str = "holm",
    alpha: float = 0.05,
    strict: float | None = None,
) -> Crosstab:
    """The crosstab of two columns, row by row of the same people; who misses one of the two is left out.

    The test is Pearson's chi-squared, or Fisher's when expected counts are small; with `weights` Rao & Scott's
    second-order correction (as R's svychisq). Letters: see `letters.compare_columns`; `correction` is holm (at least
    as good as Bonferroni, but not offered by SPSS), bonferroni (SPSS's usual), bh or none; weighted shares are tested
    at the effective base. Columns must be different people: for overlapping ones the letters mean nothing.
    ValueError for unlike lengths or bad weights.

    >>> table = crosstab(["yes", "yes", "no", None], ["shop", "web", "web", "web"])
    >>> table.rows, table.columns, table.counts.tolist(), table.n
    (('no', 'yes'), ('shop', 'web'), [[0.0, 1.0], [1.0, 1.0]], 3)
    """
    (row_codes, row_labels), (column_codes, column_labels) = categories(rows), categories(columns)
    if len(row_codes) != len(column_codes):
        raise NotPossible("All columns must be equally long")
    given = weights_of(weights, len(row_codes))
    is_there = (row_codes >= 0) & (column_codes >= 0)
    if given is not None:
        is_there &= given > 0
    cells = (row_codes * len(column_labels) + column_codes)[is_there]
    unweighted = _counted(cells, (len(row_labels), len(column_labels)), None)
    if given is None:
        return _made(row_labels, column_labels, unweighted, correction, alpha, strict, len(row_codes))
    return _weighted(row_labels, column_labels, cells, given[is_there], unweighted, correction, alpha, strict,
                     len(row_codes))  # fmt: skip


def crosstab_of(
    table: Table,
    rows: Sequence[Any] | None = None,
    columns: Sequence[Any] | None = None,
    *,
    correction: str = "holm",
    alpha: float = 0.05,
    strict: float | None = None,
) -> Crosstab:
    """The crosstab of counts that are known already, shape (rows, columns), with labels for both.

    >>> crosstab_of([[120, 80], [80, 120]]).letters
    (('B', ''), ('', 'A'))
    """
    counts = counts_of(table)
    row_labels = tuple(rows) if rows is not None else tuple(range(counts.shape[0]))
    column_labels = tuple(columns) if columns is not None else names(counts.shape[1])
    if (len(row_labels), len(column_labels)) != counts.shape:
        raise NotPossible("There must be one label per row and column")
    return _made(row_labels, column_labels, counts, correction, alpha, strict, int(counts.sum()))


def _weighted(
    rows: tuple[Any, ...], columns: tuple[Any, ...], cells: Codes, w: Floats, unweighted: Floats, correction: str,
    alpha: float, strict: float | None, all_rows: int,
) -> Crosstab:  # fmt: skip
    """The table of weighted answers: shares are tested at the effective base of each column, Kish's n/deff."""
    shape, size = (len(rows), len(columns)), len(columns)
    counts, squares = _counted(cells, shape, w), _counted(cells, shape, w * w)
    test = rao_scott(cells, shape, w) if _is_testable(counts) else None
    bases, below = counts.sum(axis=0), squares.sum(axis=0)
    effective = np.divide(bases**2, below, out=np.zeros(size), where=below > 0)
    scaled = counts * np.divide(effective, bases, out=np.zeros(size), where=bases > 0)
    pairs = compare_columns(scaled, effective, correction=correction, alpha=alpha, strict=strict)
    n = int(unweighted.sum())
    whole = float(w.sum() / (w @ w)) if n else 0.0
    residuals = adjusted_residuals(counts * whole)
    return _table(rows, columns, counts, unweighted, effective, residuals, pairs, test, all_rows - n, correction)


def _counted(cells: Codes, shape: tuple[int, ...], weights: Floats | None) -> Floats:
    counted = np.bincount(cells, weights, shape[0] * shape[1]).astype(np.float64)
    return counted.reshape(shape)


def _is_testable(counts: Floats) -> bool:
    return min(int((counts.sum(axis=1) > 0).sum()), int((counts.sum(axis=0) > 0).sum())) >= 2


def _made(
    rows: tuple[Any, ...], columns: tuple[Any, ...], counts: Floats, correction: str, alpha: float,
    strict: float | None, all_rows: int,
) -> Crosstab:  # fmt: skip
    bases = counts.sum(axis=0)
    pairs = compare_columns(counts, bases, correction=correction, alpha=alpha, strict=strict)
    test = association(counts) if _is_testable(counts) else None
    left_out = all_rows - int(counts.sum())
    return _table(rows, columns, counts, counts, bases, adjusted_residuals(counts), pairs, test, left_out, correction)


def _table(
    rows: tuple[Any, ...], columns: tuple[Any, ...], counts: Floats, unweighted: Floats, effective: Floats,
    residuals: Floats, pairs: Pairs, test: Association | None, left_out: int, correction: str,
) -> Crosstab:  # fmt: skip
    notes = test.notes if test is not None else (Note("A test needs answers in at least two rows and two columns"),)
    return Crosstab(rows, columns, counts, unweighted, counts.sum(axis=0), effective, residuals, pairs.letters,
                    pairs.p, test, int(unweighted.sum()), left_out, correction, notes)  # fmt: skip
