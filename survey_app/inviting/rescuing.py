"""After a crash: what was only claimed goes back into the queue, what may have gone out is held for a person."""

from typing import Any

from sqlalchemy import update
from sqlalchemy.engine import Engine
from sqlmodel import Session, col, select

from .. import clock
from ..store.database import reading, writing
from ..tables import CampaignStep, Click, Invitation, Message, Response
from .campaigns import steps_of
from .ledger import queue_following


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
            queue_following(session, message.invitation_id, invitation.nonce, following, domain, at)


def _count(done: Any) -> int:
    return int(done.rowcount)
