"""Personal links: one response per invitation, resumed where it was left; a visit is never an answer."""

import re
from datetime import timedelta

import pytest

from survey_app import clock
from survey_app.tables import Click, Due, Invitation, Response
from tests import make

BROWSER = {"User-Agent": "Mozilla/5.0 (iPhone) MicroMessenger/8.0", "Accept-Language": "zh-CN"}


def test_the_score_of_the_mail_is_chosen_already_and_the_rest_is_asked(visit, invite, survey, rows):
    visitor = visit(f"/r/{invite(survey)}?score=3", **BROWSER)
    assert re.search(r'value="3" checked', visitor.page.text)
    assert "<textarea" in visitor.page.text
    assert rows() == [] and rows(Due) == []
    visitor.send({"why": "慢"})
    assert rows()[0].answers == {"nps": 3, "why": "慢"}


def test_a_low_score_of_the_mail_opens_the_question_that_follows(visit, invite, long_survey):
    page = visit(f"/r/{invite(long_survey)}?score=2").page.text
    assert not re.search(r'id="item-why_low"[^>]*hidden', page)


@pytest.mark.parametrize(
    "score", ["11", "-1", "abc", "%00", "5.5", "1e1", "９", "٣", "9" * 400, "", "9&score=3", "true", "[9]"]
)
def test_a_score_that_is_none_is_ignored_and_the_page_works(visit, invite, survey, rows, score):
    visitor = visit(f"/r/{invite(survey)}?score={score}", **BROWSER)
    assert visitor.page.status_code == 200
    if score != "9&score=3":
        assert " checked" not in visitor.page.text
    visitor.send({"nps": "10"})
    assert rows()[0].answers["nps"] == 10


def test_looking_at_a_link_writes_no_response_and_leaves_it_usable(visit, invite, survey, rows):
    token = invite(survey)
    for score in range(11):
        visitor = visit(f"/r/{token}?score={score}", **BROWSER)
        visitor.open(f"/r/{token}?score={score}", method="HEAD")
    assert rows() == []
    visitor.open(f"/r/{token}?score=9")
    visitor.send({})
    assert len(rows()) == 1


def test_visits_are_kept_with_a_verdict(visit, invite, survey, rows):
    person, scanner = invite(survey), invite(survey)
    visit(f"/r/{person}?score=9", **BROWSER)
    for score in (0, 1, 2, 3):
        visit(f"/r/{scanner}?score={score}", **BROWSER)
    visit(f"/r/{scanner}", **{"User-Agent": "Proofpoint URL Defense"})
    visit(f"/r/{scanner}", **BROWSER, **{"Sec-Purpose": "prefetch"})
    visit(f"/r/{scanner}").open(f"/r/{scanner}", method="HEAD")
    found = [(click.method, click.score, click.verdict) for click in rows(Click)]
    assert found[0] == ("GET", 9, "human")
    assert [verdict for _, _, verdict in found[1:5]] == ["human", "unsure", "machine", "machine"]
    assert {verdict for _, _, verdict in found[5:]} == {"machine"}
    assert found[-1][0] == "HEAD"
    assert all(row.opened_at for row in rows(Invitation))


def test_one_link_cannot_fill_the_disk(visit, invite, survey, rows, monkeypatch):
    monkeypatch.setattr("survey_app.collecting.clicks.MAX_KEPT", 3)
    token = invite(survey)
    for _ in range(6):
        visit(f"/r/{token}", **BROWSER)
    assert len(rows(Click)) == 3


def test_the_customers_segment_and_tier_are_kept_as_they_were(visit, invite, survey, rows, engine):
    customer = make.customer(engine, segment="企业", tier="金", attributes={"city": "杭州"})
    visit(f"/r/{invite(survey, customer=customer)}").send({"nps": "8"})
    (response,) = rows()
    assert (response.segment, response.tier, response.channel) == ("企业", "金", "email")
    assert response.customer_id == customer.id
    assert response.attributes == {}, "what is known of the customer is not copied into the answer"


def test_a_link_leads_back_to_where_it_was_left(visit, invite, long_survey, rows):
    token = invite(long_survey, language="en")
    visit(f"/r/{token}").send({"nps": "9"})
    later = visit(f"/r/{token}")
    assert "Page 2 of 2" in later.page.text
    later.send({"stars": "5"})
    assert "Come again." in later.page.text
    again = visit(f"/r/{token}")
    assert "already answered" in again.page.text
    assert len(rows()) == 1


def test_two_tabs_add_up_to_one_response(visit, invite, long_survey, rows):
    token = invite(long_survey, language="en")
    one, other = visit(f"/r/{token}"), visit(f"/r/{token}")
    one.send({"nps": "9"})
    other.send({"nps": "8"})
    one.send({"name": "one", "stars": "3"})
    assert "Come again." in one.page.text
    other.send({"name": "other", "stars": "1"})
    assert "Come again." in other.page.text
    (response,) = rows()
    assert response.answers == {"nps": 8, "name": "one", "stars": 3}


def test_answers_of_other_pages_survive_a_page_sent_from_an_old_tab(visit, invite, long_survey, rows):
    token = invite(long_survey)
    one, old = visit(f"/r/{token}"), visit(f"/r/{token}")
    one.send({"nps": "9"})
    one.send({"name": "kept", "go": "back"})
    old.send({"nps": "10"})
    assert rows()[0].answers == {"nps": 10, "name": "kept", "stars": None} or rows()[0].answers == {
        "nps": 10, "name": "kept"
    }  # fmt: skip


def test_a_link_of_another_survey_or_none_is_the_same_404(visit, invite, survey):
    token = invite(survey)
    pages = [
        visit(address).page
        for address in (
            f"/r/{token[:-1]}",
            f"/r/{token}x",
            "/r/nosuch",
            f"/s/{token}",
            f"/r/{survey.public_id}",
            "/r/%E7%8E%8B",
        )
    ]
    assert {page.status_code for page in pages} == {404}
    assert len({page.text for page in pages}) == 1


def test_an_invitation_that_was_closed_says_so(visit, invite, survey):
    page = visit(f"/r/{invite(survey, closed_at=clock.now() - timedelta(days=1))}").page
    assert page.status_code == 410
    assert "已结束" in page.text


def test_what_is_known_of_the_customer_can_be_piped_and_asked_by_conditions(visit, invite, engine):
    definition = {
        "title": {"zh": "{{attr.name|您}}好"}, "languages": ["zh"],
        "pages": [{"items": [
            {"key": "nps", "type": "nps", "text": {"zh": "推荐"}, "show_if": "attr.segment == '企业'"},
            {"key": "t", "type": "short_text", "text": {"zh": "其他"}},
        ]}],
    }  # fmt: skip
    survey = make.survey(engine, definition=definition)
    page = visit(f"/r/{invite(survey, customer=make.customer(engine, name='<王>', segment='企业'))}").page.text
    assert "&lt;王&gt;好" in page and 'name="nps"' in page
    stranger = visit(f"/r/{invite(survey, customer=make.customer(engine, segment='个人'))}").page.text
    assert 'name="nps"' not in stranger


def test_the_response_is_bound_to_its_invitation(visit, invite, survey, rows):
    token = invite(survey)
    visit(f"/r/{token}").send({"nps": "7"})
    assert rows(Response)[0].invitation_id == rows(Invitation)[0].id


def test_another_score_clicked_in_the_mail_is_asked_about_and_changes_the_answer(visit, invite, long_survey, rows):
    token = invite(long_survey, language="en")
    visit(f"/r/{token}?score=9", **BROWSER).send({})
    assert "Page 2 of 2" in visit(f"/r/{token}?score=9", **BROWSER).page.text, "the same again is no news"
    again = visit(f"/r/{token}?score=8", **BROWSER)
    assert "Your answer was 9. It becomes 8 when you go on from here." in again.page.text
    assert re.search(r'value="8" checked', again.page.text)
    assert rows()[0].answers == {"nps": 9}, "a visit changes nothing"
    again.send({})
    assert rows()[0].answers == {"nps": 8} and "Page 2 of 2" in again.page.text
    again.send({"stars": "4"})
    assert "already answered" in visit(f"/r/{token}?score=1", **BROWSER).page.text
    assert len(rows()) == 1
