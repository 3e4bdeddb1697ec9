"""Reading a posted page."""

from survey_app.forms import page
from survey_app.forms.definition import Item
from survey_app.forms.types import question

QUESTIONS = [
    question(Item(key="nps", type="nps", is_required=True)),
    question(Item(key="why", type="long_text", show_if="nps <= 6", is_required=True)),
    question(Item(key="praise", type="long_text", show_if="nps >= 9")),
]


def test_answers_are_read_and_skipped_ones_are_kept_apart_from_hidden_ones():
    result = page.read(QUESTIONS, {"nps": ["9"], "praise": [""]}, {})
    assert result.is_good
    assert result.answers == {"nps": 9, "praise": None}
    assert result.hidden == ("why",)


def test_a_hidden_answer_is_dropped_and_not_required():
    result = page.read(QUESTIONS, {"nps": ["10"], "why": ["写了又改了分"]}, {})
    assert "why" not in result.answers
    assert result.is_good


def test_a_condition_sees_the_new_answer_and_not_the_one_before():
    result = page.read(QUESTIONS, {"nps": ["3"]}, {"nps": 10, "praise": "旧"})
    assert list(result.errors) == ["why"]
    assert result.errors["why"].message == "Please answer this question."
    assert result.answers == {"nps": 3}


def test_a_wrong_answer_hides_what_depends_on_it():
    result = page.read(QUESTIONS, {"nps": ["11"]}, {})
    assert list(result.errors) == ["nps"]
    assert result.errors["nps"].values == {"low": 0, "high": 10}
    assert result.hidden == ("why", "praise")


def test_conditions_see_earlier_pages_and_attributes():
    asked = [question(Item(key="vip", type="short_text", show_if='attr.tier == "金" and nps <= 6'))]
    assert page.read(asked, {"vip": ["x"]}, {"nps": 2}, {"tier": "金"}).answers == {"vip": "x"}
    assert page.read(asked, {"vip": ["x"]}, {"nps": 2}, {"tier": "银"}).hidden == ("vip",)
