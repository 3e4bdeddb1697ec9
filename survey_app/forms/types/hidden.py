"""A value that nobody sees: handed over in the address of the link, or known of the customer."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ...errors import N_, SurveyError
from ..remarks import Remark
from ._parts import clean_text, one_value
from ._shapes import Fit, Kept, Shape
from .base import AnswerError, QuestionType, Sent, Stored

LONGEST = 200
TAKEN = frozenset(["lang", "c", "k", "t", "p", "score", "done", "check", "page", "ticket", "go", "shown"])
"""Names that links use themselves."""


def _name(text: str) -> str:
    if text and (text in TAKEN or not re.fullmatch(r"[A-Za-z\u4e00-\u9fff][\w-]{0,39}", text)):
        message = N_("This name cannot be used in a link: letters, digits and _, and none of: %(taken)s.")
        raise SurveyError("parameter", message, taken=", ".join(sorted(TAKEN)))
    return text


class Hidden(QuestionType):
    name = "hidden"
    label = N_("Hidden field")
    order = 114
    widget = "unseen"
    is_seen = False
    is_worded = False
    base_seconds = 0.0

    class Options(BaseModel):
        model_config = ConfigDict(frozen=True, extra="forbid")

        source: Annotated[str, AfterValidator(_name)] = Field(
            default="", title=N_("Name in the link or attribute of the customer (empty: the key)")
        )

    def shape(self) -> Kept:
        return Kept()

    @classmethod
    def fits(cls, shape: Shape) -> Fit | None:
        return Fit({}, 2) if isinstance(shape, Kept) and not shape.formula else None

    @property
    def parameters(self) -> tuple[str, ...]:
        wanted = self.options.source or self.item.key
        return () if wanted in TAKEN else (wanted,)

    def remarks(self, languages: Sequence[str]) -> Iterator[Remark]:
        if not self.parameters:
            yield Remark("error", N_("Links use this name themselves. Give another one."), field="options")

    def derive(self, known: Callable[[str, str], Any]) -> Stored:
        found = known("attr", self.parameters[0]) if self.parameters else None
        return None if found is None else clean_text(str(found)[:LONGEST], LONGEST, is_one_line=True)

    def require(self, stored: Stored) -> None:
        """Nobody could give what is missing."""

    def read(self, sent: Sent) -> Stored:
        text = one_value(sent, self.item.key)
        return clean_text(text, LONGEST, is_one_line=True) if text else None

    def sent(self, stored: Stored) -> dict[str, list[str]]:
        if not isinstance(stored, str | None):
            raise AnswerError(N_("This answer does not belong to this question."))
        return {self.item.key: [stored]} if stored is not None else {}

    def words(self, stored: Stored, language: str) -> str:
        return stored or ""
