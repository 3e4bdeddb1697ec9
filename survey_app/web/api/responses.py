"""Responses in and out: handed in once under a key of the sender's, read page by page or as changes since."""

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from flask import Response, request
from pydantic import Field
from sqlmodel import Session, col, select

from ... import clock, collecting
from ...channels.api import Api
from ...collecting import Taken, Ticket, Visit, Whole
from ...errors import N_, Conflict, NotFound
from ...reporting import feed
from ...store import questionnaires
from ...store.questionnaires import Asked
from ...store.straight import straight
from ...tables import Customer, Version
from ..database import engine, reading
from ..language import translate
from .door import MAX_ID, MOST, USUAL, BadBody, Part, at, body, bp, cursor, number, reply, scoped, survey_of

TRIES = 6
STATES = ("submitted", "partial", "invalid")


class ResponseIn(Part):
    """What is handed in. Without a version it is an answer to the newest one."""

    answers: dict[str, Any]
    version: int | None = None
    language: str = ""
    customer: str = Field(default="", max_length=80)
    attributes: dict[str, str] = Field(default_factory=dict, max_length=30)
    started_at: datetime | None = None


# -- in --------------------------------------------------------------------------------------------------------
@bp.post("/surveys/<public_id>/responses")
@scoped("responses.write")
def hand_in(public_id: str) -> Response:
    """Keep a whole response. The same Idempotency-Key again gives what was kept the first time."""
    sent, ticket = body(ResponseIn), _ticket(public_id)
    _check_attributes(sent.attributes)
    for _ in range(TRIES):
        visit, asked = _visit(public_id, ticket, sent)
        language = sent.language or (asked.questionnaire.languages or ("zh",))[0]
        if language not in asked.questionnaire.languages:
            raise BadBody("language", N_("The survey is not offered in the language “%(text)s”."), text=language[:20])
        whole = Whole(sent.answers, language, sent.attributes)
        if visit.given.id:
            return _again(visit, asked, whole)
        _refuse_closed(visit)
        begun = Ticket(ticket.key, asked.version_id, _begun(sent.started_at), ticket.scope)
        taken = collecting.take_whole(engine(), visit, begun, asked, whole)
        _refuse(taken)
        if not taken.is_lost:
            return _kept(ticket, public_id, 201)
    raise Conflict("raced", N_("Somebody else has just changed the same."), N_("Send it again."))


def _ticket(public_id: str) -> Ticket:
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key or len(key) > 200 or not (key.isascii() and key.isprintable()):
        raise BadBody(
            "idempotency-key", N_("The request has no Idempotency-Key of 1 to 200 plain characters."),
            N_("Send one that is the same whenever the same response is sent again."),
        )  # fmt: skip
    return collecting.issue(public_id, 0, key=f"api-{sha256(f'{public_id}|{key}'.encode()).hexdigest()[:40]}")


def _visit(public_id: str, ticket: Ticket, sent: ResponseIn) -> tuple[Visit, Asked]:
    with straight(engine()) as db:
        visit = collecting.by_public_id(db, public_id, ticket)
    if visit is None:
        raise NotFound("survey", N_("There is no such survey."))
    with reading() as session:
        version_id = visit.given.version_id or _version(session, visit, sent.version)
        asked = questionnaires.asked(session, version_id)
        visit = replace(visit.through(Api.name), key=ticket.key)
        return (_known(session, visit, sent.customer) if sent.customer else visit), asked


def _version(db: Session, visit: Visit, number: int | None) -> int:
    if number is None:
        found = visit.newest_version_id
    else:
        wanted = select(Version.id).where(Version.survey_id == visit.survey_id, Version.number == number)
        found = db.exec(wanted).first() if 0 < number < MAX_ID else None
    if found is None:
        raise NotFound("version", N_("The survey has no such version."), N_("Publish it, or name one that there is."))
    return found


def _known(db: Session, visit: Visit, reference: str) -> Visit:
    """The response belongs to the customer of this number."""
    row = db.exec(select(Customer).where(col(Customer.reference) == reference)).first()
    if row is None:
        raise BadBody("customer", N_("There is no customer with this number."), N_("Add the customer first."))
    person = {**row.attributes, "name": row.name}
    return replace(visit, customer_id=row.id, segment=row.segment, tier=row.tier, person=person)


def _check_attributes(attributes: dict[str, str]) -> None:
    for name, value in attributes.items():
        if not (0 < len(name) <= 60 and len(value) <= 200 and name.isprintable() and value.isprintable()):
            raise BadBody(
                "attributes", N_("An attribute is a name of up to 60 and a text of up to 200 printable characters.")
            )


def _begun(started_at: datetime | None) -> datetime:
    if started_at is None:
        return clock.now()
    return started_at if started_at.tzinfo else started_at.replace(tzinfo=clock.zone())


def _refuse_closed(visit: Visit) -> None:
    if not visit.takes_answers:
        raise Conflict("survey-closed", N_("The survey takes no answers now."), N_("Look at is_open and its times."))


def _refuse(taken: Taken) -> None:
    if taken.problems:
        told = [
            {"at": f"answers.{key}", "code": "answer", "message": translate(one.message, one.values)}
            for key, one in taken.problems.items()
        ]
        raise BadBody("answers", N_("Some answers cannot be taken; nothing was kept."), problems=told)


def _again(visit: Visit, asked: Asked, whole: Whole) -> Response:
    """Sent before: what was kept then, unless something else is sent under the same key."""
    answers, problems = collecting.checked(visit, asked, whole)
    if visit.given.revision == 1 and (problems or answers != visit.given.answers):
        raise Conflict(
            "idempotency-reused", N_("Another response was handed in under this Idempotency-Key."),
            N_("Use a new key for a new response."),
        )  # fmt: skip
    with reading() as db:
        found = feed.one(db, visit.given.id)
    return reply(_response(found) if found else None, 200, {"Idempotent-Replayed": "true"})


def _kept(ticket: Ticket, public_id: str, status: int) -> Response:
    with straight(engine()) as straightly:
        visit = collecting.by_public_id(straightly, public_id, ticket)
    with reading() as db:
        found = feed.one(db, visit.given.id) if visit else None
    return reply(_response(found) if found else None, status)


# -- out -------------------------------------------------------------------------------------------------------
@bp.get("/surveys/<public_id>/responses")
@scoped("responses.read")
def responses(public_id: str) -> Response:
    """Responses in the order in which they were begun."""
    (after,), limit = cursor(), number("limit", USUAL, MOST)
    state = request.args.get("state", STATES[0])
    if state not in (*STATES, "all"):
        raise BadBody("parameter", N_("There is no state “%(name)s”."), name=state[:40])
    with reading() as db:
        survey_id = survey_of(db, public_id).id or 0
        batch = feed.page(
            db, survey_id, after=after, limit=limit, state="" if state == "all" else state,
            since=_moment("since"), until=_moment("until"),
        )  # fmt: skip
    return reply({"items": [_response(row) for row in batch.rows], "next": batch.next if batch.has_more else None})


@bp.get("/surveys/<public_id>/changes")
@scoped("responses.read")
def changes(public_id: str) -> Response:
    """What came in, was edited, taken out or erased since the cursor of the last call; never an end."""
    first, second = cursor(2)
    limit = number("limit", USUAL, MOST)
    with reading() as db:
        survey_id = survey_of(db, public_id).id or 0
    batch = feed.changed(engine(), survey_id, (first, second), limit)
    return reply({"items": [_response(row) for row in batch.rows], "next": batch.next, "has_more": batch.has_more})


@bp.get("/responses/<int:response_id>")
@scoped("responses.read")
def response(response_id: int) -> Response:
    with reading() as db:
        found = feed.one(db, response_id) if response_id < MAX_ID else None
    if found is None:
        raise NotFound("response", N_("There is no such response."))
    return reply(_response(found))


def _moment(name: str) -> datetime | None:
    text = request.args.get(name, "")
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=clock.zone())).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadBody("parameter", N_("%(name)s is not a time; write it as 2026-11-21T14:05:00Z."), name=name) from None


def _response(given: feed.Given) -> dict[str, Any]:
    row = given.response
    if row is None:
        return {"id": given.id, "state": "deleted"}
    return {
        "id": row.id, "state": row.state, "outcome": row.outcome, "version": given.version, "revision": row.revision,
        "channel": row.channel, "language": row.language, "customer": given.reference,
        "customer_id": row.customer_id, "segment": row.segment, "tier": row.tier, "attributes": row.attributes,
        "answers": row.answers, "started_at": at(row.started_at), "saved_at": at(row.saved_at),
        "submitted_at": at(row.submitted_at),
    }  # fmt: skip
