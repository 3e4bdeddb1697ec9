"""What the pages of actions show: lines of the list, names, and the figure of a verification as points on a line."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlmodel import Session, case, col, func, or_, select

from .. import clock
from ..tables import Action, Case, Cause, Survey, User
from .criteria import Criterion


@dataclass(frozen=True, slots=True)
class Dot:
    """One estimate on a line of 100 parts: where its value and its limits lie."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Figure:
    """Before and after on the same line, where the target lies, with the axis' ticks."""

    before: Dot | None
    after: Dot | None
    target: float | None
    ticks: tuple[tuple[float, float], ...]


STEPS = (0.1, 0.2, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 25.0, 50.0)


def figure(before: Mapping[str, Any], after: Mapping[str, Any], change: float | None = None) -> Figure | None:
    """The places of the dots and intervals; None where nothing was answered on either side."""
    sides = [side for side in (before, after) if side.get("value") is not None]
    if not sides:
        return None
    aim = before["value"] + change if change is not None and before.get("value") is not None else None
    points = [edge for side in sides for edge in (_low(side), _high(side))] + ([aim] if aim is not None else [])
    step = next((s for s in STEPS if (max(points) - min(points)) / s <= 6), STEPS[-1])
    first, last = (min(points) // step) * step, -(-max(points) // step) * step
    last = max(last, first + step)

    def place(value: float) -> float:
        return round(100 * float((value - first) / (last - first)), 2)

    def dot(side: Mapping[str, Any]) -> Dot | None:
        return (
            Dot(place(side["value"]), place(_low(side)), place(_high(side))) if side.get("value") is not None else None
        )

    count = round((last - first) / step)
    ticks = tuple((round(first + step * number, 6), place(first + step * number)) for number in range(count + 1))
    return Figure(dot(before), dot(after), place(aim) if aim is not None else None, ticks)


def _low(side: Mapping[str, Any]) -> float:
    return float(side.get("low", side["value"]))


def _high(side: Mapping[str, Any]) -> float:
    return float(side.get("high", side["value"]))


ORDER = ("in_progress", "planned", "inconclusive", "ineffective", "implemented", "effective", "cancelled")
"""What is under way first, what is over last."""

PER_PAGE = 20


def counts(session: Session) -> dict[str, int]:
    """How many actions there are in each state."""
    return dict(session.exec(select(Action.state, func.count()).group_by(col(Action.state))).all())


def lines(session: Session, state: str = "", page: int = 1) -> list[Action]:
    """A page of actions, those that are under way first."""
    rank = case({name: number for number, name in enumerate(ORDER)}, value=col(Action.state), else_=len(ORDER))
    wanted = select(Action).order_by(rank, col(Action.id).desc()).offset((page - 1) * PER_PAGE).limit(PER_PAGE)
    if state:
        wanted = wanted.where(Action.state == state)
    return list(session.exec(wanted))


def cases_with_cause(session: Session, cause_id: int | None) -> list[Case]:
    """The cases with a cause or one below it, the latest first."""
    below = select(Cause.id).where(or_(Cause.id == cause_id, Cause.parent_id == cause_id))
    wanted = select(Case).where(col(Case.cause_id).in_(below)).order_by(col(Case.opened_at).desc()).limit(500)
    return list(session.exec(wanted))


def names(session: Session) -> dict[int, str]:
    return {user.id: user.name for user in session.exec(select(User)) if user.id is not None}


def survey_name(session: Session, wanted: Criterion | None) -> str:
    survey = session.get(Survey, wanted.survey_id) if wanted else None
    return survey.name if survey else ""


def noon(day: date) -> datetime:
    """The middle of a day here, for what is only known by its day."""
    return datetime.combine(day, time(12), clock.zone())
