"""What changed, in sentences with numbers: only what is unlikely to be chance, the largest first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..analysis.compare import Difference, Verdict, difference
from ..errors import N_
from ..store import metrics
from ..store.columns import Answers
from ..store.metrics import Metric
from ..store.opinions import AspectRow, aspects

MOST = 5


@dataclass(frozen=True, slots=True)
class Change:
    """A message id with its values; `is_good` is None where a change is neither good nor bad. `filter` is what to
    add to the cut to see the answers behind it."""

    message: str
    values: dict[str, Any]
    is_good: bool | None
    difference: Difference
    filter: dict[str, str]

    @property
    def weight(self) -> float:
        """How far a change stands out of its noise."""
        error = self.difference.standard_error or 0.0
        return abs(self.difference.value or 0.0) / error if error else 0.0


def changes(now: Answers, before: Answers, metric: Metric | None, rows: Sequence[AspectRow]) -> list[Change]:
    """The changes since the period before that are real, at most five."""
    found = [*_of_segments(now, before, metric), *_of_aspects(before, rows)]
    found.sort(key=lambda change: -change.weight)
    whole = list(_of_whole(now, before, metric))
    return [*whole, *found][:MOST]


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
        if moved.verdict is not Verdict.REAL or moved.value is None:
            continue
        up = moved.value > 0
        message = (
            N_("%(segment)s: %(metric)s rose from %(before)s to %(now)s (n %(n)s).")
            if up
            else N_("%(segment)s: %(metric)s fell from %(before)s to %(now)s (n %(n)s).")
        )
        values = {"segment": code, "metric": metric.label, "before": then[code], "now": estimate, "n": estimate.n}
        yield Change(message, values, up, moved, {"segment": code})


def _of_aspects(before: Answers, rows: Sequence[AspectRow]) -> Iterator[Change]:
    then = {row.aspect: row for row in aspects(before, None)}
    for row in rows:
        if not row.aspect or row.aspect not in then:
            continue
        moved = difference(row.critical, then[row.aspect].critical)
        if moved.verdict is not Verdict.REAL or moved.value is None:
            continue
        more = moved.value > 0
        message = (
            N_("More criticism of %(aspect)s: %(now)s of the answers, %(before)s before.")
            if more
            else N_("Less criticism of %(aspect)s: %(now)s of the answers, %(before)s before.")
        )
        values = {"aspect": row.aspect, "before": then[row.aspect].critical, "now": row.critical}
        yield Change(message, values, not more, moved, {"aspect": row.aspect, "polarity": "-1"})
