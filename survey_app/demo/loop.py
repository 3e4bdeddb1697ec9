"""Closing the demo's loop: recent answers are scored, then cases, causes and actions follow as they would have."""

import time
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import func
from sqlmodel import col, select

from .. import improving, scoring
from ..errors import N_
from ..improving import policy
from ..store.database import reading, writing
from ..tables import Due, Response
from . import casework, improvements
from .plan import Visit
from .progress import Demo
from .responses import RECENT_DAYS
from .story import days_before

SCORING = N_("Reading the comments of the last weeks")
CASES = N_("Opening and working on cases")
ACTIONS = N_("Verifying improvements")
PATIENCE = 120.0
"""Seconds to wait for comments that another worker has taken."""


def hold(demo: Demo) -> None:
    """No cases for the answers being written: they get theirs here, at the time they would have been opened."""
    with writing(demo.engine) as session:
        improving.seed_causes(session)
        policy.save(session, replace(policy.load(session), oldest_days=0))
        demo.mark(session, is_held=True)


def make(demo: Demo, visits: Sequence[Visit]) -> None:
    """Everything after the answers; `visits` are all of them, newest first."""
    if demo.marks.get("is_held"):
        _score(demo)
        with writing(demo.engine) as session:
            policy.save(session, policy.Policy())
            demo.mark(session, is_held=False)
    demo.tell(demo.planned, demo.planned, CASES)
    casework.make(demo, [visit for visit in visits if casework.is_followed(demo, visit)])
    demo.tell(demo.planned, demo.planned, ACTIONS)
    improvements.make(demo)


def _score(demo: Demo) -> None:
    """Have the comments of the last weeks scored first, here or by the worker, whoever is faster."""
    until, first = time.monotonic() + PATIENCE, _waiting(demo)
    while (left := _waiting(demo)) and time.monotonic() < until:
        demo.tell(first - left, max(first, 1), SCORING)
        if not scoring.step(demo.engine, demo.config) + improving.step(demo.engine, demo.config):
            time.sleep(0.2)


def _waiting(demo: Demo) -> int:
    """How many of the recent answers are not scored, or scored and not yet looked at by improving."""
    with reading(demo.engine) as session:
        return session.exec(
            select(func.count())
            .select_from(Due)
            .join(Response, col(Response.id) == Due.subject)
            .where(
                col(Due.kind).in_(("score", "case")), col(Due.done_at).is_(None),
                col(Response.submitted_at) >= days_before(demo.now, RECENT_DAYS),
                col(Response.ticket).startswith("demo-"),
            )
        ).one()  # fmt: skip
