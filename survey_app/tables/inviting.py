"""Who is asked: campaigns, invitations, and the send ledger with one row per invitation and step."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from ..clock import now
from .types import Encrypted


class Campaign(SQLModel, table=True):
    __table_args__ = (
        CheckConstraint(
            "state in ('draft','scheduled','running','paused','finished','cancelled')", name="campaign_state"
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    survey_id: int = Field(foreign_key="survey.id", index=True)
    name: str
    channel: str
    state: str = "draft"
    pause_reason: str = ""
    audience: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    starts_at: datetime | None = None
    per_minute: int = 60
    min_days_between: int = 0
    window_start: int = 0
    window_end: int = 24
    created_at: datetime = Field(default_factory=now)
    created_by: int | None = Field(default=None, foreign_key="user.id")


class CampaignStep(SQLModel, table=True):
    """Number 1 is the invitation, number 2 the reminder to those who have not answered."""

    __tablename__ = "campaign_step"
    __table_args__ = (UniqueConstraint("campaign_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    campaign_id: int = Field(foreign_key="campaign.id")
    number: int
    delay_days: int = 0
    subject: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    body: dict[str, str] = Field(default_factory=dict, sa_type=JSON)


class Invitation(SQLModel, table=True):
    """One person asked once. The token is derived from the nonce and the key; the row keeps only its hash."""

    __table_args__ = (UniqueConstraint("campaign_id", "customer_id"),)
    id: int | None = Field(default=None, primary_key=True)
    survey_id: int = Field(foreign_key="survey.id", index=True)
    campaign_id: int | None = Field(default=None, foreign_key="campaign.id")
    customer_id: int | None = Field(default=None, foreign_key="customer.id", index=True)
    channel: str
    language: str = "zh"
    nonce: str
    token_hash: str = Field(unique=True)
    created_at: datetime = Field(default_factory=now)
    opened_at: datetime | None = None
    closed_at: datetime | None = None


class Message(SQLModel, table=True):
    """The send ledger: queued → claimed → sending → sent, or deferred, failed, skipped, unknown, cancelled."""

    __table_args__ = (
        UniqueConstraint("invitation_id", "step_id"),
        CheckConstraint(
            "state in ('queued','claimed','sending','sent','deferred','failed','skipped','unknown','cancelled')",
            name="message_state",
        ),
        Index("message_due", "state", "due_at"),
        Index("message_sent", "step_id", "sent_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    invitation_id: int = Field(foreign_key="invitation.id")
    step_id: int = Field(foreign_key="campaign_step.id", index=True)
    message_id: str = Field(unique=True)
    state: str = "queued"
    skip_reason: str = ""
    due_at: datetime
    claimed_by: str = ""
    lease_until: datetime | None = None
    attempts: int = 0
    reply_code: int | None = None
    reply_text: str = ""
    sent_at: datetime | None = None


class Click(SQLModel, table=True):
    """A visit to a personal link. Append-only; a visit is never an answer."""

    id: int | None = Field(default=None, primary_key=True)
    invitation_id: int = Field(foreign_key="invitation.id", index=True)
    at: datetime = Field(default_factory=now)
    method: str
    score: int | None = None
    verdict: str = "unsure"


class OutboxMail(SQLModel, table=True):
    """A mail kept instead of sent: the outbox that ships, so that the demo needs no mail server."""

    __tablename__ = "outbox_mail"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(default_factory=now)
    message_id: str = Field(unique=True)
    address: str = Field(sa_column=Column(Encrypted("outbox.address"), nullable=False))
    subject: str = ""
    raw: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
