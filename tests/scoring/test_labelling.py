"""Which answers people are asked about, what becomes of their labels, and how the model is measured by them."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from survey_app import clock, scoring
from survey_app.config import Config
from survey_app.errors import SurveyError
from survey_app.scoring import checking, labelling
from survey_app.store import due
from survey_app.store.database import reading, writing
from survey_app.tables import Label, ModelCheck, Opinion, Survey
from tests import make

TEXTS = ("物流很快", "客服态度很差", "物流很快，但是客服态度很差", "昨天收到", "。", "价格有点贵，不过质量很好")
Labels = Sequence[tuple[int | None, tuple[str, ...]]]


@pytest.fixture
def survey(engine: Engine, config: Config) -> Survey:
    """Twenty-four answers, read by the model."""
    row = make.survey(engine)
    rows = make.responses(engine, row, [{"answers": {"why": TEXTS[place % len(TEXTS)]}} for place in range(24)])
    with writing(engine) as session:
        due.hand_over(session, "score", [one.id for one in rows if one.id])
    while scoring.step(engine, config):
        pass
    return row


def _say(engine: Engine, survey: Survey, queue: str, user_id: int | None, polarity: int | None = 1) -> scoring.Task:
    """Label the next answer of a queue, all its clauses alike."""
    with writing(engine) as session:
        task = scoring.next_task(session, survey.id or 0, queue, user_id)
        assert task is not None
        scoring.label(session, task, queue, [scoring.Said(*span, polarity) for span in task.clauses], user_id)
    return task


def _order(engine: Engine, survey: Survey, queue: str, user_id: int | None, count: int) -> list[int]:
    return [_say(engine, survey, queue, user_id).response.id or 0 for _ in range(count)]


def test_half_of_all_answers_measure_whatever_their_number() -> None:
    share = sum(map(labelling.is_for_measuring, range(1, 10_001))) / 10_000
    assert abs(share - 0.5) < 0.02
    even = sum(labelling.is_for_measuring(number) for number in range(2, 10_001, 2)) / 5_000
    assert abs(even - 0.5) < 0.02


def test_the_sample_is_in_the_same_random_order_for_everybody(engine: Engine, survey: Survey) -> None:
    first, second = make.user(engine, role="analyst"), make.user(engine, role="analyst")
    order = _order(engine, survey, scoring.SAMPLE, first.id, 5)
    assert order == _order(engine, survey, scoring.SAMPLE, second.id, 5)
    assert order == sorted(order, key=labelling.mix) != sorted(order)
    assert all(map(labelling.is_for_measuring, order))


def test_teaching_takes_the_least_certain_first_and_every_third_at_random(engine: Engine, survey: Survey) -> None:
    with writing(engine) as session:
        rows = session.exec(select(Opinion).order_by(Opinion.id)).all()
        for row in rows:
            row.probability = 0.9
        unsure = [row for row in rows if not labelling.is_for_measuring(row.response_id)][-1]
        unsure.probability = 0.35
    order = _order(engine, survey, scoring.TEACH, None, 4)
    assert order[0] == unsure.response_id
    left = {row.response_id for row in rows if not labelling.is_for_measuring(row.response_id)} | set(order)
    assert order[2] == min(left - set(order[:2]), key=labelling.mix)
    assert not any(map(labelling.is_for_measuring, order)) and len(set(order)) == 4


def test_a_queue_ends(engine: Engine, survey: Survey) -> None:
    with reading(engine) as session:
        while scoring.next_task(session, survey.id or 0, scoring.SAMPLE, None):
            session.rollback()
            _say(engine, survey, scoring.SAMPLE, None)
        told = scoring.count_of(session, survey.id or 0, None)
    assert 0 < told[scoring.SAMPLE][0] < 24 and told[scoring.TEACH] == (0, 0)


def test_taking_back_writes_a_row_and_shows_the_answer_again(engine: Engine, survey: Survey) -> None:
    one, other = make.user(engine, role="analyst"), make.user(engine, role="analyst")
    _say(engine, survey, scoring.SAMPLE, one.id)
    last = _say(engine, survey, scoring.SAMPLE, one.id)
    _say(engine, survey, scoring.SAMPLE, other.id)
    with writing(engine) as session:
        again = scoring.undo(session, survey.id or 0, scoring.SAMPLE, one.id)
        assert again is not None and again.response.id == last.response.id
        assert scoring.count_of(session, survey.id or 0, one.id)[scoring.SAMPLE] == (1, 1)
        assert scoring.undo(session, survey.id or 0, scoring.TEACH, one.id) is None
    with reading(engine) as session:
        kinds = [row.kind for row in session.exec(select(Label).where(Label.response_id == last.response.id))]
    assert sorted(set(kinds)) == ["label", "undo"]


def test_labels_that_do_not_fit_are_refused(engine: Engine, survey: Survey) -> None:
    with writing(engine) as session:
        task = scoring.next_task(session, survey.id or 0, scoring.SAMPLE, None)
        assert task is not None
        with pytest.raises(SurveyError, match="changed"):
            scoring.label(session, task, scoring.SAMPLE, [scoring.Said(0, 1, 1)], None)
        said = [scoring.Said(*span, 1, ("nowhere",)) for span in task.clauses]
        with pytest.raises(SurveyError, match="aspect"):
            scoring.label(session, task, scoring.SAMPLE, said, None)


def test_what_measures_never_teaches(engine: Engine, survey: Survey) -> None:
    """Whatever a form claims: an answer of the measuring half does not get into the labels for teaching."""
    with writing(engine) as session:
        task = scoring.next_task(session, survey.id or 0, scoring.SAMPLE, None)
        assert task is not None
        scoring.label(session, task, scoring.TEACH, [scoring.Said(*span, 1) for span in task.clauses], None)
        assert {row.queue for row in session.exec(select(Label))} == {labelling.CORRECTION}


def test_a_correction_is_kept_as_a_label(engine: Engine, survey: Survey) -> None:
    user = make.user(engine, role="analyst")
    with writing(engine) as session:
        row = session.exec(select(Opinion).where(Opinion.aspect == "logistics")).first()
        assert row is not None
        scoring.correct(session, row, aspect="service", polarity=-1, user_id=user.id)
        [label] = session.exec(select(Label))
    assert (label.queue, label.polarity, label.aspects, label.user_id) == ("correction", -1, ["service"], user.id)
    assert (label.start, label.stop) == (row.start, row.stop)


def _measured(engine: Engine, config: Config) -> ModelCheck:
    while scoring.step(engine, config):
        pass
    with reading(engine) as session:
        found = session.exec(select(ModelCheck).order_by(ModelCheck.id.desc())).first()  # type: ignore[union-attr]
    assert found is not None
    return found


def test_the_model_is_measured_by_what_people_said(engine: Engine, config: Config) -> None:
    """Two clauses, one read rightly; the person names an aspect that the model does not see."""
    survey = make.survey(engine)
    [one] = [r for r in (make.response(engine, survey, answers={"why": "物流很快，但是客服态度很差"}, hand_over=True)
                         for _ in range(4)) if labelling.is_for_measuring(r.id or 0)][:1]  # fmt: skip
    scoring.step(engine, config)
    with writing(engine) as session:
        task = scoring.task(session, one.id or 0, "why")
        assert task is not None
        first, second = task.clauses
        said = [scoring.Said(*first, None), scoring.Said(*second, -1, ("service", "price"))]
        scoring.label(session, task, scoring.SAMPLE, said, None)
    counts = _measured(engine, config).counts
    assert counts["n"] == 1
    assert counts["clauses"] == [[1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0]]
    assert counts["texts"] == [[0, 0, 0, 1], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    assert counts["aspects"] == {"logistics": [0, 1, 0, 1], "price": [0, 0, 1, 1], "service": [1, 0, 0, 1]}
    assert counts["critics"] == {"logistics": [0, 0, 0, 1], "price": [0, 0, 1, 0], "service": [1, 0, 0, 0]}
    assert counts["people"]["polarity"]["value"] is None


def test_two_people_have_their_agreement_counted_and_the_first_word_holds(
    engine: Engine, config: Config, survey: Survey
) -> None:
    one, other = make.user(engine, role="analyst"), make.user(engine, role="analyst")
    for place in range(4):
        _say(engine, survey, scoring.SAMPLE, one.id, (1, -1)[place % 2])
        _say(engine, survey, scoring.SAMPLE, other.id, (1, -1)[place % 2] if place else -1)
    found = _measured(engine, config)
    people = found.counts["people"]
    assert people["people"] == 2 and 0 < people["polarity"]["value"] < 1
    clauses = sum(map(sum, found.counts["clauses"]))
    assert people["polarity"]["n"] == clauses and found.counts["n"] == 4


def test_an_undone_sample_is_measured_no_more(engine: Engine, config: Config, survey: Survey) -> None:
    _say(engine, survey, scoring.SAMPLE, None)
    assert _measured(engine, config).counts["n"] == 1
    with writing(engine) as session:
        scoring.undo(session, survey.id or 0, scoring.SAMPLE, None)
        assert due.is_waiting(session, "check", survey.id or 0)
    assert _measured(engine, config).counts == {}


def test_a_model_that_was_not_measured_yet_is_measured_at_the_start(
    engine: Engine, config: Config, survey: Survey
) -> None:
    _say(engine, survey, scoring.SAMPLE, None)
    _measured(engine, config)
    with writing(engine) as session:
        scoring.check_again(session)
        assert not due.is_waiting(session, "check", survey.id or 0)
        for row in session.exec(select(ModelCheck)):
            session.delete(row)
        session.flush()
        scoring.check_again(session)
        assert due.is_waiting(session, "check", survey.id or 0)


def test_a_model_that_breaks_is_measured_later(
    engine: Engine, config: Config, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    _say(engine, survey, scoring.SAMPLE, None)

    def breaks(*_given: object) -> None:
        raise RecursionError

    monkeypatch.setattr(checking, "check", breaks)
    assert scoring.step(engine, config) == 1
    monkeypatch.undo()
    assert scoring.step(engine, config) == 0
    with clock.at(clock.now() + timedelta(hours=2)):
        assert _measured(engine, config).counts["n"] == 1
