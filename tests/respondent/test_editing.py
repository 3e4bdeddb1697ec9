"""Answers changed on the desk: the questionnaire's own checks, what was there before, and what follows from it."""

import pytest

from survey_app import clock, customers, publishing, scoring
from survey_app.store import columns
from survey_app.store.database import writing
from survey_app.store.policies import Limit, Policy
from survey_app.tables import AuditEntry, Due, Opinion, Quota, Response, ResponseEdit, Survey
from tests import make


@pytest.fixture
def said(engine, long_survey):
    """A submitted response of an unhappy customer, its text read."""
    customer = make.customer(engine, name="王小明")
    answers = {"nps": 3, "why_low": "客服王小明态度很差", "name": "王小明", "stars": 4}
    row = make.response(engine, long_survey, answers=answers, customer_id=customer.id, hand_over=True)
    scoring.score_due(engine)
    return row


def change(client, row, **more):
    address = f"/responses/{row.id}/edit"
    revision = str(more.pop("revision", row.revision))
    form = {"nps": "3", "why_low": "客服王小明态度很差", "name": "王小明", "stars": "4", "revision": revision,
            "shown": ["nps", "why_low", "name", "stars"], **more}  # fmt: skip
    return client.post_form(address, form, page=address)


def test_the_page_shows_what_was_answered(client, said):
    page = client.get(f"/responses/{said.id}/edit").text
    assert "客服王小明态度很差" in page and 'name="stars" value="4"' in page and "抱歉" not in page


def test_what_was_there_before_stays_readable(client, engine, said, rows):
    answer = change(client, said, name="王先生", reason="客户来电更正")
    assert answer.status_code == 302
    [row], [edit] = rows(Response), rows(ResponseEdit)
    assert row.answers["name"] == "王先生" and row.revision == 2 and row.submitted_at == said.submitted_at
    assert edit.before == {"name": ["王小明"]} and edit.user_id and edit.at <= clock.now()
    entry = next(one for one in rows(AuditEntry) if one.action == "response.edited")
    assert entry.data == {"items": ["name"]} and entry.subject_id == row.id
    page = client.get(f"/responses/{said.id}").text
    assert "人工修改记录" in page and "原为： 王小明" in page and "客户来电更正" in page


def test_it_must_be_an_answer_and_nothing_is_kept_of_what_is_none(client, said, rows):
    for wrong in ({"nps": "11"}, {"stars": "9"}, {"nps": ""}):
        refused = change(client, said, **wrong)
        assert refused.status_code == 422 and "has-error" in refused.text
    assert rows()[0].answers["nps"] == 3 and not rows(ResponseEdit)


def test_two_people_do_not_overwrite_each_other(client, said, rows):
    assert change(client, said, name="甲").status_code == 302
    late = change(client, said, name="乙")
    assert late.status_code == 409 and rows()[0].answers["name"] == "甲"
    assert change(client, rows()[0], name="甲").status_code == 302 and len(rows(ResponseEdit)) == 1


def test_questions_that_are_not_asked_any_more_go_and_come_back_as_absent(client, said, rows):
    change(client, said, nps="9")
    assert rows()[0].answers == {"nps": 9, "name": "王小明", "stars": 4}
    assert rows(ResponseEdit)[0].before == {"nps": [3], "why_low": ["客服王小明态度很差"]}


def test_figures_places_and_opinions_follow(app, client, engine, long_survey, said, rows):
    with writing(engine) as session:
        row = session.get_one(Survey, long_survey.id)
        publishing.change_policy(session, row, Policy(quotas=(Limit(key="q1", condition="nps <= 6", most=5),)))
        session.add(Quota(survey_id=row.id, key="q1", taken=0))
    assert {one.polarity for one in rows(Opinion)} == {-1}
    change(client, said, why_low="客服态度很好", nps="2")
    assert not rows(Opinion)
    assert [(one.revision, one.done_at is None) for one in rows(Due) if one.kind == "score"] == [(1, False), (2, True)]
    scoring.score_due(engine)
    assert {one.polarity for one in rows(Opinion)} == {1}
    frame = columns.load(engine, app.extensions["survey"].config.columns, long_survey.id)
    assert frame["nps"].values.tolist() == [2]


def test_an_erased_person_is_gone_from_what_was_there_before(client, engine, said, rows):
    change(client, said, name="王先生", reason="王小明来电")
    with writing(engine) as session:
        customers.erase(session, said.customer_id)
    [edit] = rows(ResponseEdit)
    assert "王小明" not in str(edit.before) and "王小明" not in edit.reason


def test_an_unfinished_response_can_be_changed_and_stays_unfinished(client, visit, long_survey, rows):
    visit(f"/s/{long_survey.public_id}").send({"nps": "9"})
    row = rows()[0]
    address = f"/responses/{row.id}/edit"
    form = {"nps": "8", "shown": ["nps"], "revision": str(row.revision)}
    assert client.post_form(address, form, page=address).status_code == 302
    assert rows()[0].answers == {"nps": 8} and rows()[0].state == "partial"
    assert not [due for due in rows(Due) if due.kind == "score"]
