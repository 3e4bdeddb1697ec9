"""What open answers say: one judgement per text, one opinion per clause and aspect, made by a named model."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from ..clock import now


class Judgement(SQLModel, table=True):
    """The result for one open answer: positive, neutral, negative, mixed or none (nothing was said)."""

    __table_args__ = (
        UniqueConstraint("response_id", "item_key"),
        CheckConstraint("result in ('positive','neutral','negative','mixed','none')", name="judgement_result"),
        Index("judgement_survey", "survey_id", "result"),
    )
    id: int | None = Field(default=None, primary_key=True)
    survey_id: int = Field(foreign_key="survey.id")
    response_id: int = Field(foreign_key="response.id")
    item_key: str
    result: str
    model: str
    model_version: str
    at: datetime = Field(default_factory=now)


class Opinion(SQLModel, table=True):
    """A clause about an aspect with a polarity. `start` and `stop` are offsets into the answer: no copies of text."""

    __table_args__ = (
        CheckConstraint("polarity in (-1,0,1)", name="opinion_polarity"),
        Index("opinion_survey", "survey_id", "aspect", "polarity"),
        Index("opinion_response", "response_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    survey_id: int = Field(foreign_key="survey.id")
    response_id: int = Field(foreign_key="response.id")
    item_key: str
    start: int
    stop: int
    aspect: str = ""
    polarity: int
    probability: float
    model: str
    model_version: str
    is_corrected: bool = False
