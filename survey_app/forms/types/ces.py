"""Customer effort: agreement with a statement that it was easy, 1 to 7."""

from typing import Any, Literal

from pydantic import Field

from ...errors import N_
from ._rating import Rating, RatingOptions
from ._shapes import Fit, Scale


class Ces(Rating):
    name = "ces"
    label = N_("Ease (1–7)")
    order = 30
    score = "ces"
    low_words = {"zh": "非常不同意", "en": "Strongly disagree"}  # noqa: RUF012
    high_words = {"zh": "非常同意", "en": "Strongly agree"}  # noqa: RUF012

    class Options(RatingOptions):
        points: Literal[5, 7] = Field(default=7, title=N_("Number of points"))
        easy: Literal["high", "low"] = Field(
            default="high", title=N_("The end that means easy"),
            json_schema_extra={"labels": {"high": N_("The high end"), "low": N_("The low end")}},
        )  # fmt: skip

    @property
    def score_options(self) -> dict[str, Any]:
        return super().score_options | {"easy": self.options.easy}

    @classmethod
    def scaled(cls, shape: Scale) -> Fit | None:
        """Effort is what the file calls so; a plain scale of seven is satisfaction as likely as effort."""
        if not shape.easy or shape.high not in (5, 7):
            return None
        options: dict[str, Any] = {"points": shape.high} if shape.high != 7 else {}
        return Fit(options | ({"easy": shape.easy} if shape.easy != "high" else {}), 3)
