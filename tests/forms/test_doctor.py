"""What the doctor says about a draft before it is published."""

import pytest

from survey_app.forms import doctor
from survey_app.forms.definition import Questionnaire
from survey_app.forms.types import TYPES

TEXT = {"zh": "题"}


def look(*pages, endings=({"text": {"zh": "谢谢"}},), **more):
    made = {"title": {"zh": "标题"}, "pages": [{"items": items} for items in pages], "endings": endings, **more}
    return doctor.look(Questionnaire.model_validate(made))


def item(key="a", kind="nps", **more):
    return {"key": key, "type": kind, "text": TEXT, **more}


def test_a_plain_good_questionnaire_has_no_remark():
    assert look([item()]) == []


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ([], "There is no question yet"),
        ([item(show_if="b > 3"), item("b")], "only asked later"),
        ([item(show_if="zz > 3")], "is not the key"),
        ([item(show_if="a >")], "At character"),
        ([item(text={"zh": "{{zz}}"})], "is not the key"),
        ([item(), item("b", text={"zh": "您打了 {{a}} 分"})], "on the same page"),
        ([item(text={"zh": "您打了 {{b}} 分"})], "is not the key"),
        ([item(text={"en": "only"})], "has no text"),
        ([item(kind="single")], "at least two options"),
        ([item(kind="matrix")], "at least one row"),
        ([item(kind="single", options={"choices": [{"code": "x"}, {"code": "y"}]})], "No text in"),
        ([item(kind="horse")], "no question type"),
        ([item(), item("b", show_if="a.zz == 1")], "not a row or an option"),
        ([item(kind="single", options=TYPES["single"].starter)], "still stands as the question was made"),
    ],
    ids=range(14),
)
def test_an_error_blocks(items, said):
    errors = [remark for remark in look(items) if remark.is_error]
    assert any(said in remark.message for remark in errors), errors
    assert errors[0].message % errors[0].values


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ([item(text={"zh": "您对价格和服务满意吗"})], "are two things"),
        ([item(text={"zh": "长" * 80})], "read to the end"),
        ([item(kind="long_text", is_required=True)], "required open answer"),
        ([item(f"q{n}") for n in range(20)], "many"),
    ],
    ids=range(4),
)
def test_a_warning_advises(items, said):
    remarks = look(items)
    assert any(said in remark.message for remark in remarks)
    assert not any(remark.is_error for remark in remarks)


def test_a_comparison_with_an_option_that_is_not_there_is_noticed():
    choices = [{"code": "x", "text": TEXT}, {"code": "y", "text": TEXT}]
    first = item(kind="single", options={"choices": choices})
    assert any("not among the options" in remark.message for remark in look([first], [item("b", show_if='a == "z"')]))
    assert look([first], [item("b", show_if='a == "x"')]) == []


def test_a_second_language_is_wanted_everywhere_once_it_is_chosen():
    remarks = look([item()], languages=["zh", "en"])
    places = {(remark.item, remark.ending) for remark in remarks}
    assert places == {(None, None), ("a", None), (None, 0)}


def test_an_empty_page_is_an_error():
    assert any(remark.page == 1 for remark in look([item()], []))
