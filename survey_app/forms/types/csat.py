"""Satisfaction in numbers, stars, or other marks that grow."""

from dataclasses import replace
from typing import Any, Literal

from pydantic import Field

from ...errors import N_
from ..definition import Text, say
from ._rating import Rating, RatingOptions
from ._shapes import Fit, Scale

WORDS: tuple[Text, ...] = (
    {"zh": "非常不满意", "en": "Very dissatisfied"},
    {"zh": "不满意", "en": "Dissatisfied"},
    {"zh": "一般", "en": "Neither"},
    {"zh": "满意", "en": "Satisfied"},
    {"zh": "非常满意", "en": "Very satisfied"},
)
MARKS = {"star": N_("Star"), "heart": N_("Heart"), "face": N_("Smiling face"), "digits": N_("Digits")}


class Csat(Rating):
    name = "csat"
    label = N_("Satisfaction (CSAT)")
    order = 20
    widget = "stars"
    score = "csat"
    low_words = WORDS[0]
    high_words = WORDS[-1]

    class Options(RatingOptions):
        points: int = Field(default=5, ge=3, le=10, title=N_("Number of points"))
        icon: Literal["star", "heart", "face", "digits"] = Field(
            default="star", title=N_("Kind of mark"), json_schema_extra={"labels": {**MARKS}}
        )

    def points(self, language: str) -> list[tuple[int, str]]:
        """The marks with their words; numbers, and a scale of another length, have words at their ends only."""
        is_named = self.options.icon != "digits" and self.high == len(WORDS)
        if is_named and not (self.options.low_label or self.options.high_label):
            return [(value, say(words, language)) for value, words in enumerate(WORDS, 1)]
        return super().points(language)

    def shape(self) -> Scale:
        return replace(super().shape(), looks=self.options.icon)

    @classmethod
    def scaled(cls, shape: Scale) -> Fit | None:
        """Any scale from 1 that is short enough; a file that draws it otherwise is told so."""
        if not 3 <= shape.high <= 10:
            return None
        options: dict[str, Any] = {"points": shape.high} if shape.high != 5 else {}
        looks = shape.looks or "digits"
        if looks in MARKS and looks != "star":
            options["icon"] = looks
        changed = () if looks in MARKS else (N_("Its scale is drawn with stars."),)
        return Fit(options, 2, changed)
