"""A worker dies, at every single statement or at random moments: nothing is lost, nothing is there twice."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import col, func, select

from survey_app.store.database import reading
from survey_app.tables import Case, CaseEvent, Due, Judgement, Notice, Opinion, Response
from tests import make

ANSWERS: tuple[dict[str, Any], ...] = (
    {"nps": 1, "why": "物流太慢，等了两个星期，客服态度很差"},
    {"nps": 10, "why": "质量很好，价格也便宜"},
    {"nps": 3},
)
TOO_MANY, KILLS = 400, 8


def submit(engine: Engine, survey: make.Survey, answers: Sequence[dict[str, Any]] = ANSWERS) -> list[int]:
    return [make.response(engine, survey, answers=given, hand_over=True).id or 0 for given in answers]


def picture(engine: Engine, response_id: int) -> dict[str, Any]:
    """All that work has left behind for one response."""
    with reading(engine) as session:
        cases = session.exec(select(Case).where(Case.response_id == response_id)).all()
        ids = [case.id for case in cases]
        events = session.exec(select(CaseEvent).where(col(CaseEvent.case_id).in_(ids)).order_by(col(CaseEvent.number)))
        opinions = session.exec(select(Opinion).where(Opinion.response_id == response_id))
        judgements = session.exec(select(Judgement).where(Judgement.response_id == response_id))
        dues = session.exec(select(Due).where(Due.subject == response_id, col(Due.kind).in_(("score", "case"))))
        alarms = session.exec(select(Due).where(col(Due.subject).in_(ids), Due.kind == "case-alarm"))
        return {
            "judgements": sorted((j.item_key, j.result) for j in judgements),
            "opinions": sorted((o.item_key, o.start, o.stop, o.aspect, o.polarity) for o in opinions),
            "cases": [(case.severity, case.state) for case in cases],
            "events": Counter((event.kind, event.data.get("rule", "")) for event in events),
            "notices": session.exec(select(func.count()).select_from(Notice).where(col(Notice.case_id).in_(ids))).one(),
            "alarms": sorted(alarm.revision for alarm in alarms),
            "due": sorted((row.kind, row.revision, row.done_at is not None) for row in dues),
        }


def numbers_follow(engine: Engine) -> bool:
    with reading(engine) as session:
        numbers: dict[int, list[int]] = {}
        for event in session.exec(select(CaseEvent).order_by(col(CaseEvent.case_id), col(CaseEvent.number))):
            numbers.setdefault(event.case_id, []).append(event.number)
    return all(found == list(range(1, len(found) + 1)) for found in numbers.values())


@pytest.mark.slow
def test_a_worker_may_die_before_any_statement(engine: Engine, nursery: Any) -> None:
    survey = make.survey(engine)
    make.user(engine)
    with nursery(0) as workers:
        undisturbed = [picture(engine, one) for one in _worked(engine, survey, workers)]
        assert [len(one["cases"]) for one in undisturbed] == [1, 0, 1]
        assert undisturbed[0]["opinions"] and undisturbed[1]["opinions"]
        for statement in range(1, TOO_MANY):
            ids = submit(engine, survey)
            lived = workers.finish(die_at=statement)
            assert workers.finish()
            assert [picture(engine, one) for one in ids] == undisturbed, f"died before statement {statement}"
            if lived:
                break
    assert 20 < statement < TOO_MANY, "every statement had its turn"
    assert numbers_follow(engine)


def _worked(engine: Engine, survey: make.Survey, workers: Any) -> list[int]:
    ids = submit(engine, survey)
    assert workers.finish()
    return ids


@pytest.mark.slow
def test_two_workers_that_are_killed_now_and_then_share_the_work(engine: Engine, nursery: Any) -> None:
    survey = make.survey(engine)
    make.user(engine)
    chance = random.Random(20261122)
    with nursery(1) as workers:
        undisturbed = [picture(engine, one) for one in _worked(engine, survey, workers)]
        ids = [one for _ in range(80) for one in submit(engine, survey)]
        at_work = [workers.start(), workers.start()]
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.02, 0.3))
            os.kill(at_work.pop(0), signal.SIGKILL)
            at_work.append(workers.start())
        _wait_until_done(engine)
        with reading(engine) as session:
            shared = {row.claimed_by for row in session.exec(select(Due)) if row.claimed_by}
            assert session.exec(select(func.count()).select_from(Response)).one() == len(ids) + len(ANSWERS)
    assert len(shared) > 2, "one worker did it all"
    for number, one in enumerate(ids):
        assert picture(engine, one) == undisturbed[number % len(ANSWERS)], one
    assert numbers_follow(engine)


def _wait_until_done(engine: Engine) -> None:
    """Until all that is due now is done; alarms of cases are due in some hours."""
    open_work = select(Due).where(col(Due.kind).in_(("score", "case")), col(Due.done_at).is_(None))
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with reading(engine) as session:
            left = session.exec(open_work).all()
        if not left:
            return
        time.sleep(0.1)
    raise AssertionError(f"{len(left)} rows are left, such as {left[0]}")
