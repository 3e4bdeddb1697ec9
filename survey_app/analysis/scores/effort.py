"""Customer effort: the mean on a scale where high means easy."""

from typing import Any

import numpy as np

from ..columns import Estimate, Ratings
from ..intervals import t_limits
from .base import Floats, Moments, numbers, score, within


def points(ratings: Ratings, *, scale: tuple[float, float] = (1, 7), easy: str = "high", **_: Any) -> Floats:
    """The rating, turned round where low means easy, so that high is always easy."""
    if easy not in ("high", "low"):
        raise ValueError('easy must be "high" or "low"')
    values = within(numbers(ratings), scale)
    return values if easy == "high" else scale[0] + scale[1] - values


def interval(
    moments: Moments, confidence: float, *, scale: tuple[float, float] = (1, 7), **_: Any
) -> tuple[Floats, Floats, Floats]:
    """t limits held on the scale: one answer alone could stand for any value of it."""
    error = moments.error(lost=1)
    low, high = t_limits(moments.mean, error, moments.n, confidence)
    return np.maximum(scale[0], low), np.minimum(scale[1], high), np.where(moments.n > 1, error, np.nan)


@score(label="CES", unit="scale", points=points, interval=interval)
def ces(
    ratings: Ratings,
    *,
    scale: tuple[float, float] = (1, 7),
    easy: str = "high",
    weights: Ratings | None = None,
    confidence: float = 0.95,
) -> Estimate:
    """The mean ease on `scale` with a t interval. `easy="low"` (CES 1.0: effort) turns the scale round first.

    >>> ces([7, 6, 5]).value, ces([1, 2, 3], easy="low").value
    (6.0, 6.0)
    """
    if weights is None:
        return ces.of(ratings, confidence=confidence, scale=scale, easy=easy)
    values, (low, high) = points(ratings, scale=scale, easy=easy), scale
    return ces.weighted(values, weights, confidence=confidence, lowest=low, highest=high)
