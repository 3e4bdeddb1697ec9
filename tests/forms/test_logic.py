"""Conditions: what they mean, where they are wrong, and that they never run anything."""

import operator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.forms.definition import Item, Questionnaire
from survey_app.forms.logic import (
    LogicError,
    Values,
    as_json,
    next_page,
    parse,
    pick_ending,
    pipe,
    previous_page,
    visible_pages,
    walk,
)  # fmt: skip
from survey_app.forms.types import question

VALUES = Values(
    {
        "nps": 3,
        "why": "物流太慢",
        "one": {"code": "other", "other": "x"},
        "many": {"codes": ["a", "b"]},
        "rows": {"p": 2, "q": 4},
    },
    {"segment": "VIP", "age": "31", "empty": ""},
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("nps <= 6", True), ("nps == 3", True), ("nps != 3", False), ("nps > 3", False), ("3 <= nps", True),
        ('many contains "a"', True), ('"c" in many', False), ("many.a == true", True), ('one == "other"', True),
        ('one in ["a", "other"]', True), ("rows.p < 3", True), ("rows == 3", True), ('why contains "物流"', True),
        ('attr.segment == "VIP"', True), ("attr.age >= 30", True), ("answered(nps)", True), ("answered(csat)", False),
        ("answered(attr.empty)", False), ("csat > 2", None), ("not csat > 2", None), ("not nps > 6", True),
        ("csat > 2 or nps < 5", True), ("csat > 2 and nps < 5", None), ("csat > 2 and nps > 5", False),
        ("nps < 5 and (why contains '慢' or csat == 1)", True), ("（nps ＜＝ 6）", True), ("NOT nps > 6", True),
        ("true", True), ('nps < "x"', None), ("not not nps == 3", True), ("nps in [1, 2, 3]", True),
    ],
)  # fmt: skip
def test_a_condition_means(text, wanted):
    assert parse(text).evaluate(VALUES) is wanted


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("nps >", 5), ("nps", 0), ("nps = 3", 4), ("nps == 3 why", 9), ("(nps == 3", 9), ("nps == ]", 7),
        ("attr == 1", 0),
        ("answered(3)", 9), ("nps == $x", 7), ('"open', 0), ("", 0), ("nps == 3)", 8), ("__import__('os')", 10),
        ("nps == 3 and", 12), ("(" * 30 + "nps == 3" + ")" * 30, 20),
    ],
)  # fmt: skip
def test_a_wrong_condition_says_where(text, position):
    with pytest.raises(LogicError) as refused:
        parse(text)
    assert refused.value.position == position
    assert str(refused.value)


@given(st.text(alphabet="nps why()[]<>=!&|'\"0129.,andortinc（）", max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_condition_or_a_clear_error(text):
    try:
        made = parse(text)
    except LogicError as error:
        made = error
    if isinstance(made, LogicError):
        assert 0 <= made.position <= len(text)
    else:
        assert made.evaluate(VALUES) in (True, False, None)


leaves = st.sampled_from(
    ["nps <= 6", "csat > 2", "answered(why)", "nps == 3", "not answered(csat)", "rows.p in [1, 2]"]
)
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        inner.map(lambda one: f"not ({one})"),
    ),
    max_leaves=6,
)


COMPARE = {"<=": operator.le, ">": operator.gt, "==": operator.eq, "in": lambda left, right: left in right}


def side_of(side):
    kind, *rest = side
    return VALUES.get(*rest) if kind == "ref" else rest if kind == "list" else rest[0]


@given(conditions, st.sets(st.sampled_from(["nps", "csat", "why", "rows"])))
@settings(max_examples=200, deadline=None)
def test_the_form_for_the_script_means_the_same(text, here):
    """A small evaluator as the page's script has it, run on what the browser is given."""

    def run(node):
        if isinstance(node, bool | None):
            return node
        head, *rest = node
        if head == "not":
            inner = run(rest[0])
            return None if inner is None else not inner
        if head in ("and", "or"):
            found, settled = [run(part) for part in rest], head == "or"
            return settled if settled in found else None if None in found else not settled
        sides = [side_of(side) for side in rest]
        if head == "answered":
            return sides[0] is not None
        return None if None in sides else COMPARE[head](*sides)

    assert run(as_json(text, VALUES, frozenset(here))) is parse(text).evaluate(VALUES)


def test_the_script_gets_nothing_that_is_not_asked_on_its_page():
    json = as_json('attr.segment == "VIP" and nps <= 6 and why contains "慢"', VALUES, frozenset(["nps"]))
    assert json == ["and", True, ["<=", ["ref", "nps", ""], ["value", 6]], True]
    assert as_json("", VALUES) is True
    assert as_json("csat > 2", VALUES) is None


MADE = Questionnaire.model_validate(
    {
        "title": {"zh": "题"},
        "pages": [
            {"items": [{"key": "nps", "type": "nps"}, {"key": "why", "type": "long_text", "show_if": "nps <= 6"}]},
            {"show_if": "nps <= 6", "items": [{"key": "csat", "type": "csat"}]},
            {"items": [{"key": "name", "type": "short_text", "show_if": "answered(csat)"}]},
        ],
        "endings": [
            {"text": {"zh": "抱歉"}, "show_if": "nps <= 6"},
            {"text": {"zh": "谢谢"}},
        ],
    }
)


def test_pages_with_nothing_to_show_are_left_out():
    assert visible_pages(MADE, {}) == (0,)
    assert visible_pages(MADE, {"nps": 9}) == (0,)
    assert visible_pages(MADE, {"nps": 3}) == (0, 1)
    assert visible_pages(MADE, {"nps": 3, "csat": 2}) == (0, 1, 2)
    assert next_page(MADE, {"nps": 3}, after=0) == 1
    assert next_page(MADE, {"nps": 9}, after=0) is None
    assert previous_page(MADE, {"nps": 3, "csat": 1}, before=2) == 1


def test_what_is_hidden_counts_for_nothing_after_it():
    shown = walk(MADE, {"nps": 9, "csat": 2, "why": "旧", "name": "x"})
    assert shown.answers == {"nps": 9}
    assert shown.pages == (0,)


def test_the_first_ending_that_holds_is_picked():
    assert pick_ending(MADE, {"nps": 2}).text == {"zh": "抱歉"}
    assert pick_ending(MADE, {"nps": 9}).text == {"zh": "谢谢"}
    assert pick_ending(MADE, {}).text == {"zh": "谢谢"}


def test_answers_and_attributes_are_piped_once_and_have_defaults():
    items = [Item(key="nps", type="nps"), Item(key="why", type="long_text")]
    questions = {item.key: question(item) for item in items}
    answers = {"nps": 0, "why": "{{nps}} <b>"}

    def words(text):
        return pipe({"zh": text}, answers, questions, {"name": "王女士"}, "zh")

    assert words("{{attr.name}}打了 {{ nps }} 分") == "王女士打了 0 分"
    assert words("{{why}}") == "{{nps}} <b>"
    assert words("{{attr.city|您所在的城市}}，{{unknown|他们}}{{nobody}}") == "您所在的城市，他们"
