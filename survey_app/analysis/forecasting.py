"""Looking back and ahead: seasons and trend of a series, a forecast with prediction intervals, and its accuracy."""

import math
from dataclasses import dataclass

import numpy as np

from .distributions import z_of
from .inputs import Values, series
from .notes import Note, NotPossible
from .scores.base import Floats
from .smoothing import Shape, Smoothed, smooth

SHORTEST = 12
"""House rule: fewer points are no basis for a forecast."""


@dataclass(frozen=True, slots=True)
class Decomposition:
    """Value = trend + season + rest (or trend × season × rest). `trend` and `rest` are NaN-free: None at the ends.

    `seasonal` has one number per place in the period, adding up to 0 (averaging 1).
    """

    trend: tuple[float | None, ...]
    seasonal: tuple[float, ...]
    rest: tuple[float | None, ...]
    adjusted: Floats
    is_multiplicative: bool


def decompose(values: Values, period: int, *, multiplicative: bool = False) -> Decomposition:
    """Classical decomposition: centred moving average, then the mean of each place in the period.

    `adjusted` are the values without their season. The first value is place 0 of the period. ValueError for fewer
    than two full periods, or values at or below 0 for a multiplicative one. As R's decompose.

    >>> [round(s, 3) for s in decompose([1, 3, 2, 4, 3, 5, 4, 6], 2).seasonal]
    [-0.75, 0.75]
    """
    x = series(values)
    if period < 2 or len(x) < 2 * period:
        raise NotPossible("Seasons need at least two full periods of %(period)s points", period=period)
    if multiplicative and (x <= 0).any():
        raise NotPossible("Seasonal factors need values above 0")
    width = np.ones(period) if period % 2 else np.concatenate([[0.5], np.ones(period - 1), [0.5]])
    trend = np.convolve(x, width / period, mode="valid")
    edge = (len(x) - len(trend)) // 2
    inside = x[edge : len(x) - edge]
    off = inside / trend if multiplicative else inside - trend
    place = (np.arange(len(off)) + edge) % period
    figure = np.bincount(place, off, period) / np.bincount(place, minlength=period)
    figure = figure / figure.mean() if multiplicative else figure - figure.mean()
    season = figure[np.arange(len(x)) % period]
    rest = off / season[edge : len(x) - edge] if multiplicative else off - season[edge : len(x) - edge]
    return Decomposition(_padded(trend, edge), tuple(figure.tolist()), _padded(rest, edge),
                         x / season if multiplicative else x - season, multiplicative)  # fmt: skip


def _padded(inner: Floats, edge: int) -> tuple[float | None, ...]:
    ends: list[float | None] = [None] * edge
    return (*ends, *inner.tolist(), *ends)


@dataclass(frozen=True, slots=True)
class Point:
    """One step ahead: the forecast, with the interval that the value itself (not its mean) should fall into."""

    step: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """Points ahead, the model they come from, and whether it beat the naive forecast so far.

    `mase` compares its one-step errors with repeating the last value (of the season): above 1 it is worse, and a note
    says so. `sigma` is the standard deviation of one-step errors.
    """

    points: tuple[Point, ...]
    model: str
    sigma: float
    mase: float | None
    n: int
    fitted: Floats
    smoothed: Smoothed | None
    notes: tuple[Note, ...]
    confidence: float


def forecast(
    values: Values,
    *,
    horizon: int = 3,
    period: int | None = None,
    model: str | None = None,
    errors: Values | None = None,
    bounds: tuple[float, float] | None = None,
    confidence: float = 0.95,
) -> Forecast:
    """The next `horizon` values with prediction intervals, from additive exponential smoothing.

    `model`: "level" (ETS A,N,N), "trend" (A,Ad,N), "season" (A,N,A), "trend and season" (A,Ad,A); by default the one
    with the smallest AICc that the series is long enough for (`period` steps per season, two full ones). `errors`: the
    standard error of each value: then sampling error is told from real movement (local level, Kalman filter; only
    "level"). `bounds` holds points and limits, e.g. (−100, 100) for an NPS. Intervals do not include the uncertainty
    of the parameters. ValueError for fewer than 12 points, gaps, or an unknown model.
    """
    x = series(values)
    if len(x) < SHORTEST:
        raise NotPossible("A forecast needs at least %(least)s points, not %(n)s", least=SHORTEST, n=len(x))
    if horizon < 1:
        raise NotPossible("The horizon must be at least one step")
    if errors is not None:
        known = series(errors, "errors")
        if len(known) != len(x) or (known < 0).any():
            raise NotPossible("There must be one error of at least 0 per value")
        ahead, spread, left, name = _local_level(x, known, horizon)
        smoothed, sigma = None, float(np.sqrt(np.mean(left**2)))
    else:
        smoothed, name = _chosen(x, period, model)
        ahead, spread = smoothed.ahead(horizon)
        left, sigma = smoothed.errors, smoothed.sigma
    points = _points(ahead, spread, bounds, confidence)
    mase = _scaled(left, x, period)
    notes = (Note("The forecast is no better than repeating the last value"),) if mase is not None and mase >= 1 else ()
    return Forecast(points, name, sigma, mase, len(x), x - left, smoothed, notes, confidence)


MODELS = {"level": (False, False), "trend": (True, False), "season": (False, True), "trend and season": (True, True)}


def _chosen(x: Floats, period: int | None, model: str | None) -> tuple[Smoothed, str]:
    if model is not None and model not in MODELS:
        raise ValueError(f"no model is called {model}; use one of {', '.join(MODELS)}")
    is_seasonal = period is not None and period > 1 and len(x) >= 2 * period + 2
    if model is not None and MODELS[model][1] and not is_seasonal:
        raise NotPossible("Seasons need at least two full periods of %(period)s points", period=period or 0)
    names = [model] if model else [name for name, (_, season) in MODELS.items() if is_seasonal or not season]
    tried = {name: smooth(x, Shape(MODELS[name][0], (period or 1) if MODELS[name][1] else 1)) for name in names if name}
    best = min(tried, key=lambda name: tried[name].aicc)
    return tried[best], best


def _points(ahead: Floats, spread: Floats, bounds: tuple[float, float] | None, confidence: float) -> tuple[Point, ...]:
    low, high = bounds or (-math.inf, math.inf)
    half = z_of(confidence) * spread
    held = [np.clip(part, low, high) for part in (ahead, ahead - half, ahead + half)]
    return tuple(Point(step + 1, *(float(part[step]) for part in held)) for step in range(len(ahead)))


def _scaled(left: Floats, x: Floats, period: int | None) -> float | None:
    lag = period if period and len(x) > 2 * period else 1
    naive = float(np.abs(x[lag:] - x[:-lag]).mean())
    return float(np.abs(left[lag:]).mean()) / naive if naive else None


def _local_level(x: Floats, errors: Floats, horizon: int) -> tuple[Floats, Floats, Floats, str]:
    """A level that walks with variance q per step, seen with known errors; q by maximum likelihood."""
    from scipy.optimize import minimize_scalar  # type: ignore[import-untyped]

    scale = float(np.var(x)) or 1.0
    found = minimize_scalar(lambda log_q: _filtered(x, errors, math.exp(log_q))[0],
                            bounds=(math.log(scale) - 20, math.log(scale) + 5), method="bounded")  # fmt: skip
    q = math.exp(float(found.x))
    _, level, variance, left = _filtered(x, errors, q)
    steps = np.arange(1, horizon + 1)
    seen = float(np.median(errors)) ** 2
    return np.full(horizon, level), np.sqrt(variance + q * steps + seen), left, "level"


def _filtered(x: Floats, errors: Floats, q: float) -> tuple[float, float, float, Floats]:
    """The Kalman filter: minus the log likelihood, the last level and its variance, and the one-step errors."""
    level, variance, loss, left = float(x[0]), float(errors[0] ** 2), 0.0, np.zeros(len(x))
    for t in range(1, len(x)):
        before = variance + q
        total = before + float(errors[t]) ** 2
        left[t] = x[t] - level
        loss += 0.5 * (math.log(max(total, 1e-300)) + left[t] ** 2 / max(total, 1e-300))
        gain = before / total if total else 1.0
        level, variance = level + gain * float(left[t]), before * (1 - gain)
    return loss, level, variance, left


def seasonal_naive(values: Values, period: int, *, horizon: int = 1) -> Floats:
    """Each value again as one period ago: what any forecast must beat. `period` 1 repeats the last value.

    >>> seasonal_naive([5, 6, 7, 8], 2, horizon=3).tolist()
    [7.0, 8.0, 7.0]
    """
    x = series(values)
    if not 1 <= period <= len(x):
        raise NotPossible("The series is shorter than its period")
    return x[len(x) - period + np.arange(horizon) % period]


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How far forecasts were off: mean absolute error, in percent of the value, and against the naive forecast.

    `mape` is None when a value is 0, `mase` when the training values never change.
    """

    mae: float
    mape: float | None
    mase: float | None
    rmse: float
    n: int


def accuracy(actual: Values, predicted: Values, training: Values, *, period: int = 1) -> Accuracy:
    """Errors of `predicted` against `actual`; MASE scales by the in-sample errors of the seasonal naive forecast.

    >>> accuracy([4, 5], [3, 7], [1, 2, 3]).mase
    1.5
    """
    real, said, before = series(actual), series(predicted, "predicted"), series(training, "training")
    if len(real) != len(said):
        raise NotPossible("All columns must be equally long")
    if len(before) <= period:
        raise NotPossible("The series is shorter than its period")
    off = np.abs(real - said)
    naive = float(np.abs(before[period:] - before[:-period]).mean())
    mape = float(100 * np.mean(off / np.abs(real))) if real.all() else None
    mase = float(off.mean()) / naive if naive else None
    return Accuracy(float(off.mean()), mape, mase, float(np.sqrt(np.mean(off**2))), len(real))
