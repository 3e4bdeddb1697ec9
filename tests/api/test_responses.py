"""Responses handed in by programs: exactly once, by the same checks; and given out page by page or as changes."""

import threading
from datetime import timedelta

import pytest
from sqlmodel import select

from survey_app import clock
from survey_app.forms.definition import Item
from survey_app.forms.types import TYPES, question
from survey_app.store.database import reading, writing
from survey_app.tables import Due, Response, Survey
from tests import make
from tests.forms.samples import SAMPLES
from tests.respondent.conftest import TWO_PAGES


@pytest.fixture
def shop(program):
    return program()


def _rows(engine):
    with reading(engine) as session:
        return list(session.exec(select(Response).order_by(Response.id)))


def test_a_response_goes_in_once_and_comes_out_as_it_went_in(shop, survey, engine):
    make.customer(engine, reference="K-1", name="王小明", segment="企业客户", tier="金")
    body = {
        "answers": {"nps": 3, "why": "物流太慢"}, "language": "zh", "customer": "K-1", "attributes": {"order": "A-77"},
        "started_at": "2026-03-01T12:00:00Z",
    }  # fmt: skip
    first = shop.hand_in(survey, body)
    assert first.status_code == 201 and "Idempotent-Replayed" not in first.headers
    told = first.json
    assert told["answers"] == {"nps": 3, "why": "物流太慢"} and told["customer"] == "K-1" and told["version"] == 1
    assert (told["state"], told["channel"], told["segment"], told["tier"]) == ("submitted", "api", "企业客户", "金")
    assert told["attributes"] == {"order": "A-77"} and told["started_at"] == "2026-03-01T12:00:00Z"
    again = shop.hand_in(survey, body)
    assert again.status_code == 200 and again.headers["Idempotent-Replayed"] == "true" and again.json == told
    assert len(_rows(engine)) == 1
    assert shop.get(f"/responses/{told['id']}") == told
    assert shop.get(f"/surveys/{survey.public_id}/responses") == {"items": [told], "next": None}
    with reading(engine) as session:
        assert sorted(session.exec(select(Due.kind))) == ["case", "score"], "what follows is handed over"


def test_another_response_under_the_same_key_is_refused(shop, survey, engine):
    assert shop.hand_in(survey, {"answers": {"nps": 9}}).status_code == 201
    other = shop.hand_in(survey, {"answers": {"nps": 2}})
    assert other.status_code == 409 and other.json["code"] == "idempotency-reused"
    assert shop.hand_in(survey, {"answers": {"nps": 2}}, "two").status_code == 201
    assert [row.answers["nps"] for row in _rows(engine)] == [9, 2]


def test_eight_at_once_are_one(app, shop, survey, engine):
    answers, start = [], threading.Barrier(8, timeout=20)

    def send():
        start.wait()
        answers.append(shop.hand_in(survey, {"answers": {"nps": 7}}))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json["id"] for answer in answers}) == 1 and len(_rows(engine)) == 1


@pytest.mark.parametrize(
    ("answers", "at"),
    [
        ({}, "answers.nps"),
        ({"nps": None}, "answers.nps"),
        ({"nps": 11}, "answers.nps"),
        ({"nps": -1}, "answers.nps"),
        ({"nps": 5.5}, "answers.nps"),
        ({"nps": True}, "answers.nps"),
        ({"nps": [9]}, "answers.nps"),
        ({"nps": {"a": 1}}, "answers.nps"),
        ({"nps": 9, "nothing": 1}, "answers.nothing"),
        ({"nps": 9, "why": 7}, "answers.why"),
        ({"nps": 9, "why": ["a", "b"]}, "answers.why"),
        ({"nps": 9, "why": "x" * 200_000}, "answers.why"),
        ({"nps": 10**400}, "answers.nps"),
    ],
)
def test_what_a_page_would_refuse_is_refused_by_name(shop, survey, engine, answers, at):
    answer = shop.hand_in(survey, {"answers": answers})
    assert answer.status_code == 422 and answer.json["code"] == "answers"
    assert [one["at"] for one in answer.json["problems"]] == [at] and answer.json["problems"][0]["message"]
    assert not _rows(engine)


def test_conditions_hold_here_too(shop, engine):
    survey = make.survey(engine, definition=TWO_PAGES)
    hidden = shop.hand_in(survey, {"answers": {"nps": 9, "stars": 5, "why_low": "?"}})
    assert hidden.status_code == 422 and hidden.json["problems"][0]["at"] == "answers.why_low"
    missing = shop.hand_in(survey, {"answers": {"nps": 3}})
    assert [one["at"] for one in missing.json["problems"]] == ["answers.stars"]
    kept = shop.hand_in(survey, {"answers": {"nps": 3, "stars": 1, "sorry": "慢"}})
    assert kept.status_code == 201
    assert kept.json["answers"] == {"nps": 3, "why_low": None, "name": None, "stars": 1, "sorry": "慢"}


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_every_type_goes_in_as_it_comes_out(shop, engine, kind):
    text = {"zh": "题目", "en": "Question"}
    item = {"key": "k", "type": kind, "text": text, "options": TYPES[kind].starter}
    asked = question(Item(**item))
    survey = make.survey(engine, definition={"title": text, "languages": ["zh", "en"], "pages": [{"items": [item]}]})
    given = [asked.read(sent) for sent in SAMPLES[kind]] if asked.is_seen else []
    for number, stored in enumerate(given):
        answer = shop.hand_in(survey, {"answers": {"k": stored}}, f"good {number}")
        assert answer.status_code == 201 and answer.json["answers"] == {"k": stored}, answer.text
    for number, odd in enumerate([None, True, 3, "x", [], {}, [[1]], {"a": {"b": 1}}, -1e300, "\x00"]):
        answer = shop.hand_in(survey, {"answers": {"k": odd}}, f"odd {number}")
        assert answer.status_code in (201, 422), f"{odd!r} gives {answer.text}"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "json"), (b"{", "json"), (b"[]", "body"), (b"null", "body"), (b'{"answers": 1}', "body"),
        (b'{"answers": {"nps": NaN}}', "json"), (b'{"answers": {"why": "\\ud800"}}', "json"), (b"\xff\xfe", "json"),
        (b"[" * 100_000, "json"), (b'{"answers": {}, "score": 1}', "body"),
        (b'{"answers": {}, "version": "1"}', "body"),
        (b'{"answers": {"nps": 9}, "language": "fr"}', "language"),
        (b'{"answers": {"nps": 9}, "customer": "nobody"}', "customer"),
        (b'{"answers": {"nps": 9}, "attributes": {"a": "\\u0000"}}', "attributes"),
        (b'{"answers": {"nps": 9}, "version": 9223372036854775808}', "version"),
    ],
)  # fmt: skip
def test_odd_bodies_get_words(shop, survey, engine, body, code):
    answer = shop.client.post(
        f"/api/v1/surveys/{survey.public_id}/responses", data=body,
        headers={"Authorization": f"Bearer {shop.key}", "Idempotency-Key": "k"}, content_type="application/json",
    )  # fmt: skip
    assert answer.status_code in (404, 422) and answer.json["code"] == code, answer.text
    assert not _rows(engine)


def test_a_key_of_the_sender_is_wanted_and_large_bodies_are_not(shop, survey):
    address = f"/surveys/{survey.public_id}/responses"
    for key in ("", "x" * 201, "é"):
        assert (
            shop.call("POST", address, {"answers": {"nps": 9}}, Idempotency_Key=key).json["code"] == "idempotency-key"
        )
    answer = shop.hand_in(survey, {"answers": {"why": "x" * 1_100_000}})
    assert answer.status_code == 413 and answer.json["title"]


def test_closed_and_full_surveys_say_so(shop, survey, engine):
    with writing(engine) as session:
        session.get(Survey, survey.id).policy = {"quotas": [{"key": "q1", "condition": "nps >= 9", "most": 0}]}
    with writing(engine) as session:
        session.execute(Response.__table__.delete())
    screened = shop.hand_in(survey, {"answers": {"nps": 9}})
    assert screened.status_code == 201 and screened.json["outcome"] == "screened"
    assert screened.json["state"] == "partial"
    assert shop.hand_in(survey, {"answers": {"nps": 9}}).status_code == 200, "the same again"
    with writing(engine) as session:
        session.get(Survey, survey.id).is_open = False
    closed = shop.hand_in(survey, {"answers": {"nps": 5}}, "two")
    assert closed.status_code == 409 and closed.json["code"] == "survey-closed"


def test_pages_follow_each_other_and_changes_come_when_they_happen(shop, survey, engine):
    made = make.responses(engine, survey, [{"answers": {"nps": score}} for score in range(7)])
    address = f"/surveys/{survey.public_id}"
    first = shop.get(f"{address}/responses?limit=3")
    second = shop.get(f"{address}/responses?limit=3&cursor={first['next']}")
    third = shop.get(f"{address}/responses?limit=3&cursor={second['next']}")
    assert [one["answers"]["nps"] for part in (first, second, third) for one in part["items"]] == list(range(7))
    assert third["next"] is None
    seen, cursor, more = [], "", True
    while more:
        part = shop.get(f"{address}/changes?limit=3&cursor={cursor}")
        seen, cursor, more = seen + [one["id"] for one in part["items"]], part["next"], part["has_more"]
    assert seen == [row.id for row in made]
    assert shop.get(f"{address}/changes?cursor={cursor}")["items"] == []
    new = shop.hand_in(survey, {"answers": {"nps": 10}}).json
    part = shop.get(f"{address}/changes?cursor={cursor}")
    assert [one["id"] for one in part["items"]] == [new["id"]] and part["has_more"] is False
    assert shop.get(f"{address}/changes?cursor={part['next']}")["items"] == []


def test_a_response_taken_out_is_a_change(shop, survey, engine, client):
    row = make.response(engine, survey)
    address = f"/surveys/{survey.public_id}"
    cursor = shop.get(f"{address}/changes")["next"]
    client.post_form(f"/responses/{row.id}/state", {"state": "invalid"}, page=f"/responses/{row.id}")
    part = shop.get(f"{address}/changes?cursor={cursor}")
    assert [(one["id"], one["state"]) for one in part["items"]] == [(row.id, "invalid")]
    assert shop.get(f"{address}/responses")["items"] == []
    assert len(shop.get(f"{address}/responses?state=all")["items"]) == 1


def test_responses_of_a_time(shop, survey, engine):
    now = clock.now()
    make.responses(engine, survey, [{"at": now - timedelta(days=days), "answers": {"nps": days}} for days in (9, 5, 1)])
    since = (now - timedelta(days=6)).strftime("%Y-%m-%dT%H:%M:%SZ")
    until = (now - timedelta(days=2)).strftime("%Y-%m-%d")
    found = shop.get(f"/surveys/{survey.public_id}/responses?since={since}&until={until}")
    assert [one["answers"]["nps"] for one in found["items"]] == [5]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=501", "limit=x", "limit=１", "cursor=x", "cursor=-1", "cursor=1.2", "state=lost",
              "since=yesterday", "cursor=99999999999999999999"],
)  # fmt: skip
def test_odd_questions_get_words(shop, survey, query):
    answer = shop.call("GET", f"/surveys/{survey.public_id}/responses?{query}")
    assert answer.status_code == 422 and answer.json["code"] in ("parameter", "cursor")


@pytest.mark.parametrize("path", ["/surveys/x", "/surveys/%00", "/surveys/x/responses", "/surveys/x/changes",
                                  "/surveys/x/versions", "/responses/9223372036854775808", "/responses/0"])  # fmt: skip
def test_what_is_not_there_is_not_found(shop, path):
    answer = shop.call("GET", path)
    assert answer.status_code == 404 and answer.json["code"]


def test_surveys_and_versions_say_what_is_asked(shop, survey, engine):
    make.version(engine, survey)
    listed = shop.get("/surveys?limit=1")
    assert listed["items"][0]["id"] == survey.public_id and listed["next"] is None
    assert listed["items"][0]["link"] == f"http://survey.test/s/{survey.public_id}"
    assert [one["number"] for one in shop.get(f"/surveys/{survey.public_id}/versions")["items"]] == [2, 1]
    version = shop.get(f"/surveys/{survey.public_id}/versions/1")
    assert [one["key"] for one in version["questions"]] == ["nps", "why"]
    assert version["questionnaire"]["title"]["en"] == "Shopping survey"
    assert shop.call("GET", f"/surveys/{survey.public_id}/versions/3").status_code == 404
