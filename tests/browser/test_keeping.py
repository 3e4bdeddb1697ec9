"""Answers on a real phone: kept while they are given, with the network cut, the tab closed, on another device."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from survey_app import crypto
from survey_app.config import load
from survey_app.store.database import connect
from tests import make
from tests.browser.conftest import Running, start, stop
from tests.browser.test_ways import choose
from tests.respondent.conftest import TWO_PAGES


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Path]]:
    data = tmp_path_factory.mktemp("keeping")
    running = start("serve", data)
    crypto.use_key(load({"SURVEY_DATA": str(data)}).secret_key)
    yield running, data / "survey.db"
    stop(running)


@pytest.fixture
def survey(running: tuple[Running, Path]) -> tuple[str, Any]:
    """The address of a new survey, and what is stored of its responses."""
    server, file = running
    engine = connect(f"sqlite:///{file}")
    made = make.survey(engine, definition=TWO_PAGES)
    engine.dispose()

    def rows() -> list[tuple[str, dict[str, Any]]]:
        with closing(sqlite3.connect(file)) as db:
            query = "SELECT state, answers FROM response WHERE survey_id = ? ORDER BY id"
            return [(state, json.loads(answers)) for state, answers in db.execute(query, (made.id,))]

    return f"{server.url}/s/{made.public_id}", rows


@pytest.fixture
def phone(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    yield context
    context.close()


def wait_until(page: Page, holds: Any) -> None:
    for _ in range(300):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not come to be")


def submit(page: Page) -> None:
    page.locator("form button[type=submit]").first.click()


def test_an_answer_is_at_the_server_before_anything_is_pressed_and_another_device_goes_on(
    phone: BrowserContext, chromium: Browser, survey: tuple[str, Any]
) -> None:
    address, rows = survey
    page = phone.new_page()
    page.goto(address)
    choose(page, "nps", "3")
    page.locator("textarea[name=why_low]").fill("等了两周")
    wait_until(page, lambda: rows() == [("partial", {"nps": 3, "why_low": "等了两周"})])
    page.locator(".later summary").click()
    link = page.locator(".later input").input_value()
    other = chromium.new_context(locale="zh-CN")
    desk = other.new_page()
    desk.goto(link)
    expect(desk.locator("textarea[name=why_low]")).to_have_value("等了两周")
    submit(desk)
    choose(desk, "stars", "4")
    submit(desk)
    expect(desk.locator("svg.done")).to_be_visible()
    other.close()
    page.reload()
    expect(page.locator("svg.done")).to_be_visible()
    assert [state for state, _ in rows()] == ["submitted"]


def test_the_network_is_cut_the_tab_closed_and_reopened_and_there_is_one_response(
    phone: BrowserContext, survey: tuple[str, Any]
) -> None:
    address, rows = survey
    page = phone.new_page()
    page.goto(address)
    choose(page, "nps", "9")
    submit(page)
    expect(page.locator("input[name=name]")).to_be_visible()
    phone.set_offline(True)
    page.locator("input[name=name]").fill("王小明")
    choose(page, "stars", "5")
    submit(page)
    expect(page.locator(".notice")).to_contain_text("保存在本机")
    page.close()
    phone.set_offline(False)
    page = phone.new_page()
    page.goto(address)
    expect(page.locator("svg.done")).to_be_visible()
    assert rows() == [("submitted", {"nps": 9, "name": "王小明", "stars": 5})]
    again = phone.new_page()
    again.goto(address)
    expect(again.locator("input[name=nps]:checked")).to_have_count(0)
    assert len(rows()) == 1


def test_what_was_typed_without_a_network_is_kept_here_and_goes_when_it_is_back(
    phone: BrowserContext, survey: tuple[str, Any]
) -> None:
    address, rows = survey
    page = phone.new_page()
    page.goto(address)
    phone.set_offline(True)
    choose(page, "nps", "2")
    expect(page.locator(".notice")).to_contain_text("保存在本机")
    page.locator("textarea[name=why_low]").fill("没有信号")
    page.wait_for_timeout(1_000)
    page.close()
    phone.set_offline(False)
    page = phone.new_page()
    page.goto(address)
    expect(page.locator("textarea[name=why_low]")).to_have_value("没有信号")
    wait_until(page, lambda: rows() == [("partial", {"nps": 2, "why_low": "没有信号"})])
    phone.set_offline(True)
    page.locator("textarea[name=why_low]").fill("没有信号了")
    expect(page.locator(".notice")).to_be_visible()
    phone.set_offline(False)
    wait_until(page, lambda: rows() == [("partial", {"nps": 2, "why_low": "没有信号了"})])
    expect(page.locator(".notice")).to_have_count(0)
    submit(page)
    choose(page, "stars", "1")
    submit(page)
    expect(page.locator("textarea[name=sorry]")).to_be_visible()
    assert len(rows()) == 1
