"""Two views side by side: every score of both with intervals, how far they are apart, and whether that is real."""

from collections.abc import Iterator

from ...analysis.charts import linked, segments
from ...analysis.columns import Estimate
from ...analysis.compare import SMALLEST_BASE, Difference, Verdict, difference, overlap_correlation
from ...analysis.notes import NotPossible
from ...errors import N_
from ...store import metrics
from ...store.cuts import Cut
from ...store.metrics import Metric
from ..questions import definition
from ._against import Side, against_ask, aside, side
from ._moves import reach, signed
from .base import Cell, Chosen, Figure, Kind, Rows, View, Words, first, metric_ask, rounded, spread
from .groups import DIFFERENCES, corrected
from .splits import rated

Pair = tuple[Metric, Estimate, Estimate, Difference, Verdict]
"""A metric here, there, the difference, and the verdict corrected for all metrics."""


class VersusFigure(Kind):
    name = "versus"
    label = N_("Two views")
    order = 32
    asks = (against_ask(), metric_ask())

    def draw(self, view: View, chosen: Chosen) -> Figure:
        words, metric = view.words, view.metric(first(chosen, "metric"))
        other = side(view, first(chosen, "against"))
        pairs = list(_pairs(view, other))
        shown = next((pair for pair in pairs if pair[0] == metric), None)
        if shown is None:
            raise NotPossible(N_("Nobody has answered this question in this view."))
        mine = words.tell(N_("This view"))
        to = [words.answers(rated(cut, metric)) for cut in (view.cut, other.cut)]
        heads = ("", mine, other.label, *map(words.tell, (N_("Difference"), N_("95%% interval"), N_("Verdict"))))
        title = words.tell(N_("%(metric)s: this view against %(other)s"), {
            "metric": view.name(metric), "other": other.label})  # fmt: skip
        return Figure(
            self.name, title, n=len(view.chosen),
            plot=linked(segments([mine, other.label], list(shown[1:3])), to), heads=heads,
            rows=tuple(_rows(view, other.cut, pairs)), lines=tuple(_lines(view, pairs)), notes=tuple(told(view, other)),
            estimate=shown[1], change=shown[3], is_table=True, ways=tuple(_ways(view, other.cut, chosen)),
            definition=words.join(words.tell(definition(metric)), words.tell(DEFINITION)),
        )  # fmt: skip


DEFINITION = N_(
    "Difference: this view minus the other, with its 95%% interval; verdicts are corrected for the number of scores "
    "(Holm). Answers that both sides hold are allowed for."
)


def _pairs(view: View, other: Side) -> Iterator[Pair]:
    """The metrics that both sides have answers to."""
    found = []
    for metric in view.metrics:
        here, there = metrics.estimate(view.chosen, metric), metrics.estimate(other.answers, metric)
        if here.n and there.n:
            found.append((metric, here, there, difference(here, there, correlation=_correlation(view, other, metric))))
    for pair, (_, verdict) in zip(found, corrected([pair[3] for pair in found]), strict=True):
        yield (*pair, verdict)


def _correlation(view: View, other: Side, metric: Metric) -> float:
    if not len(other.shared):
        return 0.0
    mine = metrics.ratings(view.chosen, metric)
    sides = (mine, metrics.ratings(other.answers, metric), mine[other.shared])
    made = [metric.kind.moments(values, None, 1, **metric.options) for values in sides]
    return float(overlap_correlation(*made)[0])


def told(view: View, other: Side) -> Iterator[str]:
    """What stands on the other side, and how many answers are on both."""
    words = view.words
    yield words.tell(N_("Against: %(view)s (n %(n)s)."), {"view": words.called(other.cut), "n": len(other.answers)})
    if len(other.shared) == len(view.chosen) == len(other.answers):
        yield words.tell(N_("Both sides hold the same answers: choose other filters above, or something else here."))
    elif len(other.shared):
        yield words.tell(N_("%(n)s answers are on both sides."), {"n": len(other.shared)})


def _ways(view: View, there: Cut, chosen: Chosen) -> Iterator[tuple[str, str]]:
    """To change the sides, and to set this view aside and look for another."""
    words, here = view.words, {**chosen, "against": (aside(view.cut),)}
    yield words.tell(N_("Swap the sides")), words.figure(VersusFigure.name, there, here)
    if first(chosen, "against") != aside(view.cut):
        yield words.tell(N_("Keep this view as the other side")), words.figure(VersusFigure.name, view.cut, here)


def _rows(view: View, there: Cut, pairs: list[Pair]) -> Rows:
    words = view.words
    rows: Rows = []
    for metric, a, b, moved, verdict in pairs:
        name, said = view.name(metric), words.tell(DIFFERENCES[verdict])
        cells = (standing(words, e, words.answers(rated(cut, metric))) for e, cut in ((a, view.cut), (b, there)))
        rows.append((Cell(name, name), *cells, signed(view, moved), reach(view, moved), Cell(said, said)))
    return rows


def standing(words: Words, e: Estimate, address: str, digits: int | None = None) -> Cell:
    """An estimate in one cell, with its interval and base under it."""
    mark = " · ".join(part for part in (spread(words, e, digits), f"n {words.number(e.n)}") if part)
    return Cell(
        rounded(e.value), words.amount(e.value, e.unit, digits), address, mark, is_small=e.n < SMALLEST_BASE, estimate=e
    )


def apart(view: View, moved: Difference) -> str:
    """A difference with its sign in its unit: percentages differ by percentage points."""
    text = signed(view, moved).text
    return view.words.tell(N_("%(n)s pp"), {"n": text}) if moved.unit == "percent" else text


def _lines(view: View, pairs: list[Pair]) -> Iterator[str]:
    words = view.words
    message = N_("%(metric)s: %(gap)s (95%% interval %(interval)s). %(verdict)s.")
    for metric, _, _, moved, verdict in pairs:
        yield words.tell(message, {
            "metric": view.name(metric), "gap": apart(view, moved), "interval": reach(view, moved).text,
            "verdict": words.tell(DIFFERENCES[verdict])})  # fmt: skip
