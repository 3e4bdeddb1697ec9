"""How analyses take what they are given: numbers, categories and weights, with missing answers kept apart."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from .columns import MISSING, Column
from .notes import NotPossible
from .scores.base import Floats, numbers

Codes = npt.NDArray[np.intp]
Values = Sequence[Any] | npt.NDArray[Any] | Column
"""A column in any form: a list with None, int32 codes with MISSING, floats with NaN, or a Column."""


def raw(values: Values) -> npt.NDArray[Any]:
    """The bare array behind any form of column."""
    if isinstance(values, Column):
        return values.values
    if isinstance(values, np.ndarray):
        return values
    if any(value is None or isinstance(value, str) for value in values):
        return np.array(values, dtype=object)
    return np.asarray(values)


def finite_numbers(values: Values, name: str = "values") -> Floats:
    """One column as floats with NaN for missing. ValueError for text or infinite numbers, naming the column."""
    try:
        made = numbers(raw(values))
    except ValueError as error:
        raise NotPossible("%(name)s must be one list of numbers", name=name) from error
    if np.isinf(made).any():
        raise NotPossible("%(name)s contains infinite numbers", name=name)
    return made


def series(values: Values, name: str = "values", *, least: int = 1) -> Floats:
    """Numbers in order of time without gaps. ValueError where one is missing or fewer than `least` are there."""
    made = finite_numbers(values, name)
    if len(made) < least:
        raise NotPossible("%(name)s needs at least %(least)s points, not %(n)s", name=name, least=least, n=len(made))
    if np.isnan(made).any():
        raise NotPossible("%(name)s has a gap: every point needs a number", name=name)
    return made


def categories(values: Values) -> tuple[Codes, tuple[Any, ...]]:
    """Codes 0 … k−1 in the order of the labels, −1 where missing, and the k labels.

    Missing is None, NaN, MISSING and "". A Column with codes keeps them all, also those that nobody chose.

    >>> codes, labels = categories(["shop", None, "web", "shop"])
    >>> codes.tolist(), labels
    ([0, -1, 1, 0], ('shop', 'web'))
    """
    bare = raw(values)
    if bare.ndim != 1:
        raise NotPossible("A column must be one list of values")
    if isinstance(values, Column) and values.codes:
        codes = np.where(values.is_answered, np.nan_to_num(bare.astype(np.float64)), -1).astype(np.intp)
        return np.where(codes < len(values.codes), codes, -1), values.codes
    if bare.dtype.kind in "OUS":
        return _text_categories(bare)
    is_there = ~np.isnan(bare) if bare.dtype.kind == "f" else np.asarray(bare != MISSING)
    if bare.dtype.kind in "iu" and is_there.any():
        return _small_categories(bare, is_there)
    found, index = np.unique(bare[is_there], return_inverse=True)
    codes = np.full(len(bare), -1, np.intp)
    codes[is_there] = index
    return codes, tuple(value.item() for value in found)


def _small_categories(bare: npt.NDArray[Any], is_there: npt.NDArray[np.bool_]) -> tuple[Codes, tuple[Any, ...]]:
    """Integers without sorting them, where they lie close together as codes do."""
    low, high = int(bare[is_there].min()), int(bare[is_there].max())
    if high - low > 100_000:
        found, index = np.unique(bare[is_there], return_inverse=True)
        codes = np.full(len(bare), -1, np.intp)
        codes[is_there] = index
        return codes, tuple(found.tolist())
    offset = np.where(is_there, bare, high + 1).astype(np.intp) - low
    is_found = np.bincount(offset, minlength=high - low + 2)[:-1] > 0
    table = np.append(np.where(is_found, np.cumsum(is_found) - 1, -1), -1)
    return table[offset], tuple((np.flatnonzero(is_found) + low).tolist())


def _text_categories(bare: npt.NDArray[Any]) -> tuple[Codes, tuple[Any, ...]]:
    values = bare.tolist()
    labels = sorted({value for value in values if not _is_missing(value)}, key=_in_order)
    places = {label: place for place, label in enumerate(labels)}
    coded = [-1 if _is_missing(value) else places[value] for value in values]
    return np.array(coded, np.intp), tuple(labels)


def _is_missing(value: Any) -> bool:
    return value is None or value == "" or value != value or value == MISSING


def _in_order(value: Any) -> tuple[str, Any]:
    """Numbers before text, each in its own order."""
    return ("", float(value)) if isinstance(value, (int, float)) else ("text", str(value))


def weights_of(weights: Values | None, n: int) -> Floats | None:
    """Weights as floats, 0 where missing. ValueError for a wrong length, negative or infinite ones, or all zero."""
    if weights is None:
        return None
    made = finite_numbers(weights, "weights")
    if len(made) != n:
        raise NotPossible("There must be one weight per row: %(n)s rows, %(weights)s weights", n=n, weights=len(made))
    made = np.nan_to_num(made)
    if (made < 0).any():
        raise NotPossible("Weights must be at least 0")
    if n and not made.any():
        raise NotPossible("All weights are zero")
    return made


def equally_long(columns: Mapping[str, Values]) -> int:
    """The common length of the columns. ValueError where they differ or there are none."""
    lengths = {name: len(raw(values)) for name, values in columns.items()}
    if not lengths:
        raise NotPossible("At least one column is needed")
    if len(set(lengths.values())) > 1:
        raise NotPossible("All columns must be equally long")
    return next(iter(lengths.values()))


def share_of(value: float) -> float:
    """`value` held within 0 and 1, against rounding."""
    return min(1.0, max(0.0, value))
