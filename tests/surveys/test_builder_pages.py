"""The pages of a survey in a browser without scripts: every edit is a form, and each names the revision it saw."""

import html
import io
import json
import re

import pytest

from survey_app import publishing
from survey_app.forms import gallery
from survey_app.forms.types import TYPES
from survey_app.store.database import reading, writing
from survey_app.tables import Survey
from tests import make


@pytest.fixture
def survey(engine):
    with writing(engine) as session:
        return publishing.create_survey(session, "售后满意度", publishing.from_template("csat"))


def draft(engine, survey):
    with reading(engine) as session:
        return publishing.draft_of(session.get_one(Survey, survey.id))


def revision(engine, survey):
    with reading(engine) as session:
        return session.get_one(Survey, survey.id).draft_revision


def send(client, engine, survey, path, **data):
    """Post one of the builder's small forms, from the page they stand on."""
    build = f"/surveys/{survey.id}/build"
    form = {"revision": revision(engine, survey), **data}
    return client.post_form(f"{build}{path}", form, page=build, follow_redirects=True)


def test_the_list_shows_state_version_and_counts(client, survey):
    page = client.get("/surveys?lang=en").text
    assert "售后满意度" in page
    assert "Not published yet" in page
    assert "5 questions" in page


def test_an_empty_list_leads_to_the_gallery(client):
    page = client.get("/surveys?lang=en").text
    assert "No survey yet" in page
    assert 'href="/surveys/new"' in page


def test_a_survey_is_made_from_each_template_in_the_gallery(client, engine):
    names = re.findall(r'name="template" value="(\w+)"', client.get("/surveys/new").text)
    assert names == list(gallery.ORDER)
    for name in names:
        answer = client.post_form("/surveys/new", {"template": name}, follow_redirects=True)
        assert answer.status_code == 200
        assert "item-list" in answer.text


def test_a_file_that_is_no_questionnaire_is_refused_with_its_place(client):
    bad = b"title: {zh: x}\npages: [{items: [{key: q, type: nps, show_if: 'a >'}]}]"
    answer = client.post_form(
        "/surveys/import?lang=en",
        {"file": (io.BytesIO(bad), "q.yaml")},
        page="/surveys/new?lang=en",
        follow_redirects=True,
    )
    assert "pages[0].items[0].show_if" in answer.text


def test_what_is_exported_can_be_imported_again(client, engine, survey):
    for form in ("json", "yaml"):
        file = client.get(f"/surveys/{survey.id}/export.{form}").data
        client.post_form("/surveys/import", {"file": (io.BytesIO(file), f"q.{form}")}, page="/surveys/new")
        with reading(engine) as session:
            newest = session.exec(Survey.__table__.select().order_by(Survey.id.desc())).first()
        assert newest.draft == survey.draft


def test_each_type_can_be_added_opened_and_saved(client, engine, survey):
    page = client.get(f"/surveys/{survey.id}/build").text
    kinds = set(re.findall(r'name="type" value="(\w+)"', page))
    assert kinds == set(TYPES)
    for kind in sorted(kinds):
        opened = send(client, engine, survey, "/items", type=kind, page=1)
        assert "item-form" in opened.text, kind
        key = re.search(r'action="/surveys/\d+/build/items/(\w+)" ', opened.text)[1]
        form = re.search(r"<form[^>]*item-form.*?</form>", opened.text, re.S)[0]
        fields = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', form))
        fields |= dict(re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\s*(.*?)</textarea>', form, re.S))
        fields |= dict(re.findall(r'<select[^>]*name="(\w+)".*?<option selected value="([^"]*)"', form, re.S))
        fields.pop("csrf_token"), fields.pop("is_required", None), fields.pop("option_is_opinion", None)
        saved = send(client, engine, survey, f"/items/{key}", **(fields | {"text_zh": "新题目", "text_en": "New one"}))
        assert saved.status_code == 200, (kind, re.findall('class="error"[^>]*>([^<]*)', saved.text))
        assert draft(engine, survey).item(key).text == {"zh": "新题目", "en": "New one"}


def test_options_are_written_as_lines_with_codes_words_and_marks(client, engine, survey):
    lines = "good = 好 | Good\n一般 | So-so\nrest = 其他 | Other [other]"
    send(client, engine, survey, "/items/solved", key="solved", text_zh="怎么样", text_en="How", option_choices=lines)
    choices = draft(engine, survey).item("solved").options["choices"]
    assert [choice["code"] for choice in choices] == ["good", "a", "rest"]
    assert choices[1]["text"] == {"zh": "一般", "en": "So-so"}
    assert choices[2]["is_other"] is True


def test_a_wrong_condition_is_shown_at_its_field_with_the_place_and_keeps_what_was_typed(client, engine, survey):
    answer = send(client, engine, survey, "/items/why?lang=en", key="why", text_zh="写了很多", show_if="csat <")
    assert answer.status_code == 422
    assert "At character 7" in answer.text
    assert "写了很多" in answer.text
    assert draft(engine, survey).item("why").text["zh"] != "写了很多"


def chooser(client, survey, query):
    page = client.get(f"/surveys/{survey.id}/build?{query}").text
    [found] = re.findall(r'<label for="show_if">[^<]*</label>\s*<div[^>]* data-chooser="([^"]*)"', page)
    assert '<input id="show_if" name="show_if"' in page, "without a script it is typed"
    return json.loads(html.unescape(found))


def test_a_condition_can_be_chosen_from_what_was_asked_before(client, engine, survey):
    make.customer(engine, segment="企业客户")
    send(client, engine, survey, "/pages/0", show_if="")
    first = chooser(client, survey, "item=csat&lang=en")
    assert [term["name"] for term in first["terms"]] == ["attr.segment"]
    assert first["terms"][0]["values"] == [["企业客户", "企业客户"]] and first["now"] == []
    send(client, engine, survey, "/items/why", key="why", text_zh="为什么", show_if='csat <= 2 or attr.segment == "a"')
    found = chooser(client, survey, "item=why&lang=en")
    assert [term["name"] for term in found["terms"]] == ["csat", "solved", "attr.segment"]
    assert found["now"] == [
        "or", ["<=", ["ref", "csat", ""], ["value", 2]], ["==", ["ref", "attr", "segment"], ["value", "a"]],
    ]  # fmt: skip
    assert [code for code, _words in found["comparisons"]["number"]][:2] == ["<=", ">="]
    assert len(chooser(client, survey, "ending=0")["terms"]) > 2
    assert chooser(client, survey, "part=page0&page=0")["terms"][0]["name"] == "attr.segment"


def test_two_editors_of_one_question_conflict_and_the_second_keeps_the_text_on_the_page(client, engine, survey):
    stale = revision(engine, survey)
    send(client, engine, survey, "/start", title_zh="别的标题", languages=["zh", "en"])
    build = f"/surveys/{survey.id}/build"
    data = {"revision": stale, "key": "why", "text_zh": "我的长文字", "text_en": "Mine"}
    answer = client.post_form(f"{build}/items/why", data, page=build)
    assert answer.status_code == 409
    assert "我的长文字" in answer.text and "尚未保存。内容仍在下方表单中：再次保存即可" in answer.text
    assert "刷新" not in answer.text and "草稿已保存，" not in answer.text
    again = client.post_form(f"{build}/items/why", data | {"revision": revision(engine, survey)}, page=build)
    assert again.status_code == 302
    assert draft(engine, survey).item("why").text["zh"] == "我的长文字"


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/start", {"title_zh": "我的标题", "introduction_zh": "我的开头", "languages": ["zh", "en"]}),
        ("/pages/0", {"title_zh": "我的小标题", "show_if": 'attr.segment == "我的客群"'}),
        ("/endings/0", {"text_zh": "我的感谢", "show_if": "csat == 3"}),
    ],
)
def test_what_was_typed_around_the_questions_stays_when_somebody_was_faster(client, engine, survey, path, typed):
    stale, build = revision(engine, survey), f"/surveys/{survey.id}/build"
    send(client, engine, survey, "/items", page=0, type="nps")
    answer = client.post_form(f"{build}{path}", typed | {"revision": stale}, page=build)
    page = html.unescape(answer.text)
    assert answer.status_code == 409 and "尚未保存" in page
    for name, words in typed.items():
        assert name == "languages" or words in page
    again = client.post_form(f"{build}{path}", typed | {"revision": revision(engine, survey)}, page=build)
    assert again.status_code == 302 and next(iter(typed.values())) in str(draft(engine, survey))


def test_a_refused_condition_and_no_language_keep_what_was_typed(client, engine, survey):
    build, now = f"/surveys/{survey.id}/build", revision(engine, survey)
    wrong = client.post_form(
        f"{build}/endings/0", {"revision": now, "text_zh": "新的感谢", "show_if": "csat <"}, page=build
    )
    assert wrong.status_code == 400 and "新的感谢" in wrong.text and 'value="csat &lt;"' in wrong.text
    none = client.post_form(f"{build}/start", {"revision": now, "title_zh": "新标题"}, page=build)
    assert none.status_code == 400 and 'value="新标题"' in none.text
    assert 'name="languages" value="zh" checked' not in none.text


def test_what_was_typed_for_a_thing_that_is_gone_is_refused_on_the_newest_draft(client, engine, survey):
    build, stale = f"/surveys/{survey.id}/build", revision(engine, survey)
    last = len(draft(engine, survey).endings) - 1
    send(client, engine, survey, f"/endings/{last}/delete")
    answer = client.post_form(f"{build}/endings/{last}", {"revision": stale, "text_zh": "x"}, page=build)
    assert answer.status_code == 302 and answer.location == build


def test_items_move_between_pages_are_copied_and_removed_and_undo_brings_them_back(client, engine, survey):
    def keys():
        return [[item.key for item in page.items] for page in draft(engine, survey).pages]

    before = keys()
    send(client, engine, survey, "/items/praise/move", step="down")
    assert keys()[1][0] == "praise"
    send(client, engine, survey, "/items/ces/move", to_page=0, to=0)
    assert keys()[0][0] == "ces"
    send(client, engine, survey, "/items/ces/duplicate")
    assert keys()[0][:2] == ["ces", "ces2"]
    send(client, engine, survey, "/items/ces/delete")
    assert "ces" not in keys()[0]
    for _ in range(4):
        send(client, engine, survey, "/undo")
    assert keys() == before


def test_pages_and_endings_are_added_changed_moved_and_removed(client, engine, survey):
    send(client, engine, survey, "/pages")
    send(client, engine, survey, "/pages/2", title_zh="最后", show_if="csat >= 4")
    assert draft(engine, survey).pages[2].title == {"zh": "最后"}
    send(client, engine, survey, "/pages/2/up")
    assert draft(engine, survey).pages[1].show_if == "csat >= 4"
    send(client, engine, survey, "/pages/1/delete")
    assert len(draft(engine, survey).pages) == 2
    send(client, engine, survey, "/endings")
    send(client, engine, survey, "/endings/3", text_zh="谢谢", text_en="Thanks", show_if="csat == 5")
    send(client, engine, survey, "/endings/3/up")
    assert draft(engine, survey).endings[2].show_if == "csat == 5"
    send(client, engine, survey, "/endings/2/delete")
    assert len(draft(engine, survey).endings) == 3


def test_the_preview_shows_the_draft_with_the_real_widgets_and_keeps_its_frame_to_ourselves(client, survey):
    answer = client.get(f"/surveys/{survey.id}/build/preview?page=0&in=zh")
    assert 'name="csat"' in answer.text
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert 'name="ces"' in client.get(f"/surveys/{survey.id}/build/preview?page=1&in=en").text


def test_publishing_shows_the_changes_opens_the_survey_and_leads_to_its_link(client, engine, survey):
    page = client.get(f"/surveys/{survey.id}/build/publish?lang=en").text
    assert "No remarks" in page
    answer = client.post_form(
        f"/surveys/{survey.id}/build/publish", {"revision": 1, "open": "1"}, follow_redirects=True
    )
    assert f"/s/{survey.public_id}" in answer.text
    assert 'class="qr" src="data:image/svg' in answer.text
    assert client.get(f"/s/{survey.public_id}").status_code == 200
    versions = client.get(f"/surveys/{survey.id}/versions?lang=en").text
    assert "the same as the newest version" in versions


def test_errors_stand_at_their_question_and_block_publishing(client, engine, survey):
    send(client, engine, survey, "/items", type="single", page=0)
    page = client.get(f"/surveys/{survey.id}/build?lang=en").text
    assert "The question has no text" in page
    answer = client.post_form(
        f"/surveys/{survey.id}/build/publish?lang=en", {"revision": 2}, page=f"/surveys/{survey.id}/build",
        follow_redirects=True,
    )  # fmt: skip
    assert "cannot be published yet" in answer.text


def test_the_qr_code_comes_as_svg_and_png(client, survey):
    assert client.get(f"/surveys/{survey.id}/qr.svg").data.startswith(b"<svg")
    assert client.get(f"/surveys/{survey.id}/qr.png").data.startswith(b"\x89PNG")


def test_settings_archive_and_duplicate(client, engine, survey):
    client.post_form(f"/surveys/{survey.id}/settings", {"name": "新名字"})
    with reading(engine) as session:
        assert session.get_one(Survey, survey.id).name == "新名字"
    client.post_form(f"/surveys/{survey.id}/archive", page="/surveys")
    assert "新名字" not in client.get("/surveys").text
    assert "新名字" in client.get("/surveys?archived=1").text


def test_a_survey_that_is_not_there_is_a_plain_404(client):
    for path in ("/surveys/99/build", "/surveys/99999999999999999999/build", "/surveys/99/qr.svg"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("role", ["viewer", "case_worker"])
def test_who_may_not_build_is_refused(as_role, survey, role):
    client = as_role(role)
    for path in ("", f"/{survey.id}/build", f"/{survey.id}/share", f"/{survey.id}/export.yaml"):
        assert client.get(f"/surveys{path}").status_code == 403


def test_one_click_takes_what_the_doctor_would_write(client, engine, survey):
    send(client, engine, survey, "/items", type="csat", page=0)
    key = [item.key for item in draft(engine, survey).items if item.type == "csat"][-1]
    page = send(
        client,
        engine,
        survey,
        f"/items/{key}",
        text_zh="您对价格和质量满意吗？",
        key=key,
        option_points=5,
        option_icon="star",
    )
    assert "您对质量满意吗？" in page.text
    before = len(list(draft(engine, survey).items))
    send(client, engine, survey, f"/items/{key}/rewrite", rule="double_barrelled")
    texts = [item.text.get("zh") for item in draft(engine, survey).items]
    assert len(texts) == before + 1
    assert {"您对价格满意吗？", "您对质量满意吗？"} <= set(texts)
    again = send(client, engine, survey, f"/items/{key}/rewrite", rule="double_barrelled", lang="en")
    assert "不再" in again.text or "已不适用" in again.text


def test_two_versions_are_compared_in_words_with_where_the_trend_breaks(client, engine, survey):
    assert client.get(f"/surveys/{survey.id}/versions/compare").status_code == 404
    with writing(engine) as session:
        publishing.publish(session, session.get_one(Survey, survey.id), None)
    page = f"/surveys/{survey.id}/versions/compare?lang=en"
    assert "There is no difference" in client.get(page).text
    form = {
        "text_zh": "换了措辞的问题 <b>",
        "text_en": "Other words",
        "key": "csat",
        "option_points": "5",
        "option_icon": "star",
    }
    send(client, engine, survey, "/items/csat", **form)
    text = client.get(page).text
    assert "<ins>Other words</ins>" in text
    assert "Breaks the trend. Other words are answered otherwise." in text
    assert "<code>csat</code>" in text
    chinese = client.get(f"/surveys/{survey.id}/versions/compare?lang=zh&from=1&to=draft").text
    assert "<ins>换了措辞的问题 &lt;b&gt;</ins>" in chinese
    assert "趋势中断。措辞不同，回答也会不同。" in chinese
    assert client.get(f"{page}&to=9").status_code == 404
    assert "Breaks the trend" in client.get(f"/surveys/{survey.id}/build/publish?lang=en").text
