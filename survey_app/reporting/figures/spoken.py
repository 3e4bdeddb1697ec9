"""What customers speak of: how often each aspect is criticised and praised, and what goes with the criticism."""

from ...analysis.charts import aspect_bars, linked
from ...analysis.compare import SMALLEST_BASE
from ...analysis.notes import NotPossible
from ...errors import N_
from ...store import metrics
from ...store.cuts import NONE
from ...store.opinions import aspects
from .base import Cell, Chosen, Figure, Kind, Rows, View, rounded, spread

MOST = 12
HEADS = (
    N_("Aspect"), N_("Critical"), N_("Share who criticise"), N_("95%% interval"), N_("Praising"), N_("Effect"),
)  # fmt: skip
DEFINITION = N_(
    "Opinions found in the open answers: critical ones to the left, praising ones to the right. Share: answers that "
    "criticise the aspect, of all answers (Wilson). Effect: the score of those who criticise it minus that of all "
    "others, which need not be its cause."
)


class SpokenFigure(Kind):
    name = "spoken"
    label = N_("What customers talk about")
    order = 28
    is_listed = False

    def draw(self, view: View, chosen: Chosen) -> Figure:
        words = view.words
        found = aspects(view.chosen, metrics.headline(view.metrics))
        if not found:
            raise NotPossible(N_("No opinions have been found in the answers of this view."))
        shown = found[:MOST]
        labels = [words.aspect(row.aspect or NONE) for row in shown]
        to = [words.answers(view.cut.with_(aspect=row.aspect or NONE)) for row in shown]
        counts = ([getattr(row, tone) for row in shown] for tone in ("positive", "negative", "neutral"))
        rows: Rows = []
        for row, label, address in zip(shown, labels, to, strict=True):
            effect = row.effect if row.effect is not None and row.effect.value is not None else None
            rows.append((
                Cell(label, label, address), Cell(row.negative, words.number(row.negative)),
                Cell(rounded(row.critical.value), words.amount(row.critical.value, "percent", 1)),
                Cell(spread(words, row.critical, 1), spread(words, row.critical, 1)),
                Cell(row.positive, words.number(row.positive)),
                Cell(rounded(effect.value) if effect else None, words.gap(effect) if effect else "–",
                     is_small=effect is None or effect.n_a < SMALLEST_BASE),
            ))  # fmt: skip
        hidden = len(found) - len(shown)
        return Figure(
            self.name, words.tell(self.label), n=len(view.chosen), plot=linked(aspect_bars(labels, *counts), to),
            heads=tuple(map(words.tell, HEADS)), rows=tuple(rows), definition=words.tell(DEFINITION),
            notes=(words.tell(N_("%(n)s more are left out."), {"n": hidden}),) if hidden else (),
        )  # fmt: skip
