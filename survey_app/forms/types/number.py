"""A number with limits, decimals and a unit."""

import re
import unicodedata
from itertools import pairwise
from typing import Any, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from ...analysis.columns import Frame
from ...analysis.scores import mean
from ...errors import N_, SurveyError
from ..definition import Text, say
from ._parts import one_value
from ._shapes import Fit, Quantity, Scale, Shape
from ._summing import answered, distribution, same_in_all, share_rows
from .base import AnswerError, Cell, ColumnSpec, QuestionType, Sent, Stored, Summary

FEW = 12
"""With no more different values than this, each has its own row."""
_NUMBER = re.compile(r"^[+-]?(\d{1,12})(\.(\d{1,12}))?$", re.ASCII)


class Number(QuestionType):
    name = "number"
    label = N_("Numeric")
    order = 90
    family = N_("Written answers")
    widget = "number"

    class Options(BaseModel):
        model_config = ConfigDict(frozen=True, extra="forbid")

        minimum: float | None = Field(default=None, ge=-1e12, le=1e12, title=N_("Smallest value"))
        maximum: float | None = Field(default=None, ge=-1e12, le=1e12, title=N_("Largest value"))
        decimals: int = Field(default=0, ge=0, le=6, title=N_("Decimal places"))
        unit: Text = Field(default_factory=dict, title=N_("Unit"))

        @model_validator(mode="after")
        def _limits(self) -> Self:
            if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
                raise SurveyError("limits", N_("The smallest value is above the largest."))
            return self

    def shape(self) -> Quantity:
        said = self.options
        return Quantity(said.minimum, said.maximum, said.decimals, said.unit)

    @classmethod
    def fits(cls, shape: Shape) -> Fit | None:
        """A number; also a scale of numbers that no rating has."""
        if isinstance(shape, Scale):
            limits = {"minimum": float(shape.low), "maximum": float(shape.high)}
            return Fit(limits, 1, (N_("Its scale is asked for as a number."),))
        if not isinstance(shape, Quantity):
            return None
        changed = (N_("It is asked for as a number."),) if shape.looks else ()
        return Fit(quantity_options(cls.Options(), shape), 2, changed)

    @property
    def minimum(self) -> int | float | None:
        return _plain(self.options.minimum)

    @property
    def maximum(self) -> int | float | None:
        return _plain(self.options.maximum)

    @property
    def step(self) -> str:
        """The step of the number field, as HTML wants it."""
        return "1" if not self.options.decimals else f"0.{'0' * (self.options.decimals - 1)}1"

    def unit(self, language: str) -> str:
        return say(self.options.unit, language)

    def read(self, sent: Sent) -> Stored:
        text = one_value(sent, self.item.key)
        if text is None:
            return None
        # Chinese keyboards write full-width digits and minus signs; they mean the same here.
        match = _NUMBER.fullmatch(unicodedata.normalize("NFKC", text).replace("−", "-").strip())
        if not match:
            raise AnswerError(N_("Please write a number, such as 12 or 3.5."))
        if len((match[3] or "").rstrip("0")) > self.options.decimals:
            raise AnswerError(N_("Please give at most %(decimals)s decimal places."), decimals=self.options.decimals)
        value = float(match[0]) if self.options.decimals else int(match[0].split(".")[0])
        self._check_limits(value)
        return value

    def _check_limits(self, value: float) -> None:
        if self.minimum is not None and value < self.minimum:
            raise AnswerError(N_("Please give a number of at least %(minimum)s."), minimum=self.minimum)
        if self.maximum is not None and value > self.maximum:
            raise AnswerError(N_("Please give a number of at most %(maximum)s."), maximum=self.maximum)

    def sent(self, stored: Stored) -> dict[str, list[str]]:
        if stored is None:
            return {}
        if isinstance(stored, bool) or not isinstance(stored, int | float):
            raise TypeError("a number answer is a number")
        return {self.item.key: [_written(stored)]}

    def columns(self) -> tuple[ColumnSpec, ...]:
        return (ColumnSpec(self.item.key, self.item.text, is_number=True),)

    def cells(self, stored: Stored) -> dict[str, Cell]:
        return {self.item.key: None if stored is None else float(stored)}

    def export_titles(self, language: str) -> dict[str, str]:
        title, unit = self.title(language), self.unit(language)
        return {self.item.key: f"{title} ({unit})" if unit else title}

    def words(self, stored: Stored, language: str) -> str:
        return "" if stored is None else f"{_written(stored)} {self.unit(language)}".strip()

    def summarise(self, frame: Frame) -> Summary:
        """The mean, and how the values spread over bins of round width."""
        values = answered(frame, self.item.key)
        if not len(values):
            return Summary(0, (), mean(values))
        distinct = np.unique(values)
        if len(distinct) <= FEW:
            names = [_short(value) for value in distinct]
            each = [int((values == value).sum()) for value in distinct]
            return Summary(
                len(values), share_rows(names, [same_in_all(n) for n in names], each, len(values)), mean(values)
            )
        edges = np.histogram_bin_edges(values, bins=10)
        counts, _ = np.histogram(values, edges)
        names = [f"{_short(low)}–{_short(high)}" for low, high in pairwise(edges)]
        rows = share_rows(names, [same_in_all(name) for name in names], counts.tolist(), len(values))
        return Summary(len(values), rows, mean(values))

    def chart(self, summary: Summary, language: str) -> dict[str, Any] | None:
        """How often each value was given."""
        return distribution(summary, language)


def quantity_options(usual: BaseModel, shape: Quantity) -> dict[str, Any]:
    """The limits, decimals and unit of a shape as options, those left out that are usual anyway."""
    options = {name: getattr(shape, name) for name in ("minimum", "maximum", "decimals", "unit")}
    return {name: value for name, value in options.items() if value != getattr(usual, name)}


def _short(value: float) -> str:
    return f"{value:.6g}"


def _plain(value: float | None) -> int | float | None:
    """1.0 as 1, for texts and fields."""
    return int(value) if value is not None and value == int(value) else value


def _written(value: int | float) -> str:
    """A number as people write it: no exponent, no needless zeros."""
    return str(value) if isinstance(value, int) else f"{value:.6f}".rstrip("0").rstrip(".")
