"""Which answers go together: correlations of every pair of columns, each with its base and interval."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .distributions import normal_p, z_of
from .inputs import Values, equally_long, finite_numbers
from .joint import joint_of
from .scores.base import Floats


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
    if n < 4 or abs(r) >= 1 - 1e-15:
        return Correlation(first, second, r, None, None, n, None)
    error = math.sqrt((1.06 if method == "spearman" else 1.0) / (n - 3))
    middle, half = math.atanh(r), z_of(confidence) * error
    return Correlation(
        first, second, r, math.tanh(middle - half), math.tanh(middle + half), n, normal_p(middle / error)
    )


def ranks(values: Floats) -> Floats:
    """Ranks from 1, equal values sharing the middle of theirs.

    >>> ranks(np.array([10.0, 30.0, 10.0])).tolist()
    [1.5, 3.0, 1.5]
    """
    _, place, times = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(times) - (times - 1) / 2)[place])
