"""One number with its interval and its change against the period before."""

from ...analysis.compare import difference
from ...errors import N_
from ...store import metrics
from ..questions import definition
from .base import ESTIMATE_HEADS, Cell, Chosen, Figure, Kind, View, estimate_cells, first, metric_ask
from .trend import TrendFigure


class ScoreFigure(Kind):
    name = "score"
    label = N_("One number")
    order = 25
    beside = TrendFigure.name
    asks = (metric_ask(),)

    def draw(self, view: View, chosen: Chosen) -> Figure:
        words, metric = view.words, view.metric(first(chosen, "metric"))
        now = metrics.estimate(view.chosen, metric)
        rows = [(Cell(words.tell(N_("This view"))), *estimate_cells(words, now, words.answers(view.cut)))]
        before, earlier = view.before(), view.cut.previous()
        moved = None
        if len(before) and earlier is not None:
            then = metrics.estimate(before, metric)
            moved = difference(now, then)
            rows.append(
                (Cell(words.tell(N_("The period before"))), *estimate_cells(words, then, words.answers(earlier)))
            )
        return Figure(
            self.name, view.name(metric), n=now.n, heads=("", view.name(metric), *map(words.tell, ESTIMATE_HEADS)),
            rows=tuple(rows), definition=words.tell(definition(metric)), estimate=now,
            change=moved if moved is not None and moved.value is not None else None,
            message="" if now.n else words.tell(N_("Nobody has answered this question in this view.")),
        )  # fmt: skip
