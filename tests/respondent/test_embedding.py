"""A survey on other sites: only where its owner says so, without cookies, with a script that holds settings alone."""

import html
import json
import re

import pytest

from survey_app import collecting
from survey_app.errors import SurveyError
from survey_app.store.database import reading, writing
from survey_app.tables import Survey

FORM = {
    "sites": "Shop.example.com/basket\nhttp://localhost:3000\n", "mode": "window", "side": "left", "label": " 说两句 ",
    "after": "5", "depth": "", "exit": "y", "days": "14", "share": "50", "paths": "/order/done\n",
}  # fmt: skip


def ancestors(page):
    found = re.search(r"frame-ancestors ([^;]*);", page.headers["Content-Security-Policy"])
    assert found
    return found[1]


def save(client, survey, **changes):
    return client.post_form(f"/surveys/{survey.id}/embed", FORM | changes)


def test_only_named_sites_may_show_it_and_only_as_embedded(client, visit, survey):
    address = f"/s/{survey.public_id}"
    assert ancestors(visit(f"{address}?c=embed").page) == "'self'"
    assert save(client, survey).status_code == 302
    visitor = visit(f"{address}?c=embed&ref=/basket")
    allowed = "'self' https://shop.example.com http://localhost:3000"
    assert ancestors(visitor.page) == allowed and "framed.js" in visitor.page.text
    assert ancestors(visitor.send({"nps": ""})) == allowed, "refused"
    assert ancestors(visitor.send({"nps": "9"})) == allowed and "谢谢" in visitor.page.text
    for other in (address, f"{address}?c=qr", f"{address}?c=nonsense"):
        assert ancestors(visit(other).page) == "'none'"


def test_the_answer_says_where_it_came_from(client, visit, survey, rows):
    save(client, survey)
    visitor = visit(f"/s/{survey.public_id}?c=embed&ref=/basket")
    visitor.send({"nps": "9"})
    (row,) = rows()
    assert (row.channel, row.attributes, row.state) == ("embed", {"ref": "/basket"}, "submitted")
    assert "Set-Cookie" not in visitor.page.headers


def test_a_stopped_survey_says_so_in_the_frame_and_its_script_shows_nothing(client, visit, survey, engine):
    save(client, survey)
    with writing(engine) as session:
        session.get_one(Survey, survey.id).is_open = False
    page = visit(f"/s/{survey.public_id}?c=embed").page
    assert page.status_code == 403 and "https://shop.example.com" in ancestors(page)
    assert settings(visit, survey)["open"] is False


def settings(visit, survey, query=""):
    answer = visit(f"/embed/{survey.public_id}.js{query}").page
    assert answer.status_code == 200 and answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in answer.headers and answer.mimetype == "text/javascript"
    return json.loads(answer.text[answer.text.rindex("})(") + 3 : answer.text.rindex(");")])


def test_the_script_holds_the_settings(client, visit, survey):
    save(client, survey)
    known = settings(visit, survey)
    assert known["page"] == f"http://survey.test/s/{survey.public_id}" and known["preview"] is False
    assert known["hosts"] == ["https://shop.example.com", "http://localhost:3000"]
    assert (known["mode"], known["side"], known["after"], known["depth"]) == ("window", "left", 5, None)
    assert (known["exit"], known["days"], known["share"], known["paths"]) == (True, 14, 50, ["/order/done"])
    assert known["words"]["en"] == {"title": "Shopping survey", "label": "说两句", "close": "Close the survey"}
    assert settings(visit, survey, "?preview=1")["preview"] is True
    assert visit("/embed/unknown.js").page.status_code == 404


def test_titles_cannot_end_a_script(client, visit, survey):
    save(client, survey, label="</script><script>1")
    assert "</script" not in visit(f"/embed/{survey.public_id}.js").page.text


def test_the_page_keeps_what_was_typed_and_gives_the_snippet(client, survey, engine):
    wrong = save(client, survey, sites="shop.example.com\njavascript:alert(1)", share="0")
    assert wrong.status_code == 200 and "javascript:alert(1)" in html.unescape(wrong.text)
    assert wrong.text.count('class="error"') == 2
    with reading(engine) as session:
        assert collecting.load_embedding(session, survey.public_id) == collecting.Embedding()
    save(client, survey)
    page = html.unescape(client.get(f"/surveys/{survey.id}/embed").text)
    assert f'<script src="http://survey.test/embed/{survey.public_id}.js" async></script>' in page
    assert f'<iframe src="http://survey.test/s/{survey.public_id}?c=embed"' in page
    assert "https://shop.example.com\nhttp://localhost:3000</textarea>" in page.replace("\r", "")
    assert "preview=1" in client.get(f"/surveys/{survey.id}/embed/try").text


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://shop.example.com/a?b#c", "https://shop.example.com"),
        ("例子.中国", "https://xn--fsqu00a.xn--fiqs8s"),
        ("*.example.com", "https://*.example.com"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ],
)
def test_a_site_is_taken_as_people_write_it(text, origin):
    assert collecting.as_site(text) == origin


@pytest.mark.parametrize(
    "text",
    ["*", "*.com", "https://", "data:x", "a b.com", "x.com; script-src *", "x.com:99999", "-x.com", "'self'", "é" * 70],
)
def test_what_is_no_site_is_refused(text):
    with pytest.raises(SurveyError):
        collecting.as_site(text)
