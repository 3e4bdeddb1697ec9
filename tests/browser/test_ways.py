"""Other ways in, in a real browser: each writes responses through the same code as a link."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from survey_app import collecting, crypto
from survey_app.config import load
from survey_app.store.database import connect, writing
from tests import make
from tests.browser.conftest import Running, start, stop
from tests.respondent.conftest import TWO_PAGES


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Path]]:
    """A server with one survey of three pages, and its database."""
    data = tmp_path_factory.mktemp("ways")
    running = start("serve", data)
    config = load({"SURVEY_DATA": str(data)})
    crypto.use_key(config.secret_key)
    engine = connect(config.database_url)
    make.survey(engine, definition=TWO_PAGES)
    make.customer(engine, name="李晓梅", phone="+8613800138000")
    engine.dispose()
    yield running, data / "survey.db"
    stop(running)


def responses(file: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(file)) as db:
        return db.execute("SELECT state, channel, json_extract(answers, '$.nps') FROM response ORDER BY id").fetchall()


def public_id(file: Path) -> str:
    with closing(sqlite3.connect(file)) as db:
        return str(db.execute("SELECT public_id FROM survey WHERE id = 1").fetchone()[0])


@pytest.fixture
def phone(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    yield context
    context.close()


def choose(page: Any, name: str, value: str) -> None:
    page.locator(f"label:has(input[name={name}][value='{value}']), label[for='{name}-{value}']").click()


def answer_all(page: Any) -> None:
    choose(page, "nps", "9")
    page.locator("form button[type=submit]").first.click()
    expect(page.locator("input[name=name]")).to_be_visible()
    page.locator("input[name=name]").fill("第一位")
    choose(page, "stars", "5")
    page.locator("form button[type=submit]").first.click()
    expect(page.locator("svg.done")).to_be_visible()


def is_fresh(page: Page) -> None:
    expect(page.locator("input[name=nps]").first).to_be_attached()
    expect(page.locator("input[name=nps]:checked")).to_have_count(0)


def test_a_kiosk_starts_anew_after_the_thanks_and_when_somebody_walks_away(
    phone: BrowserContext, place: tuple[Running, Path]
) -> None:
    running, file = place
    before = len(responses(file))
    page = phone.new_page()
    page.clock.install()
    page.goto(f"{running.url}/s/{public_id(file)}?c=kiosk&k=30-5-zh&ref=door")
    answer_all(page)
    page.clock.run_for(6_000)
    is_fresh(page)
    page.clock.run_for(300_000)
    expect(page.locator(".still")).to_be_hidden()

    choose(page, "nps", "2")
    expect(page.locator("[name=why_low]")).to_be_visible()
    page.locator("form button[type=submit]").first.click()
    page.locator("input[name=name]").fill("第二位")
    page.clock.run_for(12_000)
    expect(page.locator(".still")).to_be_visible()
    page.get_by_role("button", name="继续填写").click()
    expect(page.locator(".still")).to_be_hidden()
    assert page.input_value("input[name=name]") == "第二位"
    page.clock.run_for(31_000)
    is_fresh(page)
    page.go_back()
    is_fresh(page)
    assert "第二位" not in page.content()
    assert responses(file)[before:] == [("submitted", "kiosk", 9), ("partial", "kiosk", 2)]


def test_a_kiosk_without_a_connection_sends_later_and_once(phone: BrowserContext, place: tuple[Running, Path]) -> None:
    running, file = place
    before = len(responses(file))
    page = phone.new_page()
    page.clock.install()
    page.goto(f"{running.url}/s/{public_id(file)}?c=kiosk&k=30-5-zh")
    choose(page, "nps", "7")
    phone.set_offline(True)
    page.locator("form button[type=submit]").first.click()
    expect(page.locator(".notice.wrong")).to_be_visible()
    page.clock.run_for(31_000)
    expect(page.locator("#main")).to_contain_text("暂时没有网络")
    phone.set_offline(False)
    page.clock.run_for(6_000)
    is_fresh(page)
    expect(page.locator(".notice.wrong")).to_have_count(0)
    page.clock.run_for(31_000)
    page.wait_for_timeout(500)
    assert responses(file)[before:] == [("partial", "kiosk", 7)]


def begun(page: Page, file: Path, running: Running) -> int:
    """How many responses there are when a visitor comes to the public link."""
    page.goto(f"{running.url}/s/{public_id(file)}?lang=zh")
    return len(responses(file))


def test_the_other_language_keeps_the_page(phone: BrowserContext, place: tuple[Running, Path]) -> None:
    running, file = place
    page = phone.new_page()
    before = begun(page, file, running)
    choose(page, "nps", "2")
    page.locator("[name=why_low]").fill("等了很久")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("input[name=nps][value='2']")).to_be_checked()
    expect(page.locator("[name=why_low]")).to_have_value("等了很久")
    page.get_by_role("button", name="Next").click()
    expect(page.locator("input[name=name]")).to_be_visible()
    page.locator("input[name=name]").fill("Ann")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("input[name=name]")).to_have_value("Ann")
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    assert len(responses(file)) == before + 1


def test_back_and_reload_stay_with_the_response_that_was_begun(
    phone: BrowserContext, place: tuple[Running, Path]
) -> None:
    running, file = place
    page = phone.new_page()
    before = begun(page, file, running)
    page.reload()
    choose(page, "nps", "8")
    for _ in range(2):
        page.locator("form button[type=submit]").first.click()
        expect(page.locator("input[name=name]")).to_be_visible()
        page.reload()
        expect(page.locator("input[name=name]")).to_be_visible()
        page.go_back()
        expect(page.locator("input[name=nps][value='8']")).to_be_checked()
    assert len(responses(file)) == before + 1


# -- on another site -------------------------------------------------------------------------------------------
@contextmanager
def site(html: str) -> Iterator[str]:
    """Another site: one page at every address, with an origin of its own."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = html.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join(30)


def embed(file: Path, embedding: collecting.Embedding) -> None:
    engine = connect(f"sqlite:///{file}")
    with writing(engine) as session:
        collecting.save_embedding(session, public_id(file), embedding)
    engine.dispose()


def test_a_window_opens_by_itself_takes_an_answer_and_does_not_come_back(
    phone: BrowserContext, place: tuple[Running, Path]
) -> None:
    running, file = place
    before, page = len(responses(file)), phone.new_page()
    html = (
        f"<html lang=zh><p style='height:3000px'>x</p><script src='{running.url}/embed/{public_id(file)}.js'></script>"
    )
    with site(html) as address:
        embed(file, collecting.Embedding(sites=(address,), after=None, depth=50, exit=True))
        page.goto(f"{address}/basket")
        page.wait_for_timeout(300)
        assert page.locator("iframe").count() == 0
        page.evaluate("scrollTo(0, 2500)")
        frame = page.frame_locator("iframe")
        answer_all(frame)
        expect(page.locator("[role=dialog]")).to_be_visible()
        page.get_by_role("button", name="关闭调查").click()
        expect(page.locator("iframe")).to_have_count(0)
        page.reload()
        page.evaluate("scrollTo(0, 2500)")
        page.wait_for_timeout(400)
        assert page.locator("iframe").count() == 0
    assert responses(file)[before:] == [("submitted", "embed", 9)]


def test_in_its_place_it_grows_with_its_pages_and_only_where_it_may(
    phone: BrowserContext, place: tuple[Running, Path]
) -> None:
    running, file = place
    before, page = len(responses(file)), phone.new_page()
    script = f"<script src='{running.url}/embed/{public_id(file)}.js'></script>"
    frame = f"<iframe src='{running.url}/s/{public_id(file)}?c=embed' id=plain></iframe>"
    with site(f"<div data-survey='{public_id(file)}'></div>{script}") as address, site(frame) as foreign:
        embed(file, collecting.Embedding(sites=(address,), mode="inline"))
        page.goto(address)
        inside = page.frame_locator("iframe")
        expect(inside.locator("form button").first).to_be_visible()
        page.wait_for_function("document.querySelector('iframe').style.height !== '480px'")
        assert inside.locator("html").evaluate("e => e.scrollHeight - e.clientHeight") <= 0
        answer_all(inside)
        page.goto(foreign)
        page.wait_for_timeout(300)
        assert "nps" not in page.frames[1].content()
    assert responses(file)[before:] == [("submitted", "embed", 9)]


# -- staff who enter what others answered -----------------------------------------------------------------------
@pytest.fixture(scope="module")
def staff(chromium: Browser, place: tuple[Running, Path]) -> Iterator[BrowserContext]:
    """Somebody signed in as owner."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    page = context.new_page()
    page.goto(place[0].setup)
    page.fill("[name=name]", "负责人")
    page.fill("[name=email]", "owner@example.com")
    page.fill("[name=password]", "a long enough password")
    page.fill("[name=again]", "a long enough password")
    page.click("button.primary")
    expect(page.locator("nav.rail")).to_be_visible()
    page.close()
    yield context
    context.close()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_paper_form_is_entered_with_a_key_for_each_answer(staff: BrowserContext, place: tuple[Running, Path]) -> None:
    running, file = place
    before, page = len(responses(file)), staff.new_page()
    page.goto(f"{running.url}/surveys/1/paper")
    code = page.locator(".code strong").inner_text()
    page.goto(f"{running.url}/entry")
    page.keyboard.type(code.lower())
    press(page, "Enter")
    expect(page.locator(".item.now-here")).to_have_count(1)
    press(page, "x", "Backspace", "4")
    page.keyboard.type("等太久")
    press(page, "Control+Enter", "Enter")
    expect(page.locator("input[name=name]")).to_be_focused()
    page.keyboard.type("王小明")
    press(page, "Enter", "2", "Enter")
    expect(page.locator("[name=sorry]")).to_be_focused()
    press(page, "Control+Enter", "Enter")
    expect(page.locator(".notice.good")).to_be_visible()
    expect(page.locator("#code")).to_be_focused()
    assert responses(file)[before:] == [("submitted", "paper", 4)]
    page.close()


def test_an_interview_is_made_from_the_call_list_by_keys(staff: BrowserContext, place: tuple[Running, Path]) -> None:
    running, file = place
    before, page = len(responses(file)), staff.new_page()
    page.goto(f"{running.url}/surveys/1/calls")
    page.get_by_role("button", name="加入名单").click()
    page.get_by_role("button", name="下一位").click()
    expect(page.locator("h1")).to_have_text("李晓梅")
    press(page, "Enter")
    expect(page.locator(".now-here")).to_have_count(1)
    press(page, "9", "Enter")
    expect(page.locator("input[name=name]")).to_be_focused()
    press(page, "Enter", "5", "Enter")
    expect(page.locator(".notice.good")).to_be_visible()
    expect(page.locator(".numbers")).to_contain_text("1 已完成")
    assert responses(file)[before:] == [("submitted", "interview", 9)]
    page.close()


def test_an_export_of_another_tool_is_imported(staff: BrowserContext, place: tuple[Running, Path]) -> None:
    running, file = place
    before, page = len(responses(file)), staff.new_page()
    rows = "序号,提交答卷时间,所用时间,来自IP,1、推荐的可能性,2、满意度\n1,2026/11/3 9:05:12,35秒,1.2.3.4,8,5\n"
    page.goto(f"{running.url}/responses/import?survey=1")
    page.select_option("[name=survey]", "1")
    page.set_input_files("input[type=file]", {"name": "a.csv", "mimeType": "text/csv", "buffer": rows.encode()})
    page.locator("form[enctype] .button").click()
    expect(page.locator("form .notice").first).to_contain_text("问卷星")
    page.locator("button[value=import]").click()
    page.wait_for_url("**/result**")
    for _ in range(100):
        if len(responses(file)) > before:
            break
        page.wait_for_timeout(100)
    assert responses(file)[before:] == [("submitted", "import", 8)]
    page.close()
