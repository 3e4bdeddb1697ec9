"""The analysis pages: with nothing, with answers, for each role, and with addresses that make no sense."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from sqlmodel import select

from survey_app import clock
from survey_app.store import due
from survey_app.store.database import reading, writing
from survey_app.tables import AuditEntry, Change, Cut, Event, Opinion, Progress, Response
from survey_app.web.exports_desk import ExportDesk
from tests import make

PAGES = ("/", "/questions", "/opinions", "/responses")


@pytest.fixture
def survey(engine: Any) -> Any:
    """A survey with sixty answers and opinions on two aspects."""
    row = make.survey(engine)
    ids = []
    for number in range(60):
        answers = {"nps": (3, 7, 9, 10)[number % 4], "why": "物流很快，客服态度很差"}
        at = clock.now() - timedelta(days=number * 3)
        ids.append(make.response(engine, row, answers=answers, at=at, segment="ab"[number % 2]).id)
    with writing(engine) as session:
        for one in ids:
            for start, stop, aspect, polarity in ((0, 4, "logistics", 1), (5, 11, "service", -1)):
                session.add(Opinion(survey_id=row.id, response_id=one, item_key="why", start=start, stop=stop,
                                    aspect=aspect, polarity=polarity, probability=0.8, model="m",
                                    model_version="1"))  # fmt: skip
        due.note_changes(session, row.id, ids)
    return row


@pytest.mark.parametrize("page", PAGES)
def test_pages_without_a_survey_teach_what_will_be_there(page: str, client: Any) -> None:
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("has_survey", [False, True])
def test_the_overview_tells_how_far_long_work_has_come(has_survey: bool, client: Any, engine: Any) -> None:
    if has_survey:
        make.survey(engine)
    with writing(engine) as session:
        session.add(Progress(job="demo", done=40, total=100, message="Writing the answers of the demo"))
    page = client.get("/?lang=zh")
    assert page.status_code == 200
    assert "<progress" in page.text
    assert "40 / 100" in page.text


@pytest.mark.parametrize("page", [*PAGES, "/questions/nps", "/questions/why"])
def test_pages_without_answers_are_whole(page: str, client: Any, engine: Any) -> None:
    make.survey(engine)
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("page", [*PAGES, "/questions/nps", "/questions/why", "/?period=30d", "/?period=all&segment=a"])
def test_pages_with_answers_show_them(page: str, language: str, client: Any, survey: Any) -> None:
    answer = client.get(page, query_string=None if "?" in page else {"lang": language})
    assert answer.status_code == 200
    assert "|safe" not in answer.text
    assert "Traceback" not in answer.text


def test_a_cut_shows_the_same_view_to_everybody(client: Any, survey: Any) -> None:
    page = client.get(f"/responses?survey={survey.id}&period=all&segment=a&answer=nps:0-6")
    assert page.status_code == 200
    assert "segment=a" in page.text
    assert page.text.count('class="score negative"') == 15


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("query", [
    "survey=x", "since=nonsense", "period=soon", "polarity=9", "answer=x:y", "answer=nps:zz", "answer=nps:1-x",
    "until=9999-99-99", "answer=nps:99999999999999999999999",
])  # fmt: skip
def test_addresses_that_make_no_sense_are_refused_in_words(page: str, query: str, client: Any, survey: Any) -> None:
    answer = client.get(f"{page}?{query}")
    assert answer.status_code == 400
    assert "<h1" in answer.text


@pytest.mark.parametrize(
    "query", ["survey=999", "page=99999999999999", "page=-3", "page=x", "segment=%00", "aspect=%F0%9F"]
)
def test_odd_addresses_never_break_a_page(query: str, client: Any, survey: Any) -> None:
    for page in PAGES:
        assert client.get(f"{page}?{query}").status_code in (200, 400, 404)


def test_one_click_corrects_an_opinion_and_the_figures_follow(client: Any, engine: Any, survey: Any) -> None:
    with reading(engine) as session:
        wrong = session.exec(select(Opinion).where(Opinion.aspect == "service")).first()
    assert wrong is not None
    answer = client.post_form(
        f"/opinions/{wrong.id}/correct", {"polarity": "1", "aspect": "quality"}, page="/opinions?period=all"
    )
    assert answer.status_code == 302
    with reading(engine) as session:
        fixed = session.get_one(Opinion, wrong.id)
        assert (fixed.polarity, fixed.aspect, fixed.is_corrected) == (1, "quality", True)
        assert session.exec(select(AuditEntry).where(AuditEntry.action == "opinion.corrected")).first()
        assert session.exec(select(Change).where(Change.response_id == wrong.response_id)).all()
    assert "aspect=quality" in client.get("/opinions?period=all").text


def test_a_score_of_few_answers_is_grey(client: Any, engine: Any, survey: Any) -> None:
    for page in ("/?period=all", "/questions?period=all"):
        assert 'class="value small-base"' not in client.get(page).text
        few = client.get(f"{page}&segment=b&lang=en&answer=nps:7-9").text
        assert 'class="value small-base"' in few and "n 15" in few


def test_a_phrase_leads_to_the_answers_that_say_it(client: Any, engine: Any, survey: Any) -> None:
    make.response(engine, survey, answers={"nps": 9, "why": "别的"})
    page = client.get("/opinions?period=all&words=态度很差&lang=en").text
    assert page.count('class="said said-full"') == 12
    assert "60 answers" in page
    assert 'class="said said-full"' not in client.get("/opinions?period=all&words=没人说过").text
    assert client.get("/opinions?period=all&aspect=~&polarity=-1").status_code == 200


def test_unfinished_responses_are_those_of_the_cut(client: Any, engine: Any, survey: Any) -> None:
    for days, segment in ((1, "a"), (1, "b"), (200, "a")):
        at = clock.now() - timedelta(days=days)
        make.response(engine, survey, answers={}, state="partial", at=at, segment=segment)
    assert "Not finished 2" in client.get("/responses?period=30d&lang=en").text
    assert "Not finished 1" in client.get("/responses?period=30d&segment=a&lang=en").text
    assert "Not finished 3" in client.get("/responses?period=all&lang=en").text


@pytest.mark.parametrize("page", PAGES)
def test_filters_that_leave_nothing_offer_to_be_cleared(page: str, client: Any, survey: Any) -> None:
    found = client.get(f"{page}?period=30d&segment=nobody&lang=en").text
    assert "No answers in this view" in found
    assert "Show all answers" in found
    assert "Keep the period, clear the filters" in found


@pytest.mark.parametrize("data", [{"polarity": "5", "aspect": ""}, {"polarity": "1", "aspect": "nonsense"}, {}])
def test_a_correction_to_nothing_known_is_refused(data: dict[str, str], client: Any, survey: Any) -> None:
    assert client.post_form("/opinions/1/correct", data, page="/opinions?period=all").status_code == 400


def test_a_response_is_taken_out_and_put_back(client: Any, engine: Any, survey: Any) -> None:
    with reading(engine) as session:
        one = session.exec(select(Response.id)).first()
    page = f"/responses/{one}"
    for state, count in (("invalid", "59"), ("submitted", "60")):
        assert client.post_form(f"{page}/state", {"state": state}, page=page).status_code == 302
        assert f"{count} " in client.get("/responses?period=all&lang=en").text
    assert client.post_form(f"{page}/state", {"state": "submitted"}, page=page).status_code == 409


def test_views_are_saved_and_events_are_marked(client: Any, engine: Any, survey: Any) -> None:
    client.post_form("/cuts", {"name": "a 客群", "query": "period=all&segment=a", "page": "overview.show"}, page="/")
    client.post_form("/events", {"survey": str(survey.id), "day": "2026-01-05", "text": "<b>搬仓</b>"}, page="/")
    page = client.get("/?period=all").text
    assert "a 客群" in page
    assert "<b>搬仓" not in page
    with reading(engine) as session:
        saved, event = session.exec(select(Cut)).one(), session.exec(select(Event)).one()
    assert "segment=a" in saved.query
    client.post_form(f"/events/{event.id}/remove", {}, page="/")
    client.post_form(f"/cuts/{saved.id}/delete", {}, page="/")
    with reading(engine) as session:
        assert not session.exec(select(Event)).all()
        assert not session.exec(select(Cut)).all()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("what", ["responses", "opinions"])
def test_exports_are_for_analysts_and_are_written_down(
    what: str, kind: str, as_role: Callable[[str], Any], engine: Any, survey: Any
) -> None:
    for role, status in (("viewer", 403), ("case_worker", 403), ("analyst", 200)):
        answer = as_role(role).get(f"/exports/{what}.{kind}?period=all")
        assert answer.status_code == status
    assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]
    assert answer.data
    with reading(engine) as session:
        entries = session.exec(select(AuditEntry).where(AuditEntry.action == f"export.{what}")).all()
    assert len(entries) == 1


def test_a_large_workbook_is_made_behind_and_is_its_askers_alone(
    as_role: Callable[[str], Any], config: Any, survey: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("survey_app.web.exports.LARGE", 59)
    monkeypatch.setattr("survey_app.web.exports_desk.EVERY", 20)
    told: list[int] = []
    monkeypatch.setattr(
        ExportDesk, "_write", lambda desk, export, _w=ExportDesk._write: (told.append(export.done), _w(desk, export))
    )
    analyst = as_role("analyst")
    assert "没有大型导出" in analyst.get("/exports/").text
    assert analyst.get("/exports/responses.csv?period=all").status_code == 200
    away = analyst.get("/exports/responses.xlsx?period=all")
    assert away.status_code == 302 and told == [0, 20, 40, 60, 60]
    page = analyst.get(f"{away.location}?lang=en").text
    assert "The file is ready: 60 rows" in page and away.location in analyst.get("/exports/").text
    answer = analyst.get(f"{away.location}/file")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]
    assert sheet.max_row == 61
    owner = as_role("owner")
    assert owner.get(away.location).status_code == owner.get(f"{away.location}/file").status_code == 404
    assert away.location not in owner.get("/exports/").text
    assert all(path.stat().st_mode & 0o077 == 0 for path in (config.data / "exports").glob("*.file"))
    ExportDesk(config.data).forget()
    assert analyst.get(away.location).status_code == 404


def test_an_export_says_that_it_is_on_its_way_was_interrupted_or_failed(
    as_role: Callable[[str], Any], config: Any, survey: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    analyst = as_role("analyst")
    monkeypatch.setattr("survey_app.web.exports.LARGE", 1)
    monkeypatch.setattr("survey_app.web.exports.exports.as_xlsx", lambda *_given: 1 / 0)
    away = analyst.get("/exports/responses.xlsx?period=all").location
    assert "请重新导出" in analyst.get(away).text and analyst.get(f"{away}/file").status_code == 404
    desk = ExportDesk(config.data)
    with reading(analyst.application.extensions["survey"].engine) as session:
        export = desk.find(away.rpartition("/")[2], session.exec(select(AuditEntry.user_id)).first() or 0)
    export.state, export.done = "running", 30
    desk._write(export)
    page = analyst.get(away).text
    assert 'value="30"' in page and "data-refresh" in page and "30 / 60" in page
    monkeypatch.setattr("survey_app.web.exports_desk.SILENT_SECONDS", -1)
    assert "导出中断" in analyst.get(away).text
    assert analyst.get("/exports/made/../../secret.key").status_code == 404


def test_a_viewer_does_not_see_telephone_numbers(as_role: Callable[[str], Any], engine: Any, survey: Any) -> None:
    row = make.response(engine, survey, answers={"nps": 2, "why": "电话13812345678请回电"})
    assert "13812345678" not in as_role("viewer").get(f"/responses/{row.id}").text
    assert "13812345678" in as_role("case_worker").get(f"/responses/{row.id}").text
    for page in PAGES:
        assert "13812345678" not in as_role("viewer").get(page).text


@pytest.fixture
def closed(engine: Any) -> Any:
    """A survey with every closed type and attributes, twelve answers."""
    row = make.survey(engine, definition=CLOSED)
    make.responses(engine, row, [
        {"answers": {"nps": i % 11, "use": "home" if i % 2 else None, "seen": {"codes": ["tv"]}, "age": 20 + i,
                     "parts": {"a": 1, "b": 2, "c": 3, "d": 4}},
         "attributes": {"门店": "南京路" if i % 3 else "徐家汇"}}
        for i in range(12)
    ])  # fmt: skip
    return row


CLOSED: dict[str, Any] = {
    "title": {"zh": "调查"},
    "pages": [{"items": [
        {"key": "nps", "type": "nps", "text": {"zh": "推荐?", "en": "Recommend?"}},
        {"key": "use", "type": "single", "text": {"zh": "用途"}, "options": {"choices": [
            {"code": "home", "text": {"zh": "家用"}}]}},
        {"key": "seen", "type": "multiple", "text": {"zh": "渠道"}, "options": {"choices": [
            {"code": "tv", "text": {"zh": "电视"}}, {"code": "web", "text": {"zh": "网络"}}]}},
        {"key": "parts", "type": "matrix", "text": {"zh": "各方面"}, "options": {
            "rows": [{"code": code, "text": {"zh": f"方面{code}"}} for code in "abcd"]}},
        {"key": "age", "type": "number", "text": {"zh": "年龄"}},
    ]}],
}  # fmt: skip


@pytest.mark.parametrize(("pick", "value"), [
    ("nps", "nps:0-6"), ("use", "use:home"), ("seen", "seen.tv:1-1"), ("parts.a", "parts.a:1"), ("age", "age:20"),
    ("attr:门店", "门店:南京路"), ("flag", "-fast"),
])  # fmt: skip
def test_a_filter_is_picked_without_writing_an_address(pick: str, value: str, client: Any, closed: Any) -> None:
    bare = client.get("/questions?period=all&lang=zh").text
    assert f'<option value="{pick}"' in bare
    page = client.get("/questions", query_string={"period": "all", "pick": pick}).text
    assert f'value="{value}"' in page
    name = "flag" if pick == "flag" else "attr" if pick.startswith("attr") else "answer"
    narrowed = client.get("/questions", query_string={"period": "all", name: value, "pick": pick}).text
    ticked = next(part for part in narrowed.split("<input") if f'value="{value}"' in part and "checkbox" in part)
    assert "checked" in ticked
    assert 'class="chip on"' in narrowed


def test_an_opinion_is_picked_with_its_polarity(client: Any, survey: Any) -> None:
    page = client.get("/opinions?period=all&pick=aspect").text
    assert 'name="aspect" value="service"' in page
    assert 'name="polarity" value="-1"' in page
