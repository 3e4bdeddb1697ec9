"""Groups ranked by a score: a dot and an interval each, small bases grey, and who differs from all others."""

import numpy as np

from ...analysis.charts import linked, segments
from ...analysis.columns import Estimate
from ...analysis.compare import SMALLEST_BASE, Difference, Verdict, difference
from ...analysis.corrections import adjust
from ...analysis.notes import NotPossible
from ...analysis.scores import Moments
from ...analysis.scores.base import moments_of
from ...errors import N_
from ...store import metrics
from ...store.columns.frames import Numbers
from ...store.metrics import Metric
from ..questions import definition
from .base import ESTIMATE_HEADS, Cell, Chosen, Figure, Kind, Rows, View, estimate_cells, first, metric_ask
from .splits import MOST, Split, split, split_ask

MOST_LINES = 5


class GroupsFigure(Kind):
    name = "groups"
    label = N_("Groups compared")
    order = 30
    asks = (metric_ask(), split_ask("group", N_("Groups")))

    def draw(self, view: View, chosen: Chosen) -> Figure:
        words, metric = view.words, view.metric(first(chosen, "metric"))
        if not first(chosen, "group"):
            raise NotPossible(N_("There are no groups to compare in this view."))
        groups = split(view, first(chosen, "group"))
        by, others, whole = compared(view, metric, groups)
        order = sorted((i for i in groups.largest() if by[i].n), key=lambda i: -(by[i].value or 0.0))
        if not order:
            raise NotPossible(N_("There are no groups to compare in this view."))
        verdicts = corrected([difference(by[i], others[i]) for i in order])
        addresses = [words.answers(groups.narrow(view.cut, groups.codes[i])) for i in order]
        labels = [groups.labels[i] for i in order]
        plot = linked(segments(labels, [by[i] for i in order], whole), addresses)
        title = N_("%(metric)s by %(group)s")
        hidden = int(np.count_nonzero(groups.counts())) - min(MOST, int(np.count_nonzero(groups.counts())))
        notes = [words.tell(N_("%(n)s smaller groups are left out."), {"n": hidden})] if hidden else []
        lines = _lines(view, labels, verdicts)
        return Figure(
            self.name, words.tell(title, {"metric": view.name(metric), "group": groups.title}), n=whole.n,
            plot=plot, heads=(groups.title, view.name(metric), *map(words.tell, ESTIMATE_HEADS),
                              words.tell(N_("Against all others"))),
            rows=tuple(_rows(view, labels, [by[i] for i in order], verdicts, addresses)), notes=tuple(notes),
            lines=tuple(lines), definition=words.join(words.tell(definition(metric)), words.tell(
                N_("Dotted line: all answers. Grey: fewer than 30. Verdicts are corrected for all groups (Holm)."))),
        )  # fmt: skip


def compared(view: View, metric: Metric, groups: Split) -> tuple[list[Estimate], list[Estimate], Estimate]:
    """Of each group, of everybody else, and of all."""
    values = metrics.ratings(view.chosen, metric)
    if not len(values):
        raise NotPossible(N_("Nobody has answered this question in this view."))
    points, size = metric.kind.points(values, **metric.options), len(groups.codes)
    own, whole = moments_of(points, groups.values, size), moments_of(points, np.zeros(len(points), np.intp), 1)
    rest = _rest(whole, own)
    make = metric.kind.estimates
    return (
        list(make(own, **metric.options)), list(make(rest, **metric.options)), make(whole, **metric.options)[0],
    )  # fmt: skip


def _rest(whole: Moments, own: Moments) -> Moments:
    n, total, squares = whole.n - own.n, whole.total - own.total, whole.squares - own.squares
    mean: Numbers = np.divide(total, n, out=np.zeros(len(own.n)), where=n > 0)
    return Moments(n, total, np.maximum(squares - total * mean, 0.0))


def corrected(found: list[Difference]) -> list[tuple[Difference, Verdict]]:
    """Verdicts that allow for how many differences were looked at."""
    level = adjust([1.0 if one.p is None else one.p for one in found])
    made = []
    for one, p in zip(found, level.tolist(), strict=True):
        is_enough = one.p is not None and min(one.n_a, one.n_b) >= SMALLEST_BASE
        verdict = (Verdict.REAL if p < 0.05 else Verdict.NOISE) if is_enough else Verdict.TOO_FEW
        made.append((one, verdict))
    return made


def _rows(
    view: View, labels: list[str], estimates: list[Estimate], verdicts: list[tuple[Difference, Verdict]],
    addresses: list[str],
) -> Rows:  # fmt: skip
    rows: Rows = []
    for label, e, (moved, verdict), address in zip(labels, estimates, verdicts, addresses, strict=True):
        said = view.words.gap(moved) if moved.value is not None else ""
        against = Cell(moved.value, said, mark=view.words.tell(DIFFERENCES[verdict]))
        rows.append((Cell(label, label, address), *estimate_cells(view.words, e), against))
    return rows


def _lines(view: View, labels: list[str], verdicts: list[tuple[Difference, Verdict]]) -> list[str]:
    """Which groups differ from all others, the largest differences first."""
    words = view.words
    real = [(label, moved) for label, (moved, verdict) in zip(labels, verdicts, strict=True) if verdict is Verdict.REAL]
    if not real:
        return [words.tell(N_("No group stands out from the others beyond what may be noise."))]
    real.sort(key=lambda pair: -abs(pair[1].value or 0.0))
    higher = N_("%(group)s: higher than all others by %(points)s.")
    lower = N_("%(group)s: lower than all others by %(points)s.")
    return [
        words.tell(higher if (moved.value or 0.0) > 0 else lower, {"group": label, "points": moved})
        for label, moved in real[:MOST_LINES]
    ]


DIFFERENCES = {
    Verdict.REAL: N_("Real difference"), Verdict.NOISE: N_("May be noise"), Verdict.TOO_FEW: N_("Too few answers"),
}  # fmt: skip
