"""A sum shared among several things, such as 100 points. Kept: {code: share}; what is left empty is 0."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from ...analysis import charts
from ...errors import N_
from ..definition import Text, say
from ._number_rows import NumberRows
from ._parts import Line, as_options, one_value, unique_codes, whole
from ._shapes import Fit, Shape, Shares, plain_options
from ._summing import lying
from .base import AnswerError, Sent, Stored, Summary


class ConstantSum(NumberRows):
    name = "constant_sum"
    label = N_("Share a sum")
    order = 58
    family = N_("Choices")
    widget = "constant_sum"
    base_seconds = 6.0
    fewest_rows = 2

    class Options(BaseModel):
        model_config = ConfigDict(frozen=True, extra="forbid")

        rows: tuple[Line, ...] = Field(default=(), max_length=20, title=N_("Things to share among"))
        total: int = Field(default=100, ge=2, le=1_000_000, title=N_("The sum to share"))
        unit: Text = Field(default_factory=dict, title=N_("Unit"))

        @field_validator("rows")
        @classmethod
        def _codes(cls, rows: tuple[Line, ...]) -> tuple[Line, ...]:
            return tuple(unique_codes(rows))

    def shape(self) -> Shares:
        return Shares(as_options(self.options.rows), self.options.total)

    @classmethod
    def fits(cls, shape: Shape) -> Fit | None:
        if not isinstance(shape, Shares) or len(shape.rows) > 20 or not 2 <= shape.total <= 1_000_000:
            return None
        rows = [{"code": one["code"], "text": one["text"]} for one in plain_options(shape.rows)]
        return Fit({"rows": rows} | ({"total": shape.total} if shape.total != 100 else {}), 2)

    def unit(self, language: str) -> str:
        return say(self.options.unit, language)

    def read(self, sent: Sent) -> Stored:
        given = {code: one_value(sent, f"{self.item.key}.{code}") for code in self.parts}
        if all(text is None for text in given.values()):
            return None
        shares = {code: self._share(text) for code, text in given.items()}
        if sum(shares.values()) != self.options.total:
            raise AnswerError(
                N_("Please let the numbers add up to %(total)s; they add up to %(sum)s."),
                total=self.options.total, sum=sum(shares.values()),
            )  # fmt: skip
        return shares

    def _share(self, text: str | None) -> int:
        try:
            value = whole((text or "0").strip())
        except AnswerError as error:
            raise AnswerError(N_("Please write whole numbers.")) from error
        if value < 0:
            raise AnswerError(N_("Please write no number below 0."))
        return value

    def chart(self, summary: Summary, language: str) -> dict[str, Any] | None:
        """The mean share of each thing."""
        return lying(summary, language, charts.estimate_bars)
