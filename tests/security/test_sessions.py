"""Signing in: sessions that cannot be planted, cookies that do not travel, guesses that run dry, links that die."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlmodel import col, select

from survey_app import clock, create_app
from survey_app.config import Config
from survey_app.errors import NotFound, SurveyError
from survey_app.store import accounts
from survey_app.store.database import reading, writing
from survey_app.tables import Login, SetupLink, User
from tests import make
from tests.conftest import Browser

Sign = Callable[[str], Browser]
PASSWORD = "vier Pinguine lesen Zeitung"


@pytest.fixture
def owner(engine: Engine) -> User:
    with writing(engine) as session:
        user = User(email="owner@example.com", name="负责人", role="owner")
        accounts.set_password(user, PASSWORD)
        session.add(user)
    return user


def sign_in(browser: Browser, password: str = PASSWORD, email: str = "owner@example.com", **more: object) -> str:
    return browser.post_form("/sign-in", {"email": email, "password": password}, follow_redirects=True, **more).text


def test_signing_in_again_ends_the_session_the_browser_had(as_role: Sign, app: Flask, owner: User) -> None:
    browser = as_role("viewer")
    with browser.session_transaction() as cookie:
        planted = cookie["login"]
    sign_in(browser)
    with browser.session_transaction() as cookie:
        assert cookie["login"] != planted
    other = app.test_client()
    with other.session_transaction() as cookie:
        cookie["login"] = planted
    assert other.get("/account").status_code == 302


def test_over_https_the_cookie_is_bound_to_the_host_and_never_travels_in_the_clear(config: Config) -> None:
    app = create_app(replace(config, public_url="https://survey.test"))
    answer = app.test_client().get("/sign-in", base_url="https://survey.test")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-")
    for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert flag in cookie
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"]
    app.extensions["survey"].engine.dispose()


def test_without_https_the_cookie_is_still_out_of_reach_of_scripts(as_role: Sign) -> None:
    cookie = as_role("").get("/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert not cookie.startswith("__Host-"), "browsers refuse that name without https"


def test_a_cookie_that_was_changed_or_made_up_is_nobody(as_role: Sign, app: Flask) -> None:
    browser = as_role("owner")
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = browser.get_cookie(name)
    assert cookie is not None
    for value in (cookie.value[:-2], "x", "", "." * 3000, cookie.value.replace(".", ".x", 1)):
        browser.set_cookie(name, value)
        assert browser.get("/account").status_code == 302


def test_a_wrong_password_costs_the_same_work_whether_the_account_exists_or_not(
    as_role: Sign, owner: User, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    invited, disabled = make.user(engine), make.user(engine)
    with writing(engine) as session:
        row = session.get_one(User, disabled.id)
        row.is_active = False
        accounts.set_password(row, PASSWORD)
    checked: list[str] = []
    verify = accounts._hasher.verify

    class Counting:
        def verify(self, known: str, given: str) -> bool:
            checked.append(known)
            return verify(known, given)

    monkeypatch.setattr(accounts, "_nobody", lambda: owner.password_hash)
    monkeypatch.setattr(accounts, "_hasher", Counting())
    pages = set()
    for email in ("owner@example.com", "nobody@example.com", invited.email, disabled.email):
        wrong = PASSWORD if email == disabled.email else "wrong"
        page = sign_in(as_role(""), wrong, email).replace(email, "")
        pages.add(re.sub(r'name="csrf_token" value="[^"]+"', "", page))
    assert len(checked) == 4 and all(checked)
    assert len(pages) == 1


def test_one_visitor_cannot_try_one_password_on_many_accounts(as_role: Sign, owner: User) -> None:
    browser = as_role("")
    for number in range(50):
        sign_in(browser, "Sommer2026!", f"person{number}@example.com")
    assert "15 分钟" in sign_in(browser)
    elsewhere = sign_in(as_role(""), environ_overrides={"REMOTE_ADDR": "203.0.113.9"})
    assert "15 分钟" not in elsewhere
    with clock.at(clock.now() + timedelta(minutes=16)):
        assert "15 分钟" not in sign_in(as_role(""))


def test_behind_a_proxy_on_the_machine_visitors_are_told_apart(as_role: Sign, owner: User) -> None:
    browser = as_role("")
    for number in range(50):
        sign_in(browser, "wrong", f"p{number}@example.com", headers={"X-Forwarded-For": "6.6.6.6, 198.51.100.1"})
    assert "15 分钟" in sign_in(browser, headers={"X-Forwarded-For": "7.7.7.7, 198.51.100.1"})
    assert "15 分钟" not in sign_in(browser, headers={"X-Forwarded-For": "198.51.100.2"})


def test_who_is_not_behind_the_proxy_cannot_pretend_to_be_many(as_role: Sign, owner: User) -> None:
    browser, far = as_role(""), {"REMOTE_ADDR": "203.0.113.9"}
    for number in range(50):
        headers = {"X-Forwarded-For": f"198.51.100.{number}"}
        sign_in(browser, "wrong", f"p{number}@example.com", headers=headers, environ_overrides=far)
    assert "15 分钟" in sign_in(browser, headers={"X-Forwarded-For": "1.1.1.1"}, environ_overrides=far)


@pytest.mark.parametrize(
    "password",
    ["aaaaaaaaaaaaaaa", "1234567890", "password1234", "owner@example.com", "qwertyuiop", "a123456789", "1qaz2wsx3edc",
     "5201314520", "abcabcabcabc", "         x"],
)  # fmt: skip
def test_passwords_that_everybody_tries_first_are_refused(as_role: Sign, engine: Engine, password: str) -> None:
    with writing(engine) as session:
        link = f"/setup/{accounts.new_link(session)}"
    form = {"name": "a", "email": "owner@example.com", "password": password, "again": password}
    assert as_role("").post_form(link, form).status_code == 200
    with reading(engine) as session:
        assert session.exec(select(User)).all() == []


@pytest.mark.parametrize("password", [PASSWORD, "四只企鹅在读今天的报纸呢", "🐧🐧🐧 read newspapers", "xK9#mQ2$vL"])
def test_good_passwords_of_any_script_are_taken(as_role: Sign, engine: Engine, password: str) -> None:
    with writing(engine) as session:
        link = f"/setup/{accounts.new_link(session)}"
    form = {"name": "a", "email": "owner@example.com", "password": password, "again": password}
    assert as_role("").post_form(link, form).status_code == 302
    assert as_role("").post_form("/sign-in", {"email": "owner@example.com", "password": password}).status_code == 302


def test_a_password_can_be_changed_by_who_knows_it_and_ends_other_sessions(as_role: Sign, owner: User) -> None:
    browser, other = as_role(""), as_role("")
    sign_in(browser)
    sign_in(other)
    fresh = "fünf Pinguine lesen Zeitung"
    wrong = {"current": "wrong", "password": fresh, "again": fresh}
    assert browser.post_form("/account/password", wrong, page="/account").status_code == 422
    assert other.get("/account").status_code == 200
    right = {**wrong, "current": PASSWORD}
    assert browser.post_form("/account/password", right, page="/account").status_code == 302
    assert browser.get("/account").status_code == 200
    assert other.get("/account").status_code == 302
    assert "Your account" not in sign_in(as_role(""))
    assert as_role("").post_form("/sign-in", {"email": owner.email, "password": fresh}).status_code == 302


def test_guessing_the_current_password_in_a_stolen_session_runs_dry(as_role: Sign, owner: User) -> None:
    browser = as_role("")
    sign_in(browser)
    fresh = "fünf Pinguine lesen Zeitung"
    for _ in range(10):
        form = {"current": "wrong", "password": fresh, "again": fresh}
        browser.post_form("/account/password", form, page="/account")
    page = browser.post_form("/account/password", {**form, "current": PASSWORD}, page="/account")
    assert page.status_code == 422 and "15 分钟" in page.text


def test_using_one_link_ends_the_person_s_other_links(engine: Engine, owner: User) -> None:
    with writing(engine) as session:
        first, second = accounts.new_link(session, owner), accounts.new_link(session, owner)
    with writing(engine) as session:
        accounts.use_link(session, first, owner, PASSWORD)
    with reading(engine) as session:
        assert accounts.open_link(session, second) is None


def test_a_disabled_person_s_link_opens_nothing(as_role: Sign, engine: Engine, owner: User) -> None:
    colleague = make.user(engine, role="analyst")
    with writing(engine) as session:
        link = f"/setup/{accounts.new_link(session, colleague)}"
        session.get_one(User, colleague.id).is_active = False
    assert as_role("").get(link).status_code == 404
    with reading(engine) as session:
        assert session.exec(select(Login).where(Login.user_id == colleague.id)).all() == []


def test_eight_at_once_with_the_set_up_link_make_one_owner(engine: Engine) -> None:
    with writing(engine) as session:
        link = accounts.new_link(session)

    def use(number: int) -> bool:
        person = User(email=f"o{number}@example.com", name="o", role="owner")
        try:
            with writing(engine) as session:
                accounts.use_link(session, link, person, PASSWORD)
        except (NotFound, SurveyError):
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(use, range(8))) == 1
    with reading(engine) as session:
        assert len(session.exec(select(User)).all()) == 1
        assert session.exec(select(SetupLink).where(col(SetupLink.used_at).is_(None))).all() == []


def test_a_token_for_one_purpose_opens_no_other_door(as_role: Sign, engine: Engine, owner: User, house) -> None:
    with writing(engine) as session:
        password_link = accounts.new_link(session, owner)
    guest = as_role("")
    assert guest.get(f"/setup/{password_link}").status_code == 200
    for token in (password_link, house.personal, house.public_id, house.leaving):
        for door in ("setup", "s", "r", "u"):
            mine = {("setup", password_link), ("r", house.personal), ("s", house.public_id), ("u", house.leaving)}
            if (door, token) not in mine:
                assert guest.get(f"/{door}/{token}").status_code == 404, (door, token)


def test_tokens_are_kept_as_hashes_only(engine: Engine, owner: User, as_role: Sign, house) -> None:
    browser = as_role("viewer")
    with browser.session_transaction() as cookie:
        login = cookie["login"]
    with writing(engine) as session:
        link = accounts.new_link(session, owner)
    with engine.connect() as connection:
        for table in ("login", "setup_link", "setuplink", "invitation", "message"):
            if engine.dialect.has_table(connection, table):
                rows = str(connection.exec_driver_sql(f"SELECT * FROM {table}").all())
                for token in (login, link, house.personal):
                    assert token not in rows, table
