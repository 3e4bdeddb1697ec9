"""The demo's customers and responses as rows, written in chunks that each say how far they came."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, col, select

from ..store import addresses, due
from ..store.database import reading, writing
from ..store.questionnaires import Asked, asked
from ..tables import Customer, Invitation, Response
from . import answering, drivers, people, plan, story, surveys, times
from .plan import Visit
from .progress import Demo

CHUNK = 400
RECENT_DAYS = 42
"""Answers of these weeks get cases; nobody expects a call about older ones."""


def make_customers(demo: Demo) -> None:
    """The register, in chunks."""
    begun = int(demo.marks.get("customers", 0))
    for start in range(begun, len(demo.people), CHUNK):
        chunk = demo.people[start : start + CHUNK]
        rows = [_customer(person, demo) for person in chunk]
        with writing(demo.engine) as session:
            session.execute(insert(Customer), rows)
            demo.mark(session, customers=start + len(chunk))


def _customer(person: people.Person, demo: Demo) -> dict[str, Any]:
    email, phone = addresses.normalise_email(person.email), addresses.normalise_phone(person.phone)
    index = {"email": addresses.email_index(email), "phone": addresses.phone_index(phone)}
    return people.row(person, demo.now, index) | {"email": email, "phone": phone}


def customer_ids(session: Session) -> dict[str, int]:
    """The customers' row ids by their references."""
    rows = session.exec(select(Customer.reference, Customer.id).where(col(Customer.reference).is_not(None)))
    return {str(reference): int(row_id) for reference, row_id in rows if row_id is not None}


def make(demo: Demo, visits: Sequence[Visit], mark: str) -> None:
    """Responses for these visits, with what scoring and the columns are to do about them."""
    begun = int(demo.marks.get(mark, 0))
    if begun >= len(visits):
        return
    with reading(demo.engine) as session:
        customers = customer_ids(session)
        versions = {name: [asked(session, row) for row in demo.marks["versions"][name]] for name in surveys.SURVEYS}
        invited = {name: _invited(session, demo.ids("campaigns")[name]) for name in plan.CAMPAIGNS}
    for start in range(begun, len(visits), CHUNK):
        chunk = visits[start : start + CHUNK]
        rows = [_row(demo, visit, versions[visit.survey], customers, invited) for visit in chunk]
        with writing(demo.engine) as session:
            _write(session, rows)
            demo.mark(session, **{mark: start + len(chunk)})
        demo.made(len(chunk))


def _invited(session: Session, campaign_id: int) -> dict[int, int]:
    """A campaign's invitations by customer."""
    wanted = select(Invitation.customer_id, Invitation.id).where(Invitation.campaign_id == campaign_id)
    return {
        customer: row_id for customer, row_id in session.exec(wanted) if customer is not None and row_id is not None
    }


def _write(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    written = insert(Response).returning(col(Response.id), sort_by_parameter_order=True)
    ids = [int(row_id) for (row_id,) in session.execute(written, list(rows))]
    texts = []
    for row_id, row in zip(ids, rows, strict=True):
        if row["state"] == "submitted" and any(isinstance(row["answers"].get(key), str) for key in ("why", "wish")):
            texts.append(row_id)
    due.hand_over(session, "score", texts)
    for survey_id in sorted({row["survey_id"] for row in rows}):
        pairs = zip(ids, rows, strict=True)
        changed = [row_id for row_id, row in pairs if row["survey_id"] == survey_id and row["submitted_at"]]
        due.note_changes(session, survey_id, changed)


def _row(
    demo: Demo, visit: Visit, versions: Sequence[Asked], customers: Mapping[str, int],
    invited: Mapping[str, Mapping[int, int]],
) -> dict[str, Any]:  # fmt: skip
    """One response: everything in it follows from the seed and its number."""
    rng = demo.random("response", visit.number)
    person, version = visit.person, versions[visit.days_ago < surveys.CHANGED[visit.survey]]
    weights = drivers.weights(visit.survey, person.segment, person.product)
    lived = answering.experience(rng, person, visit.at, weights, story.Moment(visit.days_ago))
    answers = answering.answer(version, drivers.DRIVERS[visit.survey], lived)
    if not visit.is_submitted:
        first_page = {item.key for item in version.questionnaire.pages[0].items}
        answers = {key: value for key, value in answers.items() if key in first_page}
    customer_id = customers[person.reference] if visit.is_known else None
    spent = times.took(rng, len(answers))
    return {
        "survey_id": demo.ids("surveys")[visit.survey],
        "version_id": version.version_id,
        "invitation_id": invited.get(visit.campaign, {}).get(customer_id or 0),
        "customer_id": customer_id,
        "ticket": f"demo-{demo.seed}-{visit.number}",
        "channel": visit.channel,
        "language": person.language,
        "state": "submitted" if visit.is_submitted else "partial",
        "answers": answers,
        "page": 0 if visit.is_submitted else 1,
        "revision": 1,
        "segment": person.segment if visit.is_known else "",
        "tier": person.tier if visit.is_known else "",
        "attributes": dict(person.attributes) if visit.is_known else {"产品": person.product},
        "started_at": visit.at - spent,
        "saved_at": visit.at,
        "submitted_at": visit.at if visit.is_submitted else None,
    }


def recent(visits: Sequence[Visit]) -> list[Visit]:
    return [visit for visit in visits if visit.days_ago <= RECENT_DAYS]


def older(visits: Sequence[Visit]) -> list[Visit]:
    return [visit for visit in visits if visit.days_ago > RECENT_DAYS]
