"""What open answers say: one judgement per text, one opinion per clause and aspect, and what people say about them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint
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


class Label(SQLModel, table=True):
    """What a person says about a clause of an open answer; `polarity` is empty where the clause holds no opinion.
    Append-only: the rows of one answer share a `batch`, and a row of the kind "undo" takes its batch back.
    `queue` says how the answer was chosen: at random for measuring, for teaching, or as a correction."""

    __table_args__ = (
        CheckConstraint("kind in ('label','undo')", name="label_kind"),
        CheckConstraint("queue in ('sample','teach','correction')", name="label_queue"),
        CheckConstraint("polarity in (-1,0,1)", name="label_polarity"),
        Index("label_survey", "survey_id", "queue"),
        Index("label_response", "response_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    survey_id: int = Field(foreign_key="survey.id")
    response_id: int = Field(foreign_key="response.id")
    item_key: str
    start: int
    stop: int
    polarity: int | None = None
    aspects: list[str] = Field(default_factory=list, sa_type=JSON)
    kind: str = "label"
    queue: str
    batch: str = Field(index=True)
    user_id: int | None = Field(default=None, foreign_key="user.id")
    at: datetime = Field(default_factory=now)


class ModelCheck(SQLModel, table=True):
    """A model's readings of a survey's checked sample, counted: see `scoring.checking`. Append-only; the newest of a
    model counts. `last_label` is the newest label that was taken in."""

    __tablename__ = "model_check"
    __table_args__ = (Index("model_check_survey", "survey_id", "model", "model_version"),)
    id: int | None = Field(default=None, primary_key=True)
    survey_id: int = Field(foreign_key="survey.id")
    model: str
    model_version: str
    last_label: int
    counts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    at: datetime = Field(default_factory=now)


class ModelVersion(SQLModel, table=True):
    """A model taught by people's labels: what it adds to its base, from how many labels, and how it compared on the
    checked sample with the model that was in use then. Append-only."""

    __tablename__ = "model_version"
    id: int | None = Field(default=None, primary_key=True)
    base: str
    base_version: str
    lesson: bytes
    labels: int
    last_label: int
    comparison: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    user_id: int | None = Field(default=None, foreign_key="user.id")
    at: datetime = Field(default_factory=now)


class ModelUse(SQLModel, table=True):
    """From when on a version is used, none for the model as it ships. Append-only; the newest holds. `before` are the
    figures of each survey as the model before had counted them: survey → aspect → opinions by polarity."""

    __tablename__ = "model_use"
    id: int | None = Field(default=None, primary_key=True)
    version_id: int | None = Field(default=None, foreign_key="model_version.id")
    before: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    before_name: str = ""
    user_id: int | None = Field(default=None, foreign_key="user.id")
    at: datetime = Field(default_factory=now)
