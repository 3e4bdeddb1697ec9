"""Every page as it is seen: nothing runs over the edge, nothing is out of reach of a reader, no script complains."""

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from email import message_from_bytes, policy
from os import environ

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, BrowserContext, Page, expect

from survey_app.config import ROOT
from tests.browser.conftest import Running, start, stop

STAFF = (
    "/", "/surveys", "/surveys/new", "/surveys/1/build", "/surveys/1/build?item=nps", "/surveys/1/build/publish",
    "/surveys/1/share", "/surveys/1/cards", "/surveys/1/kiosk", "/surveys/1/embed", "/surveys/1/paper", "/entry",
    "/surveys/1/calls",
    "/surveys/1/versions", "/surveys/1/versions/compare", "/surveys/1/settings", "/surveys/1/limits",
    "/surveys/1/protection",
    "/campaigns", "/campaigns/new", "/campaigns/1",
    "/campaigns/1/messages", "/campaigns/links", "/outbox", "/responses", "/responses/import", "/questions",
    "/analysis/crosstab", "/analysis/drivers", "/analysis/explain",
    "/analysis/trend", "/analysis/groups", "/analysis/funnel",
    "/analysis/correlation", "/analysis/regression", "/analysis/table?columns=segment&measure=metric.nps",
    "/analysis/versus",
    "/dashboards", "/dashboards/1", "/dashboards/1/edit", "/dashboards/1/share", "/dashboards/1/wall",
    "/dashboards/figure?figure=groups",
    "/opinions", "/opinions/models", "/cases", "/actions",
    "/customers", "/customers/1", "/customers/1/edit", "/customers/import",
    "/settings/mail", "/settings/company", "/settings/api", "/settings/users", "/settings/users/audit",
    "/account", "/sign-in",
)  # fmt: skip
WIDE_BY = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PHONE, LAPTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
TABLET, SMALL_LAPTOP = {"width": 768, "height": 1024}, {"width": 1280, "height": 800}
GRAVE = ("serious", "critical")
RULES = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The product with a small part of the demo data, one server for all pages."""
    data = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "survey_app", "demo", "--scale", "0.05"]
    known = {key: value for key, value in environ.items() if key != "DATABASE_URL"}
    subprocess.run(command, env={**known, "SURVEY_DATA": str(data), "PYTHONPATH": str(ROOT)}, check=True, timeout=600)
    running = start("run", data)
    yield running
    stop(running)


@dataclass(frozen=True)
class Customers:
    """The pages that customers come to: a public link, and what stands in a mail of the demo's outbox."""

    public: str
    mail: str
    personal: str
    unsubscribe: str


@pytest.fixture(scope="module")
def links(demo: Running, tmp_path_factory: pytest.TempPathFactory) -> Customers:
    file = next(tmp_path_factory.getbasetemp().rglob("survey.db"))
    with closing(sqlite3.connect(file)) as db:
        (public,) = db.execute("SELECT public_id FROM survey WHERE id = 1").fetchone()
        mail, raw = db.execute("SELECT id, raw FROM outbox_mail ORDER BY id LIMIT 1").fetchone()
    part = message_from_bytes(raw, policy=policy.default).get_body(("html",))
    assert part is not None
    html = part.get_content()
    personal, unsubscribe = re.search(r"/r/[\w-]+", html), re.search(r"/u/[^\"]+", html)
    assert personal and unsubscribe
    return Customers(f"/s/{public}", f"/outbox/{mail}/page", f"{personal[0]}?score=3", unsubscribe[0])


def looked_at(page: Page, address: str) -> list[str]:
    """What is wrong with a page at one address."""
    answer = page.goto(address)
    wrong = [] if answer and answer.status < 400 else [f"answers {answer.status if answer else 'nothing'}"]
    wide = page.evaluate(WIDE_BY)
    return [*wrong, *([f"{wide} px too wide"] if wide > 0 else [])]


def unreadable(page: Page) -> list[str]:
    """What a screen reader or weak eyes would stumble over."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']} {one['nodes'][0]['target']}" for one in found if one["impact"] in GRAVE]


def opened(browser: Browser, size: dict[str, int], scheme: str, complaints: list[str]) -> BrowserContext:
    context = browser.new_context(viewport=size, color_scheme=scheme, locale="zh-CN")  # type: ignore[arg-type]
    context.on("console", lambda said: complaints.append(f"console: {said.text}") if said.type == "error" else None)
    context.on("weberror", lambda error: complaints.append(f"script: {error.error}"))
    return context


@pytest.mark.parametrize(
    ("size", "language", "scheme", "with_axe"),
    [
        (PHONE, "zh", "light", True),
        (LAPTOP, "en", "dark", True),
        (PHONE, "en", "dark", False),
        (LAPTOP, "zh", "light", False),
        (TABLET, "zh", "light", False),
        (SMALL_LAPTOP, "en", "light", False),
    ],
    ids=["phone-zh", "laptop-en-dark", "phone-en-dark", "laptop-zh", "tablet-zh", "small-laptop-en"],
)
def test_pages_fit_can_be_read_and_do_not_complain(
    chromium: Browser, demo: Running, links: Customers, size: dict[str, int], language: str, scheme: str, with_axe: bool
) -> None:
    """Axe takes most of the time: it looks where both sizes, languages and schemes are seen once."""
    complaints: list[str] = []
    context = opened(chromium, size, scheme, complaints)
    page, faults = context.new_page(), {}
    for path in (*STAFF, links.public, links.personal, links.unsubscribe):
        mark = "&" if "?" in path else "?"
        found = looked_at(page, f"{demo.url}{path}{mark}lang={language}") + (unreadable(page) if with_axe else [])
        if found or complaints:
            faults[path] = [*found, *complaints]
            complaints.clear()
    context.close()
    assert not faults


def test_a_refused_page_says_so_beside_the_question_and_takes_it_back(
    chromium: Browser, demo: Running, links: Customers
) -> None:
    complaints: list[str] = []
    context = opened(chromium, PHONE, "light", complaints)
    page = context.new_page()
    page.goto(f"{demo.url}{links.public}?lang=zh")
    page.click("form button[type=submit]")
    page.wait_for_selector(".has-error")
    assert page.evaluate("document.activeElement.closest('.has-error') !== null")
    assert unreadable(page) == [] and page.evaluate(WIDE_BY) == 0
    page.locator("label", has=page.locator("input[name=nps][value='3']")).click()
    assert page.locator(".item.has-error").count() == 0
    context.close()


def test_a_condition_is_chosen_from_lists(chromium: Browser, demo: Running) -> None:
    page = chromium.new_page(locale="en-GB")
    try:
        page.goto(f"{demo.url}/surveys/2/build?item=trouble&lang=en")
        rows = page.locator(".condition-row")
        expect(rows).to_have_count(2)
        page.get_by_role("button", name="Add a condition").click()
        rows.last.locator("select").nth(0).select_option("attr.segment")
        rows.last.locator("select").nth(1).select_option("!=")
        rows.last.locator("select").nth(2).select_option("企业客户")
        page.locator(".condition-join").select_option("and")
        rows.first.get_by_role("button", name="Remove the condition").click()
        assert page.input_value("#show_if") == 'ces <= 3 and attr.segment != "企业客户"'
        page.locator(".item-form button.primary").click()
        expect(page.locator(".builder-bar")).to_contain_text("Undo")
        expect(page.locator(".condition-row")).to_have_count(2)
        page.locator(".field", has=page.locator("#show_if")).locator(".condition-text > summary").click()
        page.fill("#show_if", "not (nps <= 6 and ces <= 3)")
        page.locator(".item-form button.primary").click()
        chooser = page.locator(".field", has=page.locator("#show_if"))
        expect(chooser).to_contain_text("says more than the lists can show")
    finally:
        page.close()


def test_a_questionnaire_is_answered_without_scripts(chromium: Browser, demo: Running, links: Customers) -> None:
    context = chromium.new_context(viewport=PHONE, locale="zh-CN", java_script_enabled=False)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{demo.url}{links.public}")
    page.click("form button[type=submit]")
    assert page.locator(".has-error .error").count() == 1, "what is required is refused in words"
    page.locator("label", has=page.locator("input[name=nps][value='3']")).click()
    for _ in range(8):
        for box in page.locator("textarea:visible").all():
            box.fill("送货很快，但是客服回复太慢")
        page.click("form button[type=submit]")
        if not page.locator("form[data-draft]").count():
            break
    assert page.locator("svg.done").count() == 1
    assert re.search("[谢抱]", page.inner_text("main"))
    context.close()


def test_what_is_touched_on_a_phone_is_large_enough(chromium: Browser, demo: Running, links: Customers) -> None:
    context = chromium.new_context(viewport=PHONE, locale="zh-CN", has_touch=True)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{demo.url}{links.public}?lang=zh")
    heights = page.evaluate(
        "[...document.querySelectorAll('.scale label, .stars label, .choice, .box, .button')]"
        ".filter(one => one.offsetHeight).map(one => one.offsetHeight)"
    )
    assert heights and min(heights) >= 44
    page.goto(f"{demo.url}/campaigns/new?lang=zh")
    heights = page.evaluate(
        "[...document.querySelectorAll('main input:not([type=hidden]):not([type=checkbox]):not([type=radio]), "
        "main select, main .button')].filter(one => one.offsetHeight).map(one => one.offsetHeight)"
    )
    assert heights and min(heights) >= 44
    context.close()


@pytest.mark.parametrize("width", [390, 640])
def test_a_mail_fits_its_window_and_can_be_read_in_the_dark(
    chromium: Browser, demo: Running, links: Customers, width: int
) -> None:
    for scheme in ("light", "dark"):
        context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        page = context.new_page()
        assert looked_at(page, f"{demo.url}{links.mail}") == []
        contrast = [one for one in unreadable(page) if "contrast" in one]
        assert contrast == []
        context.close()
