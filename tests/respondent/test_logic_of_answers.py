"""An answer that is wanted under a condition only: by the server, by the page's script, in proof, files and changes."""

import html
import json
import re

import pytest

from survey_app.errors import SurveyError
from survey_app.forms import changes, doctor, exchange, proof
from survey_app.forms.definition import Questionnaire
from tests import make

DEFINITION = {
    "title": {"zh": "回访"},
    "pages": [
        {"items": [
            {"key": "nps", "type": "nps", "text": {"zh": "推荐？"}},
            {"key": "why", "type": "long_text", "text": {"zh": "为什么？"}, "required_if": "nps <= 6"},
        ]},
        {"items": [{"key": "call", "type": "short_text", "text": {"zh": "电话？"}, "required_if": "nps <= 3"}]},
    ],
}  # fmt: skip


def needed(page):
    return [json.loads(html.unescape(found)) for found in re.findall(r'data-needed-if="([^"]*)"', page)]


@pytest.mark.parametrize(("nps", "is_wanted"), [("6", True), ("7", False), ("", False)])
def test_an_answer_is_required_where_the_condition_holds(visit, engine, nps, is_wanted):
    visitor = visit(f"/s/{make.survey(engine, definition=DEFINITION).public_id}")
    assert needed(visitor.page.text) == [["<=", ["ref", "nps", ""], ["value", 6]]]
    answer = visitor.send({"nps": [nps]})
    assert ("请您回答这道题" in answer.text) == is_wanted
    assert ('name="call"' in answer.text) != is_wanted


def test_what_another_page_has_settled_is_settled_on_the_page(visit, engine):
    visitor = visit(f"/s/{make.survey(engine, definition=DEFINITION).public_id}")
    visitor.send({"nps": ["2"], "why": ["慢"]})
    assert needed(visitor.page.text) == []
    assert "选填" not in visitor.page.text
    assert "请您回答这道题" in visitor.send({"call": [""]}).text
    assert "请您回答这道题" not in visitor.send({"call": ["1"]}).text


def test_a_required_answer_that_is_missing_after_all_is_asked_for_at_the_end(visit, engine, rows):
    visitor = visit(f"/s/{make.survey(engine, definition=DEFINITION).public_id}")
    visitor.send({"nps": ["9"]})
    visitor.send({"call": ["1"], "go": "back"})
    first = visitor.send({"nps": ["3"], "go": "back"})
    assert 'name="why"' in first.text
    assert "请您回答这道题" in visitor.send({"page": ["1"], "shown": ["call"], "call": ["1"]}).text
    assert rows()[0].state == "partial"


def test_it_is_proven_compared_checked_and_goes_through_files():
    made = Questionnaire.model_validate(DEFINITION)
    assert exchange.load(exchange.dump_json(made)) == made
    assert not [one for one in doctor.look(made) if one.is_error and one.field == "required_if"]
    piped = with_call(made, text={"zh": "{{why}}"}, show_if="nps <= 6")
    assert not [one for one in proof.prove(piped).remarks if one.field == "text"], "whoever gets here has said why"
    piped = with_call(made, text={"zh": "{{why}}"}, show_if="nps <= 7")
    assert [one.item for one in proof.prove(piped).remarks if one.field == "text"] == ["call"]
    never = with_call(made, show_if="nps > 3")
    assert [(one.item, one.field) for one in proof.prove(never).remarks] == [("call", "required_if")]
    assert [one.breaks for one in changes.between(with_call(made, required_if=""), made)] == [True]
    assert [one.field for one in doctor.look(with_call(made, required_if="zz > 1")) if one.is_error] == ["required_if"]
    with pytest.raises(SurveyError, match="At character"):
        exchange.validate(with_call(made, required_if="nps <").model_dump(mode="json"))


@pytest.mark.parametrize("key", ["page", "ticket", "lang", "go", "shown"])
def test_keys_that_answer_pages_use_themselves_are_refused(key):
    with pytest.raises(SurveyError, match="Answer pages"):
        Questionnaire.model_validate({"title": {"zh": "x"}, "pages": [{"items": [{"key": key, "type": "nps"}]}]})


def with_call(made, **parts):
    call = made.pages[1].items[0].model_copy(update=parts)
    return made.model_copy(update={"pages": (made.pages[0], made.pages[1].model_copy(update={"items": (call,)}))})
