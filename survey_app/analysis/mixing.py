"""The arithmetic of a changed average: shares of groups and levels within them, with errors by the delta method."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .distributions import normal_p, z_of
from .scores.base import Floats, Moments


@dataclass(frozen=True, slots=True)
class Side:
    """The groups of one cut: number of answers, share (0–1), mean and its variance; all of shape (groups,).

    `base` is the number of answers that the shares are as sure as (with weights: n over the design effect).
    """

    n: Floats
    shares: Floats
    means: Floats
    variances: Floats
    base: float

    @property
    def mean(self) -> float:
        return float(self.shares @ self.means)

    def of_groups(self, places: npt.NDArray[np.intp]) -> "Side":
        """These groups alone; the others must be empty."""
        return Side(self.n[places], self.shares[places], self.means[places], self.variances[places], self.base)

    def share_variance(self, rows: Floats) -> Floats:
        """The variance of rows @ shares: multinomial, with half an answer added per group, so that 0 is not sure."""
        held = (self.shares * self.base + 0.5) / (self.base + 0.5 * len(self.shares))
        return np.asarray(((rows**2) @ held - (rows @ held) ** 2) / self.base)


def side(moments: Moments, unit: str) -> Side:
    """A side from unweighted moments of the points of each group."""
    total = float(moments.n.sum())
    return Side(moments.n, moments.n / total, moments.mean, VARIANCES[unit](moments), total)


def _of_points(moments: Moments) -> Floats:
    """Variance of an NPS with ¾, 1½ and ¾ answers added (adjusted Wald), so that ten promoters are not certain."""
    moved, balance = moments.squares + 15_000, moments.total  # ¾ + ¾ answers of 100² each
    return np.asarray((moved - balance**2 / (moments.n + 3)) / (moments.n + 3) ** 2)


def _of_percent(moments: Moments) -> Floats:
    """Variance of a share with two answers of each kind added (Agresti & Coull 1998)."""
    share = (moments.total / 100 + 2) / (moments.n + 4)
    return np.asarray(10_000 * share * (1 - share) / (moments.n + 4))


def _of_scale(moments: Moments) -> Floats:
    """Variance of a mean; a group of one answer borrows the spread within the other groups."""
    free = float(np.maximum(moments.n - 1, 0).sum())
    pooled = float(moments.spread.sum()) / free if free else 0.0
    own = np.divide(moments.spread, moments.n - 1, out=np.full_like(moments.n, pooled), where=moments.n > 1)
    return np.divide(own, moments.n, out=np.zeros_like(own), where=moments.n > 0)


VARIANCES: dict[str, Callable[[Moments], Floats]] = {"points": _of_points, "percent": _of_percent, "scale": _of_scale}


@dataclass(frozen=True, slots=True)
class Shift:
    """Mix and level of each group, and how each moves with every share and mean (rows: groups, then columns)."""

    before: Side
    now: Side
    mix: Floats
    level: Floats
    slopes: dict[str, tuple[Floats, Floats, Floats, Floats]]

    def error(self, take: dict[str, Floats]) -> float:
        """The standard error of Σ weights·parts, `take` giving the weights by "mix" and "level"."""
        rows = [
            sum((weights @ self.slopes[name][place] for name, weights in take.items()), np.zeros(len(self.mix)))
            for place in range(4)
        ]
        variance = self.now.share_variance(rows[0][np.newaxis]) + self.before.share_variance(rows[1][np.newaxis])
        variance = variance + rows[2] ** 2 @ self.now.variances + rows[3] ** 2 @ self.before.variances
        return float(np.sqrt(max(0.0, float(variance[0]))))


def shift(before: Side, now: Side) -> Shift:
    """Split now.mean − before.mean into a mix and a level part per group.

    mixᵍ = (w₁ᵍ − w₀ᵍ)·(mᵍ − M), levelᵍ = (w₁ᵍ + w₀ᵍ)/2·(s₁ᵍ − s₀ᵍ), with mᵍ = (s₀ᵍ + s₁ᵍ)/2 and M = (S₀ + S₁)/2.
    The parts add up to S₁ − S₀ and change their sign when the sides are exchanged. A group that one side does
    not have keeps the mean of the other: all of its part is mix.
    """
    is_new, is_gone = before.n == 0, now.n == 0
    s0, s1 = np.where(is_new, now.means, before.means), np.where(is_gone, before.means, now.means)
    moved, middle = now.shares - before.shares, (s0 + s1) / 2
    apart = middle - (now.mean + before.mean) / 2
    weight = (now.shares + before.shares) / 2
    own = np.eye(len(moved))
    mix_now = np.diag(apart) - np.outer(moved, s1) / 2
    mix_before = -np.diag(apart) - np.outer(moved, s0) / 2
    by_now = moved[:, np.newaxis] * (own - now.shares) / 2
    by_before = moved[:, np.newaxis] * (own - before.shares) / 2
    half = np.diag((s1 - s0) / 2)
    slopes = {
        "mix": (mix_now, mix_before, *_linked(by_now, by_before, is_new, is_gone)),
        "level": (half, half, *_linked(np.diag(weight), -np.diag(weight), is_new, is_gone)),
    }
    return Shift(before, now, moved * apart, weight * (s1 - s0), slopes)


def _linked(by_now: Floats, by_before: Floats, is_new: Floats, is_gone: Floats) -> tuple[Floats, Floats]:
    """A mean that stands in for the missing one of the other side moves both."""
    moved_now = np.where(is_new, by_now + by_before, np.where(is_gone, 0, by_now))
    moved_before = np.where(is_gone, by_now + by_before, np.where(is_new, 0, by_before))
    return moved_now, moved_before


def limits(value: float, error: float, confidence: float) -> tuple[float, float, float]:
    """value ± z·error and the two-sided p value of no difference."""
    half = z_of(confidence) * error
    return value - half, value + half, normal_p(value / error) if error else float(value == 0)
