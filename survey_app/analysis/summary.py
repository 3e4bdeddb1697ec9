"""Counts of what was answered: distributions of whole numbers and codes."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from .columns import Column, Estimate, Ratings
from .intervals import wilson
from .scores.base import numbers


def distribution(column: Column | Ratings, values: Sequence[int] | None = None) -> npt.NDArray[np.int64]:
    """How often each of `values` was answered (default: the column's codes, else lowest to highest found).

    Missing answers and values that are not asked for count nowhere.
    """
    given = numbers(column.values if isinstance(column, Column) else column)
    found = np.floor(given[~np.isnan(given)]).astype(np.int64)
    if values is None:
        if isinstance(column, Column) and column.codes:
            values = range(len(column.codes))
        else:
            values = range(int(found.min()), int(found.max()) + 1) if len(found) else ()
    wanted = np.asarray(values, np.int64)
    if not len(wanted):
        return np.zeros(0, np.int64)
    low = int(wanted.min())
    inside = found[(found >= low) & (found <= wanted.max())] - low
    return np.bincount(inside, minlength=int(wanted.max()) - low + 1)[wanted - low]


def shares(counts: Sequence[int] | npt.NDArray[np.int64], n: int, *, confidence: float = 0.95) -> list[Estimate]:
    """Counts of n people → shares in percent with Wilson intervals. They may add up to more than n."""
    return [wilson(int(count), n, confidence) for count in counts]
