"""An answer of one line, such as a name or an order number; not judged for opinions unless told to."""

from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from ...errors import N_, SurveyError
from ..definition import Text, say
from ..remarks import Remark
from ._matching import PatternError, compiled
from ._open import Open, OpenOptions
from ._patterns import PATTERNS
from ._shapes import Fit, Shape, Written
from .base import AnswerError, Sent, Stored

LABELS = {
    "": N_("Anything"),
    **{name: known.label for name, known in PATTERNS.items()},
    "own": N_("A pattern of my own"),
}


class ShortText(Open):
    name = "short_text"
    label = N_("Short text")
    order = 80
    widget = "line"
    base_seconds = 12.0
    is_one_line = True
    autocomplete: ClassVar[str] = "off"

    class Options(OpenOptions):
        max_length: int = Field(default=200, ge=1, le=1000, title=N_("Longest answer, in characters"))
        is_opinion: bool = Field(default=False, title=N_("Look for opinions in the answers"))
        pattern: Literal["", "mobile", "email", "credit_code", "postcode", "own"] = Field(
            default="", title=N_("What is accepted"), json_schema_extra={"labels": {**LABELS}}
        )
        own_pattern: str = Field(default="", title=N_("Pattern of my own, such as [A-Z]{2}\\d{6}"))
        own_hint: Text = Field(default_factory=dict, title=N_("Under the field, such as: two letters, six digits"))

        @model_validator(mode="after")
        def _holds(self) -> Self:
            if self.pattern == "own":
                if not self.own_pattern:
                    raise SurveyError("pattern", N_("Write the pattern."))
                compiled(self.own_pattern)
            return self

    @classmethod
    def fits(cls, shape: Shape) -> Fit | None:
        """A line; a pattern of the file too, where it can be read."""
        found = super().fits(shape)
        if found is None or not isinstance(shape, Written) or shape.is_long:
            return found
        if shape.pattern in PATTERNS:
            return Fit(found.options | {"pattern": shape.pattern}, found.closeness)
        expression = shape.expression.strip().removeprefix("/").removesuffix("/")
        try:
            compiled(expression)
        except PatternError:
            return found
        return (
            Fit(found.options | {"pattern": "own", "own_pattern": expression}, found.closeness) if expression else found
        )

    @property
    def keyboard(self) -> str:
        """The keyboard that a phone should show."""
        known = PATTERNS.get(self.options.pattern)
        return known.keyboard if known else "text"

    @property
    def completed_as(self) -> str:
        """What a browser may fill in."""
        known = PATTERNS.get(self.options.pattern)
        return known.autocomplete if known else self.autocomplete

    def remarks(self, languages: Sequence[str]) -> Iterator[Remark]:
        yield from super().remarks(languages)
        if self.options.pattern == "own" and not any(self.options.own_hint.values()):
            yield Remark("warning", N_("Say under the field what is wanted: nobody can see the pattern."))

    def read(self, sent: Sent) -> Stored:
        text = super().read(sent)
        if text is None or not self.options.pattern:
            return text
        if known := PATTERNS.get(self.options.pattern):
            return known.read(text)
        if not compiled(self.options.own_pattern).matches(text):
            raise AnswerError(N_("Please write it in the form that is asked for."))
        return text

    def hint(self, language: str) -> str:
        """What stands under the field."""
        return say(self.options.own_hint, language)
