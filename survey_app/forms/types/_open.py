"""Open answers: what people write in their own words."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from ...errors import N_
from ..definition import Text, say
from ..remarks import Remark
from ._parts import clean_text, one_value
from ._shapes import Fit, Shape, Written
from .base import QuestionType, Sent, Stored


class OpenOptions(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    max_length: int = Field(default=2000, ge=1, le=10_000, title=N_("Longest answer, in characters"))
    placeholder: Text = Field(default_factory=dict, title=N_("Example in the empty field"))
    is_opinion: bool = Field(default=True, title=N_("Look for opinions in the answers"))


class Open(QuestionType):
    """A family: a subclass says whether the answer is one line."""

    Options = OpenOptions
    family = N_("Written answers")
    is_one_line: ClassVar[bool] = False
    harmless = frozenset(["max_length", "placeholder", "is_opinion"])

    @property
    def max_length(self) -> int:
        return int(self.options.max_length)

    def placeholder(self, language: str) -> str:
        return say(self.options.placeholder, language)

    def shape(self) -> Written:
        return Written(not self.is_one_line, self.max_length, self.options.placeholder)

    @classmethod
    def fits(cls, shape: Shape) -> Fit | None:
        """Words of one line or of several; a pattern that the file wants is not checked here."""
        if not isinstance(shape, Written):
            return None
        usual = cls.Options()
        longest = min(shape.longest or usual.max_length, 10_000 if not cls.is_one_line else 1000)
        options: dict[str, Any] = {"max_length": longest} if longest != usual.max_length else {}
        if shape.placeholder:
            options["placeholder"] = shape.placeholder
        changed = (
            (N_("What is written is not checked against a pattern."),) if shape.pattern or shape.expression else ()
        )
        return Fit(options, 2 if shape.is_long != cls.is_one_line else 1, changed)

    def remarks(self, languages: Sequence[str]) -> Iterator[Remark]:
        if self.item.is_required and not self.is_one_line:
            yield Remark("warning", N_("A required open answer makes people leave, or write “no”. Let them skip it."))

    def read(self, sent: Sent) -> Stored:
        text = one_value(sent, self.item.key)
        return clean_text(text, self.max_length, is_one_line=self.is_one_line) if text else None

    def sent(self, stored: Stored) -> dict[str, list[str]]:
        if not isinstance(stored, str | None):
            raise TypeError("a text answer is a string")
        return {self.item.key: [stored]} if stored is not None else {}

    def text(self, stored: Stored) -> str | None:
        return stored if self.options.is_opinion else None

    def words(self, stored: Stored, language: str) -> str:
        return stored or ""
