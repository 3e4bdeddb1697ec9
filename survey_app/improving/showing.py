"""What the pages of actions show: lines of the list, names, and the figure of a verification as points on a line."""

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlmodel import Session, col, or_, select

from .. import clock
from ..tables import Action, Case, Cause, Survey, User, Verification
from .criteria import Criterion


@dataclass(frozen=True, slots=True)
class Dot:
    """One estimate on a line of 100 parts: where its value and its limits lie."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Figure:
    """Before and after on the same line, with the axis' ends and its ticks."""

    before: Dot | None
    after: Dot | None
    ticks: tuple[tuple[float, float], ...]


STEPS = (0.1, 0.2, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 25.0, 50.0)


def figure(check: Verification) -> Figure | None:
    """The places of the dots and intervals; None where nothing was answered on either side."""
    sides = [side for side in (check.before, check.after) if side.get("value") is not None]
    if not sides:
        return None
    lows, highs = [_low(side) for side in sides], [_high(side) for side in sides]
    step = next((s for s in STEPS if (max(highs) - min(lows)) / s <= 6), STEPS[-1])
    first, last = (min(lows) // step) * step, -(-max(highs) // step) * step
    last = max(last, first + step)

    def place(value: float) -> float:
        return round(100 * (value - first) / (last - first), 2)

    def dot(side: dict[str, float]) -> Dot | None:
        return Dot(place(side["value"]), place(_low(side)), place(_high(side))) if "value" in side else None

    count = round((last - first) / step)
    ticks = tuple((round(first + step * number, 6), place(first + step * number)) for number in range(count + 1))
    return Figure(dot(check.before), dot(check.after), ticks)


def _low(side: dict[str, float]) -> float:
    return float(side.get("low", side["value"]))


def _high(side: dict[str, float]) -> float:
    return float(side.get("high", side["value"]))


def lines(session: Session, state: str = "") -> list[Action]:
    """Actions, those that are under way first."""
    wanted = select(Action).order_by(col(Action.id).desc())
    if state:
        wanted = wanted.where(Action.state == state)
    order = ("in_progress", "planned", "inconclusive", "ineffective", "implemented", "effective", "cancelled")
    return sorted(session.exec(wanted), key=lambda action: order.index(action.state))


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
