"""The loop from rows of answers to a verified action, on data whose effect is real, noise, or too small."""

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import Engine

from survey_app import clock, improving
from survey_app.config import Config
from survey_app.errors import Conflict, SurveyError
from survey_app.improving import actions, casebook, cases, causes, telling, verifying
from survey_app.store.database import reading, writing
from survey_app.tables import Action, Survey
from tests import make

BEGIN = clock.now() - timedelta(days=120)
CHANGE = BEGIN + timedelta(days=60)


def answer(engine: Engine, survey: Survey, *, share: float, n: int, after: bool, seed: int = 1) -> None:
    """`n` answers over 50 days with a share of promoters; all others are detractors."""
    random = Random(seed + after)
    start = CHANGE + timedelta(days=1) if after else BEGIN
    scores = [9 if random.random() < share else 3 for _ in range(n)]
    step = timedelta(days=50) / n
    given = [{"answers": {"nps": score}, "at": start + step * number} for number, score in enumerate(scores)]
    make.responses(engine, survey, given)


def planned(engine: Engine, survey: Survey, *, change: float = 10, min_n: int = 60) -> int:
    """An action with a criterion, implemented on the day of change and to be verified 55 days later."""
    with writing(engine) as session, clock.at(CHANGE):
        action = improving.create_action(session, "当天回访")
        improving.fix_criterion(
            session, action,
            {"survey_id": survey.id, "metric": "nps", "baseline_from": BEGIN.date().isoformat(),
             "baseline_to": (CHANGE - timedelta(days=2)).date().isoformat(), "change": change, "min_n": min_n,
             "verify_days": 55},
            baseline_n=1,
        )  # fmt: skip
        improving.implement(session, action)
    assert action.id is not None
    return action.id


def test_a_real_effect_is_found_effective_by_the_worker(engine: Engine, config: Config) -> None:
    survey = make.survey(engine)
    answer(engine, survey, share=0.35, n=150, after=False)
    answer(engine, survey, share=0.75, n=150, after=True)
    action_id = planned(engine, survey)
    assert improving.step(engine, config) == 1
    with reading(engine) as session:
        action, [check] = session.get_one(Action, action_id), verifying.checks(session, action_id)
    assert action.state == check.verdict == "effective"
    assert check.before["n"] == check.after["n"] == 150 and check.difference["low"] > 0
    assert check.difference["reason"] == "reached" and check.user_id is None
    assert improving.step(engine, config) == 0


def test_no_effect_is_not_shown_and_says_what_it_would_take(engine: Engine, config: Config) -> None:
    survey = make.survey(engine)
    answer(engine, survey, share=0.5, n=120, after=False)
    answer(engine, survey, share=0.52, n=120, after=True, seed=9)
    check = improving.verify(engine, config.columns, planned(engine, survey, change=30))
    assert check.verdict == "inconclusive" and check.difference["reason"] in ("noise", "few_after")
    assert check.difference["low"] < 0 < check.difference["high"]
    assert check.difference["needed_n"] > 120


def test_an_effect_far_below_the_target_is_not_effective(engine: Engine, config: Config) -> None:
    survey = make.survey(engine)
    answer(engine, survey, share=0.5, n=200, after=False)
    answer(engine, survey, share=0.5, n=200, after=True)
    check = improving.verify(engine, config.columns, planned(engine, survey, change=80))
    assert (check.verdict, check.difference["reason"]) == ("ineffective", "short")


def test_too_few_answers_are_no_verdict(engine: Engine, config: Config) -> None:
    survey = make.survey(engine)
    answer(engine, survey, share=0.2, n=100, after=False)
    answer(engine, survey, share=0.9, n=12, after=True)
    check = improving.verify(engine, config.columns, planned(engine, survey))
    assert (check.verdict, check.difference["reason"]) == ("inconclusive", "few_after")


def test_more_answers_can_be_waited_for_and_count_then(engine: Engine, config: Config) -> None:
    survey = make.survey(engine)
    answer(engine, survey, share=0.2, n=100, after=False)
    answer(engine, survey, share=0.9, n=12, after=True)
    action_id = planned(engine, survey)
    improving.step(engine, config)
    with writing(engine) as session:
        actions.look_again(session, actions.find(session, action_id), 10)
    more = [{"answers": {"nps": 10}, "at": clock.now() + timedelta(days=number / 10)} for number in range(90)]
    make.responses(engine, survey, more)
    assert improving.step(engine, config) == 0
    with clock.at(clock.now() + timedelta(days=11)):
        assert improving.step(engine, config) == 1
    with reading(engine) as session:
        assert [check.verdict for check in verifying.checks(session, action_id)] == ["effective", "inconclusive"]


def test_looking_before_the_time_is_refused(engine: Engine, config: Config) -> None:
    survey = make.survey(engine)
    action_id = planned(engine, survey)
    with clock.at(CHANGE + timedelta(days=20)), pytest.raises(Conflict, match="too early"):
        improving.verify(engine, config.columns, action_id)


def test_the_criterion_comes_first_and_stays(engine: Engine) -> None:
    survey = make.survey(engine)
    with writing(engine) as session:
        action = improving.create_action(session, "换承运商")
        for begin in (improving.implement, actions.start):
            with pytest.raises(Conflict, match="no criterion"):
                begin(session, action)
        assert action.state == "planned"
    action_id = planned(engine, survey)
    with writing(engine) as session, pytest.raises(Conflict, match="stays as it is"):
        improving.fix_criterion(session, actions.find(session, action_id), {}, baseline_n=1)


def test_a_criterion_chosen_after_the_action_began_proves_nothing(engine: Engine) -> None:
    survey = make.survey(engine)
    with writing(engine) as session, clock.at(CHANGE + timedelta(days=40)):
        action = improving.create_action(session, "事后挑选的标准")
        improving.fix_criterion(
            session, action,
            {"survey_id": survey.id, "metric": "nps", "baseline_from": BEGIN.date().isoformat(),
             "baseline_to": (CHANGE - timedelta(days=2)).date().isoformat(), "change": 10},
            baseline_n=1,
        )  # fmt: skip
        with pytest.raises(SurveyError, match="after the action is said to have begun"):
            improving.implement(session, action, at=CHANGE)
        improving.implement(session, action)
    assert action.state == "implemented"


def test_a_verdict_is_not_asked_again_until_it_comes_out_well(engine: Engine, config: Config) -> None:
    survey = make.survey(engine)
    answer(engine, survey, share=0.2, n=100, after=False)
    answer(engine, survey, share=0.9, n=12, after=True)
    action_id = planned(engine, survey)
    assert improving.verify(engine, config.columns, action_id).verdict == "inconclusive"
    with pytest.raises(Conflict, match="has its verdict"):
        improving.verify(engine, config.columns, action_id)


def test_a_baseline_that_reaches_into_the_action_is_refused(engine: Engine) -> None:
    survey = make.survey(engine)
    today = clock.today().isoformat()
    with writing(engine) as session:
        action = improving.create_action(session, "换承运商")
        wanted = {"survey_id": survey.id, "metric": "nps", "baseline_from": today, "baseline_to": today, "change": 5}
        improving.fix_criterion(session, action, wanted, baseline_n=1)
        with pytest.raises(SurveyError, match="own baseline"):
            improving.implement(session, action)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"metric": "none"}, "not asked"), ({"survey_id": 999}, "no such survey"), ({"change": 0}, "no change"),
        ({"min_n": 1}, "min_n"), ({"baseline_to": "2020-01-01"}, "before it begins"),
        ({"baseline_from": "x"}, "baseline"), ({"metric": "critics:price"}, "More criticism"),
    ],
)  # fmt: skip
def test_a_criterion_that_cannot_be_measured_is_refused(engine: Engine, change: dict[str, object], words: str) -> None:
    survey = make.survey(engine)
    good = {
        "survey_id": survey.id,
        "metric": "nps",
        "baseline_from": "2026-01-01",
        "baseline_to": "2026-02-01",
        "change": 5,
    }
    with writing(engine) as session:
        action = improving.create_action(session, "换承运商")
        with pytest.raises(SurveyError, match=words):
            improving.fix_criterion(session, action, good | change, baseline_n=1)


def test_a_baseline_without_answers_is_refused(engine: Engine) -> None:
    survey = make.survey(engine)
    wanted = {"survey_id": survey.id, "metric": "nps", "baseline_from": BEGIN.date(), "baseline_to": CHANGE.date()}
    with writing(engine) as session:
        action = improving.create_action(session, "换承运商")
        with pytest.raises(SurveyError, match="no answers in the baseline"):
            improving.fix_criterion(session, action, wanted | {"change": 5}, baseline_n=0)
        assert not action.criterion


def test_from_a_bad_answer_to_a_customer_who_is_told(engine: Engine, config: Config) -> None:
    survey, worker = make.survey(engine), make.user(engine, role="case_worker")
    customer = make.customer(engine, name="李明")
    answer(engine, survey, share=0.3, n=100, after=False)
    answer(engine, survey, share=0.8, n=100, after=True)
    with clock.at(CHANGE - timedelta(days=1)):
        make.response(
            engine, survey, answers={"nps": 1, "why": "等了两天没人回复"}, customer_id=customer.id, hand_over=True,
            at=clock.now(),
        )  # fmt: skip
        assert improving.step(engine, config) == 1
        with writing(engine) as session:
            improving.seed_causes(session)
            cause = next(c for _depth, c in causes.tree(session) if c.code == "process.slow")
            [case] = actions_cases = [casebook.find(session, 1)]
            cases.assign(session, case, worker.id, user_id=worker.id)
            with pytest.raises(SurveyError, match="note is empty"):
                cases.contact(session, case, "phone", "reached", " ", user_id=worker.id)
            assert case.contacted_at is None
            cases.contact(session, case, "phone", "reached", "道歉并说明", user_id=worker.id)
            cases.resolve(session, case, "recovered", cause.id, "已回复", user_id=worker.id)
            assert case.contacted_at and case.state == "resolved"
            assert [bar.cause.code for bar in causes.pareto(session)] == ["process.slow"]
    action_id = planned(engine, survey)
    with writing(engine) as session:
        action = actions.find(session, action_id)
        actions.link(session, action, [case.id for case in actions_cases if case.id], user_id=worker.id)
        actions.set_whys(session, action, ["没人看留言", "留言不在系统里", "", ""])
    assert improving.step(engine, config) >= 1
    with writing(engine) as session:
        action = actions.find(session, action_id)
        assert action.state == "effective"
        [person] = telling.audience(session, action)
        assert person.told is None and "李明" in telling.text(action, person.customer, "en")
        assert telling.tell(session, action, [customer.id or 0], "phone", user_id=worker.id) == 1
        assert telling.tell(session, action, [customer.id or 0], "phone", user_id=worker.id) == 0
        assert action.told_at is not None and telling.audience(session, action)[0].told is not None
        assert actions.whys(session, action_id) == ["没人看留言", "留言不在系统里"]


def test_what_was_not_effective_goes_back_to_its_cause(engine: Engine, config: Config) -> None:
    survey = make.survey(engine)
    answer(engine, survey, share=0.9, n=100, after=False)
    answer(engine, survey, share=0.3, n=100, after=True)
    action_id = planned(engine, survey)
    improving.step(engine, config)
    with writing(engine) as session:
        old = actions.find(session, action_id)
        assert old.state == "ineffective"
        fresh = actions.back_to_cause(session, old, "重新找原因")
        assert fresh.state == "planned" and fresh.id != action_id
