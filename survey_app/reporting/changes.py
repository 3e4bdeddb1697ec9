"""What changed, in sentences with numbers: what remains after allowing for how many comparisons were made."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..analysis.columns import Estimate
from ..analysis.compare import SMALLEST_BASE, Difference, Verdict, difference
from ..analysis.corrections import adjust
from ..analysis.intervals import wilson
from ..errors import N_
from ..store import metrics
from ..store.columns import Answers
from ..store.metrics import Metric
from ..store.opinions import aspects

MOST, MOST_UNSURE = 5, 3
LEVEL = 0.05
EXPECTED = 5.0
"""A share is compared only where both periods would hold this many critics and others if nothing had changed."""


@dataclass(frozen=True, slots=True)
class Change:
    """A message id with its values; `is_good` is None where a change is neither good nor bad. `filter` is what to
    add to the cut to see the answers behind it. `verdict` allows for all comparisons made beside this one."""

    message: str
    values: dict[str, Any]
    is_good: bool | None
    difference: Difference
    filter: dict[str, str]
    verdict: Verdict = Verdict.REAL


@dataclass(frozen=True, slots=True)
class Changes:
    """The sentences, real changes first, and how many segments and aspects were compared to find them."""

    found: tuple[Change, ...] = ()
    compared: int = 0

    def __iter__(self) -> Iterator[Change]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)


def changes(now: Answers, before: Answers, metric: Metric | None) -> Changes:
    """What changed since the period before. The metric as a whole is one planned comparison; segments and aspects
    are a family, corrected after Holm. Movements that only look real alone follow, said to be noise perhaps."""
    family = [*_of_segments(now, before, metric), *_of_aspects(now, before)]
    level = adjust([1.0 if one.difference.p is None else one.difference.p for one in family])
    told = sorted(
        (
            replace(one, verdict=Verdict.REAL if p < LEVEL else Verdict.NOISE)
            for one, p in zip(family, level.tolist(), strict=True)
            if (one.difference.p or 0.0) < LEVEL and one.difference.p is not None
        ),
        key=lambda one: (one.verdict is not Verdict.REAL, one.difference.p),
    )
    real = [*_of_whole(now, before, metric), *(one for one in told if one.verdict is Verdict.REAL)][:MOST]
    unsure = [one for one in told if one.verdict is not Verdict.REAL][: max(0, min(MOST_UNSURE, MOST - len(real)))]
    return Changes((*real, *unsure), len(family))


def _of_whole(now: Answers, before: Answers, metric: Metric | None) -> Iterator[Change]:
    if metric is None:
        return
    moved = metrics.compare(now, before, metric)
    if moved.verdict is Verdict.REAL and moved.value is not None:
        up = moved.value > 0
        message = (
            N_("%(metric)s rose by %(points)s, from %(before)s to %(now)s.")
            if up
            else N_("%(metric)s fell by %(points)s, from %(before)s to %(now)s.")
        )
        yield Change(message, _values(metric, moved, now, before), up, moved, {})


def _values(metric: Metric, moved: Difference, now: Answers, before: Answers) -> dict[str, Any]:
    then, here = metrics.estimate(before, metric), metrics.estimate(now, metric)
    return {"metric": metric.label, "points": moved, "before": then, "now": here}


def _of_segments(now: Answers, before: Answers, metric: Metric | None) -> Iterator[Change]:
    if metric is None:
        return
    then = dict(metrics.by(before, metric, "segment"))
    for code, estimate in metrics.by(now, metric, "segment"):
        if not code or code not in then:
            continue
        moved = difference(estimate, then[code])
        if min(moved.n_a, moved.n_b) < SMALLEST_BASE or moved.value is None:
            continue
        up = moved.value > 0
        message = (
            N_("%(segment)s: %(metric)s rose from %(before)s to %(now)s (n %(n)s).")
            if up
            else N_("%(segment)s: %(metric)s fell from %(before)s to %(now)s (n %(n)s).")
        )
        values = {"segment": code, "metric": metric.label, "before": then[code], "now": estimate, "n": estimate.n}
        yield Change(message, values, up, moved, {"segment": code})


def _of_aspects(now: Answers, before: Answers) -> Iterator[Change]:
    shared = asked_in_both(now, before)
    then = {row.aspect: row.critical for row in aspects(said_to(before, shared), None)}
    here = {row.aspect: row.critical for row in aspects(said_to(now, shared), None)}
    for aspect in dict.fromkeys([*here, *then]):
        # An aspect that nobody named in one of the periods was named by nobody, which is a share too.
        critical = here.get(aspect) or wilson(0, len(now))
        earlier = then.get(aspect) or wilson(0, len(before))
        moved = difference(critical, earlier)
        if not aspect or moved.value is None or not _is_enough(critical, earlier):
            continue
        more = moved.value > 0
        message = (
            N_("More criticism of %(aspect)s: %(now)s of the answers, %(before)s before.")
            if more
            else N_("Less criticism of %(aspect)s: %(now)s of the answers, %(before)s before.")
        )
        values = {"aspect": aspect, "before": earlier, "now": critical}
        yield Change(message, values, not more, moved, {"aspect": aspect, "polarity": "-1"})


def asked_in_both(now: Answers, before: Answers) -> set[str]:
    """The questions that every version of both periods asks: a question that is new brings criticism that is not."""
    items = now.opinions["item"].codes if len(now.opinions) else ()
    return {key for key in items if not (now.states(key)["not in version"] or before.states(key)["not in version"])}


def said_to(frame: Answers, items: set[str]) -> Answers:
    """The answers with the opinions said to these questions only."""
    said = frame.opinions
    if not len(said):
        return frame
    wanted = [number for number, key in enumerate(said["item"].codes) if key in items]
    return Answers(frame.columns, said.where(np.isin(said["item"].values, wanted)), frame.names)


def _is_enough(a: Estimate, b: Estimate) -> bool:
    """Whether two shares have the base for a z test: enough expected of the rarer kind on both sides."""
    if min(a.n, b.n) < SMALLEST_BASE:
        return False
    share = ((a.value or 0.0) * a.n + (b.value or 0.0) * b.n) / (a.n + b.n) / 100
    return min(a.n, b.n) * min(share, 1 - share) >= EXPECTED
