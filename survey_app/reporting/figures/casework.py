"""How the improvement loop of a survey stands: open cases, those that are late, actions that run or were proved."""

from ...analysis.notes import NotPossible
from ...errors import N_
from ...store.database import reading
from ..register import loop
from .base import Cell, Chosen, Figure, Kind, View

COUNTS = {
    "open": N_("Open cases"), "urgent": N_("of these urgent"), "overdue": N_("Overdue"),
    "running": N_("Actions running"), "effective": N_("Proved effective"), "verified": N_("Actions verified"),
}  # fmt: skip


class CaseworkFigure(Kind):
    name = "casework"
    label = N_("Cases and improvements")
    order = 120
    needs_answers = False
    follows_view = False
    is_listed = False

    def draw(self, view: View, chosen: Chosen) -> Figure:
        words = view.words
        if view.cut.survey_id is None:
            raise NotPossible(N_("There is no survey yet."))
        with reading(view.engine) as session:
            found = loop(session, view.cut.survey_id)
        counts = {name: getattr(found, name) for name in COUNTS}
        return Figure(
            self.name, words.tell(self.label), n=found.open, is_table=True,
            heads=("", words.tell(N_("How many"))),
            rows=tuple((Cell(words.tell(COUNTS[name]), words.tell(COUNTS[name])), Cell(count, words.number(count)))
                       for name, count in counts.items()),
            definition=words.tell(N_("Cases of this survey; improvement actions of all surveys.")),
        )  # fmt: skip
