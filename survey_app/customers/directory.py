"""The directory: finding customers, and what one has been asked, has said and has been told."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlalchemy import select as sqlalchemy_select
from sqlmodel import Session, col, select

from ..errors import N_, NotFound
from ..store.addresses import AddressError, email_index, normalise_phone, phone_index, suppressed
from ..store.questionnaires import asked
from ..tables import Case, CaseEvent, CaseNote, Customer, Invitation, Message, Response, Survey, User

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Filter:
    """What the directory is looked through for."""

    words: str = ""
    segment: str = ""
    tier: str = ""

    @property
    def is_set(self) -> bool:
        return bool(self.words or self.segment or self.tier)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of the directory."""

    customers: list[Customer]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PER_PAGE))


def find(session: Session, wanted: Filter, page: int = 1) -> Found:
    """A page of customers. Names are encrypted, so words are looked for by reading through them."""
    page = max(1, min(page, 10**6))
    if not wanted.words.strip():
        total = session.exec(narrowed(select(func.count()).select_from(Customer), wanted)).one()
        rows = narrowed(select(Customer), wanted).order_by(col(Customer.id).desc())
        return Found(list(session.exec(rows.offset((page - 1) * PER_PAGE).limit(PER_PAGE))), total, page)
    ids = list(matching(session, wanted))
    shown = ids[(page - 1) * PER_PAGE : page * PER_PAGE]
    rows = select(Customer).where(col(Customer.id).in_(shown)).order_by(col(Customer.id).desc())
    return Found(list(session.exec(rows)), len(ids), page)


def narrowed(statement: Any, wanted: Filter) -> Any:
    if wanted.segment:
        statement = statement.where(Customer.segment == wanted.segment)
    if wanted.tier:
        statement = statement.where(Customer.tier == wanted.tier)
    return statement


def matching(session: Session, wanted: Filter) -> Iterator[int]:
    words = _plain(wanted.words)
    exact = select(Customer.id).where(
        (col(Customer.email_index) == email_index(wanted.words)) | (col(Customer.phone_index) == _phone(wanted.words))
    )
    if found := list(session.exec(narrowed(exact, wanted))):
        yield from found
        return
    columns: Any = (Customer.id, Customer.name, Customer.email, Customer.reference, Customer.phone)
    rows = session.exec(
        narrowed(sqlalchemy_select(*columns), wanted)
        .order_by(col(Customer.id).desc())
        .execution_options(yield_per=2000)
    )
    for customer_id, *texts in rows:
        if any(words in _plain(text) for text in texts if text):
            yield customer_id


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _phone(text: str) -> str:
    try:
        return phone_index(normalise_phone(text))
    except AddressError:
        return "-"


def get_customer(session: Session, customer_id: int) -> Customer:
    found = session.get(Customer, customer_id) if 0 < customer_id < 2**31 else None
    if found is None:
        raise NotFound("customer", N_("There is no such customer."))
    return found


def facets(session: Session) -> dict[str, list[tuple[str, int]]]:
    """The segments and tiers there are, with how many customers each has."""
    found: dict[str, list[tuple[str, int]]] = {}
    for name, column in (("segment", Customer.segment), ("tier", Customer.tier)):
        rows = session.exec(select(column, func.count()).group_by(col(column)).order_by(col(column)))
        found[name] = [(value, count) for value, count in rows if value]
    return found


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened with a customer, for the timeline and the contact record."""

    at: datetime
    kind: str
    subject_id: int
    title: str = ""
    state: str = ""
    data: dict[str, Any] = field(default_factory=dict)


def history(session: Session, customer_id: int) -> list[Moment]:
    """Everything with a customer, newest first: what was sent, what was answered, what was done about it."""
    names: dict[int | None, str] = dict(session.exec(select(Survey.id, Survey.name)).all())
    moments: list[Moment] = []
    sent = (
        select(Message, Invitation)
        .join(Invitation, col(Invitation.id) == Message.invitation_id)
        .where(Invitation.customer_id == customer_id)
    )
    for message, invitation in session.exec(sent):
        moments.append(
            Moment(
                message.sent_at or message.due_at, "message", invitation.campaign_id or 0,
                names.get(invitation.survey_id, ""), message.state,
                {"channel": invitation.channel, "reason": message.skip_reason, "reply": message.reply_text},
            )
        )  # fmt: skip
    handed = select(Invitation).where(Invitation.customer_id == customer_id, col(Invitation.campaign_id).is_(None))
    for invitation in session.exec(handed):
        moments.append(
            Moment(invitation.created_at, "handed", invitation.survey_id, names.get(invitation.survey_id, ""))
        )
    for response in session.exec(select(Response).where(Response.customer_id == customer_id)):
        at = response.submitted_at or response.saved_at
        data = {"channel": response.channel, "marks": _marks(session, response)}
        moments.append(
            Moment(at, "response", response.id or 0, names.get(response.survey_id, ""), response.state, data)
        )
    moments += _work(session, customer_id, names)
    return sorted(moments, key=lambda moment: moment.at, reverse=True)


def _marks(session: Session, response: Response) -> list[tuple[float, float]]:
    """The ratings that were given, each with the highest on offer."""
    questions = asked(session, response.version_id).questions
    given = ((question.rating(response.answers.get(key)), question) for key, question in questions.items())
    return [(value, float(q.score_options.get("scale", (0, 10))[1])) for value, q in given if value is not None]


WORK = ("contacted", "told", "resolved")
"""What of a case's events is between the customer and us."""


def _work(session: Session, customer_id: int, names: dict[int | None, str]) -> list[Moment]:
    """The cases, every attempt to reach the customer with what was said, the outcomes, and what they were told."""
    cases = list(session.exec(select(Case).where(Case.customer_id == customer_id)))
    of_survey = {case.id: names.get(case.survey_id, "") for case in cases}
    moments = [Moment(case.opened_at, "case", case.id or 0, of_survey[case.id], case.state) for case in cases]
    events = (
        select(CaseEvent, CaseNote, User)
        .join(CaseNote, col(CaseNote.id) == CaseEvent.note_id, isouter=True)
        .join(User, col(User.id) == CaseEvent.user_id, isouter=True)
        .where(col(CaseEvent.case_id).in_(list(of_survey)), col(CaseEvent.kind).in_(WORK))
    )
    for event, note, user in session.exec(events):
        data = {**event.data, "note": note.text if note else "", "who": user.name if user else ""}
        moments.append(Moment(event.at, event.kind, event.case_id, of_survey[event.case_id], data=data))
    return moments


def blocked(session: Session, customer: Customer) -> str:
    """Why a customer gets no messages; empty where nothing stands against it."""
    found = suppressed(session, [customer.email_index, customer.phone_index])
    return next(iter(found.values()), "")
