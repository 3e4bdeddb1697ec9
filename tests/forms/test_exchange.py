"""Questionnaires as files: the same comes back, and what is wrong is said with its place."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.forms import doctor, exchange, gallery
from survey_app.forms.definition import Questionnaire
from survey_app.forms.exchange import ExchangeError

words = st.dictionaries(st.sampled_from(["zh", "en"]), st.text(st.characters(codec="utf-8"), max_size=30), max_size=2)
items = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["nps", "csat", "long_text", "number"]),
        "text": words,
        "help": words,
        "is_required": st.booleans(),
    }
)


@given(st.lists(st.lists(items, max_size=3), min_size=1, max_size=3), words)
@settings(max_examples=80, deadline=None)
def test_any_questionnaire_comes_back_from_json_and_yaml(pages, title):
    count = iter(range(100))
    made = Questionnaire.model_validate(
        {"title": title, "pages": [{"items": [item | {"key": f"q{next(count)}"} for item in page]} for page in pages]}
    )
    assert exchange.load(exchange.dump_json(made)) == made
    assert exchange.load(exchange.dump_yaml(made)) == made


@pytest.mark.parametrize("template", gallery.templates(), ids=lambda one: one.name)
def test_each_template_comes_back_and_the_doctor_has_no_remark(template):
    made = template.questionnaire
    assert exchange.load(exchange.dump_yaml(made).encode()) == exchange.load(exchange.dump_json(made)) == made
    assert doctor.look(made) == []
    assert made.languages == ("zh", "en")


ITEM = "title: {{zh: x}}\npages: [{{items: [{{key: a, type: {}}}]}}]"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "Line 1, column 2"), ("a: [\n", "Line 2"), ("- 1", "does not hold"), ("", "does not hold"),
        ("title: {zh: x}\ntitle: {zh: y}", "given twice"), ('{"title": {"zh": "x", "zh": "y"}}', "given twice"),
        ("title: &a {zh: x}\nintroduction: *a", "Line 2"), ("format: other/2", "other/2"),
        (ITEM.format("horse"), "no question type horse"), (ITEM.format("nps, extra: 1"), "pages[0].items[0].extra"),
        (ITEM.format("csat, options: {points: 99}"), "at most 10"), (ITEM.format("nps, show_if: 'a >'"), "show_if"),
        (ITEM.format("single, options: {choices: [{code: a}, {code: a}]}"), "same code is used twice"),
        ("title: {zh: x}\npages: [{items: [{key: a, type: nps}, {key: a, type: nps}]}]", "same key"),
        ("title: {zh: x}\npages: [{items: [{key: and, type: nps}]}]", "cannot be a key"),
        ("title: {zh: x}\nlanguages: [fr]", "languages[0]"), ("[" * 9000, "nested"), ('{"a":' * 90000, "nested"),
        (b"\xff\xfe", "UTF-8"), ("x" * (exchange.LARGEST + 1), "larger"),
        ("title: !!python/object:os.system {}", "YAML"),
    ],
    ids=range(21),
)  # fmt: skip
def test_a_file_that_does_not_fit_is_refused_in_words(text, said):
    with pytest.raises(ExchangeError) as refused:
        exchange.load(text)
    assert said in str(refused.value)


def test_codes_that_look_like_numbers_or_no_stay_what_they_are():
    made = exchange.load(
        "title: {zh: 2026}\npages: [{items: [{key: a, type: single, options: {choices: [{code: no}, {code: 1}]}}]}]"
    )
    assert made.title == {"zh": "2026"}
    assert [choice["code"] for choice in made.item("a").options["choices"]] == ["no", 1]


def test_characters_that_no_database_holds_are_taken_out():
    assert exchange.load('{"title": {"zh": "a\\u0000b"}}').title == {"zh": "ab"}
    assert exchange.load('{"title": {"zh": "a\\ud800b"}, "pages": [{"show_if": "\\ud800"}]}').title == {"zh": "ab"}
