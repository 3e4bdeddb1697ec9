"""What changed since the period before, in sentences: the score, segments and opinions that moved beyond chance."""

from ...errors import N_
from ...store import metrics
from ..changes import Change, changes
from ._moves import compared_with, earlier
from .base import Cell, Chosen, Figure, Kind, View

NOTHING = N_("Nothing that stands out of chance, compared with the period before.")


class NewsFigure(Kind):
    name = "news"
    label = N_("What changed")
    order = 79
    is_listed = False

    def draw(self, view: View, chosen: Chosen) -> Figure:
        words = view.words
        found = changes(view.chosen, earlier(view), metrics.headline(view.metrics))
        said = [(sentence(view, one), words.tell(one.verdict.message)) for one in found]
        corrected = N_("Real: what remains after correcting for %(n)s comparisons (Holm, 95%%).")
        return Figure(
            self.name, words.tell(self.label), n=len(view.chosen), message="" if said else words.tell(NOTHING),
            lines=tuple(" · ".join(pair) for pair in said),
            heads=(words.tell(N_("What changed")), words.tell(N_("Verdict"))), notes=(compared_with(view),),
            rows=tuple((Cell(text, text), Cell(verdict, verdict)) for text, verdict in said),
            definition=words.tell(corrected, {"n": found.compared}),
        )  # fmt: skip


def sentence(view: View, change: Change) -> str:
    """A change in the reader's language."""
    words = view.words
    values = {**change.values}
    if "aspect" in values:
        values["aspect"] = words.aspect(values["aspect"])
    if "metric" in values:
        values["metric"] = words.tell(values["metric"])
    return words.tell(change.message, values)
