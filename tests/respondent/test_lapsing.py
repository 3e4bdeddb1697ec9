"""Unfinished responses that nobody comes back to are closed by the rule of their survey, counted or left out."""

from datetime import timedelta

import pytest
from sqlmodel import select

from survey_app import clock, collecting, publishing
from survey_app.store.database import reading, writing
from survey_app.store.policies import Lapse, Limit, Policy
from survey_app.tables import Change, Due, Quota, Response, Survey
from tests.respondent.visitor import Visitor

AFTER = timedelta(days=15)


@pytest.fixture
def rule(engine):
    def rule(survey: Survey, *, days: int = 14, is_counted: bool = False, **more) -> None:
        with writing(engine) as session:
            row = session.get_one(Survey, survey.id)
            publishing.change_policy(session, row, Policy(lapse=Lapse(days=days, is_counted=is_counted), **more))
            session.flush()
            collecting.recount(session, row.id)
            collecting.arrange(session, row.id)

    return rule


@pytest.fixture
def lapse(engine, app):
    def lapse(at=None) -> None:
        with clock.at(at or clock.now()):
            while collecting.step(engine, app.extensions["survey"].config):
                pass

    return lapse


@pytest.fixture
def begun(visit, long_survey):
    """A visitor who has sent the first page."""

    def begun(nps: str = "9") -> Visitor:
        visitor = visit(f"/s/{long_survey.public_id}")
        visitor.send({"nps": nps})
        return visitor

    return begun


def test_left_out_it_is_closed_and_in_no_figure(rule, lapse, begun, long_survey, rows):
    rule(long_survey)
    visitor = begun()
    lapse()
    assert rows()[0].outcome == ""
    lapse(clock.now() + AFTER)
    [row] = rows()
    assert (row.state, row.outcome, row.submitted_at, row.answers) == ("partial", "left_out", None, {"nps": 9})
    assert not rows(Change) and {due.kind for due in rows(Due)} == {"lapse"}
    late = visitor.send({"stars": "5"})
    assert late.status_code == 410 and "填写时间已过" in late.text
    assert rows()[0].answers == {"nps": 9} and rows()[0].state == "partial"


def test_counted_it_is_in_the_figures_as_of_its_last_page_and_goes_on_to_the_next_stages(
    rule, lapse, begun, long_survey, rows
):
    rule(long_survey, is_counted=True)
    visitor = begun("3")
    visitor.send({"why_low": "等了一小时"})
    saved_at = rows()[0].saved_at
    lapse(clock.now() + AFTER)
    [row] = rows()
    assert (row.state, row.outcome, row.submitted_at) == ("submitted", "counted", saved_at)
    assert [change.response_id for change in rows(Change)] == [row.id]
    assert {due.kind for due in rows(Due)} == {"lapse", "case", "score"}
    assert "已计入" in visitor.send({"stars": "5"}).text
    lapse(clock.now() + 2 * AFTER)
    assert len(rows(Change)) == 1 and len(rows(Due)) == 3


def test_where_nothing_was_answered_there_is_nothing_to_count(engine, rule, lapse, begun, long_survey, rows):
    rule(long_survey, is_counted=True)
    begun()
    with writing(engine) as session:
        session.exec(select(Response)).one().answers = {"nps": None}
    lapse(clock.now() + AFTER)
    assert [(row.state, row.outcome) for row in rows()] == [("partial", "left_out")]


def test_who_saved_in_between_waits_from_then_on(rule, lapse, begun, long_survey, rows):
    rule(long_survey)
    visitor, start = begun(), clock.now()
    with clock.at(start + timedelta(days=13)):
        visitor.send({"name": "王", "stars": "2"})
    lapse(start + AFTER)
    assert rows()[0].outcome == ""
    # The row in the queue has moved on to the moment when this one has waited long enough.
    assert rows(Due)[0].due_at == rows()[0].saved_at + timedelta(days=14)
    lapse(start + AFTER + timedelta(days=13))
    assert rows()[0].outcome == "left_out"


def test_a_changed_rule_holds_for_those_that_wait_and_without_one_all_stay(
    engine, rule, lapse, begun, long_survey, rows
):
    rule(long_survey, days=90)
    begun()
    lapse()
    with writing(engine) as session:
        publishing.change_policy(session, session.get_one(Survey, long_survey.id), Policy())
        collecting.arrange(session, long_survey.id)
    lapse(clock.now() + 100 * AFTER)
    assert rows()[0].outcome == "" and all(due.done_at for due in rows(Due))
    rule(long_survey, days=1)
    lapse(clock.now() + timedelta(days=2))
    assert rows()[0].outcome == "left_out"


def test_more_than_fit_in_one_commit_are_all_closed(engine, rule, lapse, begun, long_survey, rows, monkeypatch):
    monkeypatch.setattr("survey_app.collecting.lapsing.AT_ONCE", 2)
    rule(long_survey)
    for _ in range(5):
        begun()
    lapse(clock.now() + AFTER)
    assert [row.outcome for row in rows()] == ["left_out"] * 5


def test_a_limit_is_kept_by_those_that_are_counted_late(engine, rule, lapse, begun, long_survey, rows):
    rule(long_survey, is_counted=True, quotas=(Limit(key="q1", condition="nps >= 9", most=1),))
    first, start = begun(), clock.now()
    with clock.at(start + timedelta(hours=1)):
        second = begun()
        second.send({"stars": "5"})
    lapse(start + AFTER)
    assert sorted((row.state, row.outcome) for row in rows()) == [("partial", "screened"), ("submitted", "")]
    with reading(engine) as session:
        assert session.exec(select(Quota.taken)).one() == 1
    assert "已收到足够" in first.send({"stars": "5"}).text


def test_the_rule_is_set_on_the_page_and_told_on_the_desk(as_role, rule, begun, long_survey, lapse, rows):
    owner = as_role("owner")
    address = f"/surveys/{long_survey.id}/limits"
    assert owner.post_form(address, {"days": "0"}).status_code == 400
    assert owner.post_form(address, {"days": "14", "lapse": "counted"}).status_code == 302
    assert 'name="days" min="1" max="365" value="14"' in owner.get(address).text
    begun()
    lapse()
    desk = owner.get(f"/responses?survey={long_survey.id}&state=partial&period=all").text
    assert "14 天" in desk and "计入" in desk
    lapse(clock.now() + AFTER)
    begun()
    for outcome, number in (("", 2), ("counted", 1)):
        page = owner.get(f"/responses?survey={long_survey.id}&state=partial&period=all&outcome={outcome}").text
        assert f"/responses/{number}" in page and f'/responses/{3 - number}"' not in page
