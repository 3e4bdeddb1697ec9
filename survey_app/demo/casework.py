"""What the demo's team did about the unhappy: calls, notes, causes, and some cases that are late."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from .. import clock, improving
from ..improving import cases as desk
from ..improving.clocks import REACHED
from ..store.database import reading, writing
from ..tables import Case, Cause, Response
from . import answering, drivers, remarks, story
from .plan import Visit
from .progress import Demo
from .responses import RECENT_DAYS

CHUNK = 20
WORKERS = {"aftersales": ("field", "care2"), "delivery": ("care1", "care2"), "relationship": ("care1", "care2")}
CLOSE_AFTER = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Course:
    """How far a case gets: a share of cases for each age, and what is done to it."""

    assigned: float
    contacted: float
    resolved: float


AGES: tuple[tuple[float, Course], ...] = (
    (0.5, Course(0.45, 0.15, 0.0)),
    (1.5, Course(0.86, 0.6, 0.12)),
    (4.0, Course(0.94, 0.84, 0.42)),
    (14.0, Course(0.97, 0.92, 0.78)),
    (RECENT_DAYS, Course(1.0, 0.98, 0.96)),
    (float("inf"), Course(1.0, 1.0, 1.0)),
)
"""Younger than so many days."""


def is_followed(demo: Demo, visit: Visit) -> bool:
    """Whether cases are on record for such an answer: all of the last weeks, and some of the time since the move."""
    if not visit.is_submitted or visit.days_ago > story.MOVE_BEGAN:
        return False
    if visit.days_ago <= RECENT_DAYS:
        return True
    share = 0.4 if story.Moment(visit.days_ago).is_moving and visit.survey == "delivery" else 0.05
    return demo.random("followed", visit.number).random() < share


def make(demo: Demo, visits: Sequence[Visit]) -> None:
    """Cases for these answers, oldest first: opened when the answer came, worked on in the days after."""
    begun = int(demo.marks.get("cases", 0))
    wanted = list(reversed(visits))
    with reading(demo.engine) as session:
        responses = _responses(session, demo, wanted)
        causes = {cause.code: int(cause.id or 0) for cause in session.exec(select(Cause))}
    for start in range(begun, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        with writing(demo.engine) as session:
            for visit in chunk:
                _work(session, demo, visit, responses[visit.number], causes)
            demo.mark(session, cases=start + len(chunk))


def _responses(session: Session, demo: Demo, visits: Sequence[Visit]) -> dict[int, int]:
    """The responses' ids by the numbers of their visits."""
    prefix = f"demo-{demo.seed}-"
    rows = session.exec(select(Response.ticket, Response.id).where(col(Response.ticket).startswith(prefix)))
    ids = {ticket: int(row_id or 0) for ticket, row_id in rows}
    return {visit.number: ids[f"{prefix}{visit.number}"] for visit in visits}


def _work(session: Session, demo: Demo, visit: Visit, response_id: int, causes: dict[str, int]) -> None:
    rng = demo.random("case", visit.number)
    with clock.at(min(demo.now, visit.at + timedelta(seconds=40))):
        case = improving.open_cases_for(session, response_id)
    if case is None:
        return
    course = next(course for age, course in AGES if visit.days_ago < age)
    drawn = rng.random()
    Desk(session, demo, visit, case, rng, causes).work(
        is_assigned=drawn < course.assigned, is_contacted=drawn < course.contacted, is_resolved=drawn < course.resolved
    )


class Desk:
    """One case on one desk: each act happens some time after the one before, and never in the future."""

    def __init__(
        self, session: Session, demo: Demo, visit: Visit, case: Case, rng: random.Random, causes: dict[str, int]
    ) -> None:
        self.session, self.demo, self.visit, self.case, self.rng, self.causes = session, demo, visit, case, rng, causes
        self.at: datetime = min(demo.now, visit.at + timedelta(minutes=2))
        users = demo.ids("users")
        self.boss, self.worker = users["analyst"], users[rng.choice(WORKERS[visit.survey])]
        self.aspect = worst_aspect(demo, visit)

    def work(self, *, is_assigned: bool, is_contacted: bool, is_resolved: bool) -> None:
        if is_assigned and self._later(0.15, 3):
            with clock.at(self.at):
                desk.assign(self.session, self.case, self.worker, user_id=self.boss)
        if is_contacted and self._later(0.5, 10 if self.case.severity == "normal" else 2.5):
            self._contact(must_reach=is_resolved)
        if is_resolved and self._later(6, 70):
            self._resolve()
        elif is_contacted and self.rng.random() < 0.3 and self.case.state == "in_progress" and self._later(1, 8):
            with clock.at(self.at):
                desk.wait(self.session, self.case, user_id=self.worker, text=self.rng.choice(remarks.WAITING))

    def _later(self, least: float, most: float) -> bool:
        """Let hours pass; False where the act would lie in the future."""
        at = self.at + timedelta(hours=self.rng.triangular(least, most, least + (most - least) / 4))
        if at >= self.demo.now:
            return False
        self.at = at
        return True

    def _contact(self, *, must_reach: bool) -> None:
        """One to three attempts; the words say what the customer told us."""
        channel = self.rng.choices(["phone", "wecom", "email"], [0.72, 0.2, 0.08])[0]
        if self.rng.random() < 0.24:
            with clock.at(self.at):
                text = self.rng.choice(remarks.NO_ANSWER)
                desk.contact(self.session, self.case, channel, "no_answer", text, user_id=self.worker)
            if not (must_reach or self.rng.random() < 0.5) or not self._later(2, 20):
                return
        with clock.at(self.at):
            text = self.rng.choice(remarks.TOLD[self.aspect])
            desk.contact(self.session, self.case, channel, REACHED, text, user_id=self.worker)

    def _resolve(self) -> None:
        outcome = self.rng.choices(["recovered", "partly", "not_recovered", "no_action"], [0.62, 0.24, 0.08, 0.06])[0]
        code = self.rng.choice(remarks.CAUSES[self.aspect])
        with clock.at(self.at):
            if self.rng.random() < 0.4:
                text = self.rng.choice(remarks.NOTES)
                desk.note(self.session, self.case, text, user_id=self.worker)
            text = self.rng.choice(remarks.SOLVED[outcome])
            desk.resolve(self.session, self.case, outcome, self.causes[code], text, user_id=self.worker)
        if self.at + CLOSE_AFTER < self.demo.now:
            with clock.at(self.at + CLOSE_AFTER):
                desk.close(self.session, self.case, user_id=None)


def worst_aspect(demo: Demo, visit: Visit) -> str:
    """What was worst for this person: the same feelings that made the answers."""
    weights = drivers.weights(visit.survey, visit.person.segment, visit.person.product)
    rng, moment = demo.random("response", visit.number), story.Moment(visit.days_ago)
    lived = answering.experience(rng, visit.person, visit.at, weights, moment)
    return min(lived.feelings, key=lambda aspect: lived.feelings[aspect])
