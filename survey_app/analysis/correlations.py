"""Which answers go together: correlations of every pair of columns, each with its base and interval."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .corrections import adjust
from .distributions import normal_p, z_of
from .inputs import Values, equally_long, finite_numbers, raw
from .joint import CHUNK, joint_of
from .scores.base import Floats, finite


@dataclass(frozen=True, slots=True)
class Correlation:
    """r of two columns over the rows where both are answered; None for fewer than 3 rows or a constant."""

    first: str
    second: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    p: float | None


def correlate(
    columns: Mapping[str, Values], *, method: str = "pearson", confidence: float = 0.95
) -> tuple[Correlation, ...]:
    """All pairs of columns (name → numbers) in the given order, with Fisher's z interval: tanh(atanh r ± z/√(n − 3)).

    `method` "spearman" correlates mid-ranks, with 1.06/(n − 3) for the variance (Fieller, Hartley & Pearson 1957).

    >>> correlate({"a": [1, 2, 3, 4], "b": [2, 4, 6, None]})[0].n
    3
    """
    if method not in ("pearson", "spearman"):
        raise ValueError("method must be pearson or spearman")
    equally_long(columns)
    held = {name: finite_numbers(values, name) for name, values in columns.items()}
    names = tuple(held)
    return tuple(
        _pair(first, second, held[first], held[second], method, confidence)
        for i, first in enumerate(names)
        for second in names[i + 1 :]
    )


@dataclass(frozen=True, slots=True)
class CorrelationMatrix:
    """All correlations at once, for a heat map; None where a pair has fewer than 3 rows or a constant.

    Shapes (columns, columns). `p` is after Holm over all pairs. `order` puts columns that go together side by side.
    """

    names: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]
    n: tuple[tuple[int, ...], ...]
    p: tuple[tuple[float | None, ...], ...]
    order: tuple[int, ...]


def correlation_matrix(columns: Mapping[str, Values], *, method: str = "pearson") -> CorrelationMatrix:
    """The correlations of all pairs of columns, each over the rows where both are answered, as `correlate`'s.

    Pearson's in one pass over the rows (four matrix products per block), so that millions of rows take about as
    long as reading them.

    >>> found = correlation_matrix({"a": [1, 2, 3, 4], "b": [2, 4, 6, None], "c": [1, 1, 1, 1]})
    >>> round(found.values[0][1], 9), found.n[0][1], found.values[0][2]
    (1.0, 3, None)
    """
    if method not in ("pearson", "spearman"):
        raise ValueError("method must be pearson or spearman")
    rows = equally_long(columns)
    if method == "pearson":
        r, n = _at_once([raw(values) for values in columns.values()], tuple(columns), rows)
    else:
        r, n = _of_pairs(correlate(columns, method=method), tuple(columns))
    upper = np.triu_indices(len(columns), 1)
    tests = [_p(float(r[i, j]), int(n[i, j]), method) for i, j in zip(*upper, strict=True)]
    known = {place: p for place, p in enumerate(tests) if p is not None}
    corrected: dict[int, float] = {}
    if known:
        corrected = dict(zip(known, adjust(list(known.values())).tolist(), strict=True))
    p = np.full(r.shape, np.nan)
    for place, (i, j) in enumerate(zip(*upper, strict=True)):
        p[i, j] = p[j, i] = corrected.get(place, np.nan)
    table = tuple(tuple(finite(v) for v in row) for row in r)
    return CorrelationMatrix(tuple(columns), table, tuple(tuple(map(int, row)) for row in n),
                             tuple(tuple(finite(v) for v in row) for row in p), _side_by_side(r))  # fmt: skip


def _at_once(bare: list[Any], names: tuple[str, ...], rows: int) -> tuple[Floats, Floats]:
    """r and n of all pairs from sums over the rows where both are there."""
    size = len(bare)
    n, sums, squares, products = (np.zeros((size, size)) for _ in range(4))
    shift: Floats | None = None
    for start in range(0, rows, CHUNK):
        part = slice(start, start + CHUNK)
        block = np.array([finite_numbers(values[part], name) for name, values in zip(names, bare, strict=True)])
        there = ~np.isnan(block)
        if shift is None:
            count = there.sum(axis=1)
            total = np.where(there, block, 0).sum(axis=1)
            shift = np.divide(total, count, out=np.zeros(size), where=count > 0)
        moved, mask = np.where(there, block - shift[:, np.newaxis], 0), there.astype(float)
        n += mask @ mask.T
        sums += moved @ mask.T
        squares += (moved**2) @ mask.T
        products += moved @ moved.T
    held = np.maximum(n, 1)
    spread = squares - sums**2 / held
    both = products - sums * sums.T / held
    varies = spread > 1e-12 * np.maximum(squares, 1e-300)
    is_known = (n >= 3) & varies & varies.T
    r = np.divide(both, np.sqrt(np.maximum(spread * spread.T, 0)), out=np.full((size, size), np.nan), where=is_known)
    return np.clip(r, -1, 1), n


def _of_pairs(pairs: tuple[Correlation, ...], names: tuple[str, ...]) -> tuple[Floats, Floats]:
    size = len(names)
    r, n = np.full((size, size), np.nan), np.zeros((size, size))
    for pair in pairs:
        i, j = names.index(pair.first), names.index(pair.second)
        r[i, j] = r[j, i] = np.nan if pair.value is None else pair.value
        n[i, j] = n[j, i] = pair.n
    np.fill_diagonal(r, 1.0)
    np.fill_diagonal(n, n.max(initial=0.0))
    return r, n


def _p(r: float, n: int, method: str) -> float | None:
    if not math.isfinite(r) or n < 4:
        return None
    if abs(r) >= 1 - 1e-15:
        return 0.0
    return normal_p(math.atanh(r) / math.sqrt(_variance(method) / (n - 3)))


def _side_by_side(r: Floats) -> tuple[int, ...]:
    """A greedy order: from the column that goes most with all others, always the one nearest to the last."""
    near = np.nan_to_num(np.abs(r))
    np.fill_diagonal(near, 0)
    left, order = set(range(len(near))), [int(near.sum(axis=1).argmax())]
    left.discard(order[0])
    while left:
        order.append(max(left, key=lambda one: (near[order[-1], one], -one)))
        left.discard(order[-1])
    return tuple(order)


def _pair(first: str, second: str, a: Floats, b: Floats, method: str, confidence: float) -> Correlation:
    both = ~np.isnan(a) & ~np.isnan(b)
    x, y = a[both], b[both]
    if method == "spearman":
        x, y = ranks(x), ranks(y)
    n = len(x)
    block = np.column_stack([x, y])
    made, is_varying = joint_of(block, np.ones(n), n).correlations()
    if n < 3 or not is_varying.all():
        return Correlation(first, second, None, None, None, n, None)
    r = float(made[0, 1])
    low, high = correlation_interval(r, n, method=method, confidence=confidence)
    return Correlation(first, second, r, low, high, n, None if low is None else _p(r, n, method))


def correlation_interval(
    r: float, n: int, *, method: str = "pearson", confidence: float = 0.95
) -> tuple[float, float] | tuple[None, None]:
    """Fisher's z interval of a correlation over n rows: tanh(atanh r ± z·√(v/(n − 3))), v = 1.06 for "spearman".

    (None, None) below 4 rows and for ±1, whose spread is not known.

    >>> [round(end, 4) for end in correlation_interval(0.5, 28)]
    [0.156, 0.7358]
    """
    if n < 4 or abs(r) >= 1 - 1e-15:
        return None, None
    middle, half = math.atanh(r), z_of(confidence) * math.sqrt(_variance(method) / (n - 3))
    return math.tanh(middle - half), math.tanh(middle + half)


def _variance(method: str) -> float:
    """What stands above n − 3 (Fieller, Hartley & Pearson 1957 for ranks)."""
    return 1.06 if method == "spearman" else 1.0


def ranks(values: Floats) -> Floats:
    """Ranks from 1, equal values sharing the middle of theirs.

    >>> ranks(np.array([10.0, 30.0, 10.0])).tolist()
    [1.5, 3.0, 1.5]
    """
    _, place, times = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(times) - (times - 1) / 2)[place])
