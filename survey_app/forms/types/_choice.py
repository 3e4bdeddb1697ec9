"""Choosing from a list: one or several options, one of which may bring a line to write in."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, field_validator

from ...analysis import charts
from ...errors import N_, SurveyError
from ..definition import say
from ..remarks import Remark
from ._parts import Choice, as_options, clean_text, code_of, missing_texts, one_value, unique_codes
from ._shapes import Fit, Pick, Shape, plain_options
from ._summing import lying
from .base import AnswerError, QuestionType, Sent, Stored, Summary

OTHER_LENGTH = 200


class ChoiceOptions(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    choices: tuple[Choice, ...] = Field(default=(), max_length=200, title=N_("Options"))

    @field_validator("choices")
    @classmethod
    def _codes(cls, choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
        if sum(choice.is_other for choice in choices) > 1:
            raise SurveyError("two-others", N_("Only one option can have a line to write in."))
        return tuple(unique_codes(choices))  # type: ignore[arg-type]


class Choosing(QuestionType):
    """A family: a subclass says whether several may be chosen and how the answer is kept."""

    Options = ChoiceOptions
    family = N_("Choices")
    widget = "choices"
    lines_option = "choices"
    starter: ClassVar[dict[str, Any]] = {
        "choices": [
            {"code": "a", "text": {"zh": "选项一", "en": "Option one"}},
            {"code": "b", "text": {"zh": "选项二", "en": "Option two"}},
        ]
    }
    is_multiple: bool = False

    looks = ""
    """How other tools call the way the list is drawn."""

    def shape(self) -> Pick:
        return Pick(as_options(self.choices), self.is_multiple, looks=self.looks)

    @classmethod
    def fits(cls, shape: Shape) -> Fit | None:
        """A list of choices, one or several of them as this type has it."""
        if not isinstance(shape, Pick) or shape.is_multiple != cls.is_multiple:
            return None
        is_drawn_alike = shape.looks == cls.looks
        is_other_drawing = shape.looks in ("dropdown", "pictures") and not is_drawn_alike
        changed = (N_("It is drawn as a list."),) if is_other_drawing else ()
        return Fit({"choices": plain_options(shape.choices)} | cls.limits(shape), 2 + is_drawn_alike, changed)

    @classmethod
    def limits(cls, shape: Pick) -> dict[str, Any]:
        """How many may be chosen, as options of a type that counts them."""
        return {}

    @property
    def choices(self) -> tuple[Choice, ...]:
        return self.options.choices  # type: ignore[no-any-return]

    @property
    def other(self) -> Choice | None:
        """The option with a line to write in."""
        return next((choice for choice in self.choices if choice.is_other), None)

    def offered(self, code: str) -> str:
        """The code, if it is offered."""
        if any(code == choice.code for choice in self.choices):
            return code
        raise AnswerError(N_("Please choose one of the answers offered."))

    def written(self, sent: Sent) -> str | None:
        """What was written in beside the option for it."""
        text = one_value(sent, f"{self.item.key}.other")
        return clean_text(text, OTHER_LENGTH, is_one_line=True) if text and self.other else None

    def name_of(self, code: str, language: str) -> str:
        choice = next((choice for choice in self.choices if choice.code == code), None)
        return (say(choice.text, language) if choice else "") or code

    def cell_codes(self, cells: list[str]) -> tuple[list[str], str | None]:
        """The codes that imported cells name; words that are no option are written in, if there is room."""
        codes, other = [], None
        for cell in cells:
            try:
                codes.append(code_of(self.choices, cell))
            except AnswerError:
                if self.other is None or other is not None:
                    raise
                codes.append(self.other.code)
                other = clean_text(cell, OTHER_LENGTH, is_one_line=True)
        return codes, other

    def remarks(self, languages: Sequence[str]) -> Iterator[Remark]:
        if len(self.choices) < 2:
            yield Remark("error", N_("Give at least two options to choose from."), field="options")
        yield from missing_texts(self.choices, languages)

    def export_titles(self, language: str) -> dict[str, str]:
        title = self.title(language)
        titles = {self.item.key: title}
        if self.other:
            titles[f"{self.item.key}.other.text"] = f"{title} – {self.name_of(self.other.code, language)}"
        return titles

    def chart(self, summary: Summary, language: str) -> dict[str, Any] | None:
        """The share of each option."""
        return lying(summary, language, charts.share_bars)


def with_other(sent: dict[str, list[str]], key: str, stored: Any) -> dict[str, list[str]]:
    """Add what was written in to what a browser would post."""
    if isinstance(stored, dict) and stored.get("other"):
        sent[f"{key}.other"] = [str(stored["other"])]
    return sent


def other_of(stored: Stored) -> str | None:
    return stored.get("other") if isinstance(stored, dict) else None
