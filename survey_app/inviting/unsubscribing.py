"""Leaving: an unsubscribe takes effect at once, stays when the customer is erased, and can be said twice."""

from sqlalchemy import update
from sqlmodel import Session, col, select

from ..store.addresses import UNSUBSCRIBED, allow_again, email_index, phone_index, suppress
from ..tables import Customer, Invitation, Message

STOPPABLE = ("queued", "deferred", "claimed")


def unsubscribe(session: Session, invitation: Invitation, *, reason: str = UNSUBSCRIBED) -> bool:
    """Suppress the customer's addresses and stop what is on its way. False: had been done before."""
    if invitation.customer_id is None:
        return False
    return unsubscribe_customer(session, invitation.customer_id, reason=reason)


def unsubscribe_customer(session: Session, customer_id: int, *, reason: str = UNSUBSCRIBED) -> bool:
    customer = session.get(Customer, customer_id)
    if customer is None:
        return False
    fresh = suppress(session, indexes_of(customer), reason)
    mine = select(Invitation.id).where(Invitation.customer_id == customer_id)
    session.execute(
        update(Message)
        .where(col(Message.invitation_id).in_(mine), col(Message.state).in_(STOPPABLE))
        .values(state="skipped", skip_reason=UNSUBSCRIBED, claimed_by="", lease_until=None)
    )
    return bool(fresh)


def subscribe_again(session: Session, customer_id: int) -> None:
    """Staff takes a customer off the list, because the customer asked for it."""
    customer = session.get(Customer, customer_id)
    if customer is not None:
        allow_again(session, indexes_of(customer))


def indexes_of(customer: Customer) -> list[str]:
    """The look-up keys of all of a customer's addresses."""
    keys = []
    if customer.email:
        keys.append(email_index(customer.email))
    if customer.phone:
        keys.append(phone_index(customer.phone))
    return keys
