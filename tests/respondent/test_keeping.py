"""Answers are kept as they are given, and a link continues where they were left."""

import html
import re

import pytest

from survey_app.tables import Due


def keep(visitor, answers):
    """What the page's script sends while it is being filled in."""
    form = {**visitor.form, **answers, "go": "keep"}
    reply = visitor.client.post(visitor.action, data=form, headers=visitor.headers)
    return reply.status_code, reply.data


def test_an_answer_is_kept_before_anything_is_sent_and_the_page_stays(visit, long_survey, rows):
    visitor = visit(f"/s/{long_survey.public_id}")
    assert keep(visitor, {"nps": "3"}) == (204, b"")
    assert keep(visitor, {"nps": "4", "shown": ["nps", "why_low"], "why_low": "等"}) == (204, b"")
    (row,) = rows()
    assert (row.state, row.page, row.answers) == ("partial", 0, {"nps": 4, "why_low": "等"})
    assert rows(Due) == []
    visitor.send({"nps": "9"})
    assert "谢谢" in visitor.send({"stars": "5"}).text
    (row,) = rows()
    assert row.state == "submitted" and row.answers == {"nps": 9, "name": None, "stars": 5}


def test_what_cannot_be_read_yet_is_left_out_and_a_cleared_answer_goes(visit, long_survey, rows):
    visitor = visit(f"/s/{long_survey.public_id}")
    assert keep(visitor, {"nps": "11"})[0] == 204
    assert rows()[0].answers == {}
    keep(visitor, {"nps": "2", "why_low": "慢"})
    keep(visitor, {"nps": "2", "why_low": ""})
    assert rows()[0].answers == {"nps": 2}, "not answered yet is not the same as skipped"


def test_what_arrives_late_changes_nothing(visit, long_survey, rows):
    visitor = visit(f"/s/{long_survey.public_id}")
    form, action = {**visitor.form, "nps": "1", "go": "keep"}, visitor.action
    visitor.send({"nps": "9"})
    assert visitor.client.post(action, data=form).status_code == 204
    assert rows()[0].answers == {"nps": 9} and rows()[0].page == 1
    visitor.send({"stars": "5"})
    assert visitor.client.post(action, data=form).status_code == 204
    assert rows()[0].state == "submitted" and rows()[0].answers["nps"] == 9


@pytest.mark.parametrize("ticket", ["", "x.1.1.y"])
def test_nothing_is_kept_without_a_true_ticket(visit, long_survey, rows, ticket):
    assert keep(visit(f"/s/{long_survey.public_id}"), {"nps": "3", "ticket": ticket})[0] == 400
    assert rows() == []


def test_the_link_continues_on_another_device_and_is_one_response(visit, long_survey, rows):
    first = visit(f"/s/{long_survey.public_id}")
    first.send({"nps": "9"})
    link = html.unescape(re.findall(r'readonly[^>]*value="([^"]+)"', first.page.text)[0])
    assert link.startswith(f"http://survey.test/s/{long_survey.public_id}?t=")
    second = visit(link.removeprefix("http://survey.test"))
    assert 'name="stars"' in second.page.text
    second.send({"stars": "4", "name": "王"})
    assert "谢谢" in first.send({"stars": "1"}).text
    (row,) = rows()
    assert row.answers == {"nps": 9, "stars": 4, "name": "王"}


def test_who_has_a_link_of_his_own_or_one_page_needs_no_other(visit, invite, survey, long_survey):
    assert "readonly" not in visit(f"/r/{invite(long_survey)}").page.text
    assert "readonly" not in visit(f"/s/{survey.public_id}").page.text
