"""What rows beside the answers add to an overview: reach, response rate, cases, actions, events, answers to read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
from sqlalchemy import case, exists, func
from sqlmodel import Session, col, or_, select

from .. import clock
from ..store.columns import Answers
from ..store.cuts import Cut
from ..store.policies import COUNTED
from ..tables import Action, Case, Customer, Event, Invitation, Message, Progress, Response
from .overview import heard

SENT = ("sent", "unknown")
STEPS = ("invited", "opened", "began", "finished")
NEARLY = 80
"""Percent of the time to the first contact."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom the answers stand for: customers heard of all, and the share of the yearly value they make up."""

    heard: int
    customers: int
    value_share: float | None
    invited: int
    answered: int

    @property
    def heard_share(self) -> float | None:
        return 100 * self.heard / self.customers if self.customers else None

    @property
    def response_rate(self) -> float | None:
        return 100 * self.answered / self.invited if self.invited else None


@dataclass(frozen=True, slots=True)
class Loop:
    """How the improvement loop stands now."""

    open: int
    urgent: int
    overdue: int
    nearly: int
    """Nobody has been reached and most of the time for it is gone."""
    running: int
    effective: int
    verified: int


def reach(session: Session, frame: Answers, cut: Cut) -> Reach:
    about = _about(cut)
    wanted = select(func.count(), func.sum(Customer.yearly_value)).select_from(Customer).where(*about)
    customers, value = session.exec(wanted).one()
    ids = heard(frame)
    share = None
    if value:
        share = min(100.0, 100 * float(_values(session).get_sum(ids)) / float(value))
    invited, answered = _rate(session, cut)
    return Reach(len(ids), int(customers), share, invited, answered)


def _about(cut: Cut) -> list[Any]:
    """The conditions of a cut that hold for customers, whether they answered or not."""
    wanted = ((col(Customer.segment), cut.segments), (col(Customer.tier), cut.tiers))
    return [column.in_(values) for column, values in wanted if values]


class _Values:
    """Yearly values by customer, kept while number and sum stay the same."""

    def __init__(self, ids: Any, values: Any) -> None:
        self.ids, self.values = ids, values

    def get_sum(self, wanted: Any) -> float:
        return float(self.values[np.isin(self.ids, wanted)].sum())


_values_kept: dict[str, tuple[tuple[int, float], _Values]] = {}


def _values(session: Session) -> _Values:
    whole = select(func.count(), func.sum(Customer.yearly_value)).select_from(Customer)
    count, total = session.exec(whole).one()
    key, stamp = str(session.get_bind().engine.url), (int(count), float(total or 0))
    if key not in _values_kept or _values_kept[key][0] != stamp:
        rows = session.exec(
            select(Customer.id, Customer.yearly_value).where(col(Customer.yearly_value).is_not(None))
        ).all()
        ids = np.array([row[0] for row in rows], np.int64)
        _values_kept.clear()
        _values_kept[key] = (stamp, _Values(ids, np.array([row[1] for row in rows], np.float64)))
    return _values_kept[key][1]


def chooses_by_answers(cut: Cut) -> bool:
    """Whether a cut asks for something that nobody knows of those who did not answer."""
    return cut.with_(segments=(), tiers=(), channels=(), languages=()).is_narrowed


def _rate(session: Session, cut: Cut) -> tuple[int, int]:
    """Of the invitations made in the period that went out, how many were answered: (invited, answered)."""
    if chooses_by_answers(cut):
        return 0, 0
    found = invitations(session, cut)
    return found["invited"], found["finished"]


def invitations(session: Session, cut: Cut) -> dict[str, int]:
    """How far the invitations came that were made in the period of a cut and went out: invited, opened, began,
    finished. It follows the filters that hold for people who did not answer: channel, language, segment, tier."""
    its = col(Message.invitation_id) == col(Invitation.id)
    began = col(Response.id).is_not(None)
    finished = (col(Response.state) == "submitted") & (col(Response.outcome) != COUNTED)
    # Those without a message were given their link in another way: by hand, in a file, on a code.
    went_out = or_(~exists().where(its), exists().where(its, col(Message.state).in_(SENT)), began)
    steps = (or_(col(Invitation.opened_at).is_not(None), began), began, finished)
    wanted: Any = (
        select(func.count(), *(func.count(case((step, 1))) for step in steps))
        .select_from(Invitation)
        .outerjoin(Response, col(Response.invitation_id) == col(Invitation.id))
        .where(Invitation.survey_id == cut.survey_id, went_out, *within(col(Invitation.created_at), cut))
    )
    for column, values in ((col(Invitation.channel), cut.channels), (col(Invitation.language), cut.languages)):
        wanted = wanted.where(column.in_(values)) if values else wanted
    if about := _about(cut):
        wanted = wanted.join(Customer, col(Customer.id) == col(Invitation.customer_id)).where(*about)
    return dict(zip(STEPS, (int(one) for one in session.execute(wanted).one()), strict=True))


def within(column: Any, cut: Cut) -> list[Any]:
    """The conditions that a moment lies in the period of a cut."""
    made = []
    if cut.since:
        made.append(column >= start_of(cut.since))
    if cut.until:
        made.append(column < start_of(cut.until + timedelta(1)))
    return made


def start_of(day: date) -> datetime:
    """The moment at which a day of the installation begins."""
    return datetime.combine(day, time(), clock.zone()).astimezone(UTC)


def loop(session: Session, survey_id: int) -> Loop:
    """Cases of a survey and the actions of all, counted from their rows."""
    is_open = col(Case.state).not_in(("resolved", "closed"))
    count = select(func.count()).select_from(Case).where(Case.survey_id == survey_id, is_open)
    # As in the list of cases: while we wait for a customer who has been reached, or cannot be, no time runs.
    stands_still = (col(Case.state) == "waiting") & (
        col(Case.contacted_at).is_not(None) | col(Case.customer_id).is_(None)
    )
    states = dict(session.exec(select(Action.state, func.count()).group_by(Action.state)).all())
    return Loop(
        open=session.exec(count).one(),
        urgent=session.exec(count.where(Case.severity == "urgent")).one(),
        overdue=session.exec(count.where(Case.due_at < clock.now(), ~stands_still)).one(),
        nearly=session.exec(
            count.where(Case.due_at >= clock.now(), Case.alarm >= NEARLY, col(Case.contacted_at).is_(None))
        ).one(),
        running=states.get("planned", 0) + states.get("in_progress", 0) + states.get("implemented", 0),
        effective=states.get("effective", 0),
        verified=sum(states.get(state, 0) for state in ("effective", "ineffective", "inconclusive")),
    )  # fmt: skip


def latest_actions(session: Session, limit: int = 3) -> Sequence[Action]:
    """The actions that matter most now: verified ones first, then the newest."""
    return session.exec(
        select(Action)
        .where(Action.state != "cancelled")
        .order_by((col(Action.state) == "effective").desc(), col(Action.created_at).desc())
        .limit(limit)
    ).all()


def events(session: Session, survey_id: int | None) -> list[Event]:
    """What happened, for this survey and for all, oldest first."""
    wanted = select(Event).where(or_(col(Event.survey_id) == survey_id, col(Event.survey_id).is_(None)))
    return list(session.exec(wanted.order_by(col(Event.at))))


def running_jobs(session: Session) -> list[Progress]:
    """Long work that a page may tell about."""
    since = clock.now() - timedelta(minutes=10)
    return list(session.exec(select(Progress).where(Progress.state == "running", col(Progress.updated_at) >= since)))


def newest(frame: Answers, states: Sequence[str], count: int) -> list[int]:
    """The ids of the newest answers that wrote something."""
    if not len(frame):
        return []
    wrote = np.zeros(len(frame), np.bool_)
    for name in states:
        if name in frame.columns:
            wrote |= frame.columns[name].values == 0
    rows = np.flatnonzero(wrote)
    minutes: Any = frame["minute"].values[rows]
    if len(rows) > count:
        rows = rows[np.argpartition(minutes, -count)[-count:]]
        minutes = frame["minute"].values[rows]
    return [int(i) for i in frame["response"].values[rows[np.argsort(-minutes, kind="stable")]]]


def responses(session: Session, ids: Sequence[int]) -> list[Response]:
    """Responses by id, in the order of the ids."""
    found = {row.id: row for row in session.exec(select(Response).where(col(Response.id).in_(list(ids))))}
    return [found[one] for one in ids if one in found]


def local_day(moment: datetime) -> date:
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(clock.zone()).date()
