"""The opinion desk: tags, typical quotes, what the export holds, and the ways to cases and actions."""

from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from survey_app import clock
from survey_app.errors import SurveyError
from survey_app.store import columns, cuts, due, tags
from survey_app.store.cuts import Cut
from survey_app.store.database import reading, writing
from survey_app.tables import Action, Case, Opinion, Response, Survey
from tests import make
from tests.conftest import Browser

SAID = ("物流实在太慢了", "物流太慢了", "觉得物流太慢", "客服态度真好", "客服态度很好")


@pytest.fixture
def survey(engine: Engine) -> Survey:
    row = make.survey(engine)
    given: list[dict[str, Any]] = [{"answers": {"nps": 3, "why": text}} for text in SAID]
    rows = make.responses(engine, row, given)
    with writing(engine) as session:
        for one in rows:
            is_bad = "慢" in one.answers["why"]
            session.add(Opinion(survey_id=row.id, response_id=one.id, item_key="why", start=0,
                                stop=len(one.answers["why"]), aspect="logistics" if is_bad else "service",
                                polarity=-1 if is_bad else 1, probability=0.9,
                                model="m", model_version="1"))  # fmt: skip
        due.note_changes(session, row.id or 0, [one.id or 0 for one in rows])
    return row


def _ids(engine: Engine) -> list[int]:
    with reading(engine) as session:
        return sorted(one or 0 for one in session.exec(select(Response.id)))


def test_a_tag_cuts_every_page_and_leaves_when_it_is_taken_off(client: Browser, engine: Engine, survey: Survey) -> None:
    first, second, *_ = _ids(engine)
    for number, name in ((first, " 急  件 "), (second, "急 件"), (first, "包装<b>")):
        assert (
            client.post_form(f"/responses/{number}/tags", {"name": name}, page=f"/responses/{number}").status_code
            == 302
        )
    page = client.get("/opinions?period=all&tag=急+件&lang=en").text
    assert "2 answers" in page and "#急 件" in page and "包装&lt;b&gt;" in page
    assert "2 answers" in client.get("/?period=all&tag=急+件&lang=en").text
    assert "#急 件" in client.get(f"/responses/{first}").text
    assert "#急 件" in client.get("/opinions?period=all&pick=tag").text
    client.post_form(
        f"/responses/{first}/tags/off", {"name": "急 件", "query": "period=all&tag=急+件"}, page="/opinions"
    )
    assert "1 answers" in client.get("/opinions?period=all&tag=急+件&lang=en").text


def test_the_columns_follow_tags(engine: Engine, survey: Survey, tmp_path: Any) -> None:
    first, second, *_ = _ids(engine)

    def found(*names: str) -> int:
        frame = columns.load(engine, tmp_path, survey.id or 0)
        return len(cuts.select(frame, Cut(tags=names)))

    assert found("甲") == 0
    with writing(engine) as session:
        assert tags.put(session, session.get_one(Response, first), "甲")
        assert not tags.put(session, session.get_one(Response, first), "甲"), "a second time changes nothing"
        assert tags.put(session, session.get_one(Response, second), "乙")
    assert (found("甲"), found("甲", "乙"), found("丙")) == (1, 2, 0)
    with writing(engine) as session:
        assert tags.take_off(session, session.get_one(Response, first), "甲")
        assert not tags.take_off(session, session.get_one(Response, first), "甲")
    assert (found("甲"), found("甲", "乙")) == (0, 1)
    columns.forget(tmp_path, survey.id or 0)
    columns.forget_memory()
    assert (found("甲"), found("甲", "乙")) == (0, 1)


@pytest.mark.parametrize("name", ["", "   ", "长" * 31, "a\x07b"])
def test_a_tag_that_is_none_is_refused_in_words(client: Browser, engine: Engine, survey: Survey, name: str) -> None:
    at = f"/responses/{_ids(engine)[0]}"
    answer = client.post_form(f"{at}/tags?lang=en", {"name": name}, page=at)
    assert answer.status_code == 400 and "one to 30 characters" in answer.text


def test_a_response_has_a_dozen_tags_at_most(engine: Engine, survey: Survey) -> None:
    with writing(engine) as session:
        row = session.get_one(Response, _ids(engine)[0])
        for number in range(tags.MOST):
            tags.put(session, row, f"t{number}")
            session.flush()
        with pytest.raises(SurveyError):
            tags.put(session, row, "one more")


@pytest.mark.parametrize("path", ["/responses/9999/tags", "/responses/99999999999/tags/off"])
def test_what_is_not_there_gets_no_tag(client: Browser, survey: Survey, path: str) -> None:
    assert client.post_form(path, {"name": "x"}, page="/opinions").status_code == 404


def test_typical_quotes_stand_for_others_and_differ(client: Browser, survey: Survey) -> None:
    page = client.get("/opinions?period=all&order=typical&lang=en").text
    quotes = page.partition('id="said-list"')[2]
    assert quotes.index("物流实在太慢了") < quotes.index("客服态度真好")
    assert "2 similar answers" in quotes and "1 similar answers" in quotes
    only = client.get("/opinions?period=all&order=typical&polarity=1&lang=en").text.partition('id="said-list"')[2]
    assert (
        "客服态度真好" in only
        and "物流" not in only.partition("definition")[0].replace("物流</option>", "").partition("popover")[0]
    )
    assert "order=typical" in only, "the order stays while one looks around"


def test_an_export_holds_the_opinions_that_are_looked_at_and_tags(
    client: Browser, engine: Engine, survey: Survey
) -> None:
    client.post_form(f"/responses/{_ids(engine)[3]}/tags", {"name": "=好评"}, page="/opinions")
    whole = client.get("/exports/opinions.csv?period=all&lang=zh").text
    praise = client.get("/exports/opinions.csv?period=all&polarity=1&lang=zh").text
    assert whole.count("物流") >= 3 and "太慢" not in praise and "客服态度真好" in praise and "#=好评" in praise
    assert "#=好评" in client.get("/exports/responses.csv?period=all&lang=zh").text


def test_quotes_lead_to_cases_and_an_aspect_to_its_actions(client: Browser, engine: Engine, survey: Survey) -> None:
    with writing(engine) as session:
        case = Case(survey_id=survey.id or 0, response_id=_ids(engine)[0], rule="r", due_at=clock.now())
        session.add(case)
        session.add(Action(title="换快递公司", criterion={"metric": "critics:logistics", "survey_id": survey.id}))
        session.add(Action(title="别的", criterion={"metric": "critics:service", "survey_id": survey.id}))
        session.flush()
        number = case.id
    page = client.get("/opinions?period=all&aspect=logistics&lang=en").text
    assert f'href="/cases/{number}"' in page and "换快递公司" in page and "别的" not in page
    assert "/actions/new?title=" in page
    assert 'value="Fewer complaints"' in client.get("/actions/new?title=Fewer+complaints&lang=en").text
