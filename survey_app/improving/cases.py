"""What people do with a case: take it, write down, reach the customer, wait, find the cause, resolve, close, reopen."""

from collections.abc import Iterable

from sqlmodel import Session

from .. import clock
from ..analysis.rules import SEVERITIES
from ..errors import N_, Conflict, SurveyError
from ..store import due
from ..tables import Case, Cause, User
from . import alarms, policy
from .casebook import OPEN, append, events_of, find
from .clocks import REACHED

CHANNELS = {
    "phone": N_("Phone"), "email": N_("Mail"), "wecom": N_("WeCom"), "sms": N_("SMS"), "visit": N_("Visit"),
}  # fmt: skip
CONTACT_OUTCOMES = {
    REACHED: N_("Reached"),
    "no_answer": N_("No answer"),
    "message_left": N_("Message left"),
    "refused": N_("Did not want to talk"),
    "wrong_number": N_("Wrong number or address"),
}
UNREACHABLE = "unreachable"
OUTCOMES = {
    "recovered": N_("Solved, customer satisfied"),
    "partly": N_("Partly solved"),
    "not_recovered": N_("Customer still unhappy"),
    UNREACHABLE: N_("Could not be reached"),
    "no_action": N_("Nothing to do"),
}
TRIES = 3
"""So many attempts before a case may be resolved as unreachable."""


def assign(session: Session, case: Case, owner_id: int | None, *, user_id: int | None, seen: int | None = None) -> None:
    """Give a case to somebody who may work on it, or to nobody."""
    _must_be_open(case)
    if owner_id is not None:
        owner = session.get(User, owner_id)
        if owner is None or not owner.is_active or owner.role == "viewer":
            raise SurveyError(
                "case-owner", N_("This person cannot work on cases."), N_("Choose an active case worker.")
            )
    is_begun = owner_id == case.owner_id == user_id and case.state == "new"
    if owner_id != case.owner_id or (is_begun and user_id is not None):
        append(session, case, "assigned", user_id=user_id, data={"owner_id": owner_id}, seen=seen)


def take_next(session: Session, waiting: Iterable[Case], *, user_id: int) -> Case | None:
    """Take the first of these cases that is still nobody's: two people who ask at once get two different ones."""
    for case in waiting:
        session.refresh(case, with_for_update=True)
        if case.state in OPEN and case.owner_id is None:
            assign(session, case, user_id, user_id=user_id)
            return case
    return None


def assign_many(session: Session, case_ids: Iterable[int], owner_id: int, *, user_id: int | None) -> int:
    """Give several open cases to one person; those that are done meanwhile stay as they are."""
    count = 0
    for case_id in case_ids:
        case = find(session, case_id)
        if case.state in OPEN and case.owner_id != owner_id:
            assign(session, case, owner_id, user_id=user_id)
            count += 1
    return count


def note(session: Session, case: Case, text: str, *, user_id: int | None) -> None:
    if not text.strip():
        raise SurveyError("case-note", N_("The note is empty."), N_("Write what you found or agreed."))
    append(session, case, "noted", user_id=user_id, note=text)


def contact(session: Session, case: Case, channel: str, outcome: str, text: str = "", *, user_id: int | None) -> None:
    """Write down an attempt to get back to the customer. Reaching them ends the clock, so it needs what was said."""
    _known(channel, CHANNELS, "case-channel")
    _known(outcome, CONTACT_OUTCOMES, "case-contact-outcome")
    if outcome == REACHED and not text.strip():
        raise SurveyError(
            "case-contact-empty", N_("A customer who was reached has said something, and the note is empty."),
            N_("Write what was said and agreed; only then does the clock stop."),
        )  # fmt: skip
    append(session, case, "contacted", user_id=user_id, data={"channel": channel, "outcome": outcome}, note=text)


def wait(session: Session, case: Case, *, user_id: int | None, seen: int | None = None, text: str = "") -> None:
    """We can only go on when the customer has answered: the clock of the solution stands still."""
    if case.state != "in_progress":
        raise _state_conflict()
    append(session, case, "waiting", user_id=user_id, seen=seen, note=text)


def resume(session: Session, case: Case, *, user_id: int | None, seen: int | None = None) -> None:
    if case.state != "waiting":
        raise _state_conflict()
    append(session, case, "resumed", user_id=user_id, seen=seen)


def set_severity(session: Session, case: Case, severity: str, *, user_id: int | None, seen: int | None = None) -> None:
    """A person's judgement stands above the rules'; the clocks count from the start again with its hours."""
    _must_be_open(case)
    if severity not in SEVERITIES:
        raise SurveyError("case-severity", N_("There is no such severity."))
    if severity != case.severity:
        append(session, case, "severity", user_id=user_id, data={"severity": severity}, seen=seen)
        alarms.move(session, case)


def set_cause(session: Session, case: Case, cause_id: int | None, *, user_id: int | None) -> None:
    """Say what was behind it; it may be corrected at any time."""
    if cause_id is not None and session.get(Cause, cause_id) is None:
        raise SurveyError("case-cause", N_("There is no such cause."))
    if cause_id != case.cause_id:
        append(session, case, "cause", user_id=user_id, data={"cause_id": cause_id})


def resolve(
    session: Session, case: Case, outcome: str, cause_id: int | None = None, text: str = "", *,
    user_id: int | None, seen: int | None = None,
) -> None:  # fmt: skip
    """End the work on a case. It needs what was done, and a cause, so that the next customers gain from it too."""
    _must_be_open(case)
    _known(outcome, OUTCOMES, "case-outcome")
    if (cause_id or case.cause_id) is None:
        raise SurveyError(
            "case-no-cause", N_("A case is resolved with its cause."),
            N_("Choose what was behind it; “not clear yet” is among the causes."),
        )  # fmt: skip
    if not text.strip() and outcome != UNREACHABLE:
        raise SurveyError(
            "case-nothing-done", N_("A case is resolved by what was done."),
            N_("Write in a sentence what was done for the customer, or why nothing was."),
        )  # fmt: skip
    if outcome == UNREACHABLE:
        _must_have_tried(session, case)
    if seen is not None and cause_id is not None and cause_id != case.cause_id:
        append(session, case, "cause", user_id=user_id, data={"cause_id": cause_id}, seen=seen)
        seen = None
    elif cause_id is not None:
        set_cause(session, case, cause_id, user_id=user_id)
    event = append(session, case, "resolved", user_id=user_id, data={"outcome": outcome}, note=text, seen=seen)
    assert case.id is not None
    later = clock.now() + policy.load(session).close_after
    due.hand_over(session, "case-close", [case.id], revision=event.number, at=later)


def close(session: Session, case: Case, *, user_id: int | None, seen: int | None = None) -> None:
    """The customer has confirmed, or had time enough to object."""
    if case.state != "resolved":
        raise _state_conflict()
    append(session, case, "closed", user_id=user_id, seen=seen)


def reopen(session: Session, case: Case, text: str = "", *, user_id: int | None, seen: int | None = None) -> None:
    """It was not over: a new clock starts."""
    if case.state not in ("resolved", "closed"):
        raise _state_conflict()
    append(session, case, "reopened", user_id=user_id, note=text, seen=seen)


def _must_have_tried(session: Session, case: Case) -> None:
    assert case.id is not None
    attempts = sum(event.kind == "contacted" for event in events_of(session, case.id))
    if attempts < TRIES:
        raise SurveyError(
            "case-few-attempts", N_("Too few attempts to call the customer unreachable: %(attempts)s of %(tries)s."),
            N_("Try again at another time of day or over another channel."), attempts=attempts, tries=TRIES,
        )  # fmt: skip


def _must_be_open(case: Case) -> None:
    if case.state not in OPEN:
        raise _state_conflict()


def _state_conflict() -> Conflict:
    return Conflict("case-state", N_("The case is in a state that does not allow this."), N_("Look at the case again."))


def _known(value: str, names: dict[str, str], code: str) -> None:
    if value not in names:
        raise SurveyError(code, N_("%(value)s is not among the choices."), value=value)
