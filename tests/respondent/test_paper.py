"""Paper forms: printed with codes, entered once each, through the same checks as a link."""

import html
import re

import pytest

from survey_app import collecting
from survey_app.collecting import Form
from survey_app.forms.types import TYPES
from survey_app.store import questionnaires
from survey_app.store.database import reading, writing
from survey_app.tables import Survey, Version
from survey_app.web.paper import numbered, when
from tests import make
from tests.respondent.conftest import TWO_PAGES
from tests.respondent.test_every_type import DEFINITION, ITEMS
from tests.respondent.visitor import Visitor

CODE = re.compile(r"<strong>([^<]+)</strong>")


def printed(client, survey, query=""):
    answer = client.get(f"/surveys/{survey.id}/paper{query}")
    assert answer.status_code == 200
    return html.unescape(answer.text)


@pytest.fixture
def form(rows, long_survey):
    (version,) = rows(Version)
    return collecting.new_form(version.id)


class Typist(Visitor):
    """Somebody of the staff who fills in the pages of a form."""

    def __init__(self, client, address):
        self.client, self.headers = client, {}
        self.page = self.open(address)


def test_every_copy_has_a_code_of_its_own_and_every_type_is_printed(client, engine):
    survey = make.survey(engine, definition=DEFINITION)
    page = printed(client, survey, "?copies=3&words_in=en")
    codes, asked = CODE.findall(page), [item["key"] for item in ITEMS if TYPES[item["type"]].is_asked]
    assert len(set(codes)) == 3 and all(collecting.read_form(code) for code in codes)
    assert all(page.count("Question " + item["key"]) >= 3 for item in ITEMS if item["key"] in asked)
    assert '<option value="a1"' not in page, "a list that opens is no use on paper"
    assert len(CODE.findall(printed(client, survey, "?copies=100000"))) == 100
    assert len(CODE.findall(printed(client, survey, "?copies=x&words_in=fr"))) == 1


def test_conditions_are_words(engine, rows):
    asked = collecting.relaxed(_asked(engine, make.survey(engine, definition=TWO_PAGES)))
    numbers = numbered(asked)
    assert when(asked, "nps <= 6", numbers, "zh") == "仅当第 1 题 不超过 6时填写"
    assert when(asked, "not (nps < 3 or answered(name))", numbers, "en") == (
        "Only if question 1 is at least 3 and question 3 is not answered"
    )
    assert when(asked, 'attr.segment == "VIP"', numbers, "en") == 'Only if attr.segment == "VIP"'
    assert when(asked, "", numbers, "en") == ""


def _asked(engine, survey):
    with reading(engine) as session:
        asked = questionnaires.latest(session, survey.id)
    assert asked
    return asked


def test_a_code_is_read_as_people_type_it_and_a_slip_is_noticed(form):
    plain = form.code.replace("-", "")
    for typed in (form.code, f" {plain.lower()} ", form.code.replace("-", " "), form.code.replace("-", "—")):
        assert collecting.read_form(typed) == form
    slip = "A" if form.code[-5] != "A" else "B"
    slips = [form.code[:-5] + slip + form.code[-4:], form.code[:-1], f"2{form.code}"]
    for typed in (*slips, "", "1", "9" * 60, "１-" + form.code):
        assert collecting.read_form(typed) is None


def test_a_form_is_entered_once_by_page_and_says_who_did(as_role, form, rows):
    client = as_role("case_worker")
    asked = client.post_form("/entry", {"code": form.code.lower()})
    assert asked.location == f"/entry/{form.code}"
    typist = Typist(client, asked.location)
    assert form.code in typist.page.text and "entry.js" in typist.page.text
    typist.send({"nps": "4"})
    typist.send({"why_low": "太慢"})
    typist.send({"name": "王"})
    assert "这份表单已录入" in typist.page.text and f'href="/entry?after={form.code}"' in typist.page.text
    (row,) = rows()
    assert (row.state, row.channel, row.ticket) == ("submitted", "paper", form.key)
    assert row.answers == {"nps": 4, "why_low": "太慢", "name": "王", "stars": None}, "gaps on paper stay gaps"
    assert row.attributes == {"entered_by": "case_worker"}
    again = Typist(client, f"/entry/{form.code}")
    assert "这份表单已录入" in again.page.text and "<form" not in again.page.text
    after = client.get(f"/entry?after={form.code}").text
    assert f"/responses/{row.id}" in after and "今日已录入 1 份" in after


def test_what_is_wrong_on_paper_is_refused_as_on_a_page(client, form, rows):
    typist = Typist(client, f"/entry/{form.code}")
    assert typist.send({"nps": "11"}).status_code == 422
    assert typist.send({"nps": "4", "ticket": "x"}).status_code == 400
    assert rows() == []


def test_forms_come_back_after_the_survey_has_closed(client, form, rows, engine, long_survey):
    with writing(engine) as session:
        session.get_one(Survey, long_survey.id).is_open = False
    typist = Typist(client, f"/entry/{form.code}")
    typist.send({"nps": "9"})
    typist.send({})
    assert [row.state for row in rows()] == ["submitted"]


def test_a_code_that_nobody_printed_leads_back(client, rows, form):
    wrong = client.post_form("/entry", {"code": "1-AAAAA-222"})
    assert wrong.status_code == 200 and 'value="1-AAAAA-222"' in wrong.text and "没有这个编号" in wrong.text
    missing = collecting.new_form(form.version_id + 5)
    for code in ("1-AAAAA-222", missing.code, "%00"):
        assert client.get(f"/entry/{code}").status_code == 404
    assert client.get("/entry?after=%00").status_code == 200


def test_another_ones_ticket_does_not_open_a_form(client, form, rows):
    other = collecting.new_form(form.version_id)
    ticket = Typist(client, f"/entry/{other.code}").form["ticket"]
    assert Typist(client, f"/entry/{form.code}").send({"nps": "4", "ticket": ticket}).status_code == 400
    assert rows() == [] and isinstance(form, Form)
