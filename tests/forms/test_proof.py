"""The proof of the logic: what can never be shown, what always is, what texts lack, how long it takes at least and most."""

import random

import pytest

from survey_app.forms import gallery, proof
from survey_app.forms.definition import Questionnaire
from survey_app.forms.logic import walk

CHOICES = {"choices": [{"code": code, "text": {"zh": code}} for code in "abc"]}


def item(key, kind="nps", show_if="", text="", **more):
    return {"key": key, "type": kind, "text": {"zh": text or key}, "show_if": show_if, **more}


def made(*pages, endings=()):
    return Questionnaire.model_validate({
        "title": {"zh": "题"}, "pages": [{"items": list(page)} for page in pages],
        "endings": [{"text": {"zh": "谢谢"}, "show_if": one} for one in endings],
    })  # fmt: skip


def told(questionnaire):
    return [(one.level, one.item or one.ending, one.message) for one in proof.prove(questionnaire).remarks]


@pytest.mark.parametrize(
    ("first", "condition", "level", "said"),
    [
        (item("n"), "n > 10", "error", "never hold"), (item("n"), "n <= 3 and n >= 7", "error", "never hold"),
        (item("n"), "n in [4, 5]", "", ""), (item("n"), "n > 6 or not n > 6", "", ""),
        (item("n", is_required=True), "n > 6 or not n > 6", "warning", "always holds"),
        (item("n", is_required=True), "not answered(n)", "error", "never hold"),
        (item("c", "single", options=CHOICES), 'c == "a" and c == "b"', "error", "never hold"),
        (item("c", "single", options=CHOICES), 'c in ["a", "b"]', "", ""),
        (item("c", "single", options=CHOICES), 'c != "a" and c != "b" and c != "c"', "error", "never hold"),
        (item("m", "multiple", options=CHOICES), 'm contains "a" and m contains "b"', "", ""),
        (item("m", "multiple", options={**CHOICES, "max_choices": 1}), 'm contains "a" and m contains "b"', "error",
         "never hold"),
        (item("m", "multiple", options=CHOICES), "m.a == true and m.a == false", "error", "never hold"),
        (item("x", "matrix", options={"rows": [{"code": "a"}, {"code": "b"}]}), "x.a >= 4 and x.b <= 2", "", ""),
        (item("x", "ranking", options={"rows": [{"code": "a"}, {"code": "b"}]}), "x.a == 1 and x.b == 2", "", ""),
        (item("x", "constant_sum", options={"rows": [{"code": "a"}, {"code": "b"}]}), "x.a > 50", "", ""),
        (item("t", "long_text"), 't contains "坏" and t contains "慢"', "", ""),
        (item("t", "long_text"), 't == "a" and t == "b"', "warning", "were tried"),
        (item("z", "number", options={"minimum": 1, "maximum": 9}), "z > 8 and z < 10", "", ""),
        (item("z", "number", options={"minimum": 1, "maximum": 9}), "z > 9", "error", "never hold"),
        (item("d", "date", options={"minimum": "2026-01-01"}), 'd < "2026-01-01"', "error", "never hold"),
        (item("d", "date", options={"minimum": "2030-01-01"}), 'd >= "2030-02-01"', "", ""),
        (item("d", "date_time"), 'd >= "2026-02-01T08:00"', "", ""), (item("y", "time"), 'y == "09:00"', "", ""),
        (item("o", "consent"), "answered(o)", "", ""), (item("n"), 'attr.segment == "VIP" and n > 3', "", ""),
        (item("n"), 'attr.segment == "VIP" and attr.segment == "A"', "error", "never hold"),
    ],
)  # fmt: skip
def test_conditions_that_never_or_always_hold_are_told(first, condition, level, said):
    found = told(made([first], [item("q", show_if=condition)]))
    if not level:
        assert found == []
    else:
        assert [(one[0], one[1]) for one in found] == [(level, "q")]
        assert said in found[0][2]


def test_what_is_reached_only_through_something_unreachable_is_told_too():
    chain = made([item("a")], [item("b", show_if="a > 6")], [item("c", show_if="b > 6 and a <= 6")])
    assert [(level, key) for level, key, _ in told(chain)] == [("error", "c")]


def test_a_condition_on_the_same_page_may_wait_for_any_answer():
    assert told(made([item("a", is_required=True), item("b", show_if="answered(a)")])) == []


def test_texts_that_may_lack_an_answer_are_told_unless_they_have_words_for_it():
    first = [item("a")]
    assert [one[1] for one in told(made(first, [item("b", text="您打了 {{a}} 分")]))] == ["b"]
    assert told(made(first, [item("b", text="您打了 {{a}} 分", show_if="a >= 0")])) == []
    assert told(made(first, [item("b", text="您打了 {{a|几}} 分")])) == []
    assert told(made([item("a", is_required=True)], [item("b", text="您打了 {{a}} 分")])) == []


def test_of_thank_you_texts_those_nobody_reads_are_told_but_not_the_last_resort():
    first = [item("a", is_required=True)]
    assert told(made(first, endings=["a <= 6", "a > 6", ""])) == []
    assert told(made(first, endings=["a <= 6", "a > 6", "a > 8"]))[0][1] == 2


def test_the_shortest_and_the_longest_way_and_an_example_for_each_place():
    found = proof.prove(made([item("a", is_required=True)], [item("b", show_if="a <= 6"), item("c", show_if="a <= 2")]))
    assert 0 < found.shortest < found.longest
    assert (found.is_whole, found.stopped_at) == (True, "")
    assert found.cases == ({"a": 0}, {"a": 0})


def test_too_many_ways_stop_the_proof_where_they_became_too_many():
    items = [item(f"q{number}") for number in range(12)]
    conditions = " or ".join(f"(q{number} <= 3 and q{number} != 1)" for number in range(12))
    found = proof.prove(made(items, [item("last", show_if=conditions)]))
    assert found.stopped_at == "q6"
    assert found.most_states <= proof.MOST_STATES
    assert [one.level for one in found.remarks] == ["warning"]


def test_many_branches_are_walked_together():
    """60 branches over one choice: the states are those of the choice, not their product."""
    choices = {"choices": [{"code": f"c{n}", "text": {"zh": str(n)}} for n in range(60)]}
    pages = [[item(f"b{n}", show_if=f'c == "c{n}"'), item(f"w{n}", "long_text", f"b{n} <= 6")] for n in range(60)]
    found = proof.prove(made([item("c", "single", options=choices)], *pages))
    assert found.remarks == ()
    assert found.most_states <= 130


@pytest.mark.parametrize("template", gallery.templates(), ids=lambda one: one.name)
def test_no_template_has_a_fault_in_its_logic(template):
    assert proof.prove(template.questionnaire).remarks == ()


def test_what_is_said_never_to_be_shown_is_shown_by_no_answers_tried_at_random():
    """The proof against the walk that decides on real pages, for generated conditions and answers."""
    dice = random.Random(5)
    for _ in range(60):
        keys = ["a", "b", "c"]
        conditions = ["", *(_condition(dice, keys[:number]) for number in (1, 2, 3))]
        pages = [[item(key, show_if=condition)] for key, condition in zip([*keys, "last"], conditions, strict=True)]
        questionnaire = made(*pages)
        never = {one.item for one in proof.prove(questionnaire).remarks if "never" in one.message}
        seen = set()
        for _ in range(150):
            answers = {key: dice.choice([None, *range(11)]) for key in keys}
            seen |= walk(questionnaire, answers).items
        assert not seen & never, conditions
        assert {key for key in ("a", "b", "c", "last") if key not in seen} >= never


def _condition(dice, keys):
    one, other = (f"{dice.choice(keys)} {dice.choice(['<', '>=', '==', '!='])} {dice.randrange(11)}" for _ in range(2))
    return dice.choice([one, f"{one} and {other}", f"not ({one} or {other})", f"{one} or answered({keys[0]})"])
