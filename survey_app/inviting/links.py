"""Addresses that belong to one person: the answer link, the one-click unsubscribe link, the mail's own id."""

import secrets
from dataclasses import dataclass

from sqlmodel import Session, col, select

from .. import crypto
from ..errors import N_, NotFound
from ..store.addresses import leaver
from ..tables import Customer, Invitation, Response

TEST = "test"
"""Stands in place of a token in mails to oneself."""


@dataclass(frozen=True, slots=True)
class NewToken:
    """A nonce for the row, with the hash it is found by."""

    nonce: str
    token_hash: str


def new_token() -> NewToken:
    nonce = secrets.token_hex(16)
    return NewToken(nonce, crypto.hash_token(token_of(nonce)))


def token_of(nonce: str) -> str:
    """The token of an invitation: written again whenever it is needed, never stored."""
    return crypto.derived_token(nonce, "invitation")


def answer_link(public_url: str, nonce: str) -> str:
    return f"{public_url}/r/{token_of(nonce)}"


def unsubscribe_link(public_url: str, invitation_id: int, nonce: str) -> str:
    return f"{public_url}/u/{invitation_id}.{_unsubscribe_signature(invitation_id, nonce)}"


def invitation_of_unsubscribe(session: Session, token: str) -> Invitation | None:
    """The invitation that an unsubscribe token names, None where it was not made by us."""
    number, _, signature = token.partition(".")
    if not (number.isascii() and number.isdigit() and len(number) <= 10 and signature.isascii()):
        return None
    found = session.get(Invitation, int(number)) if int(number) < 2**31 else None
    if found is None:
        return None
    made = _unsubscribe_signature(int(number), found.nonce)
    return found if secrets.compare_digest(made, signature) else None


@dataclass(frozen=True, slots=True)
class Leaver:
    """Who unsubscribes: nobody any more where the customer was erased since."""

    customer_id: int | None


def leaver_of(session: Session, token: str) -> Leaver | None:
    """Who holds an unsubscribe link, of an invitation or of another mail; None where it was not made by us."""
    if (customer_id := leaver(token)) is not None:
        return Leaver(customer_id)
    invitation = invitation_of_unsubscribe(session, token)
    return Leaver(invitation.customer_id) if invitation else None


def _unsubscribe_signature(invitation_id: int, nonce: str) -> str:
    return crypto.sign(f"{invitation_id}:{nonce}", "unsubscribe")


def mail_id(nonce: str, step: int, domain: str) -> str:
    """The Message-ID of one step of one invitation: the same for every attempt."""
    return f"{crypto.derived_token(f'{nonce}:{step}', 'message-id')}@{domain}"


def personal_link(session: Session, survey_id: int, customer_id: int, public_url: str, *, channel: str = "link") -> str:
    """A customer's own link to a survey, outside campaigns: the open one if there is one, else a new one."""
    customer = session.get(Customer, customer_id)
    if customer is None:
        raise NotFound("customer", N_("There is no such customer."))
    answered = select(Response.invitation_id).where(
        Response.customer_id == customer_id, Response.state == "submitted", col(Response.invitation_id).is_not(None)
    )
    open_one = session.exec(
        select(Invitation)
        .where(
            Invitation.survey_id == survey_id, Invitation.customer_id == customer_id, Invitation.channel == channel,
            col(Invitation.campaign_id).is_(None), col(Invitation.closed_at).is_(None),
            col(Invitation.id).not_in(answered),
        )
        .order_by(col(Invitation.id).desc())
        .limit(1)
    ).first()  # fmt: skip
    if open_one is None:
        fresh = new_token()
        open_one = Invitation(
            survey_id=survey_id, customer_id=customer_id, channel=channel, language=customer.language,
            nonce=fresh.nonce, token_hash=fresh.token_hash,
        )  # fmt: skip
        session.add(open_one)
        session.flush()
    return answer_link(public_url, open_one.nonce)
