"""Tickets and verdicts on visits, as pure functions; one transaction that keeps and hands over."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from survey_app import collecting
from survey_app.collecting import Signs, saving
from survey_app.collecting.clicks import judge
from survey_app.store.database import reading
from survey_app.tables import Due, Response
from tests import make

PHONE = "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50"


def test_a_ticket_comes_back_as_it_was_issued(database_url):
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    ticket = collecting.issue("scope", 7, started_at=at)
    assert collecting.read(ticket.text, "scope") == ticket
    assert collecting.read(ticket.text, "other") is None


@pytest.mark.parametrize(
    ("signs", "since", "recent", "verdict"),
    [
        (Signs("GET", 9, PHONE, "zh-CN"), timedelta(hours=2), set(), "human"),
        (Signs("GET", None, PHONE, "zh-CN"), None, set(), "human"),
        (Signs("HEAD", 9, PHONE, "zh-CN"), timedelta(hours=2), set(), "machine"),
        (Signs("GET", 9, PHONE, "zh-CN", purpose="prefetch;prerender"), timedelta(hours=2), set(), "machine"),
        (Signs("GET", 9, "curl/8.0", "zh-CN"), timedelta(hours=2), set(), "machine"),
        (Signs("GET", 9, "", "zh-CN"), timedelta(hours=2), set(), "machine"),
        (Signs("GET", 9, PHONE, "zh-CN"), timedelta(seconds=2), set(), "unsure"),
        (Signs("GET", 9, PHONE, ""), timedelta(hours=2), set(), "unsure"),
        (Signs("GET", 9, PHONE, "zh-CN"), timedelta(hours=2), {8}, "unsure"),
        (Signs("GET", 9, PHONE, "zh-CN"), timedelta(hours=2), {7, 8}, "machine"),
    ],
)
def test_a_visit_is_judged_by_its_signs(signs, since, recent, verdict):
    assert judge(signs, since_sent=since, recent_scores=recent) == verdict


def test_when_the_hand_over_fails_the_answer_is_not_kept_either(app, engine, monkeypatch):
    survey = make.survey(engine)
    client = app.test_client(use_cookies=False)
    page = client.get(f"/s/{survey.public_id}").text
    ticket = page.split('name="ticket" value="')[1].split('"')[0]

    def broken(*_, **__):
        raise OperationalError("x", {}, Exception("disk I/O error"))

    monkeypatch.setattr(saving.due, "hand_over", broken)
    assert client.post(f"/s/{survey.public_id}", data={"ticket": ticket, "nps": "9"}).status_code == 503
    with reading(engine) as session:
        assert session.exec(select(Response)).all() == []
        assert session.exec(select(Due)).all() == []
