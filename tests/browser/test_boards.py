"""An analyst's way through the figures: filter, read the answers, keep the view, download, share, and shut the link."""

import re
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine, update
from sqlmodel import col

from survey_app import clock
from survey_app.store.database import connect, writing
from survey_app.tables import DashboardLink, Survey
from tests import make
from tests.browser.conftest import Running
from tests.browser.test_chain import set_up_owner

NORTH, SOUTH = 40, 80
PATIENT = 90_000
"""Milliseconds: the first figure of a fresh server waits until everything that draws is loaded."""


@pytest.fixture
def engine(live: Running, tmp_path: Path) -> Engine:
    """The database of the running product."""
    return connect(f"sqlite:///{tmp_path / 'data' / 'survey.db'}")


def fill(engine: Engine) -> Survey:
    survey = make.survey(engine, name="门店回访")
    at = clock.now() - timedelta(days=10)
    make.responses(engine, survey, [
        {"answers": {"nps": (2, 9, 10)[number % 3], "why": f"第{number}位顾客说送货很快"}, "segment": segment,
         "at": at - timedelta(days=number % 50)}
        for segment, count in (("北店", NORTH), ("南店", SOUTH)) for number in range(count)
    ])  # fmt: skip
    return survey


def filter_by_segment(page: Page) -> None:
    page.locator(".cut-menu > summary").first.click()
    page.locator(".cut-filters label", has_text="北店").locator("input").check()
    page.get_by_role("button", name="应用").first.click()
    expect(page.locator(".cut-bar .chip")).to_contain_text("北店")
    expect(page.locator("#figure-groups")).to_contain_text(f"n {NORTH}")


def drill_down_and_back(page: Page) -> None:
    page.locator("#figure-groups .js-plotly-plot").wait_for()
    page.locator("#figure-groups .figure-table > summary").click()
    page.locator("#figure-groups .figure-rows th a").first.click()
    expect(page.locator("h1")).to_have_text("答卷")
    expect(page.locator(".cut-bar")).to_contain_text(f"{NORTH} 份答卷")
    page.locator(".table.responses td.when a").first.click()
    expect(page.locator("main")).to_contain_text("送货很快")
    page.go_back()
    page.go_back()
    expect(page.locator("#figure-groups")).to_contain_text(f"n {NORTH}")


def save_the_cut(page: Page) -> None:
    page.get_by_text("已存视图").click()
    page.fill("#cut-name", "北店近况")
    page.locator("form", has=page.locator("#cut-name")).get_by_role("button").click()
    expect(page.locator(".notice.good")).to_be_visible()
    page.get_by_text("已存视图").click()
    page.get_by_role("link", name="北店近况").last.click()
    expect(page.locator(".cut-bar .chip")).to_contain_text("北店")


def download(page: Page, folder: Path) -> None:
    card = page.locator("#figure-groups")
    card.locator(".js-plotly-plot").wait_for()
    card.locator("summary", has_text="下载").click()
    with page.expect_download() as picture:
        card.get_by_role("button", name="PNG").click()
    picture.value.save_as(folder / "figure.png")
    assert (folder / "figure.png").read_bytes().startswith(b"\x89PNG")
    with page.expect_download() as table:
        card.get_by_role("link", name=re.compile("XLSX")).click()
    table.value.save_as(folder / "table.xlsx")
    rows = list(openpyxl.load_workbook(folder / "table.xlsx").worksheets[0].iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == ["北店"]


def put_it_on_a_dashboard(page: Page, live: Running) -> None:
    page.goto(f"{live.url}/analysis/trend?period=90d&segment=北店")
    page.locator("#figure-score").get_by_role("link", name="加入看板").click()
    page.fill("#tile-new", "大厅屏幕")
    page.get_by_role("button", name="放到看板上").click()
    expect(page.locator("h1")).to_have_text("大厅屏幕")
    expect(page.locator(".tile")).to_contain_text(f"n {NORTH}")


def look_at_paper(page: Page, live: Running) -> None:
    """Printed from a dark screen: dark on white, as wide as the sheet, nothing to press."""
    page.goto(f"{live.url}/analysis/trend?period=90d")
    page.locator("#figure-trend .main-svg").first.wait_for()
    page.emulate_media(media="print", color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert float(page.locator("#figure-trend .main-svg").first.get_attribute("width") or 0) <= 640
    assert page.evaluate("getComputedStyle(document.body).getPropertyValue('--ink-2')") == "#52606d"
    expect(page.locator(".figure-acts:visible, .figure-table:visible, .rail:visible")).to_have_count(0)
    assert page.pdf(format="A4").count(b"/Type /Page\n") <= 3
    page.emulate_media(media="screen", color_scheme="light")


def share(page: Page) -> str:
    page.get_by_role("link", name="分享").click()
    page.select_option("#link-days", "7")
    page.get_by_role("button", name="生成链接").click()
    address = page.locator(".fresh-link input").input_value()
    page.reload()
    assert "/shared/" in address
    return address


def test_an_analyst_finds_keeps_and_shares(
    page: Page, chromium: Browser, live: Running, engine: Engine, tmp_path: Path
) -> None:
    page.set_default_timeout(PATIENT)
    set_up_owner(page, live)
    survey = fill(engine)
    page.goto(f"{live.url}/analysis/groups?period=90d")
    filter_by_segment(page)
    drill_down_and_back(page)
    save_the_cut(page)
    page.goto(f"{live.url}/analysis/groups?period=90d&segment=北店")
    download(page, tmp_path)
    look_at_paper(page, live)
    put_it_on_a_dashboard(page, live)
    look_from_outside(chromium, share(page), live, engine, survey)
    engine.dispose()


def look_from_outside(chromium: Browser, link: str, live: Running, engine: Engine, survey: Survey) -> None:
    """A second browser, with no session: it sees the figure, follows an answer, and is shut out in time."""
    visitor = chromium.new_context(locale="en-GB", viewport={"width": 1440, "height": 900})
    other = visitor.new_page()
    other.goto(link)
    expect(other.locator("h1")).to_have_text("大厅屏幕")
    expect(other.locator(".tile")).to_contain_text(f"n {NORTH}")
    assert other.locator("nav, form, a[href*=responses], a[href*=analysis]").count() == 0
    other.get_by_role("link", name="Full screen").click()
    expect(other.locator(".wall .tile")).to_contain_text(f"n {NORTH}")
    make.response(engine, survey, answers={"nps": 10}, segment="北店")
    expect(other.locator(".wall .tile")).to_contain_text(f"n {NORTH + 1}", timeout=20_000)
    with writing(engine) as session:
        session.execute(update(DashboardLink).where(col(DashboardLink.id) == 1).values(expires_at=clock.now()))
    expect(other.locator("h1")).to_have_text("This link has expired.", timeout=20_000)
    answer = other.goto(link)
    assert answer and answer.status == 410
    assert other.goto(f"{live.url}/dashboards/1") and "/sign-in" in other.url
    visitor.close()
