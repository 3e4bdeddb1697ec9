"""From submitted answers to cases: due rows are taken, rules asked, and one case per response opened, whatever dies."""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from .. import clock
from ..analysis.rules import NORMAL, Facts, Trigger, triggered, worst
from ..errors import N_, Conflict
from ..store import due
from ..store.database import writing
from ..tables import Case, CaseEvent, Due, Response
from . import alarms
from . import facts as facts_of
from . import policy as policies
from .assigning import assign_new
from .casebook import append, derive, events_of, happenings
from .policy import Policy

log = logging.getLogger(__name__)
BATCH = 200


def open_due(engine: Engine) -> int:
    """Look at the responses that were submitted or scored since; how many due rows were done."""
    rows = due.take(engine, "case", limit=BATCH)
    if not rows:
        return 0
    try:
        with writing(engine) as session:
            _work(session, rows)
        return len(rows)
    except Exception as error:
        # One bad or contested row must not hold up the others: what failed together is tried one by one.
        log.info("cases: batch of %s failed (%s), one by one", len(rows), type(error).__name__)
        return sum(_alone(engine, row) for row in rows)


def _alone(engine: Engine, row: Due) -> int:
    try:
        with writing(engine) as session:
            _work(session, [row])
        return 1
    except Exception as error:
        log.warning("cases: response %s put back (%s)", row.subject, type(error).__name__)
        due.put_back(engine, row, type(error).__name__)
        return 0


def _work(session: Session, rows: Sequence[Due]) -> None:
    """Finishing the rows and opening the cases is one transaction: neither is there without the other."""
    if not all(due.finish(session, row) for row in rows):
        raise Conflict("lease-lost", N_("Another worker has taken this over."))
    open_cases(session, sorted({row.subject for row in rows}))


def open_cases_for(session: Session, response_id: int) -> Case | None:
    """Ask the rules about one response; the case it has then, if any."""
    open_cases(session, [response_id])
    return session.exec(select(Case).where(Case.response_id == response_id)).first()


def open_cases(session: Session, response_ids: Sequence[int]) -> int:
    """Ask the rules about submitted responses; how many cases are new. Asking again changes nothing."""
    policy = policies.load(session)
    wanted = select(Response).where(col(Response.id).in_(list(response_ids)), Response.state == "submitted")
    too_old = clock.now() - policy.oldest
    responses = [r for r in session.exec(wanted) if r.submitted_at is not None and r.submitted_at >= too_old]
    of_them = select(Case).where(col(Case.response_id).in_(list(response_ids)))
    known = {case.response_id: case for case in session.exec(of_them)}
    count = 0
    for response, facts in _with_facts(session, responses, policy):
        found = triggered(facts, off=policy.rules_off)
        if found and response.id not in known:
            _open(session, response, found, policy)
            count += 1
        elif found:
            _add(session, known[response.id or 0], found)
    return count


def _with_facts(session: Session, responses: Sequence[Response], policy: Policy) -> list[tuple[Response, Facts]]:
    facts = facts_of.gather(session, responses, policy)
    return [(response, facts[response.id]) for response in responses if response.id is not None]


def _open(session: Session, response: Response, found: Sequence[Trigger], policy: Policy) -> None:
    """The case with one event per trigger. The unique response_id lets only one of two workers through."""
    assert response.id is not None and response.submitted_at is not None
    now = clock.now()
    case = Case(
        survey_id=response.survey_id, response_id=response.id, customer_id=response.customer_id,
        rule=found[0].rule, reason=_reason(found[0]), due_at=now,
    )  # fmt: skip
    session.add(case)
    session.flush()
    assert case.id is not None
    events = [_event(case.id, number, trigger, now) for number, trigger in enumerate(found, 1)]
    since: datetime = min(now, response.submitted_at)
    events[0].kind = "opened"
    has_name = response.customer_id is not None
    more: dict[str, object] = {
        "since": since.isoformat(), "targets": policy.targets(), "reachable": has_name, "policy": policy.version,
    }  # fmt: skip
    if kept := policy.calendar.stored(since.astimezone(clock.zone()).date()):
        more["calendar"] = kept
    events[0].data = {**events[0].data, **more}
    session.add_all(events)
    for name, value in derive(happenings(events), now).items():
        setattr(case, name, value)
    session.flush()
    assign_new(session, case, policy)
    alarms.plan(session, case)


def _add(session: Session, case: Case, found: Sequence[Trigger]) -> None:
    """What rules say in addition, since the text has been scored, goes into the same case and may raise it."""
    assert case.id is not None
    known = {str(event.data.get("rule")) for event in events_of(session, case.id)}
    severity = case.severity
    for trigger in found:
        if trigger.rule not in known:
            append(session, case, "triggered", data=_data(trigger))
    if case.severity != severity:
        alarms.move(session, case)
    before = str(case.reason.get("severity", NORMAL))
    if found[0].rule not in known and worst([before, found[0].severity]) != before:
        case.rule, case.reason = found[0].rule, _reason(found[0])
        session.add(case)


def _event(case_id: int, number: int, trigger: Trigger, now: datetime) -> CaseEvent:
    return CaseEvent(case_id=case_id, number=number, kind="triggered", at=now, data=_data(trigger))


def _data(trigger: Trigger) -> dict[str, object]:
    return {"rule": trigger.rule, "severity": trigger.severity, **_reason(trigger)}


def _reason(trigger: Trigger) -> dict[str, object]:
    return {"message": trigger.reason, "values": dict(trigger.values), "severity": trigger.severity}
