"""The plain mean of numbers, with a t interval."""

import math
from typing import Any

import numpy as np

from ..columns import Estimate, Ratings
from ..intervals import t_limits
from .base import Floats, Moments, numbers, score


def points(ratings: Ratings, **_: Any) -> Floats:
    """The numbers themselves; infinite ones are refused."""
    values = numbers(ratings)
    if np.isinf(values).any():
        raise ValueError("infinite numbers have no mean")
    return values


def interval(moments: Moments, confidence: float, **_: Any) -> tuple[Floats, Floats, Floats]:
    """t limits with n − 1 degrees of freedom; none for a single number."""
    error = moments.error(lost=1)
    low, high = t_limits(moments.mean, error, moments.n, confidence)
    return low, high, np.where(moments.n > 1, error, np.nan)


@score(label="Mean", unit="scale", points=points, interval=interval)
def mean(ratings: Ratings, *, weights: Ratings | None = None, confidence: float = 0.95) -> Estimate:
    """The mean with a t interval; `low` and `high` are None for a single number.

    >>> mean([1, 2, 3, None]).value
    2.0
    """
    if weights is None:
        return mean.of(ratings, confidence=confidence)
    made = mean.weighted(points(ratings), weights, confidence=confidence, lowest=-math.inf, highest=math.inf)
    if made.n == 1:
        return Estimate(made.value, None, None, 1, made.unit, None, confidence, made.effective_n)
    return made
