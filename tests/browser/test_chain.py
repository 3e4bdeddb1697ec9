"""The main job in a real browser: from a template to a verified improvement, over a real mail server."""

import re
from datetime import date, timedelta
from email.message import EmailMessage
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Mailbox, Running

PASSWORD = "a long enough password"
COMMENT = "物流很快，但是客服态度很差，等了两天没人回复"
CUSTOMERS = (
    "客户编号,姓名,邮箱,客群\nK1,李晓梅,lixiaomei@example.com,线上商城\nK2,赵一鸣,zhaoyiming@example.com,线下门店\n"
)


def set_up_owner(page: Page, live: Running) -> None:
    page.goto(live.setup)
    page.fill("[name=name]", "负责人")
    page.fill("[name=email]", "owner@example.com")
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=again]", PASSWORD)
    page.click("button.primary")
    expect(page.locator("nav.rail")).to_be_visible()


def connect_mail(page: Page, live: Running, port: int) -> None:
    page.goto(f"{live.url}/settings/mail")
    page.fill("[name=from_name]", "示例公司")
    page.fill("[name=from_address]", "care@example.com")
    page.fill("[name=host]", "127.0.0.1")
    page.fill("[name=port]", str(port))
    page.select_option("[name=security]", index=_plain(page))
    page.click("button[value=save]")
    expect(page.locator(".notice.good")).to_be_visible()


def _plain(page: Page) -> int:
    """The place of the choice without encryption."""
    values = page.locator("[name=security] option").evaluate_all("options => options.map(o => o.value)")
    return next(place for place, value in enumerate(values) if value in ("none", "plain", ""))


def build_survey(page: Page, live: Running) -> None:
    page.goto(f"{live.url}/surveys/new")
    page.click("button[name=template][value=relationship_nps]")
    expect(page.locator("#builder")).to_be_visible()
    page.locator(".item-line a.line").first.click()
    stem = page.locator("#builder form textarea[name=text_zh], #builder form input[name=text_zh]").first
    stem.fill("您有多大可能把我们推荐给同事？")
    stem.locator("xpath=ancestor::form").locator("button.primary").click()
    expect(page.locator("#builder")).to_contain_text("推荐给同事")
    page.get_by_role("link", name="发布", exact=True).last.click()
    page.click("form button.primary")
    expect(page.locator("body")).to_contain_text("/s/")


def import_customers(page: Page, live: Running, file: Path) -> None:
    file.write_text(CUSTOMERS, encoding="utf-8")
    page.goto(f"{live.url}/customers/import")
    page.set_input_files("[name=file]", str(file))
    page.click("form button.primary")
    page.click("button[value=import]")
    page.goto(f"{live.url}/customers")
    expect(page.locator("body")).to_contain_text("李晓梅")


def send_campaign(page: Page, live: Running) -> None:
    page.goto(f"{live.url}/campaigns/new")
    page.fill("[name=name]", "首轮投放")
    page.fill("[name=window_start]", "0")
    page.fill("[name=window_end]", "24")
    page.locator("form button.primary").click()
    expect(page.locator("body")).to_contain_text("2")
    page.get_by_role("button", name="开始发送").click()


def the_link(mail: EmailMessage, score: int) -> str:
    """The address behind the button of a score in a received mail."""
    html = mail.get_body(("html",))
    assert html is not None
    found = re.search(rf'href="(http://127\.0\.0\.1:\d+/r/[\w-]+\?score={score})"', html.get_content())
    assert found, "the mail has no such button"
    return found[1]


def answer(chromium: Browser, link: str) -> None:
    """On a phone: the score is chosen already, the comment is typed, the button is pressed."""
    phone = chromium.new_context(locale="zh-CN", viewport={"width": 390, "height": 844}, has_touch=True)
    page = phone.new_page()
    page.goto(link)
    expect(page.locator("input[type=radio]:checked").first).to_have_value("3")
    for _ in range(6):
        boxes = page.locator("textarea:visible")
        if boxes.count() and not boxes.first.input_value():
            boxes.first.fill(COMMENT)
        with page.expect_navigation():
            page.locator("form button[type=submit]").first.click()
        if not page.locator("form[data-draft]").count():
            break
    expect(page.locator("form[data-draft]")).to_have_count(0)
    page.goto(link)
    expect(page.locator("form[data-draft]")).to_have_count(0)
    phone.close()


def see_it_on_the_dashboard(page: Page, live: Running) -> None:
    page.goto(live.url)
    expect(page.locator("main")).to_contain_text("NPS")
    for _ in range(60):
        page.goto(f"{live.url}/opinions")
        if page.locator(".clause.positive").count() and page.locator(".clause.negative").count():
            break
        page.wait_for_timeout(1000)
    expect(page.locator(".clause.positive").first).to_contain_text("物流")
    expect(page.locator(".clause.negative").first).to_contain_text(re.compile("客服|等了"))


def bring_earlier_answers(page: Page, live: Running, file: Path) -> None:
    """What was answered elsewhere before: without it an action has no baseline."""
    lines = [f"{5 + day % 6},{date.today() - timedelta(days=day)} 10:00" for day in range(2, 62)]
    file.write_text("\n".join(["nps,时间", *lines]), encoding="utf-8")
    page.goto(f"{live.url}/responses/import")
    page.set_input_files("[name=file]", str(file))
    page.click("form button.primary")
    page.click("button[value=import]")
    expect(page.locator("#import")).to_contain_text("60")


def work_on_the_case(page: Page, live: Running) -> None:
    page.goto(f"{live.url}/cases")
    page.get_by_role("link", name=re.compile("李晓梅|赵一鸣")).first.click()
    expect(page.locator("main")).to_contain_text("等了两天没人回复")
    expect(page.locator("time[data-due]")).to_be_visible()
    page.get_by_role("button", name="我来处理").first.click()
    page.get_by_role("link", name="新建改进措施").click()


def plan_the_action(page: Page) -> None:
    page.fill("[name=title]", "客服当日回复每一条消息")
    page.locator("form button.primary").click()
    expect(page.locator("h1")).to_contain_text("客服当日回复每一条消息")
    page.get_by_role("link", name="选择判定标准").click()
    page.fill("#min_n", "30")
    page.fill("#verify_days", "1")
    page.locator("#verify_days").press("Tab")
    expect(page.locator("form[action*=criterion] [name=verify_days]")).to_have_value("1")
    page.locator("form[action*=criterion] button.primary").click()
    page.locator("form[action*=implement] button.primary").click()
    expect(page.locator("main")).to_contain_text("验证")


def test_from_a_template_to_a_verified_improvement(
    page: Page, chromium: Browser, live: Running, mailbox: tuple[Mailbox, int], tmp_path: Path
) -> None:
    box, port = mailbox
    set_up_owner(page, live)
    connect_mail(page, live, port)
    build_survey(page, live)
    import_customers(page, live, tmp_path / "customers.csv")
    send_campaign(page, live)
    mails = box.wait(2)
    assert {mail["To"].addresses[0].addr_spec for mail in mails} == {"lixiaomei@example.com", "zhaoyiming@example.com"}
    answer(chromium, the_link(mails[0], 3))
    see_it_on_the_dashboard(page, live)
    bring_earlier_answers(page, live, tmp_path / "answers.csv")
    work_on_the_case(page, live)
    plan_the_action(page)
