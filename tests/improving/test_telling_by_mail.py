"""Customers are told by mail what was done: each once, only those who may be written to, whatever dies meanwhile."""

import email
import email.policy
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from survey_app import clock, customers, improving
from survey_app.channels import ChannelError, channel
from survey_app.channels.outbox import OutboxCarrier
from survey_app.config import Config
from survey_app.errors import Conflict, SurveyError
from survey_app.improving import actions, notices, sending, telling
from survey_app.improving.notices import Letter
from survey_app.store import due, settings
from survey_app.store.addresses import UNSUBSCRIBED, suppress
from survey_app.store.database import reading, writing
from survey_app.tables import Action, Customer, Notice, OutboxMail
from tests import make

DRAFT = {
    "zh": Letter("我们改了", "{{name}}您好，当天回复。", "zh"),
    "en": Letter("Changed", "Dear {{ name }}, done.", "en"),
}


@pytest.fixture
def people(engine: Engine) -> list[Customer]:
    """李明 speaks Chinese, Anna English, Ben has no address, Cao does not want mails, and one has no name."""
    with writing(engine) as session:
        settings.save_company(session, settings.CompanySettings("示例公司", "热线 400-000"))
    made = [
        make.customer(engine, name="李明"), make.customer(engine, name="Anna", language="en"),
        make.customer(engine, name="Ben", email=None), make.customer(engine, name="Cao"),
        make.customer(engine, name=""),
    ]  # fmt: skip
    with writing(engine) as session:
        suppress(session, [made[3].email_index], UNSUBSCRIBED)
    return made


@pytest.fixture
def action(engine: Engine, people: list[Customer]) -> Action:
    """An implemented action for one case of each of them, and a second one of 李明's."""
    survey = make.survey(engine)
    ids = []
    for customer in [*people, people[0]]:
        response = make.response(engine, survey, answers={"nps": 3}, customer_id=customer.id)
        with writing(engine) as session:
            case = improving.open_cases_for(session, response.id or 0)
        ids.append(case.id if case else None)
    with writing(engine) as session:
        made = improving.create_action(session, "留言当天回复", case_ids=[key for key in ids if key])
        made.state = "implemented"
    return made


def queue(engine: Engine, action: Action, people: list[Customer]) -> int:
    with writing(engine) as session:
        found = actions.find(session, action.id or 0)
        ids = [person.id or 0 for person in people]
        return telling.tell_by_mail(session, found, ids, DRAFT, language="zh", user_id=None, is_confirmed=True)


def states(engine: Engine) -> dict[int | None, tuple[str, str]]:
    with reading(engine) as session:
        rows = session.exec(select(Notice).order_by(col(Notice.id)))
        return {row.customer_id: (row.state, row.reason) for row in rows}


def mails(engine: Engine) -> list[tuple[str, str, str]]:
    with reading(engine) as session:
        rows = list(session.exec(select(OutboxMail).order_by(col(OutboxMail.id))))
    parsed = [email.message_from_bytes(row.raw, policy=email.policy.default) for row in rows]
    return [(row.address, str(one["Subject"]), one.get_content()) for row, one in zip(rows, parsed, strict=True)]


def told(engine: Engine, action: Action) -> set[str]:
    with reading(engine) as session:
        rows = telling.audience(session, actions.find(session, action.id or 0))
        return {row.customer.name for row in rows if row.told is not None}


def test_each_gets_one_mail_in_their_language_and_counts_as_told(
    engine: Engine, config: Config, action: Action, people: list[Customer]
) -> None:
    assert queue(engine, action, people) == 3
    assert told(engine, action) == set()
    improving.step(engine, config)
    (first, subject, words), (second, _subject, english), (_third, _s, nameless) = mails(engine)
    assert (first, second) == (people[0].email, people[1].email)
    assert (
        subject == "我们改了" and words.startswith("李明您好，当天回复。") and "示例公司" in words and "热线" in words
    )
    assert english.startswith("Dear Anna, done.") and nameless.startswith("您好")
    assert told(engine, action) == {"李明", "Anna", ""}
    with reading(engine) as session:
        assert telling.told_counts(session)[action.id or 0] == (6, 3)
        assert session.get_one(Action, action.id).told_at is not None


def test_asking_again_sends_nothing_twice(
    engine: Engine, config: Config, action: Action, people: list[Customer]
) -> None:
    queue(engine, action, people)
    with pytest.raises(SurveyError, match="None of those ticked"):
        queue(engine, action, people)
    improving.step(engine, config)
    with pytest.raises(SurveyError):
        queue(engine, action, people)
    with clock.at(clock.now() + timedelta(hours=1)):
        improving.step(engine, config)
    assert len(mails(engine)) == 3


def test_nothing_is_told_before_it_is_done(engine: Engine, action: Action, people: list[Customer]) -> None:
    with writing(engine) as session:
        actions.find(session, action.id or 0).state = "planned"
    with pytest.raises(Conflict):
        queue(engine, action, people)


@pytest.mark.parametrize("draft", [Letter(" ", "x", "zh"), Letter("x", "\n", "zh"), Letter("x" * 121, "x", "zh")])
def test_words_that_cannot_go_out_are_refused(
    engine: Engine, action: Action, people: list[Customer], draft: Letter
) -> None:
    with writing(engine) as session:
        found, ids = actions.find(session, action.id or 0), [people[0].id or 0]
        with pytest.raises(SurveyError):
            telling.tell_by_mail(session, found, ids, {"zh": draft}, language="zh", user_id=None, is_confirmed=True)


def test_who_unsubscribes_meanwhile_gets_none(
    engine: Engine, config: Config, action: Action, people: list[Customer]
) -> None:
    queue(engine, action, people[:1])
    with writing(engine) as session:
        suppress(session, [people[0].email_index], UNSUBSCRIBED)
    improving.step(engine, config)
    assert states(engine) == {people[0].id: ("skipped", UNSUBSCRIBED)} and mails(engine) == []


def test_a_worker_that_dies_while_handing_over_leaves_it_open_and_sends_no_second(
    engine: Engine, config: Config, action: Action, people: list[Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise SystemExit

    queue(engine, action, people[:1])
    with monkeypatch.context() as patch:
        patch.setattr(sending, "_sent", die)
        with pytest.raises(SystemExit):
            improving.step(engine, config)
    assert len(mails(engine)) == 1
    with clock.at(clock.now() + due.LEASE + timedelta(seconds=1)):
        improving.step(engine, config)
    assert states(engine) == {people[0].id: ("unknown", "")} and len(mails(engine)) == 1
    with pytest.raises(SurveyError):
        queue(engine, action, people[:1])


def refuse(monkeypatch: pytest.MonkeyPatch, **how: bool) -> None:
    def deliver(*_: object) -> None:
        raise ChannelError("smtp-test", "refused", **how)

    monkeypatch.setattr(OutboxCarrier, "deliver", deliver)


def test_what_was_surely_not_delivered_can_be_sent_again(
    engine: Engine, config: Config, action: Action, people: list[Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(engine, action, people[:1])
    with monkeypatch.context() as patch:
        refuse(patch, is_permanent=True, is_recipient=True)
        improving.step(engine, config)
    assert states(engine)[people[0].id] == ("failed", "smtp-test") and told(engine, action) == set()
    assert queue(engine, action, people[:1]) == 1
    improving.step(engine, config)
    assert states(engine)[people[0].id] == ("sent", "") and told(engine, action) == {"李明"}


def test_a_line_that_is_down_is_tried_again_later(
    engine: Engine, config: Config, action: Action, people: list[Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(engine, action, people)
    with monkeypatch.context() as patch:
        refuse(patch)
        improving.step(engine, config)
    assert {state for state, _reason in states(engine).values()} == {"queued"}
    with clock.at(clock.now() + timedelta(hours=2)):
        improving.step(engine, config)
    assert {state for state, _reason in states(engine).values()} == {"sent"} and len(mails(engine)) == 3


def test_a_dead_mailbox_is_not_written_to_again(
    engine: Engine, config: Config, action: Action, people: list[Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(engine, action, people[:1])
    refuse(monkeypatch, is_permanent=True, is_recipient=True, is_dead=True)
    improving.step(engine, config)
    with reading(engine) as session:
        assert notices.obstacles(session, people[:1]) == {people[0].id: "bounced"}


def test_erasing_a_customer_takes_the_letter_along(
    engine: Engine, config: Config, action: Action, people: list[Customer]
) -> None:
    queue(engine, action, people[:2])
    with writing(engine) as session:
        customers.erase(session, people[1].id or 0)
    improving.step(engine, config)
    with writing(engine) as session:
        customers.erase(session, people[0].id or 0)
    with reading(engine) as session:
        rows = list(session.exec(select(Notice).order_by(col(Notice.id))))
        assert [row.text for row in rows] == ["", ""] and all(row.customer_id is None for row in rows)
        assert [row.state for row in rows] == ["sent", "skipped"]
        assert session.exec(select(OutboxMail)).first() is None
    assert channel("email").name


def test_each_mail_can_be_unsubscribed_with_one_click(
    engine: Engine, config: Config, action: Action, people: list[Customer], client: Any
) -> None:
    queue(engine, action, people[:2])
    improving.step(engine, config)
    with reading(engine) as session:
        raw = [row.raw for row in session.exec(select(OutboxMail).order_by(col(OutboxMail.id)))]
    found = [email.message_from_bytes(one, policy=email.policy.default) for one in raw]
    link = str(found[0]["List-Unsubscribe"]).strip("<>")
    assert found[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"不想再收到此类邮件：{link}" in found[0].get_content()
    assert "To stop receiving these mails: http" in found[1].get_content()
    path = link.removeprefix(config.public_url)
    assert client.get(path).status_code == 200
    assert client.get(path[:-1] + ("a" if path[-1] != "a" else "b")).status_code == 404
    reply = client.post(path, data={"List-Unsubscribe": "One-Click"})
    assert reply.status_code == 200
    with reading(engine) as session:
        assert notices.obstacles(session, [people[0], people[1]]) == {people[0].id: UNSUBSCRIBED}


@pytest.mark.parametrize("state", ["implemented", "inconclusive", "ineffective"])
def test_what_is_not_shown_to_help_is_told_on_purpose_and_in_other_words(
    engine: Engine, action: Action, people: list[Customer], state: str
) -> None:
    with writing(engine) as session:
        found = actions.find(session, action.id or 0)
        found.state = state
        ids = [people[0].id or 0]
        with pytest.raises(SurveyError, match="not been shown"):
            telling.tell_by_mail(session, found, ids, {}, language="zh", user_id=None)
        assert "已经改进" not in telling.draft(found, "zh").subject + telling.draft(found, "zh").text
        found.state = "effective"
        assert "已经改进" in telling.draft(found, "zh").subject
        assert telling.tell_by_mail(session, found, ids, {}, language="zh", user_id=None) == 1
