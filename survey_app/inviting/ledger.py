"""The send ledger: how a message goes from queued to sent; every step is a condition on the one before."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, or_, select, update
from sqlalchemy.engine import Engine
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from .. import clock
from ..channels import Channel, ChannelError
from ..channels.base import Receipt
from ..store.addresses import BOUNCED, suppress, suppressed
from ..store.database import table_of, writing
from ..store.due import WORKER
from ..tables import Campaign, CampaignStep, Customer, Invitation, Message, Response
from .audience import ANSWERED, INVALID, NO_ADDRESS, SUPPRESSED
from .campaigns import steps_of
from .links import mail_id

LEASE = timedelta(minutes=3)
OPEN = ("queued", "claimed", "sending", "deferred", "unknown")
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440))
"""How long to wait after each temporary refusal; after the last one (two days in all) the message has failed."""

_MESSAGE, _INVITATION, _CUSTOMER = table_of(Message), table_of(Invitation), table_of(Customer)
_CAMPAIGN, _STEP = table_of(Campaign), table_of(CampaignStep)

# Statements are made once, on the tables themselves: every mail runs the last two.
_STATE = select(_CAMPAIGN.c.state).where(_CAMPAIGN.c.id == bindparam("campaign"))
_DUE = (
    select(
        _MESSAGE.c.id, _MESSAGE.c.message_id, _MESSAGE.c.step_id, _MESSAGE.c.invitation_id, _INVITATION.c.nonce,
        _INVITATION.c.language, _INVITATION.c.closed_at, _CUSTOMER.c.id.label("customer_id"), _CUSTOMER.c.name,
        _CUSTOMER.c.email, _CUSTOMER.c.phone, _CUSTOMER.c.attributes,
    )
    .join(_STEP, _STEP.c.id == _MESSAGE.c.step_id)
    .join(_INVITATION, _INVITATION.c.id == _MESSAGE.c.invitation_id)
    .join(_CUSTOMER, _CUSTOMER.c.id == _INVITATION.c.customer_id, isouter=True)
    .where(
        _STEP.c.campaign_id == bindparam("campaign"), _MESSAGE.c.state.in_(("queued", "deferred")),
        _MESSAGE.c.due_at <= bindparam("now"),
    )
    .order_by(_MESSAGE.c.due_at, _MESSAGE.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=_MESSAGE)
)  # fmt: skip
_HELD = update(_MESSAGE).where(_MESSAGE.c.id == bindparam("job"), _MESSAGE.c.claimed_by == bindparam("claim"))
_SENDING = _HELD.where(_MESSAGE.c.state == "claimed").values(state="sending", lease_until=bindparam("until"))
_SENT = _HELD.where((_MESSAGE.c.state == "sending") | (_MESSAGE.c.state == "unknown")).values(
    state="sent", sent_at=bindparam("at"), lease_until=None, reply_code=bindparam("code"),
    reply_text=bindparam("text"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed message with all that is needed to send it. `claim` fences off a worker whose lease ran out."""

    id: int
    claim: str
    message_id: str
    step_id: int
    invitation_id: int
    nonce: str
    language: str
    address: str
    name: str
    following: CampaignStep | None = None
    """The step that waits its days after this one has gone out."""


def claim(engine: Engine, campaign: Campaign, channel: Channel, limit: int) -> tuple[list[Job], int]:
    """Claim due messages; those that must not go any more are skipped here, with the reason, in one transaction.

    Returns the claimed ones and how many were looked at: none looked at means nothing is due.
    """
    token = f"{WORKER}:{secrets.token_hex(6)}"
    with writing(engine) as session:
        if session.execute(_STATE, {"campaign": campaign.id}).scalar() != "running":
            return [], 0
        rows = session.execute(_DUE, {"campaign": campaign.id, "now": clock.now(), "most": limit}).all()
        addresses = {row.id: channel.address_of(row) or "" for row in rows if row.customer_id is not None}
        stop = _reasons(session, channel, rows, addresses)
        after = _following(session, campaign)
        jobs = [
            Job(
                id=row.id, claim=token, message_id=row.message_id, step_id=row.step_id,
                invitation_id=row.invitation_id, nonce=row.nonce, language=row.language,
                address=addresses[row.id], name=row.name, following=after[row.step_id],
            )
            for row in rows if not stop[row.id]
        ]  # fmt: skip
        _mark(session, [job.id for job in jobs], state="claimed", claimed_by=token, lease_until=clock.now() + LEASE)
        for reason in set(stop.values()) - {""}:
            _mark(session, [key for key, why in stop.items() if why == reason], state="skipped", skip_reason=reason)
        return jobs, len(rows)


def _mark(session: Session, ids: Sequence[int], **values: Any) -> None:
    if ids:
        session.execute(update(_MESSAGE).where(_MESSAGE.c.id.in_(ids)).values(**values))


def _following(session: Session, campaign: Campaign) -> dict[int, CampaignStep | None]:
    """Each step's next one."""
    steps = steps_of(session, campaign.id or 0)
    return {step.id or 0: next((s for s in steps if s.number == step.number + 1), None) for step in steps}


def _reasons(session: Session, channel: Channel, rows: Sequence[Row[Any]], addresses: dict[int, str]) -> dict[int, str]:
    """Why each message must not go now, "" where it may: decided when it is claimed, not when it was queued."""
    invitations = [row.invitation_id for row in rows]
    answered = set(
        session.exec(
            select_rows(Response.invitation_id).where(
                col(Response.invitation_id).in_(invitations),
                # Who was turned away, or came back too late, has nothing to answer any more.
                or_(col(Response.state) == "submitted", col(Response.outcome) != ""),
            )
        )
    )
    valid = {key: address for key, address in addresses.items() if address and channel.is_address(address)}
    indexes = {key: channel.index_of(address) for key, address in valid.items()}
    stopped = suppressed(session, indexes.values())

    def reason(row: Row[Any]) -> str:
        if row.customer_id is None:
            return "erased"
        if row.closed_at is not None:
            return "closed"
        if row.invitation_id in answered:
            return ANSWERED
        if row.id not in valid:
            return INVALID if addresses[row.id] else NO_ADDRESS
        return SUPPRESSED if indexes[row.id] in stopped else ""

    return {row.id: reason(row) for row in rows}


# -- what becomes of a claimed message ---------------------------------------------------------------------------
def mark_sending(connection: Connection, job: Job, until: datetime) -> bool:
    """To be committed after the server agreed to the recipient and before the mail goes: from here on it may be out.
    False: the claim was lost (paused, cancelled, unsubscribed, lease over), so it must not go."""
    return connection.execute(_SENDING, {"job": job.id, "claim": job.claim, "until": until}).rowcount == 1


def mark_sent(connection: Connection, job: Job, receipt: Receipt, at: datetime) -> bool:
    """The other side has it. The next step is to be queued in the same transaction."""
    told = {"job": job.id, "claim": job.claim, "at": at, "code": receipt.code, "text": receipt.text[:300]}
    return connection.execute(_SENT, told).rowcount == 1


def queue_following(
    session: Session | Connection, invitation_id: int, nonce: str, step: CampaignStep, domain: str, sent_at: datetime
) -> None:
    """After a step has gone out, the following one waits its days; whether it goes is decided when it is claimed."""
    if session.execute(_STATE, {"campaign": step.campaign_id}).scalar_one() != "cancelled":
        values = {
            "invitation_id": invitation_id, "step_id": step.id, "message_id": mail_id(nonce, step.number, domain),
            "state": "queued", "skip_reason": "", "claimed_by": "", "attempts": 0, "reply_text": "",
            "due_at": sent_at + timedelta(days=step.delay_days),
        }  # fmt: skip
        session.execute(insert(_MESSAGE), values)


def _change(session: Session, job: Job, before: tuple[str, ...], **values: Any) -> None:
    """Move a claimed message on, if the claim still holds."""
    told = {"job": job.id, "claim": job.claim}
    session.execute(_HELD.where(_MESSAGE.c.state.in_(before)).values(**values), told)


def mark_refused(engine: Engine, job: Job, error: ChannelError, channel: Channel) -> None:
    """Write down a refusal by what it means: tried again later, failed, unknown, or not the recipient's fault."""
    now = clock.now()
    told: dict[str, Any] = {
        "reply_code": error.reply_code, "reply_text": (error.reply_text or str(error))[:300], "lease_until": None,
    }  # fmt: skip
    with writing(engine) as session:
        if error.is_unknown:
            _change(session, job, ("sending",), state="unknown", **told)
        elif not error.is_recipient:
            _change(
                session, job, ("claimed", "sending"), state="queued", claimed_by="",
                due_at=now + timedelta(seconds=30), **told,
            )  # fmt: skip
        elif error.is_permanent:
            _change(session, job, ("claimed", "sending"), state="failed", **told)
            if error.is_dead:
                suppress(session, [channel.index_of(job.address)], BOUNCED)
        else:
            _defer(session, job, told)


def _defer(session: Session, job: Job, told: dict[str, Any]) -> None:
    attempts = session.exec(select_rows(Message.attempts).where(Message.id == job.id)).one()
    if attempts >= len(BACKOFF):
        _change(session, job, ("claimed", "sending"), state="failed", attempts=attempts + 1, **told)
        return
    _change(
        session, job, ("claimed", "sending"), state="deferred", attempts=attempts + 1, claimed_by="",
        due_at=clock.now() + BACKOFF[attempts], **told,
    )  # fmt: skip


def give_back(engine: Engine, jobs: list[Job]) -> None:
    """Put claimed messages that were not tried back into the queue."""
    with writing(engine) as session:
        for job in jobs:
            _change(session, job, ("claimed",), state="queued", claimed_by="", lease_until=None)
