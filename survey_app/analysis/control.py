"""Control charts: p and Laney p′ charts, CUSUM, EWMA, run rules, and the date of a shift."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .inputs import Values, series
from .notes import NotPossible
from .scores.base import Floats

BIAS = 1.128
"""The mean absolute difference of two standard normal values, as control charts round 2/√π."""


@dataclass(frozen=True, slots=True)
class ControlChart:
    """Points with a centre and a lower and upper limit each; `outside` are the places beyond (from 0).

    For shares all in percent. `sigma_z` (Laney): how much more the points vary than their bases explain.
    """

    values: Floats
    n: Floats
    centre: float
    lower: Floats
    upper: Floats
    sigma_z: float
    unit: str = "percent"

    @property
    def outside(self) -> tuple[int, ...]:
        beyond = (self.values < self.lower) | (self.values > self.upper)
        return tuple(np.flatnonzero(beyond).tolist())


def p_chart(k: Values, n: Values | float, *, width: float = 3.0) -> ControlChart:
    """Shares k_i/n_i with limits p̄ ± width·√(p̄(1 − p̄)/n_i), in percent within 0 … 100 (Shewhart).

    `n` is one base for all or one per point. With bases in the thousands nearly every point falls out: use
    `laney_p_chart`. ValueError for gaps, k above n or n of 0.

    >>> chart = p_chart([5, 6, 4, 20], 50)
    >>> round(chart.centre, 2), chart.outside
    (17.5, (3,))
    """
    hits, bases = _counts(k, n)
    return _chart(hits, bases, width, 1.0)


def laney_p_chart(k: Values, n: Values | float, *, width: float = 3.0) -> ControlChart:
    """The p′ chart: p̄ ± width·σ_i·σ_z, σ_z = mean|z_i − z_(i−1)|/1.128 of z_i = (p_i − p̄)/σ_i (Laney 2002).

    Takes out what varies between points besides sampling. At least two points; all shares alike give σ_z = 0.

    >>> round(laney_p_chart([9000, 9300, 8900, 9200], [10000] * 4).sigma_z, 2)
    10.33
    """
    hits, bases = _counts(k, n)
    if len(hits) < 2:
        raise NotPossible("A p′ chart needs at least two points")
    share = hits.sum() / bases.sum()
    sigma = np.sqrt(share * (1 - share) / bases)
    z = np.divide(hits / bases - share, sigma, out=np.zeros_like(hits), where=sigma > 0)
    return _chart(hits, bases, width, float(np.abs(np.diff(z)).mean()) / BIAS)


def u_chart(counts: Values, sizes: Values | float, *, width: float = 3.0) -> ControlChart:
    """Events per unit cᵢ/nᵢ (complaints per 100 contacts) with limits ū ± width·√(ū/nᵢ), at least 0 (Shewhart).

    For counts that can exceed their base; `p_chart` is for shares. ValueError for gaps and sizes of 0.

    >>> chart = u_chart([10, 12, 8, 14], 5)
    >>> chart.centre, chart.upper.round(2).tolist()[0], chart.outside
    (2.2, 4.19, ())
    """
    events = series(counts, "counts")
    bases = np.full(len(events), float(sizes)) if isinstance(sizes, (int, float)) else series(sizes, "sizes")
    if len(events) != len(bases) or (bases <= 0).any() or (events < 0).any():
        raise NotPossible("There must be one size above 0 per count, and counts of at least 0")
    rate = float(events.sum() / bases.sum())
    half = width * np.sqrt(rate / bases)
    return ControlChart(events / bases, bases, rate, np.maximum(0, rate - half), rate + half, 1.0, "scale")


def _counts(k: Values, n: Values | float) -> tuple[Floats, Floats]:
    hits = series(k, "k")
    bases = np.full(len(hits), float(n)) if isinstance(n, (int, float)) else series(n, "n")
    if len(hits) != len(bases) or (bases <= 0).any() or (hits < 0).any() or (hits > bases).any():
        raise NotPossible("k must lie between 0 and n, and n above 0")
    return hits, bases


def _chart(hits: Floats, bases: Floats, width: float, sigma_z: float) -> ControlChart:
    share = float(hits.sum() / bases.sum())
    half = width * sigma_z * np.sqrt(share * (1 - share) / bases)
    low, high = np.maximum(0, share - half), np.minimum(1, share + half)
    return ControlChart(100 * hits / bases, bases, 100 * share, 100 * low, 100 * high, sigma_z)


@dataclass(frozen=True, slots=True)
class Cusum:
    """Upper and lower sums (both at least 0), in the values' unit.

    `signals` are the places where one passes `limit`, `first` the earliest and `direction` its side: 1 up, −1 down,
    0 without a signal.
    """

    upper: Floats
    lower: Floats
    limit: float
    target: float

    @property
    def signals(self) -> tuple[int, ...]:
        return tuple(np.flatnonzero(np.maximum(self.upper, self.lower) > self.limit).tolist())

    @property
    def first(self) -> int | None:
        return self.signals[0] if self.signals else None

    @property
    def direction(self) -> int:
        return 0 if self.first is None else 1 if self.upper[self.first] > self.limit else -1

    @property
    def began(self) -> int | None:
        """Where the sum that signals first left 0: the best guess of when the shift began."""
        if self.first is None:
            return None
        side = self.upper if self.direction > 0 else self.lower
        zero = np.flatnonzero(side[: self.first] == 0)
        return int(zero[-1]) + 1 if len(zero) else 0


def cusum(values: Values, *, target: float, k: float = 0.5, h: float = 5.0, sigma: float | None = None) -> Cusum:
    """Sums of what exceeds target ± K: C⁺ = max(0, C⁺ + x − target − K), C⁻ likewise; a signal above H (Page 1954).

    With `sigma` (see `moving_sigma`) k and h are in multiples of it: k = 0.5, h = 5 finds shifts of one sigma.
    Without, k and h are in the unit of the values. ValueError for gaps.

    >>> cusum([0.2, -0.1, 1.5, 2.0, 1.8], target=0, k=0.5, h=2, sigma=1).first
    3
    """
    x = series(values)
    scale = 1.0 if sigma is None else sigma
    if not (scale > 0 and k >= 0 and h > 0):
        raise NotPossible("sigma and h must be above 0, and k at least 0")
    sums = []
    for side in (1, -1):
        away, made, held = side * (x - target) - k * scale, [], 0.0
        for step in away:
            held = max(0.0, held + float(step))
            made.append(held)
        sums.append(np.array(made))
    return Cusum(sums[0], sums[1], h * scale, target)


def moving_sigma(values: Values) -> float:
    """The spread within a stable series, from neighbours: mean|x_i − x_(i−1)|/1.128. A shift hardly raises it.

    >>> round(moving_sigma([1, 2, 1, 2]), 4)
    0.8865
    """
    return float(np.abs(np.diff(series(values, least=2))).mean()) / BIAS


def ewma(
    values: Values, *, target: float, sigma: float, weight: float = 0.3, width: float = 3.0, exact: bool = False
) -> ControlChart:
    """z_i = weight·x_i + (1 − weight)·z_(i−1) from the target, with limits target ± width·σ·√(weight/(2 − weight)).

    `exact` uses the narrower limits of the first points, ×√(1 − (1 − weight)^2i) (Roberts 1959).

    >>> ewma([52, 47, 53], target=50, sigma=2.0539).values.round(2).tolist()
    [50.6, 49.52, 50.56]
    """
    x = series(values)
    if not (0 < weight <= 1 and sigma > 0):
        raise NotPossible("weight must lie above 0 and be at most 1, sigma above 0")
    made, held = [], target
    for value in x:
        held = weight * float(value) + (1 - weight) * held
        made.append(held)
    steps = np.arange(1, len(x) + 1)
    settled = 1 - (1 - weight) ** (2 * steps) if exact else np.ones(len(x))
    half = width * sigma * np.sqrt(weight / (2 - weight) * settled)
    return ControlChart(np.array(made), np.ones(len(x)), target, target - half, target + half, 1.0, "scale")


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs about the median: `n` points off it, longest run on one side and number of crossings, with limits."""

    median: float
    n: int
    longest: int
    longest_limit: int
    crossings: int
    crossings_limit: int

    @property
    def has_shift(self) -> bool:
        """The series has moved: a run too long or too few crossings for chance."""
        return self.longest > self.longest_limit or self.crossings < self.crossings_limit


def run_rules(values: Values, *, centre: float | None = None) -> Runs:
    """Anhøj's rules: a shift when the longest run exceeds round(log2 n + 3), or crossings fall below their 5 % point.

    Points on the `centre` (default: the median) are left out. The limit of crossings is the 5 % quantile of a
    binomial with n − 1 tries at ½ (Anhøj & Olesen 2014).

    >>> run_rules([1, 2, 1, 2, 1, 9, 8, 9, 8, 9, 8]).crossings
    1
    """
    x = series(values)
    middle = float(np.median(x)) if centre is None else centre
    side = np.sign(x - middle)[x != middle]
    n = len(side)
    if n < 2:
        return Runs(middle, n, n, 3, 0, 0)
    changes = np.flatnonzero(np.diff(side)) + 1
    longest = int(np.diff(np.concatenate([[0], changes, [n]])).max())
    return Runs(middle, n, longest, round(math.log2(n) + 3), len(changes), _binomial_quantile(0.05, n - 1))


def _binomial_quantile(p: float, n: int) -> int:
    total = 0.0
    for k in range(n + 1):
        total += math.exp(math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) - n * math.log(2))
        if total >= p * (1 - 1e-12):
            return k
    return n


@dataclass(frozen=True, slots=True)
class Shift:
    """The best single break: the first `index` after it (from 0), the means on both sides, and a p value."""

    index: int
    before: float
    after: float
    p: float


def shift_date(values: Values, *, weights: Values | Sequence[float] | None = None, margin: float = 0.15,
               draws: int = 999, seed: int = 1) -> Shift:  # fmt: skip
    """Where the level of a series changed most: the split with the smallest sum of squares (Bai & Perron, one break).

    `margin` is the least share of points on each side; `weights` count points (their bases). p: the share of random
    orders (`draws`, `seed`) that split as well, which assumes that points do not depend on each other. ValueError for
    fewer than 6 points.
    """
    x = series(values, least=6)
    w = np.ones(len(x)) if weights is None else series(weights, "weights")
    if len(w) != len(x) or (w <= 0).any():
        raise NotPossible("Weights must be above 0, one per point")
    edge = max(2, math.ceil(margin * len(x)))
    gains = _split_gains(x[np.newaxis], w[np.newaxis], edge)[0]
    index = int(np.argmax(gains)) + edge
    random = np.random.default_rng(seed)
    orders = np.array([random.permutation(len(x)) for _ in range(draws)])
    others = _split_gains(x[orders], w[orders], edge).max(axis=1)
    p = (1 + int((others >= gains.max() * (1 - 1e-12)).sum())) / (draws + 1)
    return Shift(index, float(np.average(x[:index], weights=w[:index])),
                 float(np.average(x[index:], weights=w[index:])), p)  # fmt: skip


def _split_gains(x: Floats, w: npt.NDArray[np.float64], edge: int) -> Floats:
    """What each split takes off the sum of squares: w₁w₂/(w₁ + w₂)·(m₁ − m₂)²."""
    mass, total = np.cumsum(w, axis=1), np.cumsum(w * x, axis=1)
    w1, s1 = mass[:, edge - 1 : -edge], total[:, edge - 1 : -edge]
    w2, s2 = mass[:, -1:] - w1, total[:, -1:] - s1
    return np.asarray(w1 * w2 / (w1 + w2) * (s1 / w1 - s2 / w2) ** 2)
