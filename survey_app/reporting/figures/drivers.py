"""What goes with a score: relative importance of the other ratings, and importance against performance."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from ...analysis import Drivers, importance_performance
from ...analysis import drivers as drivers_of
from ...analysis.charts import importance, share_bars
from ...analysis.columns import Estimate
from ...analysis.notes import Note, NotPossible
from ...errors import N_
from ...store import metrics
from ...store.metrics import Metric
from .base import Ask, Cell, Chosen, Figure, Kind, Rows, View, Words, first, metric_ask, notes, rounded
from .splits import scales

LMG_MOST = 12
DRAWS = 200
METHODS = {
    "lmg": N_("Share of the explained differences, averaged over all orders of entry (LMG), with bootstrap interval."),
    "johnson": N_("Share of the explained differences by relative weights (Johnson), with bootstrap interval."),
}


def _offered(view: View) -> list[tuple[str, str]]:
    return [(key, scale.title) for key, scale in scales(view).items()]


def driver_ask(name: str = "drivers", label: str = N_("Drivers")) -> Ask:
    """Which ratings may go along with it: all, unless some are chosen."""
    return Ask(name, label, _offered, is_many=True)


def found(view: View, chosen: Chosen) -> tuple[Metric, Drivers, dict[str, str]]:
    """The drivers of the chosen metric, and what each is called."""
    metric, known = view.metric(first(chosen, "metric")), scales(view)
    used = [key for key in chosen.get("drivers") or asked_of_most(view, metric) if key != metric.item_key]
    if not used:
        raise NotPossible(N_("Drivers need at least one other rating question or matrix."))
    made: Drivers = view.once(f"drivers {metric.key} {used}", lambda: _made(view, metric, used))
    return metric, made, {key: known[key].title for key in used}


def asked_of_most(view: View, metric: Metric) -> list[str]:
    """The ratings that at least half of those who rated the metric gave: complete answers are needed of all."""
    is_rated = view.chosen.of(metric.question)[metric.item_key].is_answered
    least = is_rated.sum() / 2
    given = {key: int((~np.isnan(one.values) & is_rated).sum()) for key, one in scales(view).items()}
    return [key for key, count in given.items() if count and count >= least]


def left_out(view: View, chosen: Chosen, used: Mapping[str, str]) -> list[str]:
    """A note on the ratings that were left out because few gave them."""
    metric = view.metric(first(chosen, "metric"))
    left = [scale.title for key, scale in scales(view).items() if key not in used and key != metric.item_key]
    if chosen.get("drivers") or not left:
        return []
    return [view.words.tell(N_("Left out because less than half were asked: %(names)s."), {"names": ", ".join(left)})]


def _made(view: View, metric: Metric, used: list[str]) -> Drivers:
    known = scales(view)
    method = "lmg" if len(used) <= LMG_MOST else "johnson"
    columns = {key: known[key].values for key in used}
    return drivers_of(metrics.ratings(view.chosen, metric), columns, method=method, draws=DRAWS)


def notes_named(words: Words, found: Sequence[Note], names: Mapping[str, str]) -> tuple[str, ...]:
    """Notes of an analysis in words, with those of the questions in place of their keys."""
    return notes(words, [
        replace(one, values={k: names.get(str(v), v) for k, v in one.values.items()}) for one in found
    ])  # fmt: skip


class DriversFigure(Kind):
    name = "drivers"
    label = N_("Drivers")
    order = 60
    asks = (metric_ask(), driver_ask())

    def draw(self, view: View, chosen: Chosen) -> Figure:
        words = view.words
        metric, made, names = found(view, chosen)
        ranked = made.ranked
        shares = [Estimate(d.value, d.low, d.high, d.n, "percent") for d in ranked]
        tones = ["negative" if d.direction < 0 else "primary" for d in ranked]
        heads = ("", N_("Importance"), N_("Lower limit"), N_("Upper limit"), N_("Place"), N_("Direction"),
                 N_("Correlation"), N_("VIF"), N_("Mean"))  # fmt: skip
        plot = share_bars([names[d.name] for d in ranked], shares, tones)
        explained = words.tell(
            N_("Together they account for %(share)s%% of the differences in %(metric)s (R²)."),
            {"share": words.number(100 * made.r2), "metric": view.name(metric)},
        )
        return Figure(
            self.name, words.tell(N_("What goes with %(metric)s"), {"metric": view.name(metric)}), n=made.n,
            plot=plot, heads=tuple(words.tell(h) if h else "" for h in heads), rows=tuple(_rows(view, made, names)),
            lines=(explained,), notes=(*notes_named(words, made.notes, names), *left_out(view, chosen, names)),
            definition=words.join(
                words.tell(METHODS[made.method]),
                words.tell(N_("Orange: goes with a lower score. It shows what goes together, not what causes it.")),
            ),
        )  # fmt: skip


def _rows(view: View, made: Drivers, names: dict[str, str]) -> Rows:
    number = view.words.number
    rows: Rows = []
    for d in made.ranked:
        place = str(d.rank[0]) if d.rank[0] == d.rank[1] else f"{d.rank[0]}–{d.rank[1]}"
        shares = [Cell(rounded(x), f"{number(x, 1)}%" if x is not None else "") for x in (d.value, d.low, d.high)]
        rows.append(
            (
                Cell(names[d.name], names[d.name]), *shares, Cell(place, place),
                Cell("+" if d.direction > 0 else "−" if d.direction else "0", "+" if d.direction > 0 else "−"),
                Cell(rounded(d.correlation), number(d.correlation, 2)),
                Cell(rounded(d.vif), number(d.vif, 1)), Cell(rounded(d.mean), number(d.mean, 2)),
            )
        )  # fmt: skip
    return rows


class ImportanceFigure(Kind):
    name = "importance"
    label = N_("Importance and performance")
    order = 70
    beside = DriversFigure.name
    asks = (metric_ask(), driver_ask())

    def draw(self, view: View, chosen: Chosen) -> Figure:
        words = view.words
        metric, made, names = found(view, chosen)
        known = scales(view)
        matrix = importance_performance(
            {d.name: d.value for d in made}, {d.name: d.mean for d in made},
            scale={d.name: known[d.name].ends for d in made},
        )  # fmt: skip
        points = sorted(matrix.points, key=lambda one: -one.importance)
        labels = [names[one.name] for one in points]
        axes = words.tell(N_("Importance")), words.tell(N_("Performance (0–100)"))
        plot = importance(labels, [one.importance for one in points], [one.performance for one in points], axes)
        rows: Rows = [
            (Cell(label, label), Cell(rounded(p.importance), f"{words.number(p.importance, 1)}%"),
             Cell(rounded(p.performance), words.number(p.performance, 1)),
             Cell(words.tell(p.quarter), words.tell(p.quarter)))
            for label, p in zip(labels, points, strict=True)
        ]  # fmt: skip
        return Figure(
            self.name, words.tell(N_("Importance for %(metric)s and performance"), {"metric": view.name(metric)}),
            n=made.n, plot=plot, rows=tuple(rows), notes=notes_named(words, made.notes, names),
            heads=("", *axes, words.tell(N_("Quadrant"))),
            definition=words.tell(N_("Up: importance as in the figure of drivers; right: mean rating on 0–100. "
                                     "Lines: the means. Orange: important and below the mean.")),
        )  # fmt: skip
