"""Did it work: before and after, difference in differences, interrupted time series, and their verdicts."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from .columns import Estimate, Ratings
from .compare import SMALLEST_BASE, Difference, difference
from .distributions import normal_p, z_of
from .inputs import Values, series
from .linear import INTERCEPT, Regression, fit
from .notes import Note, NotPossible
from .scores import SCORES
from .scores.base import Floats

Side = Ratings | Estimate
"""Ratings, or an Estimate that was made of them."""


class Verdict(StrEnum):
    """What an interval says about an action. `message` is the message id that people read."""

    IMPROVED = "improved"
    BELOW_TARGET = "below-target"
    NOT_SHOWN = "not-shown"
    WORSE = "worse"
    TOO_FEW = "too-few"

    @property
    def message(self) -> str:
        return _MESSAGES[self]


_MESSAGES = {
    Verdict.IMPROVED: "Improved",
    Verdict.BELOW_TARGET: "Improved, but below the target",
    Verdict.NOT_SHOWN: "No effect shown",
    Verdict.WORSE: "Worse",
    Verdict.TOO_FEW: "Too few answers",
}


@dataclass(frozen=True, slots=True)
class Effect:
    """A change with its interval and p value, in the unit of the score; `target` is the least one that was wanted.

    `value` is None where a side has no answers.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    smallest_n: int
    standard_error: float | None
    p: float | None
    unit: str
    target: float = 0.0
    confidence: float = 0.95

    @property
    def verdict(self) -> Verdict:
        """From the interval, never from the value alone. "No effect shown" does not mean "no effect"."""
        if self.value is None or self.low is None or self.high is None or self.smallest_n < SMALLEST_BASE:
            return Verdict.TOO_FEW
        if self.low > 0:
            return Verdict.IMPROVED if self.value >= self.target else Verdict.BELOW_TARGET
        return Verdict.WORSE if self.high < 0 else Verdict.NOT_SHOWN


def _estimate(side: Side, score: str, confidence: float) -> Estimate:
    return side if isinstance(side, Estimate) else SCORES[score](side, confidence=confidence)


def before_after(
    before: Side, after: Side, *, score: str = "nps", target: float = 0.0, confidence: float = 0.95
) -> Effect:
    """after − before of one group, independent answers. Without a control group, whatever else happened is in it.

    Units that were chosen because they were worst improve by themselves (regression to the mean).

    >>> before_after([9] * 40 + [3] * 60, [9] * 70 + [3] * 30).verdict.value
    'improved'
    """
    early, late = _estimate(before, score, confidence), _estimate(after, score, confidence)
    found: Difference = difference(late, early, confidence=confidence)
    least = min(found.n_a, found.n_b)
    return Effect(found.value, found.low, found.high, found.n, least, found.standard_error, found.p, found.unit,
                  target, confidence)  # fmt: skip


def difference_in_differences(
    treated_before: Side, treated_after: Side, control_before: Side, control_after: Side, *, score: str = "nps",
    target: float = 0.0, confidence: float = 0.95,
) -> Effect:  # fmt: skip
    """(treated after − before) − (control after − before): the change beyond what the control group saw too.

    Each side is a list of ratings (of `score`, a name in SCORES: NPS of 0–10 ratings in points) or an Estimate. Four
    independent groups: SE = √Σ SE_i², the interaction of a saturated regression with HC0 errors; for the same people
    twice use `paired_did`. z interval. None where a side is empty; ValueError for unlike units.

    >>> sides = [[9] * 9 + [7] * 6 + [3] * 5, [9] * 12 + [7] * 5 + [3] * 3, [9, 7, 3], [9, 7, 3]]
    >>> round(difference_in_differences(*sides).value, 6)
    25.0
    """
    sides = [_estimate(s, score, confidence) for s in (treated_before, treated_after, control_before, control_after)]
    if len({side.unit for side in sides}) > 1:
        raise ValueError("all four sides must have the same unit")
    n, least, unit = sum(side.n for side in sides), min(side.n for side in sides), sides[0].unit
    a, b, c, d = (side.value for side in sides)
    if a is None or b is None or c is None or d is None:
        return Effect(None, None, None, n, least, None, None, unit, target, confidence)
    value = (b - a) - (d - c)
    if any(side.standard_error is None for side in sides):
        return Effect(value, None, None, n, least, None, None, unit, target, confidence)
    error = math.sqrt(sum((side.standard_error or 0.0) ** 2 for side in sides))
    return _effect(value, error, n, least, unit, target, confidence)


def paired_did(treated: Estimate, control: Estimate, *, target: float = 0.0, confidence: float = 0.95) -> Effect:
    """Difference in differences when the same people answered twice: Estimates of the mean change of both groups.

    SE = √(SE_treated² + SE_control²) of the changes, smaller than for independent answers.

    >>> treated, control = (Estimate(v, None, None, 99, "scale", e) for v, e in ((0.59, 0.54), (-2.16, 1.25)))
    >>> round(paired_did(treated, control).standard_error, 3)
    1.362
    """
    n, least = treated.n + control.n, min(treated.n, control.n)
    if treated.value is None or control.value is None:
        return Effect(None, None, None, n, least, None, None, treated.unit, target, confidence)
    if treated.standard_error is None or control.standard_error is None:
        return Effect(treated.value - control.value, None, None, n, least, None, None, treated.unit, target, confidence)
    error = math.hypot(treated.standard_error, control.standard_error)
    return _effect(treated.value - control.value, error, n, least, treated.unit, target, confidence)


def _effect(value: float, error: float, n: int, least: int, unit: str, target: float, confidence: float) -> Effect:
    half = z_of(confidence) * error
    p = normal_p(value / error) if error else float(value == 0)
    return Effect(value, value - half, value + half, n, least, error, p, unit, target, confidence)


@dataclass(frozen=True, slots=True)
class Interruption:
    """An interrupted series: the jump of the level at the start, and the change of the slope per step after it.

    `slope_before` is that of the time before. `counterfactual` is what the line says would have come without the
    interruption (one value per point), `fitted` what it says did. `model` has classical errors beside.
    """

    level: Effect
    slope: Effect
    slope_before: float
    fitted: Floats
    counterfactual: Floats
    durbin_watson: float | None
    model: Regression
    notes: tuple[Note, ...]


SHORTEST_SIDE = 8


def interrupted_time_series(
    values: Values, start: int, *, period: int | None = None, lags: int | None = None, confidence: float = 0.95
) -> Interruption:
    """y = b0 + b1·t + b2·after + b3·steps since + season, with Newey–West errors (Wagner 2002; Bernal 2017).

    `values`: one per equal step of time, no gaps; `start`: place of the first point after (from 0); steps since
    start at 1 there. `period`: steps per year, for one dummy per place in it. `lags`: default `period`, else
    4(n/100)^(2/9). Newey–West errors come out too small in short series: a note says so below 60 points. ValueError
    for fewer than 8 points on a side (with seasons: at least as many as a period).

    >>> steps = [float(t) + (5 if t >= 10 else 0) for t in range(20)]
    >>> round(interrupted_time_series(steps, 10).level.value, 6)
    5.0
    """
    y = series(values)
    n, least = len(y), max(SHORTEST_SIDE, period or 0)
    if min(start, n - start) < least:
        raise NotPossible("An interrupted series needs at least %(least)s points before and after", least=least)
    t = np.arange(1.0, n + 1)
    after = (t > start).astype(float)
    since = np.maximum(0, t - start)
    seasons = _seasons(n, period)
    x = np.column_stack([np.ones(n), t, after, since, *seasons])
    names = (INTERCEPT, "time", "level", "slope", *(f"season {place + 2}" for place in range(len(seasons))))
    reach = period if lags is None else lags
    robust = fit(y, x, names, errors="newey-west", lags=reach, confidence=confidence)
    plain = fit(y, x, names, errors="classical", lags=None, confidence=confidence)
    level, slope = (_of(robust, name, min(start, n - start)) for name in ("level", "slope"))
    moved = robust["level"].value * after + robust["slope"].value * since
    notes = (Note("Errors of series below %(n)s points come out too small", {"n": 60}),) if n < 60 else ()
    return Interruption(level, slope, robust["time"].value, robust.fitted, robust.fitted - moved,
                        robust.durbin_watson, plain, notes)  # fmt: skip


def _seasons(n: int, period: int | None) -> list[Floats]:
    if period is None:
        return []
    place = np.arange(n) % period
    return [(place == month).astype(float) for month in range(1, period)]


def _of(model: Regression, name: str, least: int) -> Effect:
    c = model[name]
    return Effect(c.value, c.low, c.high, c.n, max(least, SMALLEST_BASE), c.standard_error, c.p, "scale",
                  confidence=model.confidence)  # fmt: skip


def shrunk(values: Sequence[float], errors: Sequence[float]) -> Floats:
    """Values of many units drawn towards their mean by how unsure they are, against regression to the mean.

    mean + (v − mean)·τ²/(τ² + SE²), τ² the spread beyond sampling (DerSimonian–Laird). The mean is precision-weighted.

    >>> shrunk([10.0, 50.0], [20.0, 20.0]).round(1).tolist()
    [20.0, 40.0]
    """
    v, e = series(values, least=2), series(errors, "errors", least=2)
    if len(v) != len(e) or (e <= 0).any():
        raise NotPossible("There must be one error above 0 per value")
    w = e**-2.0
    mean = np.average(v, weights=w)
    excess = float(w @ (v - mean) ** 2) - (len(v) - 1)
    tau2 = max(0.0, excess / float(w.sum() - w @ w / w.sum()))
    centre = np.average(v, weights=1 / (tau2 + e**2))
    return np.asarray(centre + (v - centre) * tau2 / (tau2 + e**2))
