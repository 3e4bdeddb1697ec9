"""Interviews: who is next, what came of each try, and the answers of the customer who was called."""

from datetime import timedelta

import pytest
from sqlmodel import select

from survey_app import clock, customers
from survey_app.collecting import calling
from survey_app.store.addresses import phone_index, suppress
from survey_app.store.database import reading, writing
from survey_app.tables import Call, CallAttempt, Customer
from tests import make
from tests.respondent.test_paper import Typist


@pytest.fixture
def people(engine):
    return [
        make.customer(engine, name=f"客户{n}", phone=f"+861380013800{n}", phone_index=phone_index(f"+861380013800{n}"),
                      segment="线上" if n < 2 else "门店", attributes={"city": "上海"})
        for n in range(3)
    ]  # fmt: skip


@pytest.fixture
def listed(client, survey, people):
    client.post_form(f"/surveys/{survey.id}/calls/add", page=f"/surveys/{survey.id}/calls")
    return f"/surveys/{survey.id}/calls"


def following(client, listed):
    return client.post_form(f"{listed}/next", page=listed).location


def write_down(client, call, **form):
    return client.post_form(f"{call}/outcome", form, page=call)


def test_the_list_takes_whom_one_may_call_and_each_once(client, survey, people, engine, rows):
    make.customer(engine, name="没有电话")
    with writing(engine) as session:
        suppress(session, [people[0].phone_index], "by_staff")
    for _ in range(2):
        client.post_form(f"/surveys/{survey.id}/calls/add", page=f"/surveys/{survey.id}/calls")
    assert [call.customer_id for call in rows(Call)] == [people[1].id, people[2].id]
    page = client.get(f"/surveys/{survey.id}/calls").text
    assert "客户1" in page and "客户0" not in page


def test_a_segment_can_be_chosen(client, survey, people, rows):
    client.post_form(f"/surveys/{survey.id}/calls/add", {"segment": "门店"}, page=f"/surveys/{survey.id}/calls")
    assert [call.customer_id for call in rows(Call)] == [people[2].id]


def test_two_interviewers_get_two_people_and_each_keeps_his(as_role, client, listed):
    other = as_role("case_worker")
    first, second = following(client, listed), following(other, listed)
    assert first != second and following(client, listed) == first and following(other, listed) == second


def test_an_interview_is_the_customers_response(as_role, listed, people, rows):
    client = as_role("case_worker")
    call = following(client, listed)
    page = client.get(call).text
    assert "客户0" in page and 'href="tel:+8613800138000"' in page
    typist = Typist(client, f"{call}/interview")
    typist.send({"nps": "9"})
    assert "访问已完成" in typist.page.text
    (row,) = rows()
    assert (row.customer_id, row.segment, row.channel, row.state) == (people[0].id, "线上", "interview", "submitted")
    assert row.attributes == {"entered_by": "case_worker"}
    assert following(client, listed) != call, "who has answered is not called again"
    again = Typist(client, f"{call}/interview")
    assert "<form" not in again.page.text and len(rows()) == 1


def test_outcomes_end_a_call_or_set_its_time(client, listed, rows, engine, survey):
    call, start = following(client, listed), clock.now()
    assert write_down(client, call, outcome="busy").location == listed
    (busy, *_) = rows(Call)
    assert timedelta(minutes=25) < busy.due_at - start < timedelta(minutes=35) and busy.claimed_by is None
    assert following(client, listed) != call
    write_down(client, call, outcome="refused")
    with reading(engine) as session:
        assert calling.counts(session, survey.id) == {"answered": 0, "waiting": 2, "refused": 1}
    assert [attempt.outcome for attempt in rows(CallAttempt)] == ["busy", "refused"]
    assert "拒绝参与" in client.get(call).text


def test_who_never_answers_is_left_in_peace(client, listed, rows):
    call = following(client, listed)
    for _ in range(calling.MAX_TRIES):
        write_down(client, call, outcome="no_answer")
    assert (rows(Call)[0].state, rows(Call)[0].outcome) == ("ended", "unreachable")


def test_an_appointment_needs_a_time_to_come_and_goes_first(client, listed, rows):
    call = following(client, listed)
    for at in ("", "2020-01-01T10:00", "x", "9999-99-99T00:00"):
        assert write_down(client, call, outcome="appointment", at=at).location == call
    later = clock.now().astimezone(clock.zone()) + timedelta(hours=2)
    assert write_down(client, call, outcome="appointment", at=f"{later:%Y-%m-%dT%H:%M}").location == listed
    assert rows(Call)[0].due_at == later.replace(second=0, microsecond=0)
    with clock.at(later + timedelta(minutes=5)):
        assert following(client, listed) == call
    assert write_down(client, call, outcome="nonsense").location == call


def test_somebody_who_is_not_on_the_list(client, survey, rows):
    page = f"/surveys/{survey.id}/calls"
    place = client.post_form(f"{page}/walk-in", page=page).location
    Typist(client, place).send({"nps": "3"})
    assert [(row.channel, row.customer_id, row.state) for row in rows()] == [("interview", None, "submitted")]
    assert "<strong>1</strong> 已完成" in client.get(page).text


def test_the_words_before_the_first_question(client, listed):
    client.post_form(f"{listed}/script", {"script": "您好 {customer}，我是{interviewer} <b>"}, page=listed)
    assert "您好 客户0，我是owner &lt;b&gt;" in client.get(following(client, listed)).text


def test_an_erased_customer_is_off_the_list(client, listed, people, engine, rows):
    with writing(engine) as session:
        customers.erase(session, people[0].id)
    with reading(engine) as session:
        assert session.exec(select(Customer.id).where(Customer.id == people[0].id)).first() is None
    assert "客户0" not in client.get(listed).text and len(rows(Call)) == 3
