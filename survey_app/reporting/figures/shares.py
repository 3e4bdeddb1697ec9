"""The answers to one rating on two sides beside each other: the share of every point, and which shares differ."""

from collections.abc import Iterator

import numpy as np

from ...analysis.charts import pair_bars
from ...analysis.columns import Estimate
from ...analysis.compare import Difference, Verdict, difference, overlap_correlation
from ...analysis.intervals import wilson
from ...analysis.notes import NotPossible
from ...analysis.scores import Moments
from ...errors import N_
from ...store import metrics
from ...store.columns.frames import Numbers
from ...store.cuts import Cut
from ...store.metrics import Metric
from ._against import Side, against_ask, side
from ._moves import reach, signed
from .base import Cell, Chosen, Figure, Kind, Rows, View, first, metric_ask
from .groups import DIFFERENCES, corrected
from .splits import scale_of
from .versus import VersusFigure, apart, standing, told

Point = tuple[str, Estimate, Estimate, Difference, Verdict]


class SharesFigure(Kind):
    name = "shares"
    label = N_("Distributions side by side")
    order = 34
    beside = VersusFigure.name
    asks = (against_ask(), metric_ask())

    def draw(self, view: View, chosen: Chosen) -> Figure:
        words, metric = view.words, view.metric(first(chosen, "metric"))
        other = side(view, first(chosen, "against"))
        points = list(_points(view, other, metric))
        labels = [point for point, *_ in points]
        to = [[words.answers(_rated(cut, metric, point)) for point in labels] for cut in (view.cut, other.cut)]
        sides = words.tell(N_("This view")), other.label
        plot = pair_bars(labels, [a for _, a, *_ in points], [b for _, _, b, *_ in points], sides, to)
        heads = (view.name(metric), *sides, *map(words.tell, (N_("Difference"), N_("95%% interval"), N_("Verdict"))))
        return Figure(
            self.name, words.tell(N_("%(metric)s: answers side by side"), {"metric": view.name(metric, is_long=True)}),
            n=points[0][1].n, plot=plot, heads=heads, rows=tuple(_rows(view, points, to)),
            notes=tuple(told(view, other)), lines=tuple(_lines(view, points)), definition=words.tell(DEFINITION),
        )  # fmt: skip


DEFINITION = N_(
    "Shares of those who answered, in percent, with Wilson intervals. Difference: this view minus the other, in "
    "percentage points; verdicts are corrected for the number of points (Holm). Answers that both sides hold are "
    "allowed for."
)


def _points(view: View, other: Side, metric: Metric) -> Iterator[Point]:
    ends = scale_of(metric.question)
    mine, theirs = metrics.ratings(view.chosen, metric), metrics.ratings(other.answers, metric)
    if ends is None or not len(mine) or not len(theirs):
        raise NotPossible(N_("Nobody has answered this question in this view."))
    counted = [_counts(values, ends) for values in (mine, theirs, mine[other.shared])]
    a, b, shared = counted
    if not (a.sum() and b.sum()):
        raise NotPossible(N_("Nobody has answered this question in this view."))
    together = overlap_correlation(*map(_moments, counted)) if shared.any() else np.zeros(len(a))
    shares = [[wilson(int(k), int(counts.sum())) for k in counts] for counts in (a, b)]
    found = [difference(x, y, correlation=float(r)) for x, y, r in zip(*shares, together, strict=True)]
    verdicts = [verdict for _, verdict in corrected(found)]
    for place, pair in enumerate(zip(*shares, found, verdicts, strict=True)):
        yield (str(ends[0] + place), *pair)


def _counts(values: Numbers, ends: tuple[int, int]) -> Numbers:
    low, high = ends
    there = values[(values >= low) & (values <= high)].astype(np.intp)
    return np.bincount(there - low, minlength=high - low + 1)


def _moments(counts: Numbers) -> Moments:
    """Of each point: who gave it (1) among all who answered (0 or 1)."""
    n, k = np.full(len(counts), float(counts.sum())), counts.astype(float)
    return Moments(n, k, k * (1 - np.divide(k, n, out=np.zeros_like(k), where=n > 0)))


def _rated(cut: Cut, metric: Metric, point: str) -> Cut:
    kept = tuple(pair for pair in cut.answers if pair[0] != metric.item_key)
    return cut.with_(answers=(*kept, (metric.item_key, point)))


def _rows(view: View, points: list[Point], to: list[list[str]]) -> Rows:
    words = view.words
    rows: Rows = []
    for (label, a, b, moved, verdict), *addresses in zip(points, *to, strict=True):
        said = words.tell(DIFFERENCES[verdict])
        cells = (standing(words, e, address, 1) for e, address in zip((a, b), addresses, strict=True))
        rows.append((Cell(int(label), label), *cells, signed(view, moved), reach(view, moved), Cell(said, said)))
    return rows


def _lines(view: View, points: list[Point]) -> Iterator[str]:
    words = view.words
    real = [point for point in points if point[4] is Verdict.REAL]
    if not real:
        yield words.tell(N_("No share differs by more than may be noise."))
    for label, a, b, moved, _ in real:
        yield words.tell(N_("%(point)s was given by %(here)s, on the other side by %(there)s (%(gap)s)."), {
            "point": label, "here": a, "there": b, "gap": apart(view, moved)})  # fmt: skip
