"""Many tests at once: p values corrected after Bonferroni, Holm, or Benjamini and Hochberg."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from .scores.base import Floats


def bonferroni(p: Floats) -> Floats:
    """p·m, at most 1."""
    return np.asarray(np.minimum(1, p * p.shape[-1]))


def holm(p: Floats) -> Floats:
    """Step down: the i-th smallest times m − i + 1, made to rise (Holm 1979)."""
    order = np.argsort(p, axis=-1)
    factors = np.arange(p.shape[-1], 0, -1)
    stepped = np.maximum.accumulate(np.take_along_axis(p, order, -1) * factors, axis=-1)
    return _back(np.minimum(1, stepped), order)


def benjamini_hochberg(p: Floats) -> Floats:
    """Step up: the i-th smallest times m/i, made to rise (Benjamini & Hochberg 1995)."""
    order = np.argsort(p, axis=-1)[..., ::-1]
    factors = p.shape[-1] / np.arange(p.shape[-1], 0, -1)
    stepped = np.minimum.accumulate(np.take_along_axis(p, order, -1) * factors, axis=-1)
    return _back(np.minimum(1, stepped), order)


def unadjusted(p: Floats) -> Floats:
    """The p values as they are."""
    return p


CORRECTIONS: dict[str, Callable[[Floats], Floats]] = {
    "holm": holm,
    "bonferroni": bonferroni,
    "bh": benjamini_hochberg,
    "none": unadjusted,
}


def adjust(p: Sequence[float] | npt.NDArray[np.float64], method: str = "holm") -> Floats:
    """p values corrected for testing them all, in the given order (the last axis is one family of tests).

    `method`: holm, bonferroni, bh (false discovery rate) or none. ValueError for another one or p outside 0 … 1.

    >>> adjust([0.01, 0.02, 0.04]).round(6).tolist()
    [0.03, 0.04, 0.04]
    """
    values = np.asarray(p, np.float64)
    if method not in CORRECTIONS:
        raise ValueError(f"no correction is called {method}; use one of {', '.join(CORRECTIONS)}")
    if not ((values >= 0) & (values <= 1)).all():
        raise ValueError("p values must lie between 0 and 1")
    return CORRECTIONS[method](values) if values.size else values


def _back(ordered: Floats, order: npt.NDArray[np.intp]) -> Floats:
    made = np.empty_like(ordered)
    np.put_along_axis(made, order, ordered, -1)
    return made
