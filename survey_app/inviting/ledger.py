"""The send ledger: how a message goes from queued to sent, and what is known of it when a process dies between."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Connection, Table, insert, update
from sqlalchemy.engine import Engine
from sqlmodel import Session, col, select

from .. import clock
from ..channels import Channel, ChannelError
from ..channels.base import Receipt
from ..store.addresses import BOUNCED, suppress, suppressed
from ..store.database import is_sqlite, reading, writing
from ..store.due import WORKER
from ..tables import Campaign, CampaignStep, Click, Customer, Invitation, Message, Response
from .audience import ANSWERED, INVALID, NO_ADDRESS, SUPPRESSED
from .campaigns import steps_of
from .links import mail_id

LEASE = timedelta(minutes=3)
_LEDGER = cast(Table, Message.__table__)  # type: ignore[attr-defined]
OPEN = ("queued", "claimed", "sending", "deferred", "unknown")
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440))
"""How long to wait after each temporary refusal; after the last one (two days in all) the message has failed."""


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
        rows = _due(session, campaign, limit)
        stop = _reasons(session, channel, rows)
        steps = {step.id: step for step in steps_of(session, campaign.id or 0)}
        after = {
            key: next((s for s in steps.values() if s.number == step.number + 1), None) for key, step in steps.items()
        }
        jobs = []
        for message, invitation, customer in rows:
            if reason := stop.get(message.id or 0):
                message.state, message.skip_reason = "skipped", reason
                continue
            message.state, message.claimed_by, message.lease_until = "claimed", token, clock.now() + LEASE
            job = _job(message, invitation, customer, channel, token)
            jobs.append(replace(job, following=after[message.step_id]))
        return jobs, len(rows)


def _due(session: Session, campaign: Campaign, limit: int) -> list[tuple[Message, Invitation, Customer | None]]:
    state = session.exec(select(Campaign.state).where(Campaign.id == campaign.id)).first()
    if state != "running":
        return []
    wanted = (
        select(Message, Invitation, Customer)
        .join(CampaignStep, col(CampaignStep.id) == Message.step_id)
        .join(Invitation, col(Invitation.id) == Message.invitation_id)
        .join(Customer, col(Customer.id) == Invitation.customer_id, isouter=True)
        .where(
            CampaignStep.campaign_id == campaign.id, col(Message.state).in_(("queued", "deferred")),
            Message.due_at <= clock.now(),
        )
        .order_by(col(Message.due_at), col(Message.id))
        .limit(limit)
    )  # fmt: skip
    if not is_sqlite(session):
        wanted = wanted.with_for_update(skip_locked=True, of=Message)
    return list(session.exec(wanted))


def _reasons(
    session: Session, channel: Channel, rows: list[tuple[Message, Invitation, Customer | None]]
) -> dict[int, str]:
    """Why a message must not go now: decided at the moment of claiming, not when it was queued."""
    invitations = [invitation.id for _, invitation, _ in rows]
    answered = set(
        session.exec(
            select(Response.invitation_id).where(
                col(Response.invitation_id).in_(invitations), Response.state == "submitted"
            )
        )
    )
    addresses = {customer.id: channel.address_of(customer) for _, _, customer in rows if customer is not None}
    valid = {key: address for key, address in addresses.items() if address and channel.is_address(address)}
    indexes = {key: channel.index_of(address) for key, address in valid.items()}
    stopped = suppressed(session, indexes.values())

    def reason(invitation: Invitation, customer: Customer | None) -> str:
        if customer is None:
            return "erased"
        if invitation.closed_at is not None:
            return "closed"
        if invitation.id in answered:
            return ANSWERED
        if customer.id not in valid:
            return INVALID if addresses[customer.id] else NO_ADDRESS
        return SUPPRESSED if indexes[customer.id] in stopped else ""

    return {message.id or 0: reason(invitation, customer) for message, invitation, customer in rows}


def _job(message: Message, invitation: Invitation, customer: Customer | None, channel: Channel, token: str) -> Job:
    assert customer is not None
    return Job(
        id=message.id or 0, claim=token, message_id=message.message_id, step_id=message.step_id,
        invitation_id=message.invitation_id, nonce=invitation.nonce, language=invitation.language,
        address=channel.address_of(customer) or "", name=customer.name,
    )  # fmt: skip


def _count(done: Any) -> int:
    return int(done.rowcount)


def _change(session: Session | Connection, job: Job, before: tuple[str, ...], **values: Any) -> bool:
    """Move a claimed message on, if the claim still holds."""
    done = session.execute(
        update(_LEDGER)
        .where(_LEDGER.c.id == job.id, _LEDGER.c.claimed_by == job.claim, _LEDGER.c.state.in_(before))
        .values(**values)
    )
    return bool(_count(done))


def mark_sending(engine: Engine, job: Job) -> bool:
    """Committed after the server agreed to the recipient and before the mail goes: from here on it may be out.
    False: the claim was lost (paused, cancelled, unsubscribed, lease over), so it must not go."""
    with engine.execution_options(writes=True).begin() as connection:
        return _change(connection, job, ("claimed",), state="sending", lease_until=clock.now() + LEASE)


def mark_sent(engine: Engine, job: Job, receipt: Receipt) -> None:
    """The other side has it. The next step is queued in the same transaction."""
    now = clock.now()
    with engine.execution_options(writes=True).begin() as connection:
        is_moved = _change(
            connection, job, ("sending", "unknown"), state="sent", sent_at=now, lease_until=None,
            reply_code=receipt.code, reply_text=receipt.text[:300],
        )  # fmt: skip
        if is_moved and job.following is not None:
            domain = job.message_id.rpartition("@")[2]
            _queue(connection, job.invitation_id, job.nonce, job.following, domain, now)


def _queue(
    session: Session | Connection, invitation_id: int, nonce: str, step: CampaignStep, domain: str, sent_at: datetime
) -> None:
    """After a step has gone out, the following one waits its days; whether it goes is decided when it is claimed."""
    state = session.execute(select(Campaign.state).where(Campaign.id == step.campaign_id)).scalar_one()
    if state != "cancelled":
        values = {
            "invitation_id": invitation_id, "step_id": step.id, "message_id": mail_id(nonce, step.number, domain),
            "state": "queued", "skip_reason": "", "claimed_by": "", "attempts": 0, "reply_text": "",
            "due_at": sent_at + timedelta(days=step.delay_days),
        }  # fmt: skip
        session.execute(insert(_LEDGER).values(**values))


def _queue_next(session: Session, message_pk: int) -> None:
    """The following step of a message that turned out to have been sent."""
    message, step, invitation = session.exec(
        select(Message, CampaignStep, Invitation)
        .join(CampaignStep, col(CampaignStep.id) == Message.step_id)
        .join(Invitation, col(Invitation.id) == Message.invitation_id)
        .where(Message.id == message_pk)
    ).one()
    for following in steps_of(session, step.campaign_id):
        if following.number == step.number + 1:
            domain = message.message_id.rpartition("@")[2]
            at = message.sent_at or clock.now()
            _queue(session, message.invitation_id, invitation.nonce, following, domain, at)


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
    attempts = session.exec(select(Message.attempts).where(Message.id == job.id)).one()
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


def has_late(engine: Engine) -> bool:
    """Whether there is anything to repair, without taking the write lock to find out."""
    with reading(engine) as session:
        late = col(Message.state).in_(("claimed", "sending")) & (col(Message.lease_until) < clock.now())
        return (
            session.exec(select(Message.id).where(late | (col(Message.state) == "unknown")).limit(1)).first()
            is not None
        )


def rescue(engine: Engine) -> int:
    """After a crash: what was only claimed goes back, what was being handed over is unknown and is held. One that
    was visited or answered had evidently arrived."""
    now = clock.now()
    with writing(engine) as session:
        late = col(Message.lease_until) < now
        back = session.execute(
            update(Message)
            .where(col(Message.state) == "claimed", late)
            .values(state="queued", claimed_by="", lease_until=None)
        )
        held = session.execute(
            update(Message).where(col(Message.state) == "sending", late).values(state="unknown", lease_until=None)
        )
        arrived = list(
            session.exec(
                select(Message.id).where(
                    Message.state == "unknown",
                    col(Message.invitation_id).in_(select(Click.invitation_id))
                    | col(Message.invitation_id).in_(
                        select(Response.invitation_id).where(col(Response.invitation_id).is_not(None))
                    ),
                )
            )
        )
        for message_pk in arrived:
            _settle(session, message_pk or 0, is_sent=True)
        return sum(_count(done) for done in (back, held)) + len(arrived)


def _settle(session: Session, message_pk: int, *, is_sent: bool) -> bool:
    values: dict[str, Any] = {"state": "queued", "claimed_by": "", "due_at": clock.now()}
    if is_sent:
        values = {"state": "sent", "sent_at": clock.now()}
    done = session.execute(
        update(Message)
        .where(col(Message.id) == message_pk, col(Message.state) == "unknown")
        .values(lease_until=None, **values)
    )
    if is_sent and _count(done):
        _queue_next(session, message_pk)
    return bool(_count(done))


def settle_unknown(session: Session, campaign_id: int, *, is_sent: bool) -> int:
    """A person decides about held messages: count them as sent, or send them again under the same Message-ID."""
    held = session.exec(
        select(Message.id)
        .join(CampaignStep, col(CampaignStep.id) == Message.step_id)
        .where(CampaignStep.campaign_id == campaign_id, Message.state == "unknown")
    )
    return sum(_settle(session, message_pk or 0, is_sent=is_sent) for message_pk in list(held))
