"""From a submitted response to one case with a due time: once, whoever looks, whatever dies."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from survey_app import clock, improving
from survey_app.config import Config
from survey_app.improving import casebook, opening
from survey_app.store import due
from survey_app.store.database import reading, writing
from survey_app.tables import Case, CaseEvent, Due, Opinion, Response
from tests import make


def cases(engine: Engine) -> list[Case]:
    with reading(engine) as session:
        return list(session.exec(select(Case)))


def say(engine: Engine, response: Response, polarity: int, probability: float = 0.95, aspect: str = "客服") -> None:
    """What scoring writes: an opinion, and the row that improving takes."""
    with writing(engine) as session:
        session.add(
            Opinion(
                survey_id=response.survey_id, response_id=response.id, item_key="why", start=0, stop=2, aspect=aspect,
                polarity=polarity, probability=probability, model="test", model_version="1",
            )
        )  # fmt: skip
        due.hand_over(session, "case", [response.id], revision=2)


def test_a_low_score_opens_a_case_that_is_due_a_day_after_the_answer(engine: Engine, config: Config) -> None:
    at = clock.now() - timedelta(minutes=10)
    response = make.response(engine, make.survey(engine), answers={"nps": 5}, at=at, hand_over=True)
    assert improving.step(engine, config) == 1
    [case] = cases(engine)
    assert (case.response_id, case.severity, case.state) == (response.id, "normal", "new")
    assert case.due_at == at + timedelta(hours=24) and case.opened_at == at


def test_a_very_low_score_is_urgent_and_due_in_two_hours(engine: Engine, config: Config) -> None:
    at = clock.now()
    make.response(engine, make.survey(engine), answers={"nps": 1}, at=at, hand_over=True)
    improving.step(engine, config)
    [case] = cases(engine)
    assert case.severity == "urgent" and case.due_at == at + timedelta(hours=2)


def test_a_content_customer_opens_none(engine: Engine, config: Config) -> None:
    make.response(engine, make.survey(engine), answers={"nps": 9, "why": "很好"}, hand_over=True)
    assert improving.step(engine, config) == 1
    assert cases(engine) == [] and improving.step(engine, config) == 0


@pytest.mark.parametrize("state", ["partial", "invalid"])
def test_only_confirmed_answers_open_cases(engine: Engine, config: Config, state: str) -> None:
    make.response(engine, make.survey(engine), answers={"nps": 0}, state=state, hand_over=True)
    improving.step(engine, config)
    assert cases(engine) == []


def test_answers_of_long_ago_open_none(engine: Engine, config: Config) -> None:
    at = clock.now() - timedelta(days=60)
    make.response(engine, make.survey(engine), answers={"nps": 0}, at=at, hand_over=True)
    improving.step(engine, config)
    assert cases(engine) == []


def test_what_the_text_adds_goes_into_the_same_case(engine: Engine, config: Config) -> None:
    response = make.response(engine, make.survey(engine), answers={"nps": 5, "why": "客服态度差"}, hand_over=True)
    improving.step(engine, config)
    say(engine, response, -1)
    improving.step(engine, config)
    [case] = cases(engine)
    with reading(engine) as session:
        events = casebook.events_of(session, case.id or 0)
    assert [event.kind for event in events] == ["opened", "triggered"]
    assert [event.data["rule"] for event in events] == ["low_nps", "negative_opinion"]


def test_a_later_trigger_may_raise_the_severity_and_move_the_due_time(engine: Engine, config: Config) -> None:
    customer = make.customer(engine, tier="VIP")
    response = make.response(
        engine, make.survey(engine), answers={"nps": 6, "why": "慢"}, customer_id=customer.id, hand_over=True
    )
    improving.step(engine, config)
    assert cases(engine)[0].severity == "normal"
    say(engine, response, -1)
    improving.step(engine, config)
    [case] = cases(engine)
    assert case.severity == "urgent" and case.rule == "valued_customer"
    assert case.due_at == case.opened_at + timedelta(hours=2)


def test_a_complaint_with_a_high_score_opens_a_case_when_it_has_been_scored(engine: Engine, config: Config) -> None:
    response = make.response(engine, make.survey(engine), answers={"nps": 9, "why": "发票弄错三次"}, hand_over=True)
    improving.step(engine, config)
    assert cases(engine) == []
    say(engine, response, -1, aspect="发票")
    improving.step(engine, config)
    [case] = cases(engine)
    assert case.rule == "negative_opinion" and case.reason["values"] == {"aspect": "发票"}


def test_asking_again_changes_nothing(engine: Engine) -> None:
    response = make.response(engine, make.survey(engine), answers={"nps": 1})
    for _ in range(3):
        with writing(engine) as session:
            case = improving.open_cases_for(session, response.id)
    with reading(engine) as session:
        assert len(list(session.exec(select(CaseEvent)))) == 1
    assert case is not None and len(cases(engine)) == 1


def test_a_worker_that_dies_in_the_middle_leaves_nothing_half_done(
    engine: Engine, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey = make.survey(engine)
    for score in (1, 3, 5):
        make.response(engine, survey, answers={"nps": score}, hand_over=True)

    def die(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(opening, "open_cases", die)
        with pytest.raises(SystemExit):
            improving.step(engine, config)
    assert cases(engine) == []
    with clock.at(clock.now() + due.LEASE + timedelta(seconds=1)):
        assert improving.step(engine, config) == 3
    assert len(cases(engine)) == 3


def test_one_bad_row_does_not_hold_up_the_others(
    engine: Engine, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey = make.survey(engine)
    bad, good = (make.response(engine, survey, answers={"nps": 1}, hand_over=True) for _ in range(2))
    real = opening.open_cases

    def stumble(session: object, ids: list[int]) -> int:
        if bad.id in ids:
            raise ValueError("cannot be read")
        return real(session, ids)  # type: ignore[arg-type]

    monkeypatch.setattr(opening, "open_cases", stumble)
    assert improving.step(engine, config) == 1
    assert [case.response_id for case in cases(engine)] == [good.id]
    with reading(engine) as session:
        left = session.exec(select(Due).where(Due.kind == "case", Due.subject == bad.id)).one()
    assert left.done_at is None and left.error == "ValueError" and left.due_at > clock.now()


def test_two_workers_open_each_case_once(engine: Engine, config: Config) -> None:
    survey = make.survey(engine)
    for _ in range(12):
        response = make.response(engine, survey, answers={"nps": 2, "why": "慢"}, hand_over=True)
        say(engine, response, -1)

    def work() -> None:
        while improving.step(engine, config):
            pass

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with clock.at(clock.now() + timedelta(hours=2)):
        work()
    assert len(cases(engine)) == 12
    with reading(engine) as session:
        written = session.exec(select(CaseEvent).where(CaseEvent.kind != "escalated"))
        numbers = [(event.case_id, event.number) for event in written]
        assert all(row.done_at for row in session.exec(select(Due).where(Due.kind == "case")))
    assert len(numbers) == len(set(numbers)) == 24
