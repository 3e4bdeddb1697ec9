"""Rates before and after: two proportions, many themes at once, the same people twice, counts per contact."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .columns import Estimate
from .compare import Difference, difference
from .corrections import adjust
from .distributions import normal_p, z_of
from .fisher import fisher_p
from .intervals import wilson
from .notes import NotPossible


@dataclass(frozen=True, slots=True)
class RateChange:
    """The change of one rate: after − before in percent points (`change`), and p: raw, corrected, exact (Fisher)."""

    name: str
    before: Estimate
    after: Estimate
    change: Difference
    raw_p: float
    p: float
    exact_p: float

    @property
    def is_real(self) -> bool:
        """Shown at the level of the interval, after correction for testing all of them."""
        return self.p < 1 - self.change.confidence


def rate_changes(
    names: Sequence[str],
    before: Sequence[int],
    n_before: int,
    after: Sequence[int],
    n_after: int,
    *,
    correction: str = "holm",
    confidence: float = 0.95,
) -> tuple[RateChange, ...]:
    """Which of many rates changed, e.g. themes: base = people who commented, each theme counted once per person.

    Pooled two-proportion z for p, Newcombe's interval, `correction` over all (holm, bonferroni, bh, none).

    >>> found = rate_changes(["price", "app"], [92, 60], 400, [51, 58], 380)
    >>> [change.is_real for change in found]
    [True, False]
    """
    if not len(names) == len(before) == len(after):
        raise NotPossible("All columns must be equally long")
    if min(n_before, n_after) < 1:
        raise NotPossible("There are no answers on one side")
    sides = [
        (wilson(b, n_before, confidence), wilson(a, n_after, confidence)) for b, a in zip(before, after, strict=True)
    ]
    changes = [difference(late, early, confidence=confidence) for early, late in sides]
    raw = [two_proportions_p(b, n_before, a, n_after) for b, a in zip(before, after, strict=True)]
    tables = (np.array([[b, n_before - b], [a, n_after - a]], np.int64) for b, a in zip(before, after, strict=True))
    exact = [fisher_p(table) for table in tables]
    corrected = adjust(raw, correction)
    rows = zip(names, sides, changes, raw, corrected, exact, strict=True)
    return tuple(RateChange(name, s[0], s[1], c, r, float(p), e) for name, s, c, r, p, e in rows)


def two_proportions_p(k_a: float, n_a: float, k_b: float, n_b: float) -> float:
    """Two-sided p of the pooled z test that two shares are equal, without continuity correction.

    >>> round(two_proportions_p(92, 400, 51, 380), 7)
    0.0005487
    """
    pooled = (k_a + k_b) / (n_a + n_b)
    error = math.sqrt(pooled * (1 - pooled) * (1 / n_a + 1 / n_b))
    return normal_p((k_a / n_a - k_b / n_b) / error) if error else 1.0


@dataclass(frozen=True, slots=True)
class Matched:
    """The same people twice: how many turned to yes and to no, McNemar's statistic, p, exact p, and the change."""

    gained: int
    lost: int
    statistic: float
    p: float
    exact_p: float
    value: float
    low: float
    high: float
    n: int


def mcnemar(both: int, lost: int, gained: int, neither: int, *, corrected: bool = False,
            confidence: float = 0.95) -> Matched:  # fmt: skip
    """Did a yes/no answer of the same people change: (gained − lost)²/(gained + lost), 1 degree of freedom.

    `corrected` takes 1 off the distance (Edwards). The exact p is binomial. The change (gained − lost)/n is in
    percent points, with the paired z interval.

    >>> round(mcnemar(794, 86, 150, 570).statistic, 4)
    17.3559
    """
    counts = (both, lost, gained, neither)
    n, moved = sum(counts), gained + lost
    if min(counts) < 0 or not n:
        raise NotPossible("A table needs equally long rows of counts of at least 0")
    away = abs(gained - lost) - (1 if corrected and moved else 0)
    statistic = max(0, away) ** 2 / moved if moved else 0.0
    share = (gained - lost) / n
    error = math.sqrt(max(0.0, moved / n - share * share) / n)
    half = z_of(confidence) * error
    return Matched(gained, lost, statistic, normal_p(math.sqrt(statistic)), _sign_p(gained, lost), 100 * share,
                   100 * max(-1.0, share - half), 100 * min(1.0, share + half), n)  # fmt: skip


def _sign_p(a: int, b: int) -> float:
    n, least = a + b, min(a, b)
    logs = [math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) for k in range(least + 1)]
    return min(1.0, 2 * math.fsum(math.exp(log - n * math.log(2)) for log in logs))


@dataclass(frozen=True, slots=True)
class RateRatio:
    """The ratio of two rates (events per exposure) with an interval and an exact two-sided p value."""

    value: float
    low: float
    high: float
    n: int
    p: float


def rate_ratio(events_a: int, exposure_a: float, events_b: int, exposure_b: float, *,
               confidence: float = 0.95) -> RateRatio:  # fmt: skip
    """(a/exposure_a)/(b/exposure_b) of two Poisson counts, e.g. complaints per thousand contacts.

    Exact: given all events, those of a are binomial (Clopper–Pearson limits turned into odds; p adds up what is at
    most as likely, as R's poisson.test). ValueError where b has no events or an exposure is not above 0.

    >>> found = rate_ratio(11, 800, 21, 3011)
    >>> [round(part, 2) for part in (found.value, found.low, found.high, found.p)]
    [1.97, 0.86, 4.28, 0.08]
    """
    from scipy.special import betaincinv, gammaln  # type: ignore[import-untyped]

    if min(exposure_a, exposure_b) <= 0 or min(events_a, events_b) < 0:
        raise NotPossible("Exposures must be above 0 and events at least 0")
    if not events_b:
        raise NotPossible("The second rate has no events: there is no ratio")
    n, tail = events_a + events_b, (1 - confidence) / 2
    low = float(betaincinv(events_a, events_b + 1, tail)) if events_a else 0.0
    high = float(betaincinv(events_a + 1, events_b, 1 - tail))
    scale = exposure_b / exposure_a
    share = exposure_a / (exposure_a + exposure_b)
    k = np.arange(n + 1)
    logs = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1) + k * math.log(share) + (n - k) * math.log1p(-share)
    p = float(np.exp(logs[logs <= logs[events_a] + 1e-7]).sum())
    return RateRatio(events_a / events_b * scale, low / (1 - low) * scale, high / (1 - high) * scale, n, min(1.0, p))
