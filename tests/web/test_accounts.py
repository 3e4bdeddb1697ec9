"""Accounts: the one-time link, signing in, sessions that end, roles that take effect at once."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlmodel import select

from survey_app import clock
from survey_app.store import accounts
from survey_app.store.database import reading, writing
from survey_app.tables import AuditEntry, Login, User
from survey_app.web.browsers import browser_words
from tests.conftest import Browser

PASSWORD = "a long enough password"
Sign = Callable[[str], Browser]


@pytest.fixture
def owner_link(engine: Engine) -> str:
    with writing(engine) as session:
        return f"/setup/{accounts.new_link(session)}"


def set_up(browser: Browser, link: str) -> None:
    answer = browser.post_form(
        link, {"name": "负责人", "email": "Owner@Example.com ", "password": PASSWORD, "again": PASSWORD}
    )
    assert answer.status_code == 302, answer.text


def test_the_set_up_link_makes_one_owner_and_dies(as_role: Sign, engine: Engine, owner_link: str) -> None:
    set_up(as_role(""), owner_link)
    with reading(engine) as session:
        owner = session.exec(select(User)).one()
    assert (owner.email, owner.role) == ("owner@example.com", "owner")
    assert as_role("").get(owner_link).status_code == 404


def test_a_second_owner_link_is_dead_once_there_is_an_owner(as_role: Sign, engine: Engine, owner_link: str) -> None:
    with writing(engine) as session:
        other = f"/setup/{accounts.new_link(session)}"
    set_up(as_role(""), owner_link)
    assert as_role("").get(other).status_code == 404


def test_a_short_password_is_refused_in_words(as_role: Sign, owner_link: str) -> None:
    page = as_role("").post_form(
        owner_link, {"name": "a", "email": "a@example.com", "password": "short", "again": "short"}
    )
    assert "至少使用 10 个字符" in page.text


def test_signing_in_needs_the_right_password(as_role: Sign, owner_link: str) -> None:
    set_up(as_role(""), owner_link)
    browser = as_role("")
    wrong = browser.post_form("/sign-in", {"email": "owner@example.com", "password": "wrong"})
    unknown = browser.post_form("/sign-in", {"email": "nobody@example.com", "password": "wrong"})
    assert "邮箱或密码不正确" in wrong.text
    assert "邮箱或密码不正确" in unknown.text
    right = browser.post_form("/sign-in?next=/account", {"email": " OWNER@example.com", "password": PASSWORD})
    assert right.headers["Location"] == "/account"
    assert browser.get("/account").status_code == 200


def test_signing_in_never_leads_to_another_host(as_role: Sign, owner_link: str) -> None:
    set_up(as_role(""), owner_link)
    for target in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        answer = as_role("").post_form(
            "/sign-in", {"email": "owner@example.com", "password": PASSWORD}, query_string={"next": target}
        )
        assert answer.headers["Location"] in ("/", "/overview"), target


def test_after_many_wrong_tries_the_right_password_waits_too(as_role: Sign, owner_link: str) -> None:
    set_up(as_role(""), owner_link)
    browser = as_role("")
    for _ in range(10):
        browser.post_form("/sign-in", {"email": "owner@example.com", "password": "wrong"})
    page = browser.post_form("/sign-in", {"email": "owner@example.com", "password": PASSWORD})
    assert "15 分钟" in page.text


def test_signing_out_ends_the_session_on_the_server(as_role: Sign, app: Flask) -> None:
    browser = as_role("viewer")
    with browser.session_transaction() as cookie:
        stolen = cookie["login"]
    browser.post_form("/sign-out", page="/account")
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie["login"] = stolen
    assert thief.get("/account").status_code == 302


def test_sessions_elsewhere_can_be_ended(as_role: Sign, engine: Engine) -> None:
    browser = as_role("viewer")
    browser.post_form("/account/sign-out-elsewhere", page="/account")
    assert browser.get("/account").status_code == 200
    with reading(engine) as session:
        assert all(login.revoked_at is None for login in session.exec(select(Login)))


def test_a_disabled_colleague_is_out_at_the_next_click(client: Browser, as_role: Sign, engine: Engine) -> None:
    viewer = as_role("viewer")
    with reading(engine) as session:
        person = session.exec(select(User).where(User.role == "viewer")).one()
    client.post_form(f"/settings/users/{person.id}", {"is_active": "0"}, page="/settings/users")
    assert viewer.get("/account").status_code == 302


def test_a_changed_role_takes_effect_at_the_next_click(client: Browser, as_role: Sign, engine: Engine) -> None:
    viewer = as_role("viewer")
    assert viewer.get("/settings/users").status_code == 403
    with reading(engine) as session:
        person = session.exec(select(User).where(User.role == "viewer")).one()
    client.post_form(f"/settings/users/{person.id}", {"role": "owner"}, page="/settings/users")
    assert viewer.get("/settings/users").status_code == 200


def test_the_last_owner_cannot_be_lost(client: Browser, engine: Engine) -> None:
    with reading(engine) as session:
        owner = session.exec(select(User)).one()
    answer = client.post_form(f"/settings/users/{owner.id}", {"role": "viewer"}, page="/settings/users")
    assert answer.status_code == 409
    with reading(engine) as session:
        assert session.exec(select(User)).one().role == "owner"


def test_an_invited_colleague_chooses_a_password(client: Browser, as_role: Sign, engine: Engine) -> None:
    page = client.post_form("/settings/users", {"name": "客服一组", "email": "care@example.com", "role": "case_worker"})
    link = page.text.split("http://survey.test")[1].split('"')[0]
    guest = as_role("")
    assert guest.post_form(link, {"password": PASSWORD, "again": PASSWORD}).status_code == 302
    assert guest.get("/account").status_code == 200
    with reading(engine) as session:
        actions = [entry.action for entry in session.exec(select(AuditEntry))]
    assert "user.invited" in actions
    assert "account.set_up" in actions


def test_a_forged_form_is_refused(as_role: Sign, client: Browser) -> None:
    assert client.post("/account", data={"name": "x", "language": "en"}).status_code == 400
    other = as_role("owner").fields("/account")
    assert client.post("/account", data={**other, "name": "x", "language": "en"}).status_code == 400


def test_the_demo_signs_in_only_a_visitor_at_the_machine(app: Flask, engine: Engine) -> None:
    from survey_app.web.access import is_local

    assert is_local("127.0.0.1", "127.0.0.1:8000")
    assert is_local("::1", "[::1]:8000")
    assert not is_local("192.168.1.5", "127.0.0.1:8000")
    assert not is_local("127.0.0.1", "evil.example:8000")


def test_an_expired_session_is_no_session(as_role: Sign) -> None:
    from datetime import timedelta

    browser = as_role("viewer")
    with clock.at(clock.now() + timedelta(days=30)):
        assert browser.get("/account").status_code == 302


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/131.0 Safari/537.36 Edg/131.0", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) MicroMessenger/8.0.54", "微信 WeChat · iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14.7; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox · macOS"),
        ("something else", ""),
    ],
)  # fmt: skip
def test_a_browser_is_called_by_its_name_and_system(user_agent: str, words: str) -> None:
    assert browser_words(user_agent) == words


def test_an_error_page_keeps_the_navigation_of_who_is_signed_in(client: Browser, app: Flask) -> None:
    page = client.get("/nope?lang=en")
    assert page.status_code == 404 and 'class="rail"' in page.text
    assert 'class="rail"' not in app.test_client().get("/nope?lang=en").text
