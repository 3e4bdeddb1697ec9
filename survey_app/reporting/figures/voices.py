"""Which opinions go with a change: how many answers hold each, how those rated, how much of the change they hold."""

from ...analysis import OpinionMove
from ...analysis.charts import estimate_bars, linked
from ...analysis.compare import Verdict
from ...analysis.notes import NotPossible
from ...errors import N_
from ._moves import bar, compared_with, earlier, moves, opinion_name, reach, signed, tones
from .base import Cell, Chosen, Figure, Kind, Rows, View, first, metric_ask, rounded
from .explain import ExplainFigure

MOST = 12


class VoicesFigure(Kind):
    name = "voices"
    label = N_("Opinions and the change")
    order = 85
    beside = ExplainFigure.name
    asks = (metric_ask(),)

    def draw(self, view: View, chosen: Chosen) -> Figure:
        words, metric, before = view.words, view.metric(first(chosen, "metric")), earlier(view)
        found = moves(view, metric, before)
        if not found:
            raise NotPossible(N_("No opinions have been found in the answers of this view."))
        shown = found[:MOST]
        labels = [opinion_name(view, one.name) for one in shown]
        to = [words.answers(view.cut.with_(aspect=one.name[0], polarity=one.name[1])) for one in shown]
        bars = [bar(one.part) for one in shown]
        hidden = {"n": len(found) - len(shown)}
        said = [words.tell(N_("%(n)s smaller parts are left out."), hidden)] if hidden["n"] else []
        return Figure(
            self.name, words.tell(N_("Opinions that go with the change in %(metric)s"), {"metric": view.name(metric)}),
            n=len(view.chosen) + len(before), plot=linked(estimate_bars(labels, bars, tones(bars)), to),
            heads=tuple(map(words.tell, HEADS)), rows=tuple(_rows(view, shown, labels, to)),
            notes=(compared_with(view), *said),
            definition=words.tell(DEFINITION),
        )  # fmt: skip


HEADS = (
    N_("Opinion"), N_("Share before"), N_("Share now"), N_("Score of these"), N_("Score of the others"),
    N_("From more or fewer"), N_("From other ratings"), N_("Together"), N_("95%% interval"), N_("Verdict"),
)  # fmt: skip
DEFINITION = N_(
    "Each opinion on its own: how much of the change comes from more or fewer answers that mention it, and how much "
    "from the ratings of those that do. An answer may mention several opinions, so the parts do not add up. Opinions "
    "come from the questions that both periods asked; verdicts are corrected for their number (Holm). Together does "
    "not mean that one causes the other."
)


def _rows(view: View, found: list[OpinionMove], labels: list[str], to: list[str]) -> Rows:
    words = view.words
    rows: Rows = []
    for label, one, address in zip(labels, found, to, strict=True):
        shares = [Cell(rounded(e.value), words.amount(e.value, e.unit, 1)) for e in (one.share_before, one.share_now)]
        pair = (one.now, one.others_now) if one.now.n else (one.before, one.others_before)
        scores = [Cell(rounded(e.value), words.amount(e.value, e.unit)) for e in pair]
        moved = [signed(view, d) for d in (one.more, one.differently, one.part)]
        said = words.tell(one.verdict.message)
        rows.append((
            Cell(label, label, address, is_small=one.verdict is Verdict.TOO_FEW), *shares, *scores, *moved,
            reach(view, one.part), Cell(said, said),
        ))  # fmt: skip
    return rows
