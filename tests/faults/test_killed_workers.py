"""A worker dies, at every single statement or at random moments: nothing is lost, nothing is there twice."""

import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import col, func, select

from survey_app.store.database import reading
from survey_app.tables import Case, CaseEvent, Due, Judgement, Notice, Opinion
from tests import make

ANSWERS: tuple[dict[str, Any], ...] = (
    {"nps": 1, "why": "物流太慢，等了两个星期，客服态度很差"},
    {"nps": 10, "why": "质量很好，价格也便宜"},
    {"nps": 3},
)
TOO_MANY = 400


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
        return {
            "judgements": sorted((j.item_key, j.result) for j in judgements),
            "opinions": sorted((o.item_key, o.start, o.stop, o.aspect, o.polarity) for o in opinions),
            "cases": [(case.severity, case.state) for case in cases],
            "events": Counter((event.kind, event.data.get("rule", "")) for event in events),
            "notices": session.exec(select(func.count()).select_from(Notice).where(col(Notice.case_id).in_(ids))).one(),
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


def _wait_until_done(engine: Engine) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        with reading(engine) as session:
            if not session.exec(select(Due.id).where(col(Due.done_at).is_(None)).limit(1)).all():
                return
        time.sleep(0.2)
    raise AssertionError("the work was not finished")
