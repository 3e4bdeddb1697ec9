"""What a score is: answers turned into points, averaged, with an interval; for all answers or by group."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..columns import MISSING, Estimate, Ratings
from ..counting import cell_counts
from ..distributions import z_of

Floats = npt.NDArray[np.float64]
Groups = Sequence[int] | npt.NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Moments:
    """Number, sum and spread (sum of squared distances from the mean) of the points of one or many groups."""

    n: Floats
    total: Floats
    spread: Floats

    @property
    def mean(self) -> Floats:
        return np.divide(self.total, self.n, out=np.zeros_like(self.total), where=self.n > 0)

    @property
    def squares(self) -> Floats:
        return self.spread + self.total * self.mean

    def error(self, *, lost: int = 0) -> Floats:
        """Standard error of the mean, dividing by n − `lost` in the variance; 0 where n is too small."""
        below = np.maximum(self.n - lost, 0) * self.n
        return np.sqrt(np.divide(self.spread, below, out=np.zeros_like(self.spread), where=below > 0))


def moments_of(values: Floats, groups: Groups, count: int) -> Moments:
    """The moments of each group 0 … count−1, in two passes so that large means lose no digits."""
    of = np.asarray(groups)
    kept = ~np.isnan(values) & (of >= 0) & (of < count)
    values, of = values[kept], of[kept].astype(np.intp)
    n, total = np.bincount(of, minlength=count).astype(float), _sums(of, values, count)
    means = np.divide(total, n, out=np.zeros(count), where=n > 0)
    return Moments(n, total, _sums(of, (values - means[of]) ** 2, count))


def moments_of_counts(points: Floats, counts: Floats) -> Moments:
    """The moments of groups of which is known how often each gave which points: `counts` has a row per group."""
    n, total = counts.sum(axis=1), counts @ points
    means = np.divide(total, n, out=np.zeros_like(total), where=n > 0)
    return Moments(n, total, (counts * (points - means[:, np.newaxis]) ** 2).sum(axis=1))


def _sums(of: npt.NDArray[Any], values: Floats, count: int) -> Floats:
    return np.bincount(of, values, count).astype(float)  # an empty bincount gives integers


Interval = Callable[..., tuple[Floats, Floats, Floats]]
"""(moments, confidence, **options) → low, high and standard error, in the score's unit."""


@dataclass(frozen=True, slots=True)
class Score:
    """A registered score. Call it with ratings for one Estimate; `by_group` gives one per group."""

    name: str
    label: str
    unit: str
    function: Callable[..., Estimate]
    points: Callable[..., Floats]
    interval: Interval

    def __call__(self, ratings: Ratings, **options: Any) -> Estimate:
        return self.function(ratings, **options)

    def by_group(
        self, ratings: Ratings, groups: Groups, count: int, *, confidence: float = 0.95, **options: Any
    ) -> list[Estimate]:
        """One Estimate per group 0 … count−1; answers of a negative group (or MISSING) belong to none."""
        of = np.asarray(groups)
        if np.shape(ratings) != of.shape:
            raise ValueError("ratings and groups must be equally long")
        return self.estimates(self.moments(ratings, of, count, **options), confidence=confidence, **options)

    def of(self, ratings: Ratings, *, confidence: float = 0.95, **options: Any) -> Estimate:
        """The Estimate of all ratings, each counted once."""
        return self.estimates(self.moments(ratings, None, 1, **options), confidence=confidence, **options)[0]

    def moments(self, ratings: Ratings, groups: npt.NDArray[Any] | None, count: int, **options: Any) -> Moments:
        """The moments of the points of each group 0 … count−1; without groups all are group 0."""
        values = np.asarray(ratings)
        table = cell_counts(values, groups, count)
        if table is None:
            points = self.points(ratings, **options)
            return moments_of(points, np.zeros(len(points), np.intp) if groups is None else groups, count)
        # Whole numbers on a short scale: what is averaged are the few values, as often as they occur.
        found = np.flatnonzero(table.any(axis=0))
        return moments_of_counts(self.points(found, **options), table[:count, found].astype(float))

    def estimates(self, moments: Moments, *, confidence: float = 0.95, **options: Any) -> list[Estimate]:
        """Moments of the points → one Estimate each."""
        there = moments.n > 0
        held = Moments(np.where(there, moments.n, 1), moments.total, moments.spread)
        low, high, error = self.interval(held, confidence, **options)
        rows = zip(there, held.mean, low, high, error, moments.n, strict=True)
        return [
            Estimate(float(v), finite(lo), finite(hi), int(n), self.unit, finite(e), confidence)
            if is_there
            else Estimate(None, None, None, 0, self.unit, None, confidence)
            for is_there, v, lo, hi, e, n in rows
        ]

    def weighted(
        self, values: Floats, weights: Ratings, *, confidence: float, lowest: float, highest: float
    ) -> Estimate:
        """Weighted mean of points with the linearised error (Taylor, as R's survey package)."""
        w = numbers(weights)
        if w.shape != values.shape:
            raise ValueError("weights and ratings must be equally long")
        kept = ~np.isnan(values) & ~np.isnan(w)
        values, w = values[kept], w[kept]
        if not np.isfinite(w).all() or (w < 0).any():
            raise ValueError("weights must be numbers of at least 0")
        values, w = values[w > 0], w[w > 0]
        n = len(values)
        if n == 0:
            return Estimate(None, None, None, 0, self.unit, None, confidence)
        value = float(w @ values / w.sum())
        effective = float(w.sum() ** 2 / (w @ w))
        if n == 1:
            return Estimate(value, lowest, highest, n, self.unit, None, confidence, effective)
        error = float(np.sqrt(n / (n - 1) * np.sum((w * (values - value) / w.sum()) ** 2)))
        half = z_of(confidence) * error
        low, high = max(lowest, value - half), min(highest, value + half)
        return Estimate(value, low, high, n, self.unit, error, confidence, effective)


SCORES: dict[str, Score] = {}
"""All scores by name; a file in this folder that uses `@score` adds one."""


def score(*, label: str, unit: str, points: Callable[..., Floats], interval: Interval) -> Callable[..., Score]:
    """Register the decorated function as a score under its own name."""

    def register(function: Callable[..., Estimate]) -> Score:
        made = Score(function.__name__, label, unit, function, points, interval)
        if function.__name__ in SCORES and SCORES[function.__name__].function.__module__ != function.__module__:
            raise RuntimeError(f"two scores are called {function.__name__}")
        SCORES[function.__name__] = made
        return made

    return register


def numbers(ratings: Ratings) -> Floats:
    """Ratings as floats: None, NaN and MISSING become NaN. ValueError for what is no number."""
    values = np.asarray(ratings)
    if values.dtype.kind in "iu":
        as_floats = values.astype(np.float64)
        if values.size and values.min() == MISSING:
            as_floats[values == MISSING] = np.nan
    else:
        try:
            as_floats = values.astype(np.float64)
        except (TypeError, ValueError) as error:
            raise ValueError("ratings must be numbers") from error
        as_floats[as_floats == MISSING] = np.nan
    if as_floats.ndim != 1:
        raise ValueError("ratings must be one list of numbers")
    return as_floats


def within(values: Floats, scale: tuple[float, float]) -> Floats:
    """The values, checked to lie on the scale. ValueError names the first one that does not."""
    low, high = scale
    if not low < high:
        raise ValueError("the scale must rise")
    outside = (values < low) | (values > high)  # NaN is neither
    if outside.any():
        raise ValueError(f"{values[outside][0]:g} is not on the scale {low:g} to {high:g}")
    return values


def finite(number: float) -> float | None:
    return float(number) if np.isfinite(number) else None
