"""When the time to the first contact runs out people are made aware: at each step once, whatever happens meanwhile."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from survey_app import clock, improving
from survey_app.config import Config
from survey_app.errors import Conflict
from survey_app.improving import alarms, browse, casebook, cases, numbers, policy
from survey_app.improving.policy import Policy
from survey_app.store.database import reading, writing
from survey_app.tables import Case, Notice, OutboxMail
from tests import make

START = clock.now() - timedelta(days=3)


def opened(engine: Engine, *, score: int = 5) -> Case:
    """A case of a named customer who answered at START; 24 hours to the first contact, 2 when urgent."""
    survey, customer = make.survey(engine), make.customer(engine)
    response = make.response(engine, survey, answers={"nps": score}, at=START, customer_id=customer.id)
    with writing(engine) as session, clock.at(START):
        case = improving.open_cases_for(session, response.id or 0)
    assert case is not None
    return case


def look(engine: Engine, config: Config, at: datetime) -> Case:
    """The worker looks as often as there is something to do; the case afterwards."""
    with clock.at(at):
        while improving.step(engine, config):
            pass
    with reading(engine) as session:
        return session.exec(select(Case)).one()


def steps(engine: Engine) -> list[int]:
    with reading(engine) as session:
        return [event.data["step"] for event in casebook.events_of(session, 1) if event.kind == "escalated"]


def test_each_step_is_raised_once_when_its_time_has_come(engine: Engine, config: Config) -> None:
    opened(engine)
    assert look(engine, config, START + timedelta(hours=11)).alarm == 0
    assert look(engine, config, START + timedelta(hours=12)).alarm == 50
    for _ in range(2):
        assert look(engine, config, START + timedelta(hours=20)).alarm == 80
    assert look(engine, config, START + timedelta(hours=25)).alarm == 100
    assert steps(engine) == [50, 80, 100]


def test_after_a_rest_of_the_worker_only_the_farthest_step_is_raised(engine: Engine, config: Config) -> None:
    opened(engine)
    assert look(engine, config, START + timedelta(hours=30)).alarm == 100
    assert steps(engine) == [100]


def test_a_customer_who_has_been_reached_raises_no_alarm(engine: Engine, config: Config) -> None:
    case = opened(engine)
    with writing(engine) as session, clock.at(START + timedelta(hours=13)):
        found = casebook.find(session, case.id or 0)
        cases.contact(session, found, "phone", "reached", "道歉", user_id=None)
    assert look(engine, config, START + timedelta(hours=30)).alarm == 0


def test_a_case_that_becomes_urgent_has_its_steps_earlier(engine: Engine, config: Config) -> None:
    case = opened(engine)
    with writing(engine) as session, clock.at(START + timedelta(minutes=30)):
        cases.set_severity(session, casebook.find(session, case.id or 0), "urgent", user_id=None)
    assert look(engine, config, START + timedelta(minutes=59)).alarm == 0
    assert look(engine, config, START + timedelta(minutes=61)).alarm == 50


def test_a_case_that_becomes_less_urgent_has_its_steps_later(engine: Engine, config: Config) -> None:
    case = opened(engine, score=0)
    with writing(engine) as session, clock.at(START + timedelta(minutes=30)):
        cases.set_severity(session, casebook.find(session, case.id or 0), "normal", user_id=None)
    assert look(engine, config, START + timedelta(hours=3)).alarm == 0
    assert look(engine, config, START + timedelta(hours=13)).alarm == 50


def test_an_alarm_sends_nobody_back_who_is_writing(engine: Engine, config: Config) -> None:
    case = opened(engine)
    worker = make.user(engine, role="case_worker")
    with reading(engine) as session:
        seen = casebook.events_of(session, case.id or 0)[-1].number
    look(engine, config, START + timedelta(hours=13))
    with writing(engine) as session:
        cases.assign(session, casebook.find(session, case.id or 0), worker.id, user_id=worker.id, seen=seen)
    with writing(engine) as session, pytest.raises(Conflict):
        cases.assign(session, casebook.find(session, case.id or 0), None, user_id=worker.id, seen=seen)


def test_the_list_knows_which_cases_are_nearly_late(engine: Engine, config: Config) -> None:
    opened(engine)
    now = START + timedelta(hours=20)
    look(engine, config, now)
    with reading(engine) as session:
        assert numbers.pace(session, now).nearly == 1
        assert numbers.pace(session, START + timedelta(hours=25)).nearly == 0
        assert browse.count(session, browse.Wanted("overdue", None, START + timedelta(hours=25))) == 1


def test_mails_go_to_the_person_in_charge_then_to_those_who_lead_once_each(engine: Engine, config: Config) -> None:
    worker, analyst = make.user(engine, role="case_worker"), make.user(engine, role="analyst")
    make.user(engine, role="viewer")
    with writing(engine) as session:
        policy.save(session, Policy(alarm_mail=True))
    case = opened(engine)
    with writing(engine) as session, clock.at(START + timedelta(hours=1)):
        cases.assign(session, casebook.find(session, case.id or 0), worker.id, user_id=analyst.id)
    for hours in (13, 13, 20, 26, 26):
        look(engine, config, START + timedelta(hours=hours))
    with reading(engine) as session:
        sent = [(notice.step, notice.user_id, notice.state) for notice in session.exec(select(Notice))]
        mails = list(session.exec(select(OutboxMail)))
    both = [worker.id, analyst.id]
    assert sorted(sent) == sorted(
        [(50, worker.id, "sent"), *((80, one, "sent") for one in both), *((100, one, "sent") for one in both)]
    )
    assert len(mails) == 5 and all(
        "80" in mail.subject or "50" in mail.subject or "100" in mail.subject for mail in mails
    )
    assert {mail.address for mail in mails} == {worker.email, analyst.email}


def test_no_mail_goes_where_none_is_wanted(engine: Engine, config: Config) -> None:
    make.user(engine, role="analyst")
    opened(engine)
    look(engine, config, START + timedelta(hours=26))
    with reading(engine) as session:
        assert session.exec(select(Notice)).first() is None
    assert all(alarms.LABELS[step] for step in alarms.STEPS)
