"""Customer satisfaction: the share that chose one of the top boxes, in percent."""

from typing import Any

import numpy as np

from ..columns import Estimate, Ratings
from ..intervals import wilson_limits
from .base import Floats, Moments, numbers, score, within


def points(ratings: Ratings, *, scale: tuple[float, float] = (1, 5), top: int = 2, **_: Any) -> Floats:
    """100 for a top box, 0 for the others."""
    values = within(numbers(ratings), scale)
    if not 0 < top <= scale[1] - scale[0]:
        raise ValueError("top must leave at least one box below it")
    return np.where(np.isnan(values), np.nan, 100.0 * (values > scale[1] - top))


def interval(moments: Moments, confidence: float, **_: Any) -> tuple[Floats, Floats, Floats]:
    """Wilson limits."""
    low, high = wilson_limits(moments.total / 100, moments.n, confidence)
    return low * 100, high * 100, moments.error()


@score(label="CSAT", unit="percent", points=points, interval=interval)
def csat(
    ratings: Ratings,
    *,
    scale: tuple[float, float] = (1, 5),
    top: int = 2,
    weights: Ratings | None = None,
    confidence: float = 0.95,
) -> Estimate:
    """The share of answers in the `top` highest boxes of `scale`, in percent, with a Wilson interval.

    With `weights`: the Wilson interval of the weighted share at the effective base n/deff (Kish), with the
    linearised error beside it.

    >>> csat([5, 4, 3, 1, None]).value
    50.0
    """
    if weights is None:
        return csat.of(ratings, confidence=confidence, scale=scale, top=top)
    values = points(ratings, scale=scale, top=top)
    made = csat.weighted(values, weights, confidence=confidence, lowest=0.0, highest=100.0)
    if made.value is None or made.effective_n is None:
        return made
    base = np.array(made.effective_n)
    low, high = wilson_limits(base * made.value / 100, base, confidence)
    return Estimate(
        made.value, float(low) * 100, float(high) * 100, made.n, made.unit, made.standard_error, confidence,
        made.effective_n,
    )  # fmt: skip
