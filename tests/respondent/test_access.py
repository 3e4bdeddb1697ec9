"""Who may answer and what is kept of them: the password of a survey, and anonymity that keeps its word."""

from datetime import timedelta

import pytest

from survey_app import clock, publishing
from survey_app.store.accounts import hashed
from survey_app.store.database import writing
from survey_app.store.policies import Guard, Policy
from survey_app.tables import Click, Due, Invitation, Survey, Trace
from survey_app.web import respondent_gate
from tests import make
from tests.respondent.visitor import Visitor

DONE, AGAIN, PROMISE = "谢谢您的反馈", "您已填写过本问卷", "匿名问卷。"


@pytest.fixture
def ruled(engine):
    def ruled(survey: Survey, **policy) -> Survey:
        with writing(engine) as session:
            publishing.change_policy(session, session.get_one(Survey, survey.id), Policy(**policy))
        return survey

    return ruled


# -- password --------------------------------------------------------------------------------------------------
@pytest.fixture
def locked(ruled, survey):
    respondent_gate._wrong.clear()
    return ruled(survey, password=hashed("喝茶2026"))


def test_nothing_is_shown_or_kept_before_the_password(visit, locked, rows):
    visitor = visit(f"/s/{locked.public_id}?utm_source=app")
    assert "推荐" not in visitor.page.text and 'type="password"' in visitor.page.text
    for form in ({"nps": "9"}, {"nps": "9", "ticket": "made.up"}, {"go": "keep", "nps": "9"}):
        page = visitor.client.post(visitor.address, data=form)
        assert "推荐" not in page.text and 'type="password"' in page.text
    assert not rows()
    wrong = visitor.send({"password": "喝咖啡", "go": "enter"})
    assert wrong.status_code == 403 and "密码不正确" in wrong.text and 'aria-invalid="true"' in wrong.text
    assert "推荐" in visitor.send({"password": "喝茶2026", "go": "enter"}).text
    assert DONE in visitor.send({"nps": "9"}).text
    assert rows()[0].attributes == {"utm_source": "app"}


def test_guesses_are_counted_and_end(visit, locked):
    visitor = visit(f"/s/{locked.public_id}")
    codes = [visitor.send({"password": f"wrong {n}", "go": "enter"}).status_code for n in range(11)]
    assert codes == [403] * 10 + [429]
    assert visitor.send({"password": "喝茶2026", "go": "enter"}).status_code == 429
    other = visit(f"/s/{locked.public_id}", **{"X-Forwarded-For": "203.0.113.9"})
    assert "推荐" in other.send({"password": "喝茶2026", "go": "enter"}).text
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert "推荐" in visitor.send({"password": "喝茶2026", "go": "enter"}).text


def test_a_personal_link_is_its_own_key(visit, invite, locked):
    assert DONE in visit(f"/r/{invite(locked)}").send({"nps": "9"}).text


# -- anonymity -------------------------------------------------------------------------------------------------
def test_an_anonymous_response_says_nothing_of_who_and_when(engine, visit, invite, ruled, long_survey, rows):
    survey = ruled(long_survey, is_anonymous=True, guard=Guard(by=("cookie", "account", "network"), per_hour=1))
    customer = make.customer(engine, segment="VIP", tier="金")
    visitor = visit(f"/r/{invite(survey, customer=customer)}?utm_source=mail")
    assert PROMISE in visitor.page.text and "Set-Cookie" not in visitor.page.headers
    visitor.send({"nps": "3"})
    visitor.send({"why_low": "等了很久"})
    assert rows(Invitation)[0].closed_at is None
    assert DONE in visitor.send({"stars": "5"}).text
    [row] = rows()
    day = Policy(is_anonymous=True).moment(clock.now())
    assert {row.started_at, row.saved_at, row.submitted_at, rows(Invitation)[0].closed_at} == {day}
    assert (row.invitation_id, row.customer_id, row.segment, row.tier, row.attributes) == (None, None, "", "", {})
    assert not row.ticket.startswith("i") and row.answers["why_low"] == "等了很久"
    assert not rows(Trace) and not rows(Click) and rows(Invitation)[0].opened_at is None
    assert {due.due_at for due in rows(Due)} == {day + timedelta(days=1)}


def test_an_anonymous_link_counts_once(visit, invite, ruled, survey, rows):
    token = invite(ruled(survey, is_anonymous=True))
    first, second = visit(f"/r/{token}"), visit(f"/r/{token}")
    form, action = {**first.form, "nps": "9"}, first.action
    for _ in range(2):
        assert DONE in first.client.post(action, data=form, follow_redirects=True).text
    late = second.send({"nps": "1"})
    assert late.status_code == 403 and AGAIN in late.text
    again = visit(f"/r/{token}").page
    assert again.status_code == 403 and AGAIN in again.text
    assert [row.answers["nps"] for row in rows()] == [9]


def test_an_anonymous_response_goes_on_where_it_was(app, ruled, long_survey):
    survey = ruled(long_survey, is_anonymous=True)
    visitor = Visitor(app, f"/s/{survey.public_id}")
    visitor.send({"nps": "9"})
    visitor.send({"go": "back"})
    assert 'value="9" required checked' in visitor.page.text or 'value="9" checked' in visitor.page.text
    assert PROMISE in visitor.page.text


def test_the_promise_is_made_only_where_it_is_kept(visit, survey):
    assert PROMISE not in visit(f"/s/{survey.public_id}").page.text


def test_a_call_cannot_be_anonymous(client, ruled, survey, rows):
    page = f"/surveys/{survey.id}/calls"
    call = client.post_form(f"{page}/walk-in", page=page).headers["Location"]
    assert client.get(call).status_code == 200
    ruled(survey, is_anonymous=True)
    refused = client.get(call)
    assert refused.status_code == 403 and "本调查为匿名调查" in refused.text and not rows()


def test_access_is_set_on_its_page_and_anonymity_is_not_taken_back(engine, as_role, survey, visit):
    owner, address = as_role("owner"), f"/surveys/{survey.id}/protection"
    assert owner.post_form(address, {"password": "abc"}).status_code == 400
    assert owner.post_form(address, {"password": "abcd", "anonymous": "1"}).status_code == 302
    with writing(engine) as session:
        kept = session.get_one(Survey, survey.id).policy
    assert kept["is_anonymous"] and kept["password"].startswith("$argon2") and "abcd" not in str(kept)
    assert owner.post_form(address, {}).status_code == 302
    assert owner.post_form(address, {"anonymous": "1", "open": "1"}).status_code == 302
    visit(f"/s/{survey.public_id}").send({"nps": "9"})
    refused = owner.post_form(address, {})
    assert refused.status_code == 400 and "须保持匿名" in refused.text
    with writing(engine) as session:
        assert session.get_one(Survey, survey.id).policy == {"is_anonymous": True}
