"""A column is what all responses stored for one thing; an Estimate is a number that says how sure it is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

MISSING = np.iinfo(np.int32).min
"""The code of "no answer" in integer columns; number columns use NaN."""

Array = npt.NDArray[np.generic]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Column:
    """All stored values of one key, in response order.

    `values` is int32 (MISSING where there is none) or float64 (NaN where there is none).
    Where the values are codes, they index `codes`.
    """

    key: str
    values: Array
    codes: tuple[str, ...] = ()

    @property
    def answered(self) -> Array:
        """The values that are there."""
        return self.values[self.is_answered]

    @property
    def is_answered(self) -> Mask:
        if np.issubdtype(self.values.dtype, np.floating):
            return ~np.isnan(self.values)
        return self.values != MISSING  # type: ignore[no-any-return]

    def where(self, mask: Mask) -> "Column":
        return Column(self.key, self.values[mask], self.codes)


@dataclass(frozen=True, slots=True)
class Frame:
    """The columns of one cut: equally long, row i of each belongs to response `ids[i]`."""

    columns: Mapping[str, Column] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())).values) if self.columns else 0

    def __getitem__(self, key: str) -> Column:
        return self.columns[key]

    def __contains__(self, key: object) -> bool:
        return key in self.columns

    def where(self, mask: Mask) -> "Frame":
        return Frame({key: column.where(mask) for key, column in self.columns.items()})


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with what is needed to trust it. `value`, `low` and `high` are None when nobody answered.

    `unit` is "points" (NPS), "percent" (shares, 0–100) or "scale" (means on the question's own scale).
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    unit: str = "points"
    standard_error: float | None = None
    confidence: float = 0.95
    effective_n: float | None = None
    """With weights: n divided by the design effect (Kish)."""


ScoreFunction = Callable[..., Estimate]
Ratings = Sequence[float] | Array
