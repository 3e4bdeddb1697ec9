"""From before and after to a verdict by the criterion: shown, refuted, or not yet shown. Pure."""

import math
from dataclasses import asdict, dataclass
from typing import Any

from ..analysis.columns import Estimate
from ..analysis.compare import Difference
from ..analysis.compare import difference as difference_of
from ..analysis.distributions import z_of
from ..errors import N_
from .criteria import Criterion

EFFECTIVE, INEFFECTIVE, INCONCLUSIVE = "effective", "ineffective", "inconclusive"
POWER_Z = 0.8416
"""z of 80 %: how likely a change as large as the target is to be shown with the needed number of answers."""

VERDICTS = {"reached": EFFECTIVE, "opposite": INEFFECTIVE, "short": INEFFECTIVE, "improved": INEFFECTIVE}

REASONS = {
    "reached": N_("The change is real and reaches the target."),
    "few_after": N_("Too few answers since the implementation: %(n)s of at least %(min_n)s."),
    "few_before": N_("Too few answers in the baseline: %(n)s of at least %(min_n)s."),
    "opposite": N_("It has really changed, but in the wrong direction."),
    "short": N_("Even at best the change stays below the target."),
    "improved": N_("It has really improved, but even at best it stays below the target."),
    "partly": N_("It has really changed, but whether the target is reached is not certain."),
    "noise": N_("The change may be noise: an effect of this size also comes about by chance."),
}
"""What a verdict rests on, in words."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """`needed_n` answers after the implementation would probably show a change as large as the target; None where no
    number would, because the baseline itself is too small."""

    verdict: str
    reason: str
    difference: Difference
    needed_n: int | None

    def stored(self) -> dict[str, Any]:
        """As the verification row keeps it: all numbers as they were."""
        numbers = {key: value for key, value in asdict(self.difference).items() if isinstance(value, (int, float, str))}
        return {**numbers, "reason": self.reason, "needed_n": self.needed_n}


def judge(wanted: Criterion, before: Estimate, after: Estimate) -> Judgement:
    """The verdict on two estimates. It rests on the interval of the difference, never on the values alone."""
    change = difference_of(after, before, confidence=wanted.confidence)
    reason = _reason(wanted, before, after, change)
    verdict = VERDICTS.get(reason, INCONCLUSIVE)
    return Judgement(verdict, reason, change, needed(wanted, before, after) if verdict == INCONCLUSIVE else None)


def _reason(wanted: Criterion, before: Estimate, after: Estimate, change: Difference) -> str:
    if before.n < wanted.min_n:
        return "few_before"
    if after.n < wanted.min_n or change.value is None or change.low is None or change.high is None:
        return "few_after"
    # Turned round where less is better, so that up is always good.
    sign, target = wanted.sign, abs(wanted.change)
    low, high = sorted((sign * change.low, sign * change.high))
    if low > 0:
        if sign * change.value >= target:
            return "reached"
        return "improved" if high < target else "partly"
    if high < 0:
        return "opposite"
    return "short" if high < target else "noise"


def needed(wanted: Criterion, before: Estimate, after: Estimate) -> int | None:
    """How many answers after the implementation would show a change of the target's size with 80 % probability."""
    spread = after if after.n >= 30 and after.standard_error else before
    if not spread.standard_error or not before.standard_error or spread.n == 0:
        return None
    variance = spread.standard_error**2 * spread.n
    room = (abs(wanted.change) / (z_of(wanted.confidence) + POWER_Z)) ** 2 - before.standard_error**2
    return max(wanted.min_n, math.ceil(variance / room)) if room > 0 else None


def detectable(wanted: Criterion, before: Estimate, n: int) -> float | None:
    """The smallest change that `n` later answers would show with 80 % probability; None where nothing is known yet."""
    if not before.standard_error or before.n == 0 or n <= 0:
        return None
    variance = before.standard_error**2 * before.n
    return (z_of(wanted.confidence) + POWER_Z) * math.sqrt(before.standard_error**2 + variance / n)
