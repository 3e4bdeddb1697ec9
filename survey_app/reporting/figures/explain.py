"""Where a change sits: how much comes with who answered (mix) and how much with how they rated (level), adding up."""

import numpy as np

from ...analysis import change_sentences, decompose_change
from ...analysis.change_words import NOT_STATED
from ...analysis.charts import estimate_bars, linked
from ...analysis.columns import MISSING, Column
from ...analysis.compare import Verdict
from ...analysis.decomposition import ChangeParts
from ...analysis.notes import NotPossible
from ...errors import N_
from ...store import metrics
from ...store.columns import Answers
from ...store.metrics import Metric
from ._moves import bar, compared_with, earlier, moves, opinion_name, reach, signed, told, tones
from .base import Cell, Chosen, Figure, Kind, Rows, View, first, metric_ask, rounded
from .splits import Split, split, split_ask


class ExplainFigure(Kind):
    name = "explain"
    label = N_("What changed, and where")
    order = 80
    asks = (metric_ask(), split_ask("group", N_("Groups")))

    def draw(self, view: View, chosen: Chosen) -> Figure:
        words, metric, before = view.words, view.metric(first(chosen, "metric")), earlier(view)
        group = first(chosen, "group")
        if not group:
            raise NotPossible(N_("There are no groups to compare in this view."))
        here, there = split(view, group), split(view, group, before)
        found = _parts(view, metric, here, before, there)
        parts, names = found.ranked, _names(view, here, there)
        labels, to = [names[one.name] for one in parts], [_address(view, here, one.name) for one in parts]
        bars = [bar(one.part) for one in parts]
        plot = linked(estimate_bars(labels, bars, tones(bars)), to)
        heads = (here.title, *map(words.tell, HEADS))
        opinions = moves(view, metric, before)
        said = change_sentences(found, opinions)
        opinions_called = {move.name: opinion_name(view, move.name) for move in opinions}
        called = {**names, **opinions_called, metric.label: view.name(metric)}
        lines = [told(view, note, called) for note in said]
        title = N_("Change in %(metric)s, by %(group)s")
        rows, n = tuple(_rows(view, found, labels, to)), found.now.n + found.before.n
        return Figure(
            self.name, words.tell(title, {"metric": view.name(metric), "group": here.title}),
            n=n, plot=plot, heads=heads, rows=rows, lines=tuple(lines), notes=(compared_with(view),),
            estimate=found.now, change=found.change, definition=words.tell(DEFINITION),
        )  # fmt: skip


HEADS = (
    N_("Before"), N_("Now"), N_("Share before"), N_("Share now"), N_("From mix"), N_("From level"), N_("Together"),
    N_("95%% interval"), N_("Verdict"),
)  # fmt: skip
DEFINITION = N_(
    "Against the equally long period before. Mix: groups with other scores gave more or fewer of the answers. Level: "
    "the groups rated differently. All parts add up to the change (Kitagawa); verdicts are corrected for the number of "
    "groups (Holm). It shows where the change comes from, not why."
)


def _parts(view: View, metric: Metric, here: Split, before: Answers, there: Split) -> ChangeParts:
    then, now = metrics.ratings(before, metric), metrics.ratings(view.chosen, metric)
    if not (len(then) and len(now)):
        raise NotPossible(N_("Nobody has answered this question in this view."))
    return decompose_change(then, _column(there), now, _column(here), score=metric.kind, **metric.options)


def _column(groups: Split) -> Column:
    return Column(groups.key, np.where(groups.values < 0, MISSING, groups.values).astype(np.int32), groups.codes)


def _names(view: View, *sides: Split) -> dict[object, str]:
    none = view.words.tell(N_("None given"))
    named: dict[object, str] = {
        code: label for side in sides for code, label in zip(side.codes, side.labels, strict=True)
    }
    return {**named, None: none, NOT_STATED: none}


def _address(view: View, groups: Split, code: str | None) -> str:
    """The answers of a group; those who did not answer an item cannot be asked for."""
    is_there = code is not None or not groups.is_item
    return view.words.answers(groups.narrow(view.cut, code or "")) if is_there else ""


def _rows(view: View, found: ChangeParts, labels: list[str], to: list[str]) -> Rows:
    words = view.words
    rows: Rows = []
    for label, one, address in zip(labels, found.ranked, to, strict=True):
        scores = [Cell(rounded(e.value), words.amount(e.value, e.unit)) for e in (one.before, one.now)]
        shares = [Cell(rounded(e.value), words.amount(e.value, e.unit, 1)) for e in (one.share_before, one.share_now)]
        said, is_small = words.tell(one.verdict.message), one.verdict is Verdict.TOO_FEW
        moved = [signed(view, d) for d in (one.mix, one.level, one.part)]
        rows.append((Cell(label, label, address, is_small=is_small), *scores, *shares, *moved, reach(view, one.part),
                     Cell(said, said)))  # fmt: skip
    moved = [signed(view, d) for d in (found.mix, found.level, found.change)]
    ends = [Cell(rounded(e.value), words.amount(e.value, e.unit)) for e in (found.before, found.now)]
    said, verdict = words.tell(N_("All")), words.tell(found.change.verdict.message)
    whole = (Cell(100.0, "100%"), Cell(100.0, "100%"))
    return [*rows, (Cell(said, said), *ends, *whole, *moved, reach(view, found.change), Cell(verdict, verdict))]
