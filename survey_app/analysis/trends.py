"""A score over time: one estimate per period, with control limits that tell signals from noise."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from .columns import MISSING, Estimate, Ratings
from .counting import distinct
from .scores import SCORES, Score

Days = Sequence[int] | Sequence[date] | npt.NDArray[np.generic]
"""Days since 1970-01-01 (MISSING for none), dates, or datetime64."""

_UNITS = {"month": "datetime64[M]", "year": "datetime64[Y]", "day": "datetime64[D]"}


@dataclass(frozen=True, slots=True)
class Limits:
    """Control limits: `centre` and one lower and upper limit per period (None without answers)."""

    centre: float | None
    lower: tuple[float | None, ...]
    upper: tuple[float | None, ...]
    sigma_z: float | None = None
    """Laney's σ_z: above 1 the periods differ by more than sampling error."""


@dataclass(frozen=True, slots=True)
class Trend:
    """Consecutive periods (their first days) with one Estimate each, periods without answers included."""

    periods: tuple[date, ...]
    estimates: tuple[Estimate, ...]
    limits: Limits

    @property
    def signals(self) -> tuple[int, ...]:
        """Indices of the periods outside their limits."""
        rows = zip(self.estimates, self.limits.lower, self.limits.upper, strict=True)
        return tuple(
            i
            for i, (e, low, high) in enumerate(rows)
            if e.value is not None and low is not None and high is not None and not low <= e.value <= high
        )


def as_days(days: Days) -> npt.NDArray[np.int64]:
    """Days since 1970-01-01 as integers; MISSING where there is none."""
    values = np.asarray(days)
    if values.dtype.kind == "f":
        return np.where(np.isnan(values), MISSING, np.nan_to_num(values)).astype(np.int64)
    if values.dtype.kind in "iu":
        return values.astype(np.int64)
    stamps = values.astype("datetime64[D]")
    return np.where(np.isnat(stamps), MISSING, stamps.astype(np.int64))


def periods(days: Days, by: str = "month") -> tuple[npt.NDArray[np.int64], tuple[date, ...]]:
    """For each day the number of its period (−1 for MISSING), and the first days of all periods without gaps.

    `by` is day, week (Monday to Sunday), month, quarter or year.
    """
    numbers = as_days(days)
    is_there = numbers != MISSING
    if not is_there.any():
        return np.full(len(numbers), -1, np.int64), ()
    known = distinct(numbers if is_there.all() else numbers[is_there])
    index, starts = _numbered(known, by)
    # Each distinct day is placed once; rows only look their day up.
    table = np.full(known[-1] - known[0] + 1, -1, np.int64)
    table[known - known[0]] = index
    if is_there.all():
        places = table[numbers - known[0]]
    else:
        places = np.where(is_there, table[np.clip(numbers, known[0], known[-1]) - known[0]], -1)
    return places, tuple(starts.astype("datetime64[D]").tolist())


def _numbered(known: npt.NDArray[np.int64], by: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[Any]]:
    stamps = known.astype("datetime64[D]")
    if by == "week":
        weeks = (known + 3) // 7  # 1970-01-01 was a Thursday
        return weeks - weeks[0], (np.arange(weeks[0], weeks[-1] + 1) * 7 - 3).astype("datetime64[D]")
    if by == "quarter":
        quarters = stamps.astype("datetime64[M]").astype(np.int64) // 3
        return quarters - quarters[0], (np.arange(quarters[0], quarters[-1] + 1) * 3).astype("datetime64[M]")
    if by not in _UNITS:
        raise ValueError(f"a trend is by day, week, month, quarter or year, not by {by}")
    units = stamps.astype(_UNITS[by]).astype(np.int64)
    return units - units[0], np.arange(units[0], units[-1] + 1).astype(_UNITS[by])


def trend(
    days: Days, ratings: Ratings, score: str | Score = "nps", *, by: str = "month", confidence: float = 0.95,
    **options: Any,
) -> Trend:  # fmt: skip
    """The score of each period with its interval and Laney-style control limits.

    `days` and `ratings` belong together row by row; rows without a day or a rating count nowhere.
    """
    of = SCORES[score] if isinstance(score, str) else score
    places, starts = periods(days, by)
    estimates = tuple(of.by_group(ratings, places, len(starts), confidence=confidence, **options))
    return Trend(starts, estimates, control_limits(estimates))


def control_limits(estimates: Sequence[Estimate], *, width: float = 3.0) -> Limits:
    """centre ± width·σ_i·σ_z, as Laney's p′ chart (2002) for any score.

    centre: all answers' value. σ_i: the pooled spread over sqrt(n_i). σ_z = mean |z_i − z_(i−1)|/1.128, at
    least 1, so that periods that vary by more than sampling (seasons, mixes) do not raise alarms. No limits below
    eight periods with answers: nothing is normal yet.
    """
    nothing = (None,) * len(estimates)
    known = [(i, e) for i, e in enumerate(estimates) if e.value is not None and e.standard_error is not None]
    if len(known) < 8:
        return Limits(None, nothing, nothing)
    n = np.array([float(e.n) for _, e in known])
    values = np.array([float(e.value or 0) for _, e in known])
    errors = np.array([float(e.standard_error or 0) for _, e in known])
    centre = float(np.average(values, weights=n))
    within = np.sum(n * (errors**2 * n + (values - centre) ** 2)) / n.sum()
    sigma = np.sqrt(within / n)
    if not within > 0:
        return Limits(centre, nothing, nothing)
    z = (values - centre) / sigma
    sigma_z = max(1.0, float(np.abs(np.diff(z)).mean()) / 1.128)
    lower: list[float | None] = list(nothing)
    upper: list[float | None] = list(nothing)
    ends = {"points": (-100.0, 100.0), "percent": (0.0, 100.0)}.get(known[0][1].unit, (-np.inf, np.inf))
    for (i, _), half in zip(known, width * sigma * sigma_z, strict=True):
        lower[i], upper[i] = max(ends[0], centre - float(half)), min(ends[1], centre + float(half))
    return Limits(centre, tuple(lower), tuple(upper), sigma_z)
