"""Limited surveys: times, caps and quotas, exact however many answer at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from survey_app import clock, collecting, publishing
from survey_app.collecting import places
from survey_app.collecting.importing import import_file, undo_import
from survey_app.store.database import reading, writing
from survey_app.store.policies import Limit, Policy
from survey_app.tables import Due, Quota, Reservation, Response, Survey
from tests import make
from tests.respondent.conftest import TWO_PAGES
from tests.respondent.visitor import Visitor

UNHAPPY = Limit(key="q1", name="Unhappy", condition="nps <= 6", most=2)
DONE, ENOUGH = "谢谢您的反馈", "已收到足够"


@pytest.fixture
def limited(engine):
    """A survey with a policy, its places counted."""

    def limited(policy: Policy, *, definition=None) -> Survey:
        survey = make.survey(engine, definition=definition)
        with writing(engine) as session:
            row = session.get_one(Survey, survey.id)
            publishing.change_policy(session, row, policy)
            session.flush()
            collecting.recount(session, row.id)
        return survey

    return limited


@pytest.fixture
def answer(app):
    def answer(survey: Survey, **answers: str) -> str:
        visitor = Visitor(app, f"/s/{survey.public_id}")
        return visitor.send({"nps": "9", **answers}).text if "<form" in visitor.page.text else visitor.page.text

    return answer


def rows(engine, kind=Response):
    with reading(engine) as session:
        return list(session.exec(select(kind)))


def submitted(engine) -> int:
    return sum(row.state == "submitted" for row in rows(engine))


def counts_agree(session: Session) -> bool:
    """What is counted is what there is."""
    places = list(session.exec(select(Reservation)))
    return all(
        quota.taken == sum((one.survey_id, one.quota) == (quota.survey_id, quota.key) for one in places)
        for quota in session.exec(select(Quota))
    )


def test_a_cap_is_exact_when_many_answer_at_once(app, engine, limited):
    survey = limited(Policy(cap=12))
    visitors = [Visitor(app, f"/s/{survey.public_id}") for _ in range(30)]

    def send(visitor: Visitor) -> str:
        return visitor.send({"nps": "9", "why": "好"}).text

    with ThreadPoolExecutor(8) as pool:
        pages = list(pool.map(send, visitors))
    assert sum(DONE in page for page in pages) == 12
    assert sum(ENOUGH in page for page in pages) == 18
    assert submitted(engine) == 12
    assert {row.outcome for row in rows(engine) if row.state == "partial"} == {"screened"}
    assert len([row for row in rows(engine, Due) if row.kind == "score"]) == 12
    with reading(engine) as session:
        assert counts_agree(session)


def test_who_comes_when_it_is_full_is_told_before_answering(app, engine, limited, answer):
    survey = limited(Policy(cap=1, full_text={"zh": "名额已满，谢谢。", "en": "Full."}))
    assert DONE in answer(survey)
    page = app.test_client().get(f"/s/{survey.public_id}")
    assert page.status_code == 200 and "名额已满，谢谢。" in page.text and "<form" not in page.text
    assert len(rows(engine)) == 1


def test_a_quota_screens_out_at_the_question_that_tells_and_keeps_what_was_said(app, engine, limited):
    survey = limited(Policy(quotas=(UNHAPPY,)), definition=TWO_PAGES)
    for number in range(3):
        visitor = Visitor(app, f"/s/{survey.public_id}")
        page = visitor.send({"nps": "3"})
        if number < 2:
            visitor.send({"why_low": "慢"})
            page = visitor.send({"stars": "5"})
    assert ENOUGH in page.text
    assert [row.state for row in rows(engine)] == ["submitted", "submitted", "partial"]
    assert rows(engine)[2].answers == {"nps": 3}
    happy = Visitor(app, f"/s/{survey.public_id}")
    happy.send({"nps": "10"})
    assert DONE in happy.send({"stars": "5"}).text and submitted(engine) == 3


def test_sent_again_a_screened_response_says_the_same_and_stays_as_it_is(app, engine, limited, answer):
    survey = limited(Policy(cap=1))
    late = Visitor(app, f"/s/{survey.public_id}")
    form, action = {**late.form, "nps": "8"}, late.action
    answer(survey)
    for _ in range(3):
        assert ENOUGH in late.client.post(action, data=form, follow_redirects=True).text
    assert sorted(row.outcome for row in rows(engine)) == ["", "screened"]


def test_a_changed_mind_gives_the_place_back(app, engine, limited):
    survey = limited(Policy(quotas=(Limit(key="q1", condition="nps <= 6", most=1),)), definition=TWO_PAGES)
    first = Visitor(app, f"/s/{survey.public_id}")
    first.send({"nps": "3"})
    first.send({"go": "back"})
    first.send({"nps": "9"})
    second = Visitor(app, f"/s/{survey.public_id}")
    second.send({"nps": "2"})
    second.send({"why_low": "慢"})
    assert DONE in second.send({"stars": "5"}).text
    assert DONE in first.send({"stars": "5"}).text


def test_a_place_runs_out_and_whoever_comes_back_too_late_is_told(app, engine, limited):
    survey = limited(Policy(cap=1), definition=TWO_PAGES)
    slow = Visitor(app, f"/s/{survey.public_id}")
    slow.send({"nps": "9"})
    quick = Visitor(app, f"/s/{survey.public_id}")
    assert ENOUGH in quick.page.text
    with clock.at(clock.now() + places.HOLD + timedelta(minutes=1)):
        quick = Visitor(app, f"/s/{survey.public_id}")
        quick.send({"nps": "9"})
        assert DONE in quick.send({"stars": "5"}).text
        assert ENOUGH in slow.send({"stars": "4"}).text
    assert submitted(engine) == 1
    with reading(engine) as session:
        assert counts_agree(session)


def test_within_its_time_a_place_is_kept_with_every_page(app, engine, limited):
    survey = limited(Policy(cap=1), definition=TWO_PAGES)
    slow, start = Visitor(app, f"/s/{survey.public_id}"), clock.now()
    slow.send({"nps": "9"})
    with clock.at(start + timedelta(minutes=25)):
        slow.send({"go": "back"})
    with clock.at(start + timedelta(minutes=50)):
        slow.send({"nps": "8"})
        assert DONE in slow.send({"stars": "4"}).text


def test_an_invalid_response_frees_its_place_and_takes_it_again_when_it_is_put_back(client, engine, limited, answer):
    survey = limited(Policy(cap=1))
    answer(survey)
    mine = f"/responses/{rows(engine)[0].id}"
    client.post_form(f"{mine}/state", {"state": "invalid"}, page=mine)
    assert DONE in answer(survey)
    client.post_form(f"{mine}/state", {"state": "submitted"}, page=mine)
    assert rows(engine, Quota)[0].taken == 2 and ENOUGH in answer(survey)


def test_limits_count_what_was_answered_before_them(client, engine, answer):
    survey = make.survey(engine)
    make.responses(engine, survey, [{"answers": {"nps": score}} for score in (0, 3, 9, 10, 10)])
    form = {
        "cap": "6", "quotas": "2", "quota0_name": "不满意", "quota0_condition": "nps <= 6", "quota0_most": "2",
        "quota1_name": "", "quota1_condition": "", "quota1_most": "",
    }  # fmt: skip
    page = client.post_form(f"/surveys/{survey.id}/limits?lang=en", form, follow_redirects=True).text
    assert "There are 5 so far." in page and "There are 2 so far." in page
    assert ENOUGH in answer(survey, nps="2")
    assert DONE in answer(survey, nps="9")
    assert ENOUGH in answer(survey, nps="9")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"cap": "-1"}, "A limit is a whole number"),
        ({"cap": "99999999"}, "A limit is a whole number"),
        ({"quotas": "1", "quota0_condition": "nps <=", "quota0_most": "5"}, "character"),
        ({"quotas": "1", "quota0_condition": "nps <= 6", "quota0_most": "many"}, "A limit is a whole number"),
        ({"quotas": "1", "quota0_name": "Everybody", "quota0_most": "7"}, "Say for whom"),
        ({"opens_at": "2026-05-02T10:00", "closes_at": "2026-05-01T10:00"}, "before the beginning"),
        ({"closes_at": "tomorrow"}, "could not be read"),
    ],
)
def test_what_cannot_be_is_refused_with_what_was_typed(client, engine, form, said):
    survey = make.survey(engine)
    page = client.post_form(f"/surveys/{survey.id}/limits?lang=en", {"full_en": "Keep these words", **form})
    assert page.status_code == 400 and said in page.text and "Keep these words" in page.text
    assert rows(engine, Survey)[0].policy == {}


def test_times_are_the_companys_and_say_when(app, client, engine):
    survey = make.survey(engine)
    form = {"opens_at": "2030-05-01T09:30", "closes_at": "2030-05-31T18:00", "closed_zh": "活动已结束，明年再会。"}
    client.post_form(f"/surveys/{survey.id}/limits", form)
    row = rows(engine, Survey)[0]
    assert (row.opens_at.isoformat(), row.closes_at.isoformat()) == (
        "2030-05-01T01:30:00+00:00", "2030-05-31T10:00:00+00:00",
    )  # fmt: skip
    early = app.test_client().get(f"/s/{survey.public_id}")
    assert early.status_code == 403 and "2030年5月1日" in early.text and "09:30" in early.text
    assert "May 1, 2030 at 09:30" in app.test_client().get(f"/s/{survey.public_id}?lang=en").text
    with clock.at(row.opens_at):
        assert app.test_client().get(f"/s/{survey.public_id}").status_code == 200
    with clock.at(row.closes_at):
        late = app.test_client().get(f"/s/{survey.public_id}")
    assert late.status_code == 410 and "活动已结束，明年再会。" in late.text


def test_imported_responses_take_places_and_give_them_back(engine, limited, answer, tmp_path):
    survey = limited(Policy(cap=5, quotas=(UNHAPPY,)))
    path = tmp_path / "old.csv"
    path.write_text("nps,why\n2,慢\n9,好\n10,好\n", encoding="utf-8")
    done = import_file(engine, path, str(survey.id), {"nps": "nps", "why": "why"})
    assert {quota.key: quota.taken for quota in rows(engine, Quota)} == {"cap": 3, "q1": 1}
    undo_import(engine, survey.id, done.batch)
    assert {quota.key: quota.taken for quota in rows(engine, Quota)} == {"cap": 0, "q1": 0}
    assert DONE in answer(survey)
