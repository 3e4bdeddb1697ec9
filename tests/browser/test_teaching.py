"""The text model is taught in a browser: an answer arrives, is read, corrected; labels, a version, its use, back."""

import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from survey_app.store import due
from survey_app.store.database import connect, writing
from survey_app.tables import Survey
from tests import make
from tests.browser.conftest import Running
from tests.browser.test_chain import set_up_owner

TEXTS = ("壳子有毛刺", "边上有毛刺", "出水稳当", "水流稳当")
COMMENT = "包装里毛刺真多，物流很快"
LABELS = 45


def earlier_answers(data: Path) -> Survey:
    """A survey with answers in words of a trade that no list knows, handed over to be read."""
    engine = connect(f"sqlite:///{data}/survey.db")
    survey = make.survey(engine)
    rows = make.responses(engine, survey, [{"answers": {"nps": 8, "why": TEXTS[i % 4]}} for i in range(200)])
    with writing(engine) as session:
        due.hand_over(session, "score", [one.id for one in rows if one.id])
    engine.dispose()
    return survey


def answer(chromium: Browser, link: str) -> None:
    phone = chromium.new_context(locale="zh-CN", viewport={"width": 390, "height": 844}, has_touch=True)
    page = phone.new_page()
    page.goto(link)
    page.locator("label").filter(has_text=re.compile("^8$")).first.click()
    page.locator("textarea").first.fill(COMMENT)
    with page.expect_navigation():
        page.locator("form button[type=submit]").first.click()
    phone.close()


def correct_it(page: Page, live: Running) -> None:
    """The newest answer is there within seconds; one click says how the unknown word is meant."""
    page.locator("button.clause").filter(has_text="包装").first.click()
    page.locator("[popover]:popover-open button[name=polarity][value='-1']").first.click()
    expect(page.locator("button.clause.negative").filter(has_text="包装").first).to_be_visible()


def label(page: Page, live: Running, queue: str) -> None:
    """By keys alone: 1 where the word is there, else 3."""
    page.goto(f"{live.url}/opinions/label?queue={queue}")
    for done in range(LABELS):
        shown = page.locator("input[name=response]").get_attribute("value")
        for clause in page.locator("#label-form legend").all_inner_texts():
            page.keyboard.press("1" if "毛刺" in clause else "3")
        if done < LABELS - 1:
            expect(page.locator("input[name=response]")).not_to_have_value(shown or "")
    expect(page.locator("#label-page")).to_contain_text(f"{LABELS} / ")


def right(page: Page) -> float:
    """How many percent of the clauses the model in use reads rightly, by the card."""
    found = re.search(r"([\d.]+)%", page.locator(".accuracy-line").inner_text())
    return float(found[1]) if found else 0.0


def test_from_an_answer_to_a_taught_model_and_back(
    page: Page, live: Running, chromium: Browser, tmp_path: Path
) -> None:
    set_up_owner(page, live)
    survey = earlier_answers(tmp_path / "data")
    answer(chromium, f"{live.url}/s/{survey.public_id}")
    for _ in range(20):
        page.goto(f"{live.url}/opinions?period=all")
        if page.locator("button.clause").filter(has_text="包装").count():
            break
        page.wait_for_timeout(500)
    correct_it(page, live)
    for queue in ("sample", "teach"):
        label(page, live, queue)
    page.goto(f"{live.url}/opinions/models")
    expect(page.locator(".accuracy-line")).to_contain_text("正确", timeout=20_000)
    before = right(page)
    page.get_by_role("button", name="开始训练").click()
    page.get_by_role("button", name="启用", exact=True).click(timeout=60_000)
    expect(page.locator("#models-page")).to_contain_text("上次更换前后", timeout=30_000)
    expect(page.get_by_text("正在重新读取全部回答", exact=False).last).to_have_count(0, timeout=30_000)
    page.reload()
    assert right(page) > before
    assert "+1" in page.locator(".accuracy-line").inner_text()
    page.get_by_role("button", name="退回").click()
    expect(page.get_by_role("button", name="重新启用")).to_be_visible(timeout=30_000)
