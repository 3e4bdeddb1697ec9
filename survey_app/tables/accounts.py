"""Who works here: users, their logins, one-time links, the keys of programs, and what was done by whom."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint
from sqlmodel import Field, SQLModel

from ..clock import now


class User(SQLModel, table=True):
    __table_args__ = (CheckConstraint("role in ('owner','analyst','case_worker','viewer')", name="user_role"),)
    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(unique=True)
    name: str
    role: str
    password_hash: str = ""
    language: str = "zh"
    is_active: bool = True
    created_at: datetime = Field(default_factory=now)


class Login(SQLModel, table=True):
    """A session that can be revoked; the cookie holds the token, this row its hash."""

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user.id", index=True)
    token_hash: str = Field(unique=True)
    user_agent: str = ""
    created_at: datetime = Field(default_factory=now)
    seen_at: datetime = Field(default_factory=now)
    expires_at: datetime
    revoked_at: datetime | None = None


class SetupLink(SQLModel, table=True):
    """A one-time link: the first owner's set-up, an invited colleague, a forgotten password."""

    id: int | None = Field(default=None, primary_key=True)
    purpose: str
    user_id: int | None = Field(default=None, foreign_key="user.id")
    token_hash: str = Field(unique=True)
    expires_at: datetime
    used_at: datetime | None = None


class ApiKey(SQLModel, table=True):
    """What another program signs its requests with: shown once, kept as a hash. `start` tells keys apart on the list.
    `scopes` are the names of what it may do."""

    __tablename__ = "api_key"
    id: int | None = Field(default=None, primary_key=True)
    name: str
    start: str
    key_hash: str = Field(unique=True)
    scopes: list[str] = Field(default_factory=list, sa_type=JSON)
    per_minute: int = 600
    user_id: int | None = Field(default=None, foreign_key="user.id")
    created_at: datetime = Field(default_factory=now)
    expires_at: datetime | None = None
    used_at: datetime | None = None
    revoked_at: datetime | None = None


class AuditEntry(SQLModel, table=True):
    """Append-only. Holds ids and settings, never personal text."""

    __tablename__ = "audit_entry"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(default_factory=now, index=True)
    user_id: int | None = Field(default=None, foreign_key="user.id")
    action: str
    subject: str = ""
    subject_id: int | None = None
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
