"""Verification: when the time set in the criterion has come, before and after are measured and a verdict is kept."""

import logging
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

from .. import clock
from ..analysis.columns import Estimate
from ..errors import N_, Conflict
from ..store import due
from ..store.database import reading, writing
from ..tables import Action, Due, Verification
from . import measuring
from .actions import AFTER, find
from .cautions import cautions
from .criteria import criterion
from .judging import judge

log = logging.getLogger(__name__)


def verify(engine: Engine, folder: Path, action_id: int, user_id: int | None = None) -> Verification:
    """Measure now and keep the verdict. Not before the time: whoever looks daily finds a “real” change some day."""
    with reading(engine) as session:
        action = find(session, action_id)
        _must_be_ready(action)
        checked = _checks(session, action_id)
    wanted = criterion(action.criterion)
    assert action.implemented_at is not None and action.verify_at is not None
    # The first check looks at the days the criterion names, a later one at all that has come since.
    since, until = after_days(action.implemented_at, action.verify_at if not checked else clock.now())
    before = measuring.measure(engine, folder, wanted, wanted.baseline_from, wanted.baseline_to)
    after = measuring.measure(engine, folder, wanted, since, until)
    doubts = cautions(engine, folder, wanted, before, eve=since - timedelta(days=2), after=after)
    made = judge(wanted, before.estimate, after.estimate)
    with writing(engine) as session:
        action = find(session, action_id)
        _must_be_ready(action)
        if _checks(session, action_id) != checked:
            raise Conflict("action-verified", N_("Somebody else has just verified this action."))
        row = Verification(
            action_id=action_id, at=clock.now(), user_id=user_id, before=stored(before.estimate),
            after=stored(after.estimate), difference={**made.stored(), "cautions": doubts}, verdict=made.verdict,
        )  # fmt: skip
        action.state = made.verdict
        session.add_all([row, action])
    return row


def _must_be_ready(action: Action) -> None:
    if action.state not in AFTER or action.verify_at is None:
        raise Conflict("action-not-implemented", N_("Only an implemented action can be verified."))
    if action.state != "implemented":
        raise Conflict(
            "action-verified", N_("This action has its verdict."),
            N_("Where it is not shown yet, say first how long to wait for more answers."),
        )  # fmt: skip
    if clock.now() < action.verify_at:
        raise Conflict(
            "verify-early", N_("It is too early to verify: the criterion says %(day)s."),
            N_("Looking again and again until something shows would show too much."),
            day=action.verify_at.astimezone(clock.zone()).date().isoformat(),
        )  # fmt: skip


def _checks(session: Session, action_id: int) -> int:
    wanted = select(func.count(col(Verification.id))).where(Verification.action_id == action_id)
    return session.exec(wanted).one()


def after_days(implemented_at: datetime, end: datetime) -> tuple[date, date]:
    """The days after an implementation. Its own day is left out: half of it was still the old way."""
    since = implemented_at.astimezone(clock.zone()).date() + timedelta(days=1)
    return since, max(since, end.astimezone(clock.zone()).date())


def stored(estimate: Estimate) -> dict[str, Any]:
    return {key: value for key, value in asdict(estimate).items() if isinstance(value, (int, float, str))}


def estimate(data: dict[str, Any]) -> Estimate:
    """An estimate as it was stored, for drawing it again."""
    return Estimate(
        data.get("value"), data.get("low"), data.get("high"), data.get("n", 0), data.get("unit", "points"),
        data.get("standard_error"), data.get("confidence", 0.95),
    )  # fmt: skip


def checks(session: Session, action_id: int) -> list[Verification]:
    """All verifications of an action, the latest first."""
    wanted = select(Verification).where(Verification.action_id == action_id)
    return list(session.exec(wanted.order_by(col(Verification.id).desc())))


def verify_due(engine: Engine, folder: Path) -> int:
    """What the worker does when the time of actions has come."""
    return sum(_one(engine, folder, row) for row in due.take(engine, "verify", limit=10))


def _one(engine: Engine, folder: Path, row: Due) -> int:
    try:
        verify(engine, folder, row.subject)
    except Conflict as error:
        # Verified by a person meanwhile, or moved to a later day, which has a row of its own.
        log.info("verification of action %s: %s", row.subject, error.code)
    except Exception as error:
        log.warning("verification of action %s put back (%s)", row.subject, type(error).__name__)
        due.put_back(engine, row, type(error).__name__)
        return 0
    with writing(engine) as session:
        due.finish(session, row)
    return 1
