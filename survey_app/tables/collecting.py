"""What was answered: one row per response with its coded answers as one document, and the rows that follow from it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from ..clock import now


class Response(SQLModel, table=True):
    """`answers` maps item keys to stored values: codes, never labels. An item that was not shown is absent,
    one that was shown and skipped is null. `segment` and `tier` are the customer's at the time. `outcome` says why an
    unfinished response goes no further: "screened" where its place was taken, "counted" or "left_out" where it was
    closed because nobody came back to it; one that is counted is submitted, as of when it was last saved."""

    __table_args__ = (
        CheckConstraint("state in ('partial','submitted','invalid')", name="response_state"),
        Index("response_survey", "survey_id", "state", "submitted_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    survey_id: int = Field(foreign_key="survey.id")
    version_id: int = Field(foreign_key="version.id")
    invitation_id: int | None = Field(default=None, foreign_key="invitation.id", unique=True)
    customer_id: int | None = Field(default=None, foreign_key="customer.id", index=True)
    ticket: str = Field(unique=True)
    channel: str
    language: str = "zh"
    state: str = "partial"
    answers: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    page: int = 0
    revision: int = 1
    segment: str = ""
    tier: str = ""
    attributes: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    started_at: datetime = Field(default_factory=now)
    saved_at: datetime = Field(default_factory=now)
    submitted_at: datetime | None = None
    outcome: str = Field(default="", sa_column_kwargs={"server_default": ""})
    flags: dict[str, Any] = Field(
        default_factory=dict, sa_type=JSON, sa_column_kwargs={"server_default": "{}"}, nullable=False
    )
    """Signs of quality as they were seen when it came in (`store.flags`), each with its reason."""


class Trace(SQLModel, table=True):
    """What a response would be known by if somebody answers again: keyed hashes; those of networks and browsers are
    salted with the day and deleted with its salt."""

    __table_args__ = (Index("trace_mark", "survey_id", "kind", "mark"),)
    id: int | None = Field(default=None, primary_key=True)
    survey_id: int = Field(foreign_key="survey.id")
    kind: str
    mark: str
    response_id: int = Field(foreign_key="response.id", index=True)
    at: datetime = Field(default_factory=now)


class ResponseEdit(SQLModel, table=True):
    """A change by the hand of the staff. `before` maps the keys that changed to what stood there, in a list that is
    empty where nothing did. Append-only, but for what names a person who is erased."""

    __tablename__ = "response_edit"
    id: int | None = Field(default=None, primary_key=True)
    response_id: int = Field(foreign_key="response.id", index=True)
    user_id: int | None = Field(default=None, foreign_key="user.id")
    at: datetime = Field(default_factory=now)
    before: dict[str, Any] = Field(sa_type=JSON)
    reason: str = ""


class Quota(SQLModel, table=True):
    """How many places of a limit are taken. Changed by conditional updates only, so that two never take the last."""

    survey_id: int = Field(foreign_key="survey.id", primary_key=True)
    key: str = Field(primary_key=True)
    taken: int = 0


class Reservation(SQLModel, table=True):
    """A place that a response has: for a while until it is submitted, for good from then on."""

    __table_args__ = (Index("reservation_quota", "survey_id", "quota", "expires_at"),)
    response_id: int = Field(foreign_key="response.id", primary_key=True)
    quota: str = Field(primary_key=True)
    survey_id: int = Field(foreign_key="survey.id")
    expires_at: datetime | None = None


class Change(SQLModel, table=True):
    """What the columnar copy follows. `seq` is given when the change has become visible, not when it was written,
    because a database may commit in another order than it numbers."""

    __table_args__ = (Index("change_seq", "survey_id", "seq"),)
    id: int | None = Field(default=None, primary_key=True)
    survey_id: int = Field(foreign_key="survey.id")
    response_id: int
    seq: int | None = None


class Due(SQLModel, table=True):
    """Work that must happen later: written in the transaction that causes it, taken under a lease."""

    __table_args__ = (
        UniqueConstraint("kind", "subject", "revision"),
        Index("due_open", "kind", "done_at", "due_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    subject: int
    revision: int = 1
    due_at: datetime = Field(default_factory=now)
    claimed_by: str = ""
    lease_until: datetime | None = None
    attempts: int = 0
    done_at: datetime | None = None
    error: str = ""


class Call(SQLModel, table=True):
    """Somebody to be interviewed for a survey; without a customer it is who just stands there. `ticket` is what the
    response will keep: whether it has been answered is read there."""

    __table_args__ = (
        UniqueConstraint("survey_id", "customer_id"),
        CheckConstraint("state in ('open','ended')", name="call_state"),
        Index("call_due", "survey_id", "state", "due_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    survey_id: int = Field(foreign_key="survey.id")
    customer_id: int | None = Field(default=None, foreign_key="customer.id", index=True)
    ticket: str = Field(unique=True)
    state: str = "open"
    outcome: str = ""
    attempts: int = 0
    due_at: datetime = Field(default_factory=now)
    claimed_by: int | None = Field(default=None, foreign_key="user.id")
    claimed_until: datetime | None = None
    created_at: datetime = Field(default_factory=now)


class CallAttempt(SQLModel, table=True):
    """One try to reach somebody, and what came of it. Append-only."""

    __tablename__ = "call_attempt"
    id: int | None = Field(default=None, primary_key=True)
    call_id: int = Field(foreign_key="call.id", index=True)
    user_id: int | None = Field(default=None, foreign_key="user.id")
    at: datetime = Field(default_factory=now)
    outcome: str
