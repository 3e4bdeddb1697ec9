"""How the inner loop does: reached in time, hours to contact and to the solution, age of open cases."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlmodel import Session, col, func, select

from ..analysis.columns import Estimate
from ..analysis.intervals import wilson
from ..errors import N_
from ..tables import Case, CaseEvent
from . import clocks
from .browse import NEARLY, overdue
from .casebook import OPEN

AGES = ((1, N_("up to 1 day")), (3, N_("1–3 days")), (7, N_("3–7 days")), (None, N_("over 7 days")))


@dataclass(frozen=True, slots=True)
class Pace:
    """`in_time` leaves out cases whose time is still running (neither late nor early yet) and those without a name."""

    days: int
    opened: int
    in_time: Estimate
    hours_to_contact: float | None
    hours_to_solution: float | None
    open_cases: int
    overdue: int
    nearly: int
    """Open, not overdue, and most of the time to the first contact gone."""
    ages: tuple[tuple[str, int], ...]


def pace(session: Session, now: datetime, *, days: int = 30, survey_id: int | None = None) -> Pace:
    """The figures of the cases opened in the last days, and of all that are open."""
    of_survey = [Case.survey_id == survey_id] if survey_id is not None else []
    cases = list(session.exec(select(Case).where(Case.opened_at >= now - timedelta(days=days), *of_survey)))
    due = _contact_due(session, cases)
    in_time = [_was_in_time(case, due[case.id or 0], now) for case in cases if case.customer_id]
    known = [was for was in in_time if was is not None]
    opened = list(session.exec(select(Case.opened_at).where(col(Case.state).in_(OPEN), *of_survey)))
    late = session.exec(select(func.count(col(Case.id))).where(overdue(now), *of_survey)).one()
    soon = (col(Case.state).in_(OPEN), col(Case.alarm) >= NEARLY, col(Case.contacted_at).is_(None), ~overdue(now))
    nearly = session.exec(select(func.count(col(Case.id))).where(*soon, *of_survey)).one()
    return Pace(
        days=days, opened=len(cases), in_time=wilson(sum(known), len(known)),
        hours_to_contact=_median(case.contacted_at - case.opened_at for case in cases if case.contacted_at),
        hours_to_solution=_median(case.resolved_at - case.opened_at for case in cases if case.resolved_at),
        open_cases=len(opened), overdue=late, nearly=nearly, ages=_ages(opened, now),
    )  # fmt: skip


def _was_in_time(case: Case, due_at: datetime, now: datetime) -> bool | None:
    if case.contacted_at is not None:
        return case.contacted_at <= due_at
    return False if due_at < now or case.state not in OPEN else None


def _contact_due(session: Session, cases: Sequence[Case]) -> dict[int, datetime]:
    """When each was to be reached, by the hours it was opened with."""
    by_id = {case.id: case for case in cases if case.id is not None}
    wanted = select(CaseEvent.case_id, CaseEvent.data).where(
        CaseEvent.number == 1, col(CaseEvent.case_id).in_(list(by_id))
    )
    return {
        case_id: clocks.due_by(data, by_id[case_id].opened_at, by_id[case_id].severity)
        for case_id, data in session.exec(wanted)
    }


def _median(spans: Iterable[timedelta]) -> float | None:
    hours = [span.total_seconds() / 3600 for span in spans]
    return median(hours) if hours else None


def _ages(opened: Sequence[datetime], now: datetime) -> tuple[tuple[str, int], ...]:
    days = [(now - at) / timedelta(days=1) for at in opened]
    out, low = [], float("-inf")
    for high, label in AGES:
        top = float(high) if high is not None else float("inf")
        out.append((label, sum(low < age <= top for age in days)))
        low = top
    return tuple(out)
