"""A score over time: interval band, control limits, marked events, and which periods stand out."""

from datetime import date, timedelta

from ... import clock
from ...analysis.charts import linked, trend
from ...analysis.notes import NotPossible
from ...analysis.trends import Trend
from ...errors import N_
from ...store import metrics
from ...store.columns import Answers
from ...store.cuts import Cut, select
from ...store.metrics import Metric
from ..overview import trend_start
from ..questions import definition
from .base import (
    ESTIMATE_HEADS,
    Ask,
    Cell,
    Chosen,
    Figure,
    Kind,
    Rows,
    View,
    estimate_cells,
    first,
    metric_ask,
    rounded,
)

STEPS = {"month": N_("Month"), "week": N_("Week"), "quarter": N_("Quarter"), "day": N_("Day")}
MOST_POINTS = 400
DAYS = 90
"""What is shown day by day where the cut has no beginning."""


def step_ask() -> Ask:
    return Ask("step", N_("By"), lambda view: [(code, view.words.tell(label)) for code, label in STEPS.items()])


class TrendFigure(Kind):
    name = "trend"
    label = N_("Trend")
    order = 20
    asks = (metric_ask(), step_ask())

    def draw(self, view: View, chosen: Chosen) -> Figure:
        words, metric = view.words, view.metric(first(chosen, "metric"))
        by = first(chosen, "step") or "month"
        shown = shown_of(view.frame, view.cut, by)
        found = metrics.trend(shown, metric, by)
        if sum(1 for one in found.estimates if one.n) < 2:
            raise NotPossible(N_("A trend needs answers from at least two periods."))
        if len(found.periods) > MOST_POINTS:
            raise NotPossible(
                N_("That would be %(n)s points: choose longer steps or fewer days."), n=len(found.periods)
            )
        ends = _ends(found.periods)
        is_open = found.periods[-1] <= clock.today() < ends[-1]
        marked = [(day, text) for day, text in view.events if found.periods[0] <= day <= ends[-1]]
        addresses = [words.answers(_cut(view.cut, one, end)) for one, end in zip(found.periods, ends, strict=True)]
        plot = trend(found.periods, found.estimates, found.limits, marked, is_partial=is_open)
        title = words.tell(N_("%(metric)s over time"), {"metric": view.name(metric)})
        return Figure(
            self.name, title, n=sum(e.n for e in found.estimates), plot=linked(plot, addresses),
            heads=(words.tell(N_("From")), view.name(metric), *map(words.tell, ESTIMATE_HEADS),
                   words.tell(N_("Lower control limit")), words.tell(N_("Upper control limit"))),
            rows=tuple(_rows(view, found, addresses)), definition=_definition(view, metric, is_open),
            lines=tuple(_signals(view, found)),
        )  # fmt: skip


def _definition(view: View, metric: Metric, is_open: bool) -> str:  # noqa: FBT001
    parts = [definition(metric), N_("Band: 95%% interval; dashed: control limits (Laney), 3 sigma.")]
    parts += [N_("At least 24 months are shown, whatever the period; day by day only its own days.")]
    parts += [N_("Hollow: the period is not over.")] if is_open else []
    return view.words.join(*map(view.words.tell, parts))


def _rows(view: View, found: Trend, addresses: list[str]) -> Rows:
    words, signals = view.words, set(found.signals)
    limits = zip(found.limits.lower, found.limits.upper, strict=True)
    rows: Rows = []
    for i, (day, e, (low, high), address) in enumerate(
        zip(found.periods, found.estimates, limits, addresses, strict=True)
    ):
        cells = estimate_cells(words, e, address)
        ends = [Cell(rounded(x), words.amount(x, e.unit) if x is not None else "") for x in (low, high)]
        mark = words.tell(N_("outside")) if i in signals else ""
        rows.append((Cell(day.isoformat(), day.isoformat(), mark=mark), *cells, *ends))
    return rows


def _signals(view: View, found: Trend) -> list[str]:
    out = [found.periods[i].isoformat() for i in found.signals]
    if found.limits.centre is None:
        return [view.words.tell(N_("Control limits need answers from eight periods."))]
    if not out:
        return [view.words.tell(N_("No period lies outside its control limits: what moves may be noise."))]
    return [view.words.tell(N_("Outside the control limits: %(periods)s."), {"periods": ", ".join(out[-6:])})]


def _ends(periods: tuple[date, ...]) -> list[date]:
    """The last day of each period; the last period is taken to be as long as the one before."""
    ends = [one - timedelta(1) for one in periods[1:]]
    last = periods[-1]
    if len(periods) > 1 and (periods[-1] - periods[-2]).days <= 7:
        return [*ends, last + (periods[-1] - periods[-2]) - timedelta(1)]
    months = 3 if len(periods) > 1 and (periods[-1] - periods[-2]).days > 31 else 1
    after = last.year * 12 + last.month - 1 + months
    return [*ends, date(after // 12, after % 12 + 1, 1) - timedelta(1)]


def _cut(cut: Cut, since: date, until: date) -> Cut:
    return cut.with_(since=since, until=until)


def shown_of(frame: Answers, cut: Cut, by: str) -> Answers:
    """The answers of a cut's filters over the months that a trend shows; day by day, over its own days."""
    last = cut.until or clock.today()
    since = (cut.since or last - timedelta(DAYS - 1)) if by == "day" else trend_start(cut)
    shown = select(frame, cut.with_(since=since, until=cut.until))
    if not len(shown) and cut.since is None and len(frame):
        shown = select(frame, cut.with_(since=None, until=None))
    return shown if isinstance(shown, Answers) else Answers()
