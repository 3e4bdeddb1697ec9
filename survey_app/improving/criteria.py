"""The criterion of an action: what must change, where, by how much, shown by how many, fixed before it begins."""

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ..errors import N_, SurveyError

AGAINST = N_("The baseline ends before it begins.")


class Criterion(BaseModel):
    """`metric` is measured on the answers of a survey that the `query` lets through. `change` is signed: +5 means
    at least five points more than in the baseline days, and below zero less is better."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    survey_id: int
    metric: str = Field(min_length=1, max_length=100)
    query: str = Field(default="", max_length=2000)
    baseline_from: date
    baseline_to: date
    change: float
    min_n: int = Field(default=100, ge=30, le=1_000_000)
    verify_days: int = Field(default=30, ge=1, le=730)
    confidence: float = Field(default=0.95, ge=0.8, le=0.999)

    @model_validator(mode="after")
    def _days_in_order(self) -> "Criterion":
        if self.baseline_to < self.baseline_from:
            raise ValueError(AGAINST)
        if self.change == 0:
            raise ValueError(N_("A target of no change cannot be verified."))
        return self

    @property
    def sign(self) -> int:
        """1 where more is better, -1 where less is."""
        return 1 if self.change > 0 else -1


def criterion(data: dict[str, Any]) -> Criterion:
    """A criterion from what was stored or filled in; SurveyError where it does not hold."""
    try:
        return Criterion.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        problem = str(first["msg"]).removeprefix("Value error, ")
        where = ".".join(map(str, first["loc"]))
        raise SurveyError(
            "criterion", N_("The criterion does not hold: %(problem)s"), N_("Check: %(where)s.") if where else "",
            problem=problem, where=where,
        ) from error  # fmt: skip
