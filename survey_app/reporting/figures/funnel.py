"""From asking to answering: who was invited, opened, began and finished."""

from ...analysis import funnel
from ...analysis.charts import share_bars
from ...analysis.notes import NotPossible
from ...errors import N_
from ...store.database import reading
from ..register import chooses_by_answers, invitations
from .base import Cell, Chosen, Figure, Kind, Rows, View, rounded, spread

STEPS = {
    "invited": N_("Invited"),
    "opened": N_("Opened the link"),
    "began": N_("Began"),
    "finished": N_("Finished answering"),
}
UNKNOWN = N_("Who did not answer has no answers to choose by: take away the filters on answers, opinions and versions.")


class FunnelFigure(Kind):
    name = "funnel"
    label = N_("Funnel")
    order = 90
    needs_answers = False

    def draw(self, view: View, chosen: Chosen) -> Figure:
        words = view.words
        if chooses_by_answers(view.cut):
            raise NotPossible(UNKNOWN)
        with reading(view.engine) as session:
            counts = invitations(session, view.cut)
        if not counts["invited"]:
            raise NotPossible(N_("Nobody was invited by a personal link in this view."))
        steps = funnel(counts)
        labels = [words.tell(STEPS[step.name]) for step in steps]
        rows: Rows = [
            (Cell(label, label), Cell(step.count, words.number(step.count)),
             Cell(rounded(step.of_first.value), words.amount(step.of_first.value, "percent", 1)),
             Cell(rounded(step.of_previous.value), words.amount(step.of_previous.value, "percent", 1)),
             Cell(spread(words, step.of_previous, 1), spread(words, step.of_previous, 1)))
            for label, step in zip(labels, steps, strict=True)
        ]  # fmt: skip
        heads = ("", N_("Count"), N_("Of those invited"), N_("Of the step before"), N_("95%% interval"))
        return Figure(
            self.name, words.tell(N_("From invitation to answer")), n=counts["invited"], rows=tuple(rows),
            plot=share_bars(labels, [step.of_first for step in steps]),
            heads=tuple(words.tell(head) if head else "" for head in heads),
            definition=words.tell(N_("Invitations by personal link that were made in the period and went out, and how "
                                     "far each came by now. Public links invite nobody in particular.")),
        )  # fmt: skip
