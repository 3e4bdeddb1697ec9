"""What the installation is set to, saved cuts, and how far long work has come."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from ..clock import now


class Setting(SQLModel, table=True):
    key: str = Field(primary_key=True)
    value: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class Cut(SQLModel, table=True):
    """A saved view: the query string of the analysis pages under a name. `figure` is the kind of figure that it was
    saved with, what is chosen for it being part of the query; "" for a filter that every page can take."""

    id: int | None = Field(default=None, primary_key=True)
    name: str
    query: str
    user_id: int | None = Field(default=None, foreign_key="user.id")
    created_at: datetime = Field(default_factory=now)
    figure: str = ""


class Progress(SQLModel, table=True):
    """How far a long job is, for the page that waits for it."""

    job: str = Field(primary_key=True)
    done: int = 0
    total: int = 0
    message: str = ""
    state: str = "running"
    updated_at: datetime = Field(default_factory=now)
