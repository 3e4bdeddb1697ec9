"""What is done about it: cases and their events, causes, improvement actions, verifications."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from ..clock import now
from .types import Encrypted


class Case(SQLModel, table=True):
    """A customer to get back to. One per response; the events are the truth, the times here are derived from them."""

    __table_args__ = (
        UniqueConstraint("response_id"),
        CheckConstraint("state in ('new','in_progress','waiting','resolved','closed')", name="case_state"),
        CheckConstraint("severity in ('normal','urgent')", name="case_severity"),
    )
    id: int | None = Field(default=None, primary_key=True)
    survey_id: int = Field(foreign_key="survey.id", index=True)
    response_id: int = Field(foreign_key="response.id")
    customer_id: int | None = Field(default=None, foreign_key="customer.id", index=True)
    rule: str
    reason: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    severity: str = "normal"
    state: str = Field(default="new", index=True)
    owner_id: int | None = Field(default=None, foreign_key="user.id", index=True)
    cause_id: int | None = Field(default=None, foreign_key="cause.id")
    outcome: str = ""
    alarm: int = 0
    """How many percent of the time to the first contact were gone when people were last made aware: 0, 50, 80, 100."""
    opened_at: datetime = Field(default_factory=now)
    due_at: datetime
    contacted_at: datetime | None = None
    resolved_at: datetime | None = None


class CaseEvent(SQLModel, table=True):
    """Append-only: opened, assigned, contacted, noted, cause, state. Holds ids and codes; words are in CaseNote."""

    __tablename__ = "case_event"
    __table_args__ = (UniqueConstraint("case_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id")
    number: int
    kind: str
    at: datetime = Field(default_factory=now)
    user_id: int | None = Field(default=None, foreign_key="user.id")
    note_id: int | None = Field(default=None, foreign_key="case_note.id")
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class CaseNote(SQLModel, table=True):
    """What was written about a case, kept apart from the events so that it can be erased."""

    __tablename__ = "case_note"
    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="case.id", index=True)
    text: str = Field(sa_column=Column(Encrypted("case_note.text"), nullable=False))


class Cause(SQLModel, table=True):
    """What we found to be behind cases. A tree of at most three levels."""

    id: int | None = Field(default=None, primary_key=True)
    parent_id: int | None = Field(default=None, foreign_key="cause.id")
    code: str = Field(unique=True)
    name: dict[str, str] = Field(default_factory=dict, sa_type=JSON)


class Action(SQLModel, table=True):
    """An improvement. The criterion is fixed before it is implemented; `baseline` is what was measured then."""

    __table_args__ = (
        CheckConstraint(
            "state in ('planned','in_progress','implemented','effective','ineffective','inconclusive','cancelled')",
            name="action_state",
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    title: str
    plan: str = ""
    cause_id: int | None = Field(default=None, foreign_key="cause.id")
    owner_id: int | None = Field(default=None, foreign_key="user.id")
    state: str = Field(default="planned", index=True)
    due_on: date | None = None
    criterion: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    criterion_fixed_at: datetime | None = None
    implemented_at: datetime | None = None
    verify_at: datetime | None = None
    told_at: datetime | None = None
    created_at: datetime = Field(default_factory=now)


class Why(SQLModel, table=True):
    """One step of a 5-Whys chain of an action."""

    __table_args__ = (UniqueConstraint("action_id", "level"),)
    id: int | None = Field(default=None, primary_key=True)
    action_id: int = Field(foreign_key="action.id")
    level: int
    answer: str


class ActionCase(SQLModel, table=True):
    __tablename__ = "action_case"
    action_id: int = Field(foreign_key="action.id", primary_key=True)
    case_id: int = Field(foreign_key="case.id", primary_key=True, index=True)


class Verification(SQLModel, table=True):
    """A check of an action against its criterion. Append-only: numbers as they were at the time."""

    id: int | None = Field(default=None, primary_key=True)
    action_id: int = Field(foreign_key="action.id", index=True)
    at: datetime = Field(default_factory=now)
    user_id: int | None = Field(default=None, foreign_key="user.id")
    before: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    after: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    difference: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    verdict: str


class Notice(SQLModel, table=True):
    """A mail to one person, once: a customer is told of an action, a colleague of a case that runs late.
    queued → sending → sent, or failed, skipped, unknown."""

    __table_args__ = (
        UniqueConstraint("action_id", "customer_id"),
        UniqueConstraint("case_id", "user_id", "step"),
        CheckConstraint(
            "state in ('queued','sending','sent','failed','skipped','unknown')", name="notice_state"
        ),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    action_id: int | None = Field(default=None, foreign_key="action.id")
    customer_id: int | None = Field(default=None, foreign_key="customer.id", index=True)
    case_id: int | None = Field(default=None, foreign_key="case.id")
    user_id: int | None = Field(default=None, foreign_key="user.id")
    step: int = 0
    message_id: str = Field(unique=True)
    language: str = "zh"
    subject: str = ""
    text: str = Field(default="", sa_column=Column(Encrypted("notice.text"), nullable=False))
    state: str = "queued"
    reason: str = ""
    tries: int = 1
    asked_by: int | None = Field(default=None, foreign_key="user.id")
    created_at: datetime = Field(default_factory=now)
    sent_at: datetime | None = None
