"""Signs of careless answering, worked out from other columns when somebody asks for them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ...analysis.columns import MISSING, Array, Column
from ..flags import STORED, bits
from .frames import FLAG
from .layout import GRID

FAST = 0.4
"""Of the median time; 0.3 to 0.5 are usual (Greszki et al. 2015)."""


class Signed(Mapping[str, Column]):
    """Columns and, beside them, `flag:<sign>` for each sign, made when first asked for."""

    def __init__(self, source: Mapping[str, Column], grids: Sequence[Sequence[str]]) -> None:
        self.source, self.grids = source, grids
        self.made: dict[str, Column] = {}

    def __getitem__(self, key: str) -> Column:
        if key in self.source:
            return self.source[key]
        if key not in self.made:
            self.made[key] = Column(key, SIGNS[key](self).astype(np.int32))
        return self.made[key]

    def __contains__(self, key: object) -> bool:
        return key in self.source or key in SIGNS

    def __iter__(self) -> Iterator[str]:
        return iter(self.source)

    def __len__(self) -> int:
        return len(self.source)


def fast(columns: Signed) -> Array:
    """Who took less than four tenths of the median time of the same version."""
    seconds: Any = columns["seconds"].values
    version: Any = columns["version"].values
    flags = np.zeros(len(seconds), np.bool_)
    for number in np.unique(version).tolist():
        rows = np.flatnonzero((version == number) & (seconds != MISSING))
        if len(rows):
            flags[rows] = seconds[rows] < FAST * np.median(seconds[rows])
    return flags


def straight(columns: Signed) -> Array:
    """Who gave one and the same answer to all rows of a grid that they answered, four at least."""
    flags = np.zeros(len(columns["response"].values), np.bool_)
    for grid in columns.grids:
        first = np.full(len(flags), MISSING, np.int32)
        n, is_same = np.zeros(len(flags), np.int8), np.ones(len(flags), np.bool_)
        for key in grid:
            values: Any = columns[key].values
            is_there = values != MISSING
            is_same &= ~is_there | (first == MISSING) | (values == first)
            first = np.where((first == MISSING) & is_there, values, first)
            n += is_there
        flags |= is_same & (n >= GRID)
    return flags


def _kept(columns: Signed) -> Any:
    return np.maximum(columns["signs"].values, 0)


def stored(name: str) -> Callable[[Signed], Array]:
    """Who had this flag when the response came in."""
    bit = bits([name])
    return lambda columns: _kept(columns) & bit > 0


def any_of_them(columns: Signed) -> Array:
    """Who shows at least one of the signs."""
    found: Any = (_kept(columns) > 0) | fast(columns) | straight(columns)
    return np.asarray(found)


SIGNS = {
    f"{FLAG}any": any_of_them, f"{FLAG}fast": fast, f"{FLAG}straight": straight,
    **{f"{FLAG}{name}": stored(name) for name in STORED},
}  # fmt: skip
