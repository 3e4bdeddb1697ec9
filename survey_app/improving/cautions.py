"""What speaks against taking a change for the effect of an action: it moved already before, the baseline was no usual
time, the questionnaire changed in between."""

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Engine

from ..analysis.columns import Estimate
from ..analysis.compare import difference
from ..analysis.linear import regression
from ..errors import N_
from ..forms.changes import breaks
from ..forms.definition import Questionnaire
from ..store.database import reading
from ..store.questionnaires import versions
from . import measuring
from .criteria import Criterion
from .measuring import Sample

USUAL_DAYS = 365
"""The days before a baseline that say what is usual."""
LEAST_N, LEAST_DAYS = 30, 14
"""Below them nothing is said about a movement or about what is usual."""
RARE = 0.05
"""A version with a smaller share of the answers was not what was asked in that time."""

Caution = dict[str, Any]
"""`kind`, a key of CAUTIONS, and the numbers that its sentence needs; kept with the verification."""

CAUTIONS = {
    "trend": N_("It was moving this way before the action: by %(slope)s in 30 days, from %(since)s to %(until)s."),
    "dip": N_(
        "The baseline lies unusually low: %(baseline)s, against %(usual)s in the %(days)s days before it. After a "
        "trough a value often rises by itself (regression to the mean)."
    ),
    "peak": N_(
        "The baseline lies unusually high: %(baseline)s, against %(usual)s in the %(days)s days before it. After a "
        "peak a value often falls by itself (regression to the mean)."
    ),
    "version": N_(
        "The questionnaire changed in between: version %(before)s in the baseline, version %(after)s afterwards. "
        "Other questions around it can change the answers."
    ),
    "question": N_(
        "The question itself changed in between: version %(before)s in the baseline, version %(after)s afterwards. "
        "Another wording can look like an effect."
    ),
}  # fmt: skip

AFTERWARDS = {
    "trend": N_("Going on like that, it would have changed by %(expected)s without the action."),
    "dip": N_("Against those days, the change since is %(change)s (%(low)s to %(high)s)."),
    "peak": N_("Against those days, the change since is %(change)s (%(low)s to %(high)s)."),
}
"""What is added once there are answers after the implementation."""


def cautions(
    engine: Engine, folder: Path, wanted: Criterion, baseline: Sample, *, eve: date, after: Sample | None = None
) -> list[Caution]:
    """All that hold, the gravest first. `eve` is the last day of the old way; `after` is missing before the action."""
    first = wanted.baseline_from
    usual = measuring.measure(engine, folder, wanted, first - timedelta(days=USUAL_DAYS), first - timedelta(days=1))
    earlier = measuring.measure(engine, folder, wanted, first, eve)
    with reading(engine) as session:
        known = {str(asked.number): asked.questionnaire for asked in versions(session, wanted.survey_id)}
    found = [
        changed(wanted, known, baseline, after) if after else None,
        unusual(wanted, baseline.estimate, usual.estimate, after.estimate if after else None),
        moving(wanted, earlier, eve, baseline, after),
    ]
    return [caution for caution in found if caution]


def moving(wanted: Criterion, earlier: Sample, eve: date, baseline: Sample, after: Sample | None) -> Caution | None:
    """Whether the answers before the action rise or fall the wanted way: the slope of each answer's points over days,
    with errors for any spread (White 1980)."""
    known = ~np.isnan(earlier.points)
    points, days = earlier.points[known], earlier.days[known].astype(float)
    if len(points) < LEAST_N or len(np.unique(days)) < 3 or np.ptp(days) < LEAST_DAYS or not np.ptp(points):
        return None
    slope = regression(points, {"day": days - days.mean()}, errors="hc0", confidence=wanted.confidence)["day"]
    if slope.p >= 1 - wanted.confidence or slope.value * wanted.sign <= 0:
        return None
    caution: Caution = {
        "kind": "trend", "slope": 30 * slope.value, "since": wanted.baseline_from.isoformat(), "until": eve.isoformat(),
    }  # fmt: skip
    if after and after.estimate.n and baseline.estimate.n:
        caution["expected"] = slope.value * (after.middle - baseline.middle)
    return caution


def unusual(wanted: Criterion, baseline: Estimate, usual: Estimate, after: Estimate | None) -> Caution | None:
    """Whether the baseline is really worse than the days before it."""
    if min(baseline.n, usual.n) < LEAST_N:
        return None
    fall = difference(baseline, usual, confidence=wanted.confidence)
    if fall.low is None or fall.high is None or not (fall.high < 0 if wanted.sign > 0 else fall.low > 0):
        return None
    caution: Caution = {
        "kind": "dip" if wanted.sign > 0 else "peak", "baseline": baseline.value, "usual": usual.value,
        "days": USUAL_DAYS,
    }  # fmt: skip
    if after and after.n >= LEAST_N:
        change = difference(after, usual, confidence=wanted.confidence)
        caution |= {"change": change.value, "low": change.low, "high": change.high}
    return caution


def changed(wanted: Criterion, known: dict[str, Questionnaire], baseline: Sample, after: Sample) -> Caution | None:
    """Whether other versions were answered before and after, and whether they ask the question otherwise."""
    before, now = _common(baseline), _common(after)
    if not before or not now or before == now:
        return None
    asked = [known[number] for number in sorted({*before, *now}, key=int) if number in known]
    kind = (
        "question"
        if any(breaks(one, other, wanted.metric.partition(".")[0]) for one, other in pairwise(asked))
        else "version"
    )
    return {"kind": kind, "before": ", ".join(before), "after": ", ".join(now)}


def _common(sample: Sample) -> list[str]:
    least = RARE * sum(sample.versions.values())
    return sorted((number for number, count in sample.versions.items() if count > least), key=int)
