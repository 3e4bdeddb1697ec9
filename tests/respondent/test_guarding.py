"""Traps, haste and repetition are marked with their reasons and stay in the data; only the sure are turned away."""

from datetime import timedelta

import pytest
from sqlmodel import select

from survey_app import clock, customers, publishing
from survey_app.store import columns
from survey_app.store.database import writing
from survey_app.store.policies import Guard, Policy
from survey_app.tables import Response, Setting, Survey, Trace
from tests import make
from tests.respondent.visitor import Visitor

DONE, AGAIN = "谢谢您的反馈", "您已填写过本问卷"


@pytest.fixture
def guarded(engine, survey):
    def guarded(**rule) -> Survey:
        with writing(engine) as session:
            publishing.change_policy(session, session.get_one(Survey, survey.id), Policy(guard=Guard(**rule)))
        return survey

    return guarded


@pytest.fixture
def answer(app):
    """Answer a survey; `kept` are the cookies of the browser."""

    def answer(of: Survey, *, kept: dict[str, str] | None = None, **headers: str):
        visitor = Visitor(app, f"/s/{of.public_id}", **headers, **({"Cookie": kept["is"]} if kept else {}))
        if kept is not None and (given := visitor.page.headers.get("Set-Cookie")):
            kept["is"] = given.partition(";")[0]
            visitor.headers = {**visitor.headers, "Cookie": kept["is"]}
        return visitor.send({"nps": "9"}) if "<form" in visitor.page.text else visitor.page

    return answer


def flags(rows) -> list[dict]:
    return [row.flags for row in rows()]


def test_what_only_machines_fill_in_marks_the_response_and_keeps_it(visit, survey, rows):
    visitor = visit(f"/s/{survey.public_id}")
    assert DONE in visitor.send({"nps": "9", ":website": "http://example.com"}).text
    assert flags(rows) == [{"trap": {}}] and rows()[0].state == "submitted" and rows()[0].answers["nps"] == 9


def test_without_a_rule_nothing_is_kept_of_who_answers(answer, survey, rows):
    for _ in range(2):
        page = answer(survey)
        assert DONE in page.text and "Set-Cookie" not in page.headers
    assert flags(rows) == [{}, {}] and not rows(Trace) and "visitor" not in page.text


def test_haste_is_marked_with_how_long_it_took(app, guarded, visit, rows):
    survey = guarded(least_seconds=20)
    visitor = visit(f"/s/{survey.public_id}")
    with clock.at(clock.now() + timedelta(seconds=5)):
        assert DONE in visitor.send({"nps": "9"}).text
    slow = visit(f"/s/{survey.public_id}")
    with clock.at(clock.now() + timedelta(seconds=30)):
        slow.send({"nps": "9"})
    first, second = flags(rows)
    assert first["hasty"]["least"] == 20 and first["hasty"]["seconds"] in (5, 6) and second == {}


def test_the_same_network_is_marked_for_a_day_and_cannot_be_traced_afterwards(answer, guarded, rows):
    survey = guarded(by=("network", "device"))
    answer(survey, **{"X-Forwarded-For": "203.0.113.9", "User-Agent": "A"})
    answer(survey, **{"X-Forwarded-For": "203.0.113.9", "User-Agent": "B"})
    answer(survey, **{"X-Forwarded-For": "203.0.113.77", "User-Agent": "B"})
    first = rows()[0].id
    assert flags(rows) == [{}, {"repeat": {"by": ["network"], "of": first}}, {}]
    assert not any("203.0.113" in trace.mark for trace in rows(Trace))
    with clock.at(clock.now() + timedelta(days=1)):
        answer(survey, **{"X-Forwarded-For": "203.0.113.9", "User-Agent": "A"})
        assert flags(rows)[3] == {} and len(rows(Trace)) == 2


def test_the_salt_of_a_day_is_gone_with_it(engine, answer, guarded):
    survey = guarded(by=("network",))
    salts = set()
    for day in range(2):
        with clock.at(clock.now() + timedelta(days=day)):
            answer(survey)
            with writing(engine) as session:
                salts.add(session.exec(select(Setting).where(Setting.key == "salt")).one().value["salt"])
    assert len(salts) == 2


def test_the_same_browser_is_marked_or_turned_away(answer, guarded, rows):
    survey, browser = guarded(by=("cookie",)), {"is": ""}
    for _ in range(2):
        assert DONE in answer(survey, kept=browser).text
    assert [list(one) for one in flags(rows)] == [[], ["repeat"]]
    guarded(by=("cookie",), is_refused=True)
    turned = answer(survey, kept=browser)
    assert turned.status_code == 403 and AGAIN in turned.text and len(rows()) == 2
    assert DONE in answer(survey, kept={"is": ""}).text and flags(rows)[2] == {}


def test_sent_twice_the_same_page_is_one_response_and_no_repetition(visit, guarded, rows):
    survey = guarded(by=("network",), per_hour=1)
    visitor = visit(f"/s/{survey.public_id}")
    form, action = {**visitor.form, "nps": "8"}, visitor.action
    for _ in range(3):
        assert DONE in visitor.client.post(action, data=form, follow_redirects=True).text
    assert flags(rows) == [{}]


def test_a_customer_with_another_link_has_answered_before(engine, visit, invite, guarded, rows):
    survey, customer = guarded(by=("account",), is_refused=True), make.customer(engine)
    first, second = invite(survey, customer=customer), invite(survey, customer=customer)
    assert DONE in visit(f"/r/{first}").send({"nps": "9"}).text
    turned = visit(f"/r/{second}").page
    assert turned.status_code == 403 and AGAIN in turned.text
    assert AGAIN not in visit(f"/r/{first}").page.text
    with writing(engine) as session:
        customers.erase(session, customer.id)
    assert not rows(Trace)


def test_too_many_from_one_network_keep_their_text_and_come_later(answer, visit, guarded, rows):
    survey = guarded(per_hour=2)
    for _ in range(2):
        answer(survey)
    late = visit(f"/s/{survey.public_id}")
    page = late.send({"nps": "3", "why": "排队很久"})
    assert page.status_code == 429 and page.headers["Retry-After"] and "排队很久" in page.text and len(rows()) == 2
    with clock.at(clock.now() + timedelta(minutes=61)):
        assert DONE in late.send({"nps": "3", "why": "排队很久"}).text
    assert flags(rows) == [{}, {}, {}]


def test_a_kiosk_is_many_people(visit, guarded, rows):
    survey = guarded(by=("cookie", "network", "device"))
    for _ in range(2):
        visit(f"/s/{survey.public_id}?c=kiosk").send({"nps": "9"})
    assert flags(rows) == [{}, {}]


def test_marked_ones_are_seen_and_filtered_on_the_desk(app, engine, as_role, survey):
    make.response(engine, survey, flags={"trap": {}, "repeat": {"by": ["cookie"], "of": 7}})
    make.response(engine, survey)
    owner, query = as_role("owner"), f"?survey={survey.id}&period=all"
    assert "重复作答" in owner.get(f"/responses{query}").text
    for flag, shown, hidden in (("any", 1, 2), ("trap", 1, 2), ("-any", 2, 1), ("-trap", 2, 1)):
        page = owner.get(f"/responses{query}&flag={flag}").text
        assert f'/responses/{shown}"' in page and f'/responses/{hidden}"' not in page
    page = owner.get("/responses/1").text
    assert "填写了只有程序看得到的字段" in page and "依据：Cookie；首份为答卷 7" in page
    frame = columns.load(engine, app.extensions["survey"].config.columns, survey.id)
    assert frame["flag:repeat"].values.tolist() == [1, 0]


def test_the_rule_is_set_on_its_page(engine, as_role, survey):
    owner, address = as_role("owner"), f"/surveys/{survey.id}/protection"
    for wrong in ({"least": "x"}, {"hour": "0"}, {"refused": "1", "by": "network"}):
        assert owner.post_form(address, wrong).status_code == 400
    form = {"least": "5", "hour": "300", "by": ["cookie", "made-up", "network"], "refused": "1"}
    assert owner.post_form(address, form).status_code == 302
    with writing(engine) as session:
        policy = session.get_one(Survey, survey.id).policy
    assert policy["guard"] == {"least_seconds": 5, "by": ["cookie", "network"], "is_refused": True, "per_hour": 300}
    page = owner.get(address).text
    assert 'value="cookie" checked' in page and 'value="300"' in page
    owner.post_form(address, {})
    with writing(engine) as session:
        assert session.get_one(Survey, survey.id).policy == {} and session.exec(select(Response)).all() == []
