"""What changed between two versions, and whether the answers before and after can be compared."""

import pytest

from survey_app.forms import changes
from survey_app.forms.definition import Questionnaire

CHOICES = [{"code": code, "text": {"zh": words}} for code, words in (("a", "甲"), ("b", "乙"))]
ITEM = {"key": "q", "type": "single", "text": {"zh": "您常去哪家店？"}, "options": {"choices": CHOICES}}
GRID = {
    "key": "q", "type": "matrix", "text": {"zh": "请打分"},
    "options": {"rows": [{"code": "a", "text": {"zh": "物流"}}]},
}  # fmt: skip


def made(*items, **more):
    return Questionnaire.model_validate({"title": {"zh": "题"}, "pages": [{"items": list(items)}], **more})


def with_options(item, **options):
    return item | {"options": item["options"] | options}


THIRD = {"code": "c", "text": {"zh": "丙"}}
BASE = {"key": "n", "type": "nps", "text": {"zh": "推荐？"}}


@pytest.mark.parametrize(
    ("before", "after", "message", "breaks"),
    [
        (ITEM, ITEM | {"text": {"zh": "您最常去哪家店？"}}, "text of the question", True),
        (ITEM, ITEM | {"text": {"zh": "您常去哪家店"}}, "text of the question", False),
        (ITEM, ITEM | {"text": {"zh": "您常去哪家店？", "en": "Which shop?"}}, "text of the question", False),
        (ITEM, ITEM | {"is_required": True}, "required now", True),
        (ITEM, with_options(ITEM, choices=[*CHOICES, THIRD]), "option was added", True),
        (ITEM, with_options(ITEM, choices=CHOICES[:1]), "option was removed", True),
        (ITEM, with_options(ITEM, choices=CHOICES[::-1]), "another order", True),
        (ITEM, with_options(ITEM, choices=[CHOICES[0], CHOICES[1] | {"text": {"zh": "乙 "}}]), "words of an opt", False),
        (ITEM, with_options(ITEM, choices=[CHOICES[0], CHOICES[1] | {"is_other": True}]), "kind of an option", True),
        (GRID, with_options(GRID, rows=[*GRID["options"]["rows"], THIRD]), "option was added", False),
        (GRID, with_options(GRID, rows=[THIRD]), "option was removed", True),
        (BASE, BASE | {"options": {"low_label": {"zh": "完全不可能"}}}, "Words at the low end", False),
        (BASE, BASE | {"options": {"low_label": {"zh": "不会"}}}, "Words at the low end", True),
        (BASE, BASE | {"type": "csat"}, "type of the question", True),
        ({"key": "q", "type": "long_text"}, {"key": "q", "type": "long_text", "options": {"max_length": 9}},
         "Longest answer", False),
        ({"key": "q", "type": "slider"}, {"key": "q", "type": "slider", "options": {"maximum": 10}},
         "Largest value", True),
        ({"key": "q", "type": "csat"}, {"key": "q", "type": "csat", "options": {"icon": "face"}}, "Kind of mark", True),
    ],
)  # fmt: skip
def test_each_change_of_a_question_says_whether_the_trend_goes_on(before, after, message, breaks):
    found = changes.between(made(before), made(after))
    told = [one for one in found if message in one.message]
    assert [one.breaks for one in told] == [breaks], [one.message for one in found]
    assert told[0].reason
    assert told[0].key == after["key"]


def test_conditions_break_a_trend_only_where_they_say_something_else():
    before = made(BASE, ITEM | {"show_if": "n <= 6 and n != 3"})
    same = made(BASE, ITEM | {"show_if": "(n <= 6) AND n!=3".replace("(", "").replace(")", "")})
    other = made(BASE, ITEM | {"show_if": "n <= 7"})
    assert [(one.breaks, one.after["zh"]) for one in changes.between(before, same)] == [(False, "n <= 6 AND n!=3")]
    assert [one.breaks for one in changes.between(before, other)] == [True]
    assert changes.breaks(before, other, "q")
    assert not changes.breaks(before, other, "n")


def test_order_and_pages_and_what_is_around():
    one, two = made(BASE, ITEM), made(ITEM, BASE)
    assert [(c.message, c.breaks) for c in changes.between(one, two)] == [
        ("The order of the questions was changed.", True)
    ]
    apart = Questionnaire.model_validate({"title": {"zh": "题"}, "pages": [{"items": [BASE]}, {"items": [ITEM]}]})
    assert [c.breaks for c in changes.between(one, apart)] == [False]
    fewer = Questionnaire.model_validate(
        {"title": {"zh": "题"}, "pages": [{"items": [BASE]}, {"items": [ITEM], "show_if": "n > 5"}]}
    )
    assert [c.breaks for c in changes.between(apart, fewer)] == [True]
    titled = one.model_copy(update={"title": {"zh": "新题"}, "introduction": {"zh": "您好"}})
    assert [(c.breaks, c.after["zh"]) for c in changes.between(one, titled)] == [(False, "新题"), (False, "您好")]


def test_what_is_new_begins_a_series_and_what_is_gone_ends_one():
    found = changes.between(made(BASE), made(ITEM))
    assert [(c.kind, c.key, c.breaks) for c in found] == [("added", "q", False), ("removed", "n", True)]
    assert [c.kind for c in changes.between(None, made(BASE, ITEM))] == ["added", "added"]
    assert changes.between(made(BASE), made(BASE)) == []


def test_a_question_whose_options_do_not_hold_is_taken_as_changed():
    broken = made(BASE | {"options": {"horse": 1}})
    assert [c.breaks for c in changes.between(made(BASE), broken)] == [True]
