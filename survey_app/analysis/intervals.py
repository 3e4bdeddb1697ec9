"""Confidence intervals for arrays of counts: Wilson for shares, seven methods for the NPS, t for means."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from .columns import Estimate
from .distributions import t_of, z_of

Floats = npt.NDArray[np.float64]
Limits = tuple[Floats, Floats]


def wilson(k: float, n: float, confidence: float = 0.95) -> Estimate:
    """The share k/n in percent with its Wilson score interval.

    (k + z²/2)/(n + z²) ± z/(n + z²)·sqrt(k(n−k)/n + z²/4); Newcombe (1998) Stat Med 17:857, method 3.

    >>> wilson(81, 263).low.__round__(2), wilson(81, 263).high.__round__(2)
    (25.53, 36.62)
    """
    if n < 0 or not 0 <= k <= max(n, 0):
        raise ValueError("k must lie between 0 and n")
    if n == 0:
        return Estimate(None, None, None, 0, "percent", confidence=confidence)
    low, high = wilson_limits(np.array(float(k)), np.array(float(n)), confidence)
    share = k / n
    error = float(np.sqrt(share * (1 - share) / n)) * 100
    return Estimate(share * 100, float(low) * 100, float(high) * 100, round(n), "percent", error, confidence)


def wilson_limits(k: Floats, n: Floats, confidence: float = 0.95) -> Limits:
    """Wilson limits as shares, for arrays of counts with n > 0."""
    z = z_of(confidence)
    centre = k + z * z / 2
    half = z * np.sqrt(k * (n - k) / n + z * z / 4)
    return np.maximum(0, (centre - half) / (n + z * z)), np.minimum(1, (centre + half) / (n + z * z))


def t_limits(mean: Floats, error: Floats, n: Floats, confidence: float = 0.95) -> Limits:
    """mean ± t·error with n − 1 degrees of freedom; the whole line where n < 2."""
    quantile = np.array([t_of(confidence, float(size) - 1) if size > 1 else np.inf for size in np.ravel(n)])
    half = np.where(n > 1, quantile.reshape(n.shape) * np.where(n > 1, error, 1), np.inf)
    return mean - half, mean + half


# -- NPS, on the scale −1 … 1 --------------------------------------------------------------------------------


def wald(p: Floats, n: Floats, d: Floats, confidence: float) -> Limits:
    """NPS ± z·sqrt((p + d − (p − d)²)/n). Too narrow below 50 answers; no width at all when all agree."""
    return _around(p, n, d, z_of(confidence))


def adjusted_wald(p: Floats, n: Floats, d: Floats, confidence: float, *, added: float = 3.0) -> Limits:
    """Wald after adding ¾ promoter, ¾ detractor and 1½ passives (Rocks 2016; Lewis & Sauro)."""
    return _around(p + added / 4, n + added, d + added / 4, z_of(confidence))


def agresti_min(p: Floats, n: Floats, d: Floats, confidence: float) -> Limits:
    """Wald after adding ½ promoter, ½ detractor and 1 passive (Agresti & Min 2005)."""
    return adjusted_wald(p, n, d, confidence, added=2.0)


def goodman(p: Floats, n: Floats, d: Floats, confidence: float) -> Limits:
    """Wald with sqrt of chi²(2 df): holds for all contrasts of the three shares at once (Goodman 1964)."""
    return _around(p, n, d, float(np.sqrt(-2 * np.log(1 - confidence))))


def mover(p: Floats, n: Floats, d: Floats, confidence: float) -> Limits:
    """Wilson limits of both shares put together (Newcombe 1998 method 10; Zou & Donner 2008)."""
    ps, ds = p / n, d / n
    (l1, u1), (l2, u2) = wilson_limits(p, n, confidence), wilson_limits(d, n, confidence)
    below = (1 - ps) * (1 - ds)
    r = -np.sqrt(np.divide(ps * ds, below, out=np.zeros_like(below), where=below > 0))
    low = ps - ds - np.sqrt(np.maximum(0, (ps - l1) ** 2 - 2 * r * (ps - l1) * (u2 - ds) + (u2 - ds) ** 2))
    high = ps - ds + np.sqrt(np.maximum(0, (u1 - ps) ** 2 - 2 * r * (u1 - ps) * (ds - l2) + (ds - l2) ** 2))
    return low, high


def score(p: Floats, n: Floats, d: Floats, confidence: float) -> Limits:
    """Inverts the score test of the difference of paired shares (Tango 1998 Stat Med 17:891)."""
    z, value = z_of(confidence), (p - d) / n

    def root(outer: float) -> Floats:
        near, far = value + 0 * n, np.full_like(value, outer)
        for _ in range(60):
            middle = (near + far) / 2
            is_inside = np.abs(_tango(p, n, d, middle)) <= z
            near, far = np.where(is_inside, middle, near), np.where(is_inside, far, middle)
        return (near + far) / 2

    return root(-1.0), root(1.0)


def _tango(p: Floats, n: Floats, d: Floats, delta: Floats) -> Floats:
    a, b = 2 * n, -p - d + (2 * n - p + d) * delta
    q = (np.sqrt(np.maximum(0, b * b + 4 * a * d * delta * (1 - delta))) - b) / (2 * a)
    spread = n * (2 * q + delta * (1 - delta))
    top = p - d - n * delta
    at_edge = np.where(np.abs(top) < 1e-12, 0.0, np.copysign(np.inf, top))
    return np.divide(top, np.sqrt(np.maximum(spread, 0)), out=at_edge, where=spread > 1e-12)


def bootstrap(p: Floats, n: Floats, d: Floats, confidence: float, *, draws: int = 10_000, seed: int = 1) -> Limits:
    """Percentiles of the NPS over answers drawn again with replacement; same seed, same limits."""
    random = np.random.default_rng(seed)
    tail = (1 - confidence) / 2
    limits = []
    for promoters, total, detractors in zip(np.ravel(p), np.ravel(n), np.ravel(d), strict=True):
        size = round(float(total))
        shares = np.array([promoters, max(0.0, total - promoters - detractors), detractors]) / total
        drawn = random.multinomial(size, shares, draws)
        limits.append(np.quantile((drawn[:, 0] - drawn[:, 2]) / size, [tail, 1 - tail]))
    low, high = np.array(limits).reshape(-1, 2).T
    return low.reshape(n.shape), high.reshape(n.shape)


NPS_INTERVALS: dict[str, Callable[..., Limits]] = {
    "adjusted-wald": adjusted_wald,
    "wald": wald,
    "score": score,
    "mover": mover,
    "agresti-min": agresti_min,
    "goodman": goodman,
    "bootstrap": bootstrap,
}


def nps_limits(p: Floats, n: Floats, d: Floats, confidence: float = 0.95, method: str = "adjusted-wald") -> Limits:
    """NPS limits on −1 … 1 for arrays of counts of promoters, answers (> 0) and detractors.

    They are held inside −1 … 1 and always contain the raw NPS, which adjusted ones can miss when all agree.
    """
    if method not in NPS_INTERVALS:
        raise ValueError(f"no NPS interval is called {method}; use one of {', '.join(NPS_INTERVALS)}")
    low, high = NPS_INTERVALS[method](p, n, d, confidence)
    value = (p - d) / n
    return np.minimum(value, np.maximum(-1, low)), np.maximum(value, np.minimum(1, high))


def _around(p: Floats, n: Floats, d: Floats, z: float) -> Limits:
    value = (p - d) / n
    half = z * np.sqrt(np.maximum(0, (p + d) / n - value * value) / n)
    return value - half, value + half
