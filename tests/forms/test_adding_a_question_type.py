"""docs/adding-a-question-type.md, followed: one new file is a new type everywhere."""

import re
import sys

import pytest

from survey_app.config import ROOT
from survey_app.forms import exchange, page
from survey_app.forms.definition import Questionnaire
from survey_app.forms.types import TYPES, question, register


@pytest.fixture
def trust(tmp_path, monkeypatch):
    """The file of the page, written and registered; taken out again afterwards."""
    text = (ROOT / "docs" / "adding-a-question-type.md").read_text("utf-8")
    (tmp_path / "trust_of_the_docs.py").write_text(re.search(r"```python\n(.*?)```", text, re.S)[1], "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    register("trust_of_the_docs")
    yield TYPES["trust"]
    del TYPES["trust"], sys.modules["trust_of_the_docs"]


def test_the_type_of_the_docs_is_asked_counted_and_exchanged(trust):
    made = exchange.load(
        "title: {zh: 信任}\npages: [{items: [{key: t, type: trust, is_required: true, text: {zh: 信任吗}}]}]"
    )
    asked = question(made.item("t"))
    assert page.read([asked], {"t": ["4"]}, {}).answers == {"t": 4}
    assert "t" in page.read([asked], {"t": ["6"]}, {}).errors
    assert asked.cells(4) == {"t": 4}
    assert asked.export(4, "zh") == {"t": 4}
    assert asked.ends("zh") == ("完全不信任", "完全信任")
    assert exchange.load(exchange.dump_yaml(made)) == made


def test_the_builder_offers_it_and_the_answer_page_asks_it(trust, client, engine):
    client.post_form("/surveys/new", {"name": "信任"})
    opened = client.post_form(
        "/surveys/1/build/items",
        {"type": "trust", "page": 0, "revision": 1},
        page="/surveys/1/build",
        follow_redirects=True,
    )
    assert "option_reason_" in opened.text
    assert 'name="trust"' in client.get("/surveys/1/build/preview?page=0").text
    assert isinstance(trust.Options().points, int)
    assert Questionnaire(title={"zh": "x"}).pages[0].items == ()
