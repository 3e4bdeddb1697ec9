"""Ways to a survey: links that say where people came from, and cards to print."""

import html
import re
from dataclasses import replace

import pytest
from flask import Flask

from survey_app.channels import qr
from survey_app.web.database import Installation
from tests import make
from tests.inviting.test_pages import FORM


@pytest.fixture
def survey(engine):
    return make.survey(engine)


def cards(client, survey, **wanted: str) -> str:
    answer = client.get(f"/surveys/{survey.id}/cards", query_string={"lang": "en", **wanted})
    assert answer.status_code == 200
    return html.unescape(answer.text)


def test_a_sheet_is_full_of_cards_with_the_title_the_words_and_the_address(client, survey):
    page = cards(client, survey, per_page="8")
    assert page.count('class="code-card"') == 8 and page.count('class="sheet cards-8"') == 1
    assert page.count("<h2>购物体验调查</h2>") == 8 and "扫码说说您的感受" in page
    assert page.count(f">http://survey.test/s/{survey.public_id}<") == 8
    assert page.count(qr.data_uri(f"http://survey.test/s/{survey.public_id}?c=qr")) == 8


def test_each_place_gets_a_card_with_a_code_of_its_own(client, survey):
    page = cards(client, survey, per_page="2", places="一店\n\n  二 店 \n三店\n", words_in="en")
    assert page.count('class="sheet cards-2"') == 2 and page.count('class="code-card"') == 3
    assert re.findall(r'class="code-place">([^<]+)<', page) == ["一店", "二 店", "三店"]
    link = f"http://survey.test/s/{survey.public_id}?c=qr&ref=%E4%BA%8C+%E5%BA%97"
    assert page.count(qr.data_uri(link)) == 1
    assert "<h2>Shopping survey</h2>" in page and "Scan the code" in page


def test_odd_wishes_for_cards_are_taken_as_far_as_they_make_sense(client, survey):
    page = cards(client, survey, per_page="3000", words_in="xx", title="<b>" * 60, places="\x00\n" * 9)
    assert page.count('class="code-card"') == 4 and "code-place" not in page
    assert "<b><b>" in page and "<h2><b>" not in client.get(f"/surveys/{survey.id}/cards?title=<b>").text


def test_the_answers_of_a_place_carry_its_name(client, survey):
    page = client.get(f"/s/{survey.public_id}?c=qr&ref=%E4%BA%8C+%E5%BA%97").text
    assert "ref=%E4%BA%8C+%E5%BA%97" in page


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000", "http://localhost", "http://[::1]:8000"])
def test_an_address_that_nobody_else_can_reach_is_warned_of(app: Flask, client, engine, survey, address):
    make.customer(engine)
    pages = [f"/surveys/{survey.id}/share", f"/surveys/{survey.id}/cards", "/campaigns/1", "/campaigns/links"]
    made = client.post_form("/campaigns/new", FORM | {"survey_id": survey.id})
    assert made.location == "/campaigns/1"
    assert not any("SURVEY_PUBLIC_URL" in client.get(page).text for page in pages)
    there: Installation = app.extensions["survey"]
    app.extensions["survey"] = Installation(replace(there.config, public_url=address), there.engine)
    assert all("SURVEY_PUBLIC_URL" in client.get(page).text for page in pages)
    invited = {"name": "新同事", "email": "new@example.com", "role": "viewer"}
    assert "SURVEY_PUBLIC_URL" in client.post_form("/settings/users", invited).text
