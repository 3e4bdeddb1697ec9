"""Answering on the page's own form, without scripts and without cookies."""

import re

from survey_app.tables import Change, Due
from tests import make


def test_a_response_is_stored_once_with_what_follows_from_it(visit, survey, rows):
    visitor = visit(f"/s/{survey.public_id}?lang=en")
    page = visitor.send({"nps": "9", "why": "物流很快"})
    assert page.status_code == 200
    assert "Thank you" in page.text
    (response,) = rows()
    assert (response.state, response.answers, response.language) == ("submitted", {"nps": 9, "why": "物流很快"}, "en")
    assert response.submitted_at
    assert {(due.kind, due.subject, due.revision) for due in rows(Due)} == {
        ("case", response.id, 1),
        ("score", response.id, 1),
    }
    assert [change.response_id for change in rows(Change)] == [response.id]


def test_without_words_there_is_nothing_to_score(visit, survey, rows):
    visit(f"/s/{survey.public_id}").send({"nps": "10"})
    assert rows()[0].answers == {"nps": 10, "why": None}
    assert [due.kind for due in rows(Due)] == ["case"]


def test_a_missing_answer_is_named_beside_its_question_and_what_was_typed_stays(visit, survey, rows):
    visitor = visit(f"/s/{survey.public_id}?lang=en")
    page = visitor.send({"why": "typed <already>"})
    assert page.status_code == 422
    assert 'aria-describedby="nps-error"' in page.text
    assert re.search(r'id="nps-error">[^<]+', page.text)
    assert "typed &lt;already&gt;" in page.text
    assert rows() == []
    assert visitor.send({"nps": "3"}).status_code == 200
    assert rows()[0].answers == {"nps": 3, "why": "typed <already>"}


def test_pages_are_saved_one_by_one_and_the_way_back_keeps_answers(visit, long_survey, rows):
    visitor = visit(f"/s/{long_survey.public_id}?lang=en")
    assert "Page 1 of 2" in visitor.page.text
    visitor.send({"nps": "9"})
    assert "Page 2 of 2" in visitor.page.text
    assert (rows()[0].state, rows()[0].answers) == ("partial", {"nps": 9})
    visitor.send({"name": "Ann", "go": "back"})
    assert 'value="9" checked' in visitor.page.text
    visitor.send({})
    assert 'value="Ann"' in visitor.page.text
    visitor.send({"stars": "5"})
    assert "Come again." in visitor.page.text
    (response,) = rows()
    assert response.answers == {"nps": 9, "name": "Ann", "stars": 5}


def test_without_scripts_a_question_that_comes_up_is_asked_before_going_on(visit, long_survey, rows):
    visitor = visit(f"/s/{long_survey.public_id}?lang=en")
    assert re.search(r'id="item-why_low"[^>]*hidden disabled', visitor.page.text)
    visitor.send({"nps": "2"})
    assert "Page 1 of" in visitor.page.text
    assert not re.search(r'id="item-why_low"[^>]*hidden', visitor.page.text)
    visitor.send({"why_low": "客服态度差"})
    assert "Page 2 of" in visitor.page.text
    assert rows()[0].answers == {"nps": 2, "why_low": "客服态度差"}


def test_a_changed_mind_takes_the_hidden_answer_away(visit, long_survey, rows):
    visitor = visit(f"/s/{long_survey.public_id}")
    visitor.send({"nps": "2"})
    visitor.send({"nps": "9", "why_low": "no longer asked"})
    assert rows()[0].answers == {"nps": 9}


def test_branches_piping_and_the_ending_follow_the_answers(visit, long_survey, rows):
    visitor = visit(f"/s/{long_survey.public_id}?lang=en")
    visitor.send({"nps": "1"})
    visitor.send({})
    visitor.send({"name": "<b>Ann</b>", "stars": "1"})
    assert "Sorry, &lt;b&gt;Ann&lt;/b&gt;" in visitor.page.text
    visitor.send({"sorry": "ok"})
    assert "We will call you." in visitor.page.text
    assert rows()[0].state == "submitted"


def test_nobody_gets_past_a_required_question_by_asking_for_a_later_page(visit, long_survey, rows):
    visitor = visit(f"/s/{long_survey.public_id}?lang=en")
    page = visitor.send({"page": "1", "stars": "5", "name": "x", "shown": ["name", "stars"]})
    assert "Page 1 of" in page.text
    assert "nps-error" in page.text
    assert rows()[0].state == "partial"
    visitor.send({"nps": "10"})
    visitor.send({})
    assert rows()[0].state == "submitted"


def test_a_page_number_that_is_none_is_taken_as_the_first(visit, long_survey, rows):
    for page in ("-1", "99", "abc", "1e9", "٣", "9" * 30):
        visitor = visit(f"/s/{long_survey.public_id}?p={page}")
        assert visitor.page.status_code == 200
        assert visitor.send({"nps": "9", "page": page}).status_code in (200, 422)


def test_the_language_is_chosen_then_the_browsers_then_the_first_offered(visit, survey):
    address = f"/s/{survey.public_id}"
    assert '<html lang="zh-CN">' in visit(address).page.text
    assert '<html lang="en">' in visit(address, **{"Accept-Language": "en-GB,en;q=0.9"}).page.text
    assert '<html lang="zh-CN">' in visit(f"{address}?lang=zh", **{"Accept-Language": "en"}).page.text
    assert '<html lang="zh-CN">' in visit(f"{address}?lang=xx").page.text


def test_another_language_on_the_page_keeps_what_was_typed(visit, long_survey, rows):
    visitor = visit(f"/s/{long_survey.public_id}?lang=zh&utm_source=mail")
    visitor.send({"nps": "2", "why_low": "慢", "go": "in:en"})
    assert '<html lang="en">' in visitor.page.text and "Page 1 of" in visitor.page.text
    assert (visitor.form["nps"], visitor.form["why_low"]) == (["2"], ["慢"])
    assert rows() == [] and 'class="error"' not in visitor.page.text, "nothing is sent, nothing is refused"
    visitor.send({})
    assert "Page 2 of" in visitor.page.text and "您的称呼" not in visitor.page.text
    visitor.send({"name": "Ann", "go": "in:zh"})
    assert 'value="Ann"' in visitor.page.text and "您的称呼" in visitor.page.text
    visitor.send({"stars": "5", "go": "in:xx"})
    assert '<html lang="zh-CN">' in visitor.page.text
    visitor.send({})
    (response,) = rows()
    assert (response.answers["name"], response.language, response.state) == ("Ann", "zh", "submitted")


def test_where_a_visit_comes_from_is_noted_when_it_is_known(visit, survey, rows):
    visit(f"/s/{survey.public_id}?c=qr&utm_source=wechat&evil=1&utm_medium={'x' * 400}").send({"nps": "9"})
    visit(f"/s/{survey.public_id}?c=nosuch").send({"nps": "9"})
    first, second = rows()
    assert (first.channel, second.channel) == ("qr", "link")
    assert first.attributes == {"utm_source": "wechat", "utm_medium": "x" * 100}


def test_the_version_somebody_began_on_is_the_one_he_finishes(visit, engine, long_survey, rows):
    visitor = visit(f"/s/{long_survey.public_id}?lang=en")
    changed = {**make.DEFINITION, "title": {"zh": "新版", "en": "New version"}}
    make.version(engine, long_survey, definition=changed)
    visitor.send({"nps": "9"})
    visitor.send({"stars": "4"})
    assert "Come again." in visitor.page.text
    assert "New version" in visit(f"/s/{long_survey.public_id}?lang=en").page.text


def test_a_page_shown_anew_is_the_same_as_the_first_but_for_its_ticket(visit, survey):
    pages = [visit(f"/s/{survey.public_id}").page.text for _ in range(3)]
    tickets = [re.search(r'name="ticket" value="([^"]+)"', page)[1] for page in pages]
    assert len(set(tickets)) == 3
    assert len({page.replace(ticket, "") for page, ticket in zip(pages, tickets, strict=True)}) == 1
