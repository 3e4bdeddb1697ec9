"""Writing in the builder: nothing that was typed is lost, whatever is opened next."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Running
from tests.browser.test_chain import set_up_owner


@pytest.fixture
def building(page: Page, live: Running) -> Page:
    """A draft from a template, its first question open."""
    set_up_owner(page, live)
    page.goto(f"{live.url}/surveys/new")
    page.click("button[name=template][value=relationship_nps]")
    page.locator(".item-line a.line").first.click()
    expect(page.locator(".item-form")).to_be_visible()
    return page


def test_what_is_typed_is_saved_and_shown_in_the_preview_by_itself(building: Page) -> None:
    building.fill(".item-form [name=text_zh]", "您愿意把我们推荐给同事吗？")
    expect(building.frame_locator(".phone iframe").locator("body")).to_contain_text("推荐给同事")
    expect(building.locator(".builder-bar [role=status]")).to_contain_text("草稿已保存")
    building.fill(".item-form [name=text_en]", "Would you tell a colleague?")
    expect(building.locator(".builder-bar [role=status]")).to_contain_text("草稿已保存")
    building.reload()
    expect(building.locator(".item-form [name=text_zh]")).to_have_value("您愿意把我们推荐给同事吗？")
    expect(building.locator(".item-form [name=text_en]")).to_have_value("Would you tell a colleague?")


def test_opening_another_question_at_once_keeps_the_first(building: Page) -> None:
    building.fill(".item-form [name=text_zh]", "没有点保存")
    building.locator(".item-line a.line").nth(1).click()
    expect(building.locator("#builder")).to_contain_text("没有点保存")
    building.locator(".item-form [name=text_zh]").fill("第二题也没有点保存")
    building.get_by_role("link", name="发布", exact=True).last.click()
    expect(building.locator("h2").first).to_be_visible()
    building.go_back()
    expect(building.locator("#builder")).to_contain_text("第二题也没有点保存")


def test_a_click_while_a_save_is_under_way_is_not_lost(building: Page) -> None:
    building.evaluate(
        "const real = fetch;"
        "window.fetch = (...asked) => new Promise((go) => setTimeout(go, 1500)).then(() => real(...asked))"
    )
    building.fill(".item-form [name=text_zh]", "保存途中换题")
    building.locator(".item-form [name=text_zh]").blur()
    expect(building.locator(".builder-bar [role=status]")).to_contain_text("正在保存")
    building.locator(".item-line a.line").nth(1).click()
    expect(building.locator(".item-form [name=text_zh]")).not_to_have_value("保存途中换题")
    expect(building.locator("#builder")).to_contain_text("保存途中换题")


def test_moving_another_question_at_once_keeps_what_was_typed(building: Page) -> None:
    building.fill(".item-form [name=text_zh]", "先写再移动")
    building.locator(".item-acts form[action$='/move'] button:enabled").last.click()
    expect(building.locator("#builder")).to_contain_text("先写再移动")
    building.reload()
    expect(building.locator("#builder")).to_contain_text("先写再移动")


def test_what_cannot_be_saved_is_said_and_stays_in_the_form(building: Page) -> None:
    building.fill(".item-form [name=show_if]", "nps <=")
    expect(building.locator(".builder-bar [role=status]")).to_contain_text("尚未保存")
    building.locator(".item-line a.line").nth(1).click()
    expect(building.locator(".item-form .error").first).to_be_visible()
    expect(building.locator(".item-form [name=show_if]")).to_have_value("nps <=")
