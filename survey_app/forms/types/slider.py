"""A value on a line between two ends."""

from dataclasses import replace
from typing import Self

from pydantic import Field, model_validator

from ...errors import N_, SurveyError
from ..definition import Text, say
from ._shapes import Fit, Quantity, Shape
from .number import Number, quantity_options


class Slider(Number):
    name = "slider"
    label = N_("Slider")
    order = 35
    family = N_("Ratings")
    widget = "slider"

    class Options(Number.Options):
        minimum: float | None = Field(default=0, ge=-1e6, le=1e6, title=N_("Smallest value"))
        maximum: float | None = Field(default=100, ge=-1e6, le=1e6, title=N_("Largest value"))
        low_label: Text = Field(default_factory=dict, title=N_("Words at the low end"))
        high_label: Text = Field(default_factory=dict, title=N_("Words at the high end"))

        @model_validator(mode="after")
        def _both_ends(self) -> Self:
            if self.minimum is None or self.maximum is None or self.minimum == self.maximum:
                raise SurveyError("limits", N_("A slider needs two different ends."))
            return self

    def shape(self) -> Quantity:
        return replace(super().shape(), looks="slider")

    @classmethod
    def fits(cls, shape: Shape) -> Fit | None:
        """What other tools draw as a slider, if it has two ends."""
        if not isinstance(shape, Quantity) or shape.looks != "slider":
            return None
        if shape.minimum is None or shape.maximum is None or shape.minimum >= shape.maximum:
            return None
        return Fit(quantity_options(cls.Options(), shape), 3)

    def ends(self, language: str) -> tuple[str, str]:
        return say(self.options.low_label, language), say(self.options.high_label, language)
