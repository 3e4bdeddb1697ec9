"""Who does not belong here is thanked after the page that tells so; nothing later is asked of them."""

import pytest

from survey_app.forms import changes, doctor, exchange, proof
from survey_app.forms.definition import Questionnaire
from tests import make

DEFINITION = {
    "title": {"zh": "筛选"},
    "languages": ["zh"],
    "pages": [
        {"items": [{"key": "age", "type": "number", "text": {"zh": "您多大？"}}], "end_if": "age < 18"},
        {"items": [{"key": "nps", "type": "nps", "text": {"zh": "推荐？"}, "is_required": True}]},
    ],
    "endings": [{"text": {"zh": "本次只邀请成年人"}, "show_if": "age < 18"}, {"text": {"zh": "谢谢参与"}}],
}


@pytest.mark.parametrize(("age", "is_over"), [("17", True), ("18", False), ("", False)])
def test_the_survey_ends_where_the_condition_holds(visit, engine, rows, age, is_over):
    visitor = visit(f"/s/{make.survey(engine, definition=DEFINITION).public_id}")
    visitor.send({"age": [age]})
    assert ("本次只邀请成年人" in visitor.page.text) == is_over
    assert ('name="nps"' in visitor.page.text) != is_over
    (response,) = rows()
    assert response.state == ("submitted" if is_over else "partial")
    assert ("nps" in response.answers) is False


def test_it_is_proven_compared_checked_and_goes_through_files():
    made = Questionnaire.model_validate(DEFINITION)
    found = proof.prove(made)
    assert found.remarks == ()
    assert found.shortest < found.longest
    assert exchange.load(exchange.dump_yaml(made)) == made
    assert [change.breaks for change in changes.between(ending(made, ""), made)] == [True]
    errors = [one for one in doctor.look(ending(made, "nowhere < 3")) if one.is_error]
    assert [(one.field, one.page) for one in errors] == [("end_if", 0)]
    assert (None, 0) in [(one.item, one.page) for one in proof.prove(ending(made, "true")).remarks]


def ending(made, condition):
    first = made.pages[0].model_copy(update={"end_if": condition})
    return made.model_copy(update={"pages": (first, *made.pages[1:])})
