"""What is asked: surveys, the draft they carry, and versions that never change."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from ..clock import now


class Survey(SQLModel, table=True):
    """Long-lived: settings, links, dates; its draft is edited, its versions are published."""

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(unique=True)
    name: str
    draft: dict[str, Any] = Field(sa_type=JSON)
    draft_revision: int = 1
    is_open: bool = False
    closes_at: datetime | None = None
    created_at: datetime = Field(default_factory=now)
    archived_at: datetime | None = None
    opens_at: datetime | None = None
    policy: dict[str, Any] = Field(
        default_factory=dict, sa_type=JSON, sa_column_kwargs={"server_default": "{}"}, nullable=False
    )
    """Who may answer and how many, as `store.policies` reads it."""


class Version(SQLModel, table=True):
    """A published questionnaire. Append-only."""

    __table_args__ = (UniqueConstraint("survey_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    survey_id: int = Field(foreign_key="survey.id")
    number: int
    definition: dict[str, Any] = Field(sa_type=JSON)
    published_at: datetime = Field(default_factory=now)
    published_by: int | None = Field(default=None, foreign_key="user.id")


class Event(SQLModel, table=True):
    """Something that happened on a day, marked in trend figures."""

    id: int | None = Field(default=None, primary_key=True)
    survey_id: int | None = Field(default=None, foreign_key="survey.id", index=True)
    at: datetime
    text: str
