"""How many answers it takes: sample sizes, power and the smallest change that can be found."""

import math
from statistics import NormalDist

from .distributions import z_of
from .notes import NotPossible

_NORMAL = NormalDist()


def nps_power(difference: float, n_a: int, n_b: int, *, variance: float = 0.61, confidence: float = 0.95) -> float:
    """The chance, in percent, that two samples show an NPS difference of `difference` points.

    Φ(|Δ|/SE − z) + Φ(−|Δ|/SE − z), SE = √(variance·(1/n_a + 1/n_b)); `variance` of the −1/0/1 scores is 0.61 as a
    rule, 1 at worst. Without any difference it is 1 − confidence.

    >>> round(nps_power(15, 200, 200), 2)
    48.43
    """
    away, z = abs(difference) / 100 / _error(n_a, n_b, variance), z_of(confidence)
    return 100 * (_NORMAL.cdf(away - z) + _NORMAL.cdf(-away - z))


def smallest_nps_difference(
    n_a: int, n_b: int, *, variance: float = 0.61, power: float = 80, confidence: float = 0.95
) -> float:
    """The NPS difference in points that two samples show with a chance of `power` percent: (z_α/2 + z_β)·SE.

    >>> round(smallest_nps_difference(200, 200), 2)
    21.88
    """
    return 100 * (z_of(confidence) + _quantile(power)) * _error(n_a, n_b, variance)


def nps_group_size(difference: float, *, variance: float = 0.61, power: float = 80, confidence: float = 0.95) -> int:
    """Answers per group to show an NPS difference of `difference` points: (z_α/2 + z_β)²·2·variance/Δ², rounded up.

    >>> nps_group_size(10)
    958
    """
    if not difference:
        raise NotPossible("The difference must not be 0")
    needed = (z_of(confidence) + _quantile(power)) ** 2 * 2 * variance / (difference / 100) ** 2
    return math.ceil(needed - 1e-9)


def _error(n_a: int, n_b: int, variance: float) -> float:
    if min(n_a, n_b) < 1 or not 0 < variance <= 1:
        raise NotPossible("Sample sizes must be above 0, the variance above 0 and at most 1")
    return math.sqrt(variance / n_a + variance / n_b)


def _quantile(power: float) -> float:
    if not 0 < power < 100:
        raise NotPossible("power must lie between 0 and 100 percent")
    return _NORMAL.inv_cdf(power / 100)


def share_power(share_a: float, share_b: float, n: float, *, confidence: float = 0.95) -> float:
    """The chance, in percent, to show the difference of two shares (in percent) with `n` answers per group.

    Φ((√n·|Δ| − z·√(2p̄(1 − p̄)))/√(p1(1 − p1) + p2(1 − p2))), as R's power.prop.test.

    >>> round(share_power(50, 75, 50), 1)
    74.0
    """
    a, b = _shares(share_a, share_b)
    pooled = (a + b) / 2
    spread = math.sqrt(a * (1 - a) + b * (1 - b))
    reach = math.sqrt(n) * abs(a - b) - z_of(confidence) * math.sqrt(2 * pooled * (1 - pooled))
    return 100 * _NORMAL.cdf(reach / spread)


def share_group_size(share_a: float, share_b: float, *, power: float = 80, confidence: float = 0.95) -> float:
    """Answers per group (not rounded) to show the difference of two shares in percent, as R's power.prop.test.

    >>> round(share_group_size(50, 75, power=90), 1)
    76.7
    """
    a, b = _shares(share_a, share_b)
    pooled = (a + b) / 2
    top = z_of(confidence) * math.sqrt(2 * pooled * (1 - pooled)) + _quantile(power) * math.sqrt(
        a * (1 - a) + b * (1 - b)
    )
    return (top / (a - b)) ** 2


def _shares(a: float, b: float) -> tuple[float, float]:
    if not (0 < a < 100 and 0 < b < 100) or a == b:
        raise NotPossible("The two shares must differ and lie between 0 and 100 percent")
    return a / 100, b / 100
