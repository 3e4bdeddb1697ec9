"""Several things rated on one scale: rows of rating points."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from ...analysis import charts
from ...errors import N_
from ..definition import Text, say
from ._number_rows import NumberRows
from ._parts import Line, as_options, one_value, unique_codes, whole
from ._shapes import Fit, Scale, ScaleGrid, Shape, plain_options
from ._summing import lying
from .base import AnswerError, Sent, Stored, Summary


class Matrix(NumberRows):
    name = "matrix"
    label = N_("Rating matrix")
    order = 60
    family = N_("Tables")
    widget = "matrix"
    are_lines_apart = True
    base_seconds = 3.0
    low: int = 1

    class Options(BaseModel):
        model_config = ConfigDict(frozen=True, extra="forbid")

        rows: tuple[Line, ...] = Field(default=(), max_length=40, title=N_("Rows to rate"))
        points: int = Field(default=5, ge=2, le=11, title=N_("Number of points"))
        low_label: Text = Field(
            default={"zh": "非常不满意", "en": "Very dissatisfied"}, title=N_("Words at the low end")
        )
        high_label: Text = Field(default={"zh": "非常满意", "en": "Very satisfied"}, title=N_("Words at the high end"))

        @field_validator("rows")
        @classmethod
        def _codes(cls, rows: tuple[Line, ...]) -> tuple[Line, ...]:
            return tuple(unique_codes(rows))

    def shape(self) -> ScaleGrid:
        scale = Scale(self.low, self.high, self.options.low_label, self.options.high_label)
        return ScaleGrid(as_options(self.options.rows), scale)

    @classmethod
    def fits(cls, shape: Shape) -> Fit | None:
        if not isinstance(shape, ScaleGrid) or shape.scale.low != 1 or not 2 <= shape.scale.high <= 11:
            return None
        scale, usual = shape.scale, cls.Options()
        said = {"points": scale.high, "low_label": scale.low_words, "high_label": scale.high_words}
        options = {name: value for name, value in said.items() if value and value != getattr(usual, name)}
        return Fit({"rows": plain_options(shape.rows)} | options, 2)

    def points(self, language: str) -> list[tuple[int, str]]:
        return [(value, str(value)) for value in range(self.low, self.high + 1)]

    @property
    def high(self) -> int:
        return int(self.options.points)

    def ends(self, language: str) -> tuple[str, str]:
        return say(self.options.low_label, language), say(self.options.high_label, language)

    def read(self, sent: Sent) -> Stored:
        answers: dict[str, int] = {}
        for code, _ in self.rows:
            text = one_value(sent, f"{self.item.key}.{code}")
            if text is None:
                continue
            value = whole(text)
            if not self.low <= value <= self.high:
                raise AnswerError(N_("Please choose a number from %(low)s to %(high)s."), low=self.low, high=self.high)
            answers[code] = value
        return answers or None

    def require(self, stored: Stored) -> None:
        """A required matrix wants every row."""
        if stored is None or len(stored) < len(self.rows):
            raise AnswerError(N_("Please give a rating in every row."))

    def chart(self, summary: Summary, language: str) -> dict[str, Any] | None:
        """The mean of each row."""
        return lying(summary, language, charts.estimate_bars)
