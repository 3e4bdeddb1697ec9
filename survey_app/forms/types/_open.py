"""Open answers: what people write in their own words."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from ...errors import N_
from ..definition import Text, say
from ..remarks import Remark
from ._parts import clean_text, one_value
from .base import QuestionType, Sent, Stored


class OpenOptions(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    max_length: int = Field(default=2000, ge=1, le=10_000, title=N_("Longest answer, in characters"))
    placeholder: Text = Field(default_factory=dict, title=N_("Example in the empty field"))
    is_opinion: bool = Field(default=True, title=N_("Look for opinions in the answers"))


class Open(QuestionType):
    """A family: a subclass says whether the answer is one line."""

    Options = OpenOptions
    is_one_line: ClassVar[bool] = False

    @property
    def max_length(self) -> int:
        return int(self.options.max_length)

    def placeholder(self, language: str) -> str:
        return say(self.options.placeholder, language)

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

    def export(self, stored: Stored, language: str) -> dict[str, str | int | float | None]:
        return {self.item.key: stored}

    def export_titles(self, language: str) -> dict[str, str]:
        return {self.item.key: say(self.item.text, language) or self.item.key}

    def text(self, stored: Stored) -> str | None:
        return stored if self.options.is_opinion else None

    def words(self, stored: Stored, language: str) -> str:
        return stored or ""
