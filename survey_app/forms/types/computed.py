"""A value that is reckoned from earlier answers."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from ...errors import N_
from ..definition import Text
from ..remarks import Remark
from ._formula import formula
from ._shapes import Fit, Shape
from .base import Stored
from .number import Number


class Computed(Number):
    name = "computed"
    label = N_("Computed value")
    order = 116
    family = N_("Other")
    widget = "unseen"
    is_seen = False
    is_worded = False
    base_seconds = 0.0

    class Options(BaseModel):
        model_config = ConfigDict(frozen=True, extra="forbid")

        formula: str = Field(default="", title=N_("Formula, such as mean(price, service) * 10"))
        decimals: int = Field(default=1, ge=0, le=6, title=N_("Decimal places"))
        unit: Text = Field(default_factory=dict, title=N_("Unit"))

        @field_validator("formula")
        @classmethod
        def _holds(cls, text: str) -> str:
            if text.strip():
                formula(text)
            return text

    @property
    def minimum(self) -> None:
        return None

    @property
    def maximum(self) -> None:
        return None

    def shape(self) -> None:  # type: ignore[override]
        """The formulas of other tools are others."""

    @classmethod
    def fits(cls, shape: Shape) -> Fit | None:
        return None

    @property
    def looks_at(self) -> tuple[tuple[str, str], ...]:
        return formula(self.options.formula).looks_at if self.options.formula.strip() else ()

    def remarks(self, languages: Sequence[str]) -> Iterator[Remark]:
        if not self.options.formula.strip():
            yield Remark("error", N_("Write the formula."), field="options")

    def derive(self, known: Callable[[str, str], Any]) -> Stored:
        if not self.options.formula.strip():
            return None
        value = formula(self.options.formula).value(known)
        if value is None:
            return None
        return round(value, self.options.decimals) if self.options.decimals else round(value)

    def require(self, stored: Stored) -> None:
        """Nobody could give what is missing."""
