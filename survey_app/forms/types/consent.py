"""Consent: a box to tick; a required one must be ticked to go on."""

from ...analysis.columns import Frame
from ...errors import N_
from ..definition import Text, say
from ._parts import NO, YES, one_value
from ._shapes import Agreed, Fit, Shape
from ._summing import answered
from .base import AnswerError, Cell, ColumnSpec, QuestionType, Sent, Stored, Summary, SummaryRow

AGREED: Text = {"zh": "同意", "en": "I agree"}


class Consent(QuestionType):
    name = "consent"
    label = N_("Consent")
    order = 110
    widget = "consent"
    is_worded = False
    compared = "mark"

    def shape(self) -> Agreed:
        return Agreed()

    @classmethod
    def fits(cls, shape: Shape) -> Fit | None:
        return Fit({}, 3) if isinstance(shape, Agreed) else None

    def read(self, sent: Sent) -> Stored:
        """Kept as 1; a box left empty is no answer, never a no."""
        text = one_value(sent, self.item.key)
        if text not in (None, "1"):
            raise AnswerError(N_("Please choose one of the answers offered."))
        return 1 if text else None

    def read_cell(self, cell: str) -> Stored:
        folded = cell.strip().casefold()
        if folded in NO:
            return None
        return self.read({self.item.key: ["1" if folded in YES or cell.strip() in AGREED.values() else cell]})

    def require(self, stored: Stored) -> None:
        if stored is None:
            raise AnswerError(N_("Please agree to go on."))

    def sent(self, stored: Stored) -> dict[str, list[str]]:
        return {} if stored is None else {self.item.key: [str(stored)]}

    def agreed(self, language: str) -> str:
        return say(AGREED, language)

    def columns(self) -> tuple[ColumnSpec, ...]:
        return (ColumnSpec(self.item.key, self.item.text),)

    def cells(self, stored: Stored) -> dict[str, Cell]:
        return {self.item.key: stored}

    def words(self, stored: Stored, language: str) -> str:
        return "" if stored is None else self.agreed(language)

    def summarise(self, frame: Frame) -> Summary:
        """How many agreed. Who did not has given no answer, so there is no share to tell."""
        count = len(answered(frame, self.item.key))
        return Summary(count, (SummaryRow("1", AGREED, count),))
