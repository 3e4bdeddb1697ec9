"""All that one page shows of a case: what the customer said, what was done about it, what else they said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from ..forms.logic import pipe
from ..store.questionnaires import asked
from ..tables import Action, Case, CaseEvent, CaseNote, Customer, Opinion, Response, Survey, User
from . import clocks
from .actions import actions_of
from .casebook import events_of, find, happenings
from .clocks import Clock
from .facts import marks, scale

SHOWN_BEFORE = 5


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an answer: plain, or an opinion with its aspect and polarity."""

    text: str
    polarity: int | None = None
    aspect: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answered question, in the words the customer saw."""

    key: str
    question: str
    words: str
    pieces: tuple[Piece, ...]
    rating: float | None
    scale: float


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline."""

    event: CaseEvent
    who: str
    note: str


@dataclass(frozen=True, slots=True)
class Record:
    case: Case
    survey: Survey
    response: Response
    customer: Customer | None
    owner: User | None
    replies: list[Reply]
    entries: list[Entry]
    contact: Clock
    solve: Clock
    actions: list[Action]
    others: list[Case]
    names: dict[int, str]
    titles: dict[int, str]
    earlier: list[tuple[Response, tuple[tuple[float, float], ...]]]
    hours: str
    """The working hours that this case's clocks count, empty where they count always."""

    @property
    def seen(self) -> int:
        return self.entries[-1].event.number if self.entries else 0

    @property
    def attempts(self) -> int:
        return sum(entry.event.kind == "contacted" for entry in self.entries)


def read(session: Session, case_id: int, language: str, now: datetime) -> Record:
    """The record of a case; NotFound where there is none."""
    case = find(session, case_id)
    response = session.get_one(Response, case.response_id)
    events = events_of(session, case_id)
    happened = happenings(events)
    return Record(
        case=case, survey=session.get_one(Survey, case.survey_id), response=response,
        customer=session.get(Customer, case.customer_id) if case.customer_id else None,
        owner=session.get(User, case.owner_id) if case.owner_id else None,
        replies=replies(session, response, language), entries=_entries(session, events),
        contact=clocks.contact(happened, now), solve=clocks.resolve(happened, now),
        actions=actions_of(session, case_id), others=_others(session, case),
        names={user.id: user.name for user in session.exec(select(User)) if user.id},
        titles={action.id: action.title for action in actions_of(session, case_id) if action.id},
        earlier=_earlier(session, response), hours=clocks.calendar_of(happened).words,
    )  # fmt: skip


def replies(session: Session, response: Response, language: str) -> list[Reply]:
    """The answers in words by the response's own version, open ones with their opinions marked. Earlier answers stand
    in the questions as the customer saw them there."""
    opinions = list(session.exec(select(Opinion).where(Opinion.response_id == response.id)))
    questions, known = asked(session, response.version_id).questions, _attributes(session, response)
    out = []
    for key, question in questions.items():
        stored = response.answers.get(key)
        words = question.words(stored, language)
        if not words:
            continue
        text = question.text(stored)
        marked = pieces(text, [o for o in opinions if o.item_key == key]) if text else ()
        title = pipe(question.item.text, response.answers, questions, known, language)
        out.append(Reply(key, title, words, marked, question.rating(stored), scale(question)[1]))
    return out


def _attributes(session: Session, response: Response) -> dict[str, Any]:
    """What texts could look at when the customer answered: the link's own, then what is known of them."""
    customer = session.get(Customer, response.customer_id) if response.customer_id else None
    person = {**customer.attributes, "name": customer.name} if customer else {}
    told = {"segment": response.segment, "tier": response.tier, "channel": response.channel}
    return {**response.attributes, **person, **told}


def pieces(text: str, opinions: Iterable[Any]) -> tuple[Piece, ...]:
    """A text cut at its opinions. Those that overlap an earlier one, or lie outside the text, are left out."""
    out, at = [], 0
    for opinion in sorted(opinions, key=lambda o: (o.start, o.stop)):
        if opinion.start < at or not opinion.start < opinion.stop <= len(text):
            continue
        if opinion.start > at:
            out.append(Piece(text[at : opinion.start]))
        out.append(Piece(text[opinion.start : opinion.stop], opinion.polarity, opinion.aspect))
        at = opinion.stop
    if at < len(text):
        out.append(Piece(text[at:]))
    return tuple(out)


def _entries(session: Session, events: Sequence[CaseEvent]) -> list[Entry]:
    users = {user.id: user.name for user in session.exec(select(User))}
    notes = session.exec(select(CaseNote).where(col(CaseNote.id).in_([e.note_id for e in events if e.note_id])))
    texts = {note.id: note.text for note in notes}
    return [Entry(e, users.get(e.user_id, ""), texts.get(e.note_id, "")) for e in events]


def _others(session: Session, case: Case) -> list[Case]:
    """The same customer's other cases."""
    if case.customer_id is None:
        return []
    wanted = select(Case).where(Case.customer_id == case.customer_id, Case.id != case.id)
    return list(session.exec(wanted.order_by(col(Case.opened_at).desc()).limit(SHOWN_BEFORE)))


def _earlier(session: Session, response: Response) -> list[tuple[Response, tuple[tuple[float, float], ...]]]:
    """What the same customer answered before and after."""
    if response.customer_id is None:
        return []
    wanted = (
        select(Response)
        .where(Response.customer_id == response.customer_id, Response.id != response.id, Response.state == "submitted")
        .order_by(col(Response.submitted_at).desc())
        .limit(SHOWN_BEFORE)
    )
    return [(r, marks(asked(session, r.version_id).questions, r.answers)) for r in session.exec(wanted)]
