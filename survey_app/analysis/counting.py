"""Counting small whole numbers by group in one pass: what ratings and codes are, a million at a time."""

from typing import Any

import numpy as np
import numpy.typing as npt

from .columns import MISSING

Counts = npt.NDArray[np.int64]
MOST = 64
"""Values from 0 up to one less than this are counted."""


def cell_counts(values: npt.NDArray[Any], groups: npt.NDArray[Any] | None = None, count: int = 1) -> Counts | None:
    """How often each value occurs in each group.

    `values`: whole numbers in one list, MISSING where there is none. `groups`: the number of each value's group,
    equally long; None puts all into group 0. Gives counts of shape (count + 1, MOST), in the last row what belongs
    to no group of 0 … count−1; None where `values` are no integers from 0 to MOST − 2 (use floats then).

    >>> cell_counts(np.array([3, 3, MISSING, 1], np.int32), np.array([0, 1, 1, 0]), 2)[:, :4].tolist()
    [[0, 1, 0, 1], [0, 0, 0, 1], [0, 0, 0, 0]]
    """
    if values.dtype.kind != "i" or values.ndim != 1 or values.dtype.itemsize < 4:
        return None
    # Seen without their sign, MISSING and all that is too large or below 0 are large: one comparison finds them.
    cells = np.minimum(values.view(f"u{values.dtype.itemsize}"), MOST - 1)
    if groups is None:
        table = np.zeros((count + 1, MOST), np.int64)
        table[0] = np.bincount(cells, minlength=MOST)
    else:
        places = bounded(groups, count).astype(np.intp)
        places *= MOST
        places += cells.astype(np.intp)
        table = np.bincount(places, minlength=(count + 1) * MOST).reshape(count + 1, MOST)
    if (odd := int(table[:, -1].sum())) and odd != np.count_nonzero(values == MISSING):
        return None
    table[:, -1] = 0
    return table


def bounded(numbers: npt.NDArray[Any], count: int) -> npt.NDArray[Any]:
    """Whole numbers, with `count` in place of all that are not from 0 to count − 1, MISSING among them.

    >>> bounded(np.array([1, 9, MISSING], np.int32), 3).tolist()
    [1, 3, 3]
    """
    if numbers.dtype.kind != "i" or numbers.dtype.itemsize < 4:
        numbers = numbers.astype(np.int64)
    bare = np.dtype(f"u{numbers.dtype.itemsize}")
    return np.asarray(np.minimum(numbers.view(bare), bare.type(count)))


def distinct(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The distinct numbers in rising order, by counting where they lie close together.

    >>> distinct(np.array([7, 3, 7])).tolist()
    [3, 7]
    """
    if not len(numbers) or int(numbers.max()) - int(numbers.min()) > 8 * len(numbers) + 1_000:
        return np.unique(numbers)
    low = int(numbers.min())
    return np.flatnonzero(np.bincount(numbers - low)) + low
