"""Net Promoter Score: promoters (9–10) minus detractors (0–6), −100 … 100 points."""

from typing import Any

import numpy as np

from ..columns import Estimate, Ratings
from ..intervals import nps_limits
from .base import Floats, Moments, numbers, score, within


def points(ratings: Ratings, **_: Any) -> Floats:
    """−100 for 0–6, 0 for 7–8, 100 for 9–10."""
    values = within(numbers(ratings), (0, 10))
    if (values != np.floor(values))[~np.isnan(values)].any():
        raise ValueError("ratings for an NPS must be whole numbers from 0 to 10")
    return np.where(np.isnan(values), np.nan, 100.0 * (values >= 9) - 100.0 * (values <= 6))


def interval(
    moments: Moments, confidence: float, *, method: str = "adjusted-wald", **_: Any
) -> tuple[Floats, Floats, Floats]:
    """Limits by the named method; the standard error is the raw one, sqrt((p + d − (p − d)²)/n)."""
    moved, balance = moments.squares / 10_000, moments.total / 100
    promoters, detractors = np.round((moved + balance) / 2), np.round((moved - balance) / 2)
    low, high = nps_limits(promoters, moments.n, detractors, confidence, method)
    return low * 100, high * 100, moments.error()


@score(label="NPS", unit="points", points=points, interval=interval)
def nps(
    ratings: Ratings,
    *,
    weights: Ratings | None = None,
    method: str = "adjusted-wald",
    confidence: float = 0.95,
) -> Estimate:
    """The NPS of 0–10 ratings in points, raw value with an interval.

    `method`: adjusted-wald (default), wald, score, mover, agresti-min, goodman, bootstrap. With `weights` the
    error is linearised and the interval is value ± z·error. ValueError for a rating outside 0–10.

    >>> nps([10, 9, 9, 8, 3, None]).value
    40.0
    """
    if weights is None:
        return nps.of(ratings, confidence=confidence, method=method)
    return nps.weighted(points(ratings), weights, confidence=confidence, lowest=-100.0, highest=100.0)
