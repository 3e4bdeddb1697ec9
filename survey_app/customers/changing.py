"""Changing and erasing a customer: erasing takes the person out of every table and leaves the numbers."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from .. import clock
from ..errors import N_, Conflict
from ..store.addresses import ERASED, email_index, phone_index, suppress
from ..tables import Call, Case, CaseNote, Customer, Invitation, Message, Notice, OutboxMail
from .directory import get_customer
from .fields import FIELDS, IDENTIFYING, CellError
from .forgetting import forget_answers, forget_mails


def change_customer(session: Session, customer_id: int | None, cells: Mapping[str, str]) -> Customer:
    """Put what a form says in place of what was; None makes a new customer."""
    values: dict[str, Any] = {}
    for key, field in FIELDS.items():
        cell = cells.get(key, "").strip()
        values[key] = field.read(cell) if cell else None
    if not any(values[key] for key in IDENTIFYING):
        raise CellError(
            "row-identity", N_("Nothing says who this is."), N_("Enter a customer number, an e-mail or a phone.")
        )
    customer = get_customer(session, customer_id) if customer_id else Customer()
    mail = email_index(values["email"]) if values["email"] else None
    _refuse_taken(session, customer, col(Customer.email_index), mail, N_("This e-mail belongs to another customer."))
    _refuse_taken(
        session, customer, col(Customer.reference), values["reference"],
        N_("This customer number belongs to another customer."),
    )  # fmt: skip
    for key, value in values.items():
        setattr(customer, key, value if value is not None or key in _OPTIONAL else _EMPTY.get(key, ""))
    customer.email_index = mail
    customer.phone_index = phone_index(values["phone"]) if values["phone"] else None
    session.add(customer)
    session.flush()
    return customer


_OPTIONAL = ("reference", "email", "phone", "yearly_value")
_EMPTY = {"language": "zh"}


def _refuse_taken(session: Session, customer: Customer, column: Any, value: str | None, message: str) -> None:
    if not value:
        return
    other = session.exec(select(Customer.id).where(column == value)).first()
    if other is not None and other != customer.id:
        raise Conflict("customer-taken", message, N_("Open that customer and change it there."))


def erase(session: Session, customer_id: int) -> None:
    """Take a person out: the responses stay as nobody's, a keyed hash of the addresses keeps them from being written
    to again. What case workers wrote about the person goes too."""
    customer = get_customer(session, customer_id)
    suppress(session, [customer.email_index, customer.phone_index], ERASED)
    mine = select(Invitation.id).where(Invitation.customer_id == customer_id)
    sent = select(Message.message_id).where(col(Message.invitation_id).in_(mine))
    session.execute(delete(OutboxMail).where(col(OutboxMail.message_id).in_(sent)))
    session.execute(
        update(Message)
        .where(col(Message.invitation_id).in_(mine), col(Message.state).in_(("queued", "claimed", "deferred")))
        .values(state="skipped", skip_reason="erased", claimed_by="", lease_until=None)
    )
    session.execute(update(Message).where(col(Message.invitation_id).in_(mine)).values(reply_text=""))
    _forget_notices(session, customer_id)
    forget_mails(session, customer)
    forget_answers(session, customer)
    cases = select(Case.id).where(Case.customer_id == customer_id)
    session.execute(update(CaseNote).where(col(CaseNote.case_id).in_(cases)).values(text=""))
    session.execute(update(Case).where(col(Case.customer_id) == customer_id).values(customer_id=None))
    session.execute(
        update(Invitation)
        .where(col(Invitation.customer_id) == customer_id)
        .values(customer_id=None, closed_at=clock.now())
    )
    session.execute(update(Call).where(col(Call.customer_id) == customer_id).values(customer_id=None, state="ended"))
    session.delete(customer)


def _forget_notices(session: Session, customer_id: int) -> None:
    """What was written to tell them of an improvement, also as it lies in the outbox; what waits is not sent."""
    mine = col(Notice.customer_id) == customer_id
    written = select(Notice.message_id).where(mine)
    session.execute(delete(OutboxMail).where(col(OutboxMail.message_id).in_(written)))
    session.execute(update(Notice).where(mine, col(Notice.state) == "queued").values(state="skipped", reason="erased"))
    session.execute(update(Notice).where(mine).values(text="", customer_id=None))
