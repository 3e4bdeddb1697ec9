"""Is a change real: differences of estimates or ratings, groups against each other, and a verdict."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from .columns import Estimate, Ratings
from .distributions import chi2_p, normal_p, t_of, t_p, z_of
from .intervals import adjusted_wald
from .scores import SCORES, Moments
from .scores.base import Floats

SMALLEST_BASE = 30
"""Below this many answers on either side a comparison says "too few" (house rule, docs/analysis.md)."""


class Verdict(StrEnum):
    """What a difference is worth. `message` is the message id that people read."""

    REAL = "real"
    NOISE = "noise"
    TOO_FEW = "too-few"

    @property
    def message(self) -> str:
        return {"real": "Real change", "noise": "May be noise", "too-few": "Too few answers"}[self.value]


@dataclass(frozen=True, slots=True)
class Difference:
    """a − b in the estimates' unit, with an interval and a two-sided p value. None where a side is empty."""

    value: float | None
    low: float | None
    high: float | None
    n_a: int
    n_b: int
    unit: str
    standard_error: float | None = None
    p: float | None = None
    confidence: float = 0.95

    @property
    def n(self) -> int:
        return self.n_a + self.n_b

    @property
    def verdict(self) -> Verdict:
        if self.low is None or self.high is None or min(self.n_a, self.n_b) < SMALLEST_BASE:
            return Verdict.TOO_FEW
        return Verdict.NOISE if self.low <= 0 <= self.high else Verdict.REAL


def difference(a: Estimate, b: Estimate, *, correlation: float = 0.0, confidence: float = 0.95) -> Difference:
    """a − b of two Estimates of the same unit, independent unless they have a `correlation`.

    points (NPS): z interval of both adjusted scores (weighted ones: of the linearised errors). percent:
    Newcombe (1998) from both Wilson limits. scale (means): Welch. `correlation`, of the two estimates, is that of
    answers which count on both sides (`overlap_correlation`): 2·r·e₁·e₂ is taken off e₁² + e₂², for shares as in
    Zou (2007). ValueError for unlike units.

    >>> halves = Estimate(50.0, 40.4, 59.6, 100, "percent", 5.0)
    >>> difference(halves, halves).high > 13, difference(halves, halves, correlation=1.0).high
    (True, 0.0)
    """
    if a.unit != b.unit:
        raise ValueError(f"{a.unit} and {b.unit} cannot be compared")
    if a.value is None or b.value is None:
        return Difference(None, None, None, a.n, b.n, a.unit, confidence=confidence)
    value = a.value - b.value
    error = _joined(a.standard_error or 0.0, b.standard_error or 0.0, correlation)
    if a.unit == "scale":
        return _welch(a, b, value, error, confidence)
    if a.unit == "percent":
        return _newcombe(a, b, value, error, correlation, confidence)
    return _points(a, b, value, error, correlation, confidence)


def _joined(first: float, second: float, correlation: float) -> float:
    """The length of a difference of two errors (or half intervals) that have a correlation."""
    if not correlation:
        return math.hypot(first, second)
    square = first**2 + second**2 - 2 * correlation * first * second
    return math.sqrt(square) if square > 1e-12 * (first**2 + second**2) else 0.0


def _welch(a: Estimate, b: Estimate, value: float, error: float, confidence: float) -> Difference:
    if a.standard_error is None or b.standard_error is None or a.n < 2 or b.n < 2:
        return Difference(value, None, None, a.n, b.n, a.unit, None, None, confidence)
    if error == 0:
        return Difference(value, value, value, a.n, b.n, a.unit, 0.0, float(value == 0), confidence)
    apart = math.hypot(a.standard_error, b.standard_error)  # what both share makes the difference surer, not vaguer
    degrees = apart**4 / (a.standard_error**4 / (a.n - 1) + b.standard_error**4 / (b.n - 1))
    half, p = t_of(confidence, degrees) * error, t_p(value / error, degrees)
    return Difference(value, value - half, value + half, a.n, b.n, a.unit, error, p, confidence)


def _newcombe(
    a: Estimate, b: Estimate, value: float, error: float, correlation: float, confidence: float
) -> Difference:
    n_a, n_b = a.effective_n or a.n, b.effective_n or b.n
    p_a, p_b = (a.value or 0.0) / 100, (b.value or 0.0) / 100
    (l_a, u_a), (l_b, u_b) = _wilson(p_a, n_a, confidence), _wilson(p_b, n_b, confidence)
    low = value - 100 * _joined(p_a - l_a, u_b - p_b, correlation)
    high = value + 100 * _joined(u_a - p_a, p_b - l_b, correlation)
    pooled = (p_a * n_a + p_b * n_b) / (n_a + n_b)
    spread = math.sqrt(pooled * (1 - pooled)) * _joined(n_a**-0.5, n_b**-0.5, correlation)
    p = normal_p(value / 100 / spread) if spread else 1.0
    return Difference(value, low, high, a.n, b.n, a.unit, error, p, confidence)


def _wilson(share: float, n: float, confidence: float) -> tuple[float, float]:
    z = z_of(confidence)
    half = z * math.sqrt(n * share * (1 - share) + z * z / 4)
    return (n * share + z * z / 2 - half) / (n + z * z), (n * share + z * z / 2 + half) / (n + z * z)


def _points(a: Estimate, b: Estimate, value: float, error: float, correlation: float, confidence: float) -> Difference:
    if a.effective_n or b.effective_n:  # weighted: the linearised errors already say it all
        centre = value
    else:
        (centre_a, error_a), (centre_b, error_b) = _adjusted(a), _adjusted(b)
        centre, error = centre_a - centre_b, _joined(error_a, error_b, correlation)
    half = z_of(confidence) * error
    low, high = max(-200.0, min(value, centre - half)), min(200.0, max(value, centre + half))
    p = normal_p(centre / error) if error else float(value == 0)
    return Difference(value, low, high, a.n, b.n, a.unit, error, p, confidence)


def _adjusted(estimate: Estimate) -> tuple[float, float]:
    """Adjusted NPS and its error (¾, 1½ and ¾ answers added) from the raw value, error and n."""
    n, value, error = estimate.n, (estimate.value or 0.0) / 100, (estimate.standard_error or 0.0) / 100
    moved = n * (error * error * n + value * value)  # promoters + detractors
    p, d = np.array((moved + n * value) / 2), np.array((moved - n * value) / 2)
    low, high = adjusted_wald(p, np.array(float(n)), d, 0.95)
    return float(low + high) * 50, float(high - low) * 50 / z_of(0.95)


def overlap_correlation(a: Moments, b: Moments, shared: Moments) -> Floats:
    """The correlation of the means of two samples, from the answers that are in both: one for each group of points.

    Σ(x − x̄ₐ)(x − x̄_b) over the shared answers, divided by √(Σₐ(x − x̄ₐ)²·Σ_b(x − x̄_b)²): the linearised covariance
    of the two means over their linearised errors. 0 without shared answers or without spread, 1 for equal samples.
    """
    centred = shared.spread + shared.n * (shared.mean - a.mean) * (shared.mean - b.mean)
    whole = np.sqrt(a.spread * b.spread)
    return np.clip(np.divide(centred, whole, out=np.zeros_like(whole), where=whole > 0), -1.0, 1.0)


def score_difference(score: str, a: Ratings, b: Ratings, *, confidence: float = 0.95, **options: Any) -> Difference:
    """The difference a − b of a score (a name in SCORES) between two independent sets of ratings."""
    of = SCORES[score]
    return difference(of(a, confidence=confidence, **options), of(b, confidence=confidence, **options),
                      confidence=confidence)  # fmt: skip


def nps_difference(
    a: Ratings, b: Ratings, *, paired: bool = False, confidence: float = 0.95, method: str = "adjusted-wald"
) -> Difference:
    """NPS(a) − NPS(b) in points.

    Independent: z with both adjusted scores and errors (Lewis & Sauro), or with `method="wald"` the raw ones.
    `paired`: the same customers twice, row by row; a t interval of the −100/0/100 differences.
    """
    points = SCORES["nps"].points
    if paired:
        return _paired(points(a), points(b), confidence)
    left, right = SCORES["nps"](a), SCORES["nps"](b)
    if method == "adjusted-wald" or left.value is None or right.value is None:
        return difference(left, right, confidence=confidence)
    if method != "wald":
        raise ValueError("method must be adjusted-wald or wald")
    value = left.value - right.value
    error = math.hypot(left.standard_error or 0.0, right.standard_error or 0.0)
    half = z_of(confidence) * error
    p = normal_p(value / error) if error else float(value == 0)
    return Difference(value, value - half, value + half, left.n, right.n, "points", error, p, confidence)


def _paired(a: Any, b: Any, confidence: float) -> Difference:
    if a.shape != b.shape:
        raise ValueError("paired ratings must be equally long")
    changes = (a - b)[~np.isnan(a - b)]
    n = len(changes)
    if n < 2:
        value = float(changes[0]) if n else None
        return Difference(value, None, None, n, n, "points", None, None, confidence)
    value, error = float(changes.mean()), float(changes.std(ddof=1) / math.sqrt(n))
    half = t_of(confidence, n - 1) * error
    p = t_p(value / error, n - 1) if error else float(value == 0)
    return Difference(value, value - half, value + half, n, n, "points", error, p, confidence)


def nps_sample_size(
    margin: float, *, confidence: float = 0.95, variance: float = 1.0, population: int | None = None
) -> int:
    """Answers needed for an NPS ± `margin` points: z²·variance/margin², rounded up.

    `variance` of the −1/0/1 scores is at most 1 (half promoters, half detractors); 0.61 is usual. With
    `population` the finite population is allowed for: n0/(1 + (n0 − 1)/N).

    >>> nps_sample_size(5), nps_sample_size(5, variance=0.61)
    (1537, 938)
    """
    if not margin > 0:
        raise ValueError("the margin must be above 0 points")
    if not 0 < variance <= 1:
        raise ValueError("the variance of an NPS lies above 0 and is at most 1")
    needed = z_of(confidence) ** 2 * variance / (margin / 100) ** 2
    if population is not None:
        needed /= 1 + (needed - 1) / population
    return math.ceil(needed - 1e-9)


@dataclass(frozen=True, slots=True)
class GroupsTest:
    """Do k groups differ at all: W, chi-squared with `degrees` degrees of freedom, and its p value."""

    statistic: float
    degrees: int
    p: float


def groups_test(estimates: Sequence[Estimate]) -> GroupsTest | None:
    """W = Σ((value − weighted mean)/error)²; groups without answers or spread are left out."""
    known = [(e.value, e.standard_error) for e in estimates if e.value is not None and e.standard_error]
    if len(known) < 2:
        return None
    values, errors = np.array(known, float).T
    weights = errors**-2.0
    statistic = float(np.sum(weights * (values - np.average(values, weights=weights)) ** 2))
    return GroupsTest(statistic, len(known) - 1, chi2_p(statistic, len(known) - 1))
