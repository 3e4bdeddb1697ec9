"""The normal, Student's t and chi-squared distributions, as far as intervals and tests need them."""

import math
from functools import lru_cache
from statistics import NormalDist

_NORMAL = NormalDist()


def z_of(confidence: float) -> float:
    """The two-sided normal quantile: 1.96 for 0.95. ValueError unless 0 < confidence < 1."""
    if not 0 < confidence < 1:
        raise ValueError("confidence must lie between 0 and 1")
    return _NORMAL.inv_cdf(0.5 + confidence / 2)


def normal_p(z: float) -> float:
    """Two-sided p value of a normal test statistic."""
    return math.erfc(abs(z) / math.sqrt(2))


@lru_cache(maxsize=4096)
def t_of(confidence: float, degrees: float) -> float:
    """The two-sided t quantile: 2.262 for 0.95 and 9 degrees of freedom.

    Newton steps from the normal quantile on the exact distribution function.
    """
    t = z_of(confidence)
    if degrees < 3:  # the tails are heavy: start far out, where the steps cannot overshoot below zero
        t *= 4 / degrees
    scale = math.exp(math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2)) / math.sqrt(degrees * math.pi)
    for _ in range(200):
        density = scale * (1 + t * t / degrees) ** (-(degrees + 1) / 2)
        step = (t_p(t, degrees) - (1 - confidence)) / (2 * density)
        t = max(t / 2, t + step)
        if abs(step) < 1e-13 * t:
            break
    return t


def t_p(t: float, degrees: float) -> float:
    """Two-sided p value of a t statistic."""
    return _beta_share(degrees / 2, 0.5, degrees / (degrees + t * t))


def chi2_p(statistic: float, degrees: int) -> float:
    """Upper tail of the chi-squared distribution, by the recurrence over degrees of freedom."""
    if statistic <= 0:
        return 1.0
    half = statistic / 2
    tail = math.erfc(math.sqrt(half)) if degrees % 2 else math.exp(-half)
    for number in range(3 if degrees % 2 else 4, degrees + 1, 2):
        a = number / 2 - 1
        tail += math.exp(a * math.log(half) - half - math.lgamma(a + 1))
    return min(1.0, tail)


def _beta_share(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function (Lentz's continued fraction)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta_share(b, a, 1 - x)
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    ) / a  # fmt: skip
    tiny = 1e-300
    c, d = 1.0, 1 / ((1 - (a + b) * x / (a + 1)) or tiny)
    fraction = d
    for m in range(1, 500):
        for top in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d, c = 1 / ((1 + top * d) or tiny), (1 + top / c) or tiny
            fraction *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return front * fraction
