"""Words to read, with nothing to answer."""

from ...errors import N_
from ._shapes import Fit, Shape, Shown
from .base import QuestionType, Sent, Stored


class Statement(QuestionType):
    name = "statement"
    label = N_("Text to read")
    order = 112
    widget = "statement"
    is_asked = False
    is_worded = False
    base_seconds = 0.0

    def shape(self) -> Shown:
        return Shown()

    @classmethod
    def fits(cls, shape: Shape) -> Fit | None:
        return Fit({}, 3) if isinstance(shape, Shown) else None

    def require(self, stored: Stored) -> None:
        """There is nothing to answer, so nothing is missing."""

    def read(self, sent: Sent) -> Stored:
        return None

    def sent(self, stored: Stored) -> dict[str, list[str]]:
        return {}

    def words(self, stored: Stored, language: str) -> str:
        return ""
