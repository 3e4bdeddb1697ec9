"""The list of people to interview: who is next, what came of each try, and when to try again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, or_, update
from sqlmodel import Session, col, select

from .. import clock, crypto
from ..errors import N_, SurveyError
from ..store.settings import load_value, save_value
from ..tables import Call, CallAttempt, Response

CLAIM = timedelta(minutes=30)
"""So long nobody else gets a call that somebody has on the screen."""
MAX_TRIES = 6
UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a try; `again` is when to try once more, None where it is over."""

    label: str
    again: timedelta | None = None
    is_appointment: bool = False


OUTCOMES = {
    "no_answer": Outcome(N_("No answer"), timedelta(hours=4)),
    "busy": Outcome(N_("Busy"), timedelta(minutes=30)),
    "voicemail": Outcome(N_("Voicemail"), timedelta(days=1)),
    "appointment": Outcome(N_("Appointment"), timedelta(days=1), is_appointment=True),
    "refused": Outcome(N_("Does not want to take part")),
    "wrong_number": Outcome(N_("Wrong number")),
    "not_eligible": Outcome(N_("Is not one of those to be asked")),
    "language": Outcome(N_("No common language")),
}
ENDINGS = {UNREACHABLE: N_("Not reached after several tries")}


def answered() -> Any:
    """The condition that the interview of a call is in."""
    mine = select(Response.id).where(Response.ticket == Call.ticket, col(Response.submitted_at).is_not(None))
    return mine.exists()


def add(session: Session, survey_id: int, customers: Iterable[int]) -> int:
    """Put customers on the list of a survey; who is there already stays as he is."""
    there = set(session.exec(select(Call.customer_id).where(Call.survey_id == survey_id)))
    fresh = [one for one in dict.fromkeys(customers) if one not in there]
    session.add_all([Call(survey_id=survey_id, customer_id=one, ticket=_ticket()) for one in fresh])
    session.flush()
    return len(fresh)


def walk_in(session: Session, survey_id: int) -> Call:
    """Somebody who is on no list: a passer-by, a caller."""
    call = Call(survey_id=survey_id, ticket=_ticket())
    session.add(call)
    session.flush()
    return call


def _ticket() -> str:
    return f"call-{crypto.new_token()}"


def take_next(session: Session, survey_id: int, user_id: int) -> Call | None:
    """The call that is due first and that nobody else has on the screen: an appointment before who was only tried."""
    now = clock.now()
    mine = (col(Call.claimed_by) == user_id) & (col(Call.claimed_until) > now)
    is_free = or_(col(Call.claimed_until).is_(None), col(Call.claimed_until) <= now, col(Call.claimed_by) == user_id)
    due = (
        select(Call)
        .where(*_waiting(survey_id), col(Call.due_at) <= now, is_free)
        .order_by(_first(mine), _first(col(Call.outcome) == "appointment"), col(Call.due_at), col(Call.id))
        .limit(20)
    )
    for call in session.exec(due).all():
        taken = (
            update(Call).where(col(Call.id) == call.id, is_free).values(claimed_by=user_id, claimed_until=now + CLAIM)
        )
        if session.execute(taken).rowcount == 1:  # type: ignore[attr-defined]
            return call
    return None


def _first(condition: Any) -> Any:
    """What holds before what does not or is not known: databases put NULL at different ends."""
    return case((condition, 0), else_=1)


def _waiting(survey_id: int) -> tuple[Any, ...]:
    return (
        Call.survey_id == survey_id, Call.state == "open", col(Call.customer_id).is_not(None), ~answered(),
    )  # fmt: skip


def waiting(session: Session, survey_id: int, limit: int = 50) -> Sequence[Call]:
    """Who is still to be interviewed, next first."""
    return session.exec(
        select(Call).where(*_waiting(survey_id)).order_by(col(Call.due_at), col(Call.id)).limit(limit)
    ).all()


def note(session: Session, call: Call, user_id: int, outcome: str, at: datetime | None = None) -> None:
    """Write down what came of a try, and when the next one is."""
    known = OUTCOMES.get(outcome)
    if known is None:
        raise SurveyError("call-outcome", N_("Choose what came of the call."))
    if known.is_appointment and (at is None or at <= clock.now()):
        raise SurveyError("call-appointment", N_("Say when to call again: a time that is still to come."))
    session.add(CallAttempt(call_id=call.id or 0, user_id=user_id, outcome=outcome))
    call.attempts += 1
    call.outcome, call.claimed_by, call.claimed_until = outcome, None, None
    if known.again is None:
        call.state = "ended"
    elif call.attempts >= MAX_TRIES and not known.is_appointment:
        call.state, call.outcome = "ended", UNREACHABLE
    else:
        call.due_at = at if known.is_appointment and at else clock.now() + known.again
    session.add(call)


def counts(session: Session, survey_id: int) -> dict[str, int]:
    """How many are on the list, by what has become of them: answered, waiting, or how they ended."""
    done = session.exec(select(func.count()).select_from(Call).where(Call.survey_id == survey_id, answered())).one()
    rows = session.exec(
        select(Call.state, Call.outcome, func.count())
        .where(Call.survey_id == survey_id, ~answered(), col(Call.customer_id).is_not(None))
        .group_by(col(Call.state), col(Call.outcome))
    )
    found = {"answered": done, "waiting": 0}
    for state, outcome, number in rows:
        name = outcome if state == "ended" else "waiting"
        found[name] = found.get(name, 0) + number
    return found


def tries(session: Session, call_id: int) -> Sequence[CallAttempt]:
    return session.exec(select(CallAttempt).where(CallAttempt.call_id == call_id).order_by(col(CallAttempt.id))).all()


def load_script(session: Session, public_id: str) -> str:
    """What interviewers say before the first question."""
    return str(load_value(session, f"calls:{public_id}").get("script", ""))


def save_script(session: Session, public_id: str, text: str) -> None:
    save_value(session, f"calls:{public_id}", {"script": text})
