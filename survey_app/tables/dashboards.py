"""Dashboards that people composed, and the links by which others may look at them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from ..clock import now


class Dashboard(SQLModel, table=True):
    """Figures under a name. `tiles` are in their order, each with its kind, its cut and what was chosen for it."""

    id: int | None = Field(default=None, primary_key=True)
    name: str
    tiles: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    user_id: int | None = Field(default=None, foreign_key="user.id")
    created_at: datetime = Field(default_factory=now)
    changed_at: datetime = Field(default_factory=now)


class DashboardLink(SQLModel, table=True):
    """A link for people without an account; the address holds the token, this row its hash."""

    __tablename__ = "dashboard_link"
    id: int | None = Field(default=None, primary_key=True)
    dashboard_id: int = Field(foreign_key="dashboard.id", index=True)
    token_hash: str = Field(unique=True)
    shows_answers: bool = False
    user_id: int | None = Field(default=None, foreign_key="user.id")
    created_at: datetime = Field(default_factory=now)
    expires_at: datetime
    revoked_at: datetime | None = None
