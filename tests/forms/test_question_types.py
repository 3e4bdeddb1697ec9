"""The contract that every registered question type keeps, whatever it asks."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.analysis.columns import MISSING, Column, Frame
from survey_app.config import ROOT
from survey_app.forms import editor
from survey_app.forms.definition import LANGUAGES, Item
from survey_app.forms.types import TYPES, AnswerError, question
from survey_app.forms.types.base import Summary

GOOD = {
    "nps": ["0", "10"], "csat": ["1", "5"], "ces": ["1", "7"], "single": ["a"], "multiple": ["a"], "matrix": [],
    "long_text": ["很好，但是慢"], "short_text": ["订单 123"], "number": ["12"], "date": ["2026-02-28"],
}  # fmt: skip


def made(name, **options):
    kind = TYPES[name]
    return question(Item(key="k", type=name, text={"zh": "题", "en": "Q"}, options={**kind.starter, **options}))


def samples(asked):
    """Posted forms that this type takes."""
    found = [{"k": [value]} for value in GOOD.get(asked.name, ["1"])]
    rows = [spec.key for spec in asked.columns() if spec.key.startswith("k.")]
    return found or [{row: ["3"] for row in rows}]


def frame(asked, answers):
    """The columns of some stored answers, as the store would make them."""
    columns = {}
    for spec in asked.columns():
        cells = [asked.cells(answer)[spec.key] for answer in answers]
        values = (
            np.array([np.nan if cell is None else cell for cell in cells], dtype=np.float64)
            if spec.is_number
            else np.array([MISSING if cell is None else cell for cell in cells], dtype=np.int32)
        )
        columns[spec.key] = Column(spec.key, values, spec.codes)
    return Frame(columns)


@pytest.fixture(params=sorted(TYPES))
def asked(request):
    return made(request.param)


def test_every_type_has_a_label_a_widget_and_a_place_in_the_list(asked):
    assert asked.label
    assert (ROOT / "templates" / "widgets" / f"{asked.widget}.html").is_file()
    assert asked.order < 1000


def test_what_is_read_is_plain_json_and_can_be_sent_again(asked):
    for sent in samples(asked):
        stored = asked.read(sent)
        assert stored is not None
        assert json.loads(json.dumps(stored, allow_nan=False)) == stored
        assert asked.read(asked.sent(stored)) == stored
        assert asked.check(stored) == stored


def test_nothing_and_blanks_are_no_answer(asked):
    for sent in ({}, {"k": []}, {"k": [""]}, {"k": ["   "]}, {"other": ["1"]}):
        assert asked.read(sent) is None
    assert asked.check(None) is None
    assert asked.sent(None) == {}
    with pytest.raises(AnswerError):
        asked.require(None)


def test_stored_answers_of_another_shape_are_refused_and_never_crash(asked):
    own = {json.dumps(asked.read(sent), sort_keys=True) for sent in samples(asked)}
    for stray in (
        True,
        [],
        ["a"],
        {"code": "nowhere"},
        {"codes": ["nowhere"]},
        {"zz": 3},
        -5.5,
        {"codes": None},
        {"a": "x"},
    ):
        if json.dumps(stray, sort_keys=True) not in own:
            try:
                assert asked.check(stray) == stray
            except AnswerError:
                continue


def test_columns_and_cells_agree_and_nothing_gives_nothing(asked):
    keys = [spec.key for spec in asked.columns()]
    assert set(asked.cells(None)) == set(keys)
    assert all(cell is None for cell in asked.cells(None).values())
    for sent in samples(asked):
        cells = asked.cells(asked.read(sent))
        assert list(cells) == keys
        for spec in asked.columns():
            if spec.codes:
                assert 0 <= cells[spec.key] < len(spec.codes)
                assert len(spec.labels) == len(spec.codes)


def test_exports_have_a_title_for_each_cell_in_every_language(asked):
    for language in LANGUAGES:
        titles = asked.export_titles(language)
        for stored in (None, *(asked.read(sent) for sent in samples(asked))):
            assert set(asked.export(stored, language)) == set(titles)
            assert isinstance(asked.words(stored, language), str)


def test_a_summary_holds_for_nobody_and_for_somebody(asked):
    answers = [asked.read(sent) for sent in samples(asked)]
    nobody, somebody = asked.summarise(frame(asked, [])), asked.summarise(frame(asked, [*answers, None]))
    assert isinstance(nobody, Summary)
    assert nobody.n == 0
    assert asked.chart(nobody, "zh") is None
    if asked.columns():
        assert somebody.n == len(answers)
        figure = asked.chart(somebody, "zh")
        assert figure is None or json.dumps(figure)
    asked.summarise(Frame({}))


def test_a_rating_has_a_score_and_others_have_none(asked):
    answers = [asked.read(sent) for sent in samples(asked)]
    estimate = asked.estimate(frame(asked, answers))
    assert (estimate is None) == (asked.score is None)
    if estimate is not None:
        assert estimate.n == len(answers)
        assert asked.rating(answers[0]) is not None


def test_the_editor_gives_back_the_question_it_shows(app, asked):
    with app.test_request_context("/"):
        form = editor.item_form(type(asked), LANGUAGES)(formdata=None, data=editor.show(asked, LANGUAGES))
        again = editor.take(form.data, asked.item, type(asked), LANGUAGES)
    assert isinstance(again, Item), again
    assert question(again).options == asked.options


@given(text=st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_whatever_is_posted_is_an_answer_or_a_clear_refusal(text):
    for name in TYPES:
        asked = made(name)
        try:
            stored = asked.read({"k": [text], "k.other": [text], "k.a": [text]})
        except AnswerError as error:
            stored = error.message % error.values
        json.dumps(stored, ensure_ascii=False).encode()


def test_an_nps_of_zero_is_an_answer():
    asked = made("nps")
    assert asked.read({"k": ["0"]}) == 0
    asked.require(0)
    assert asked.cells(0) == {"k": 0}
    assert asked.words(0, "zh") == "0"


@pytest.mark.parametrize(
    "value", ["11", "-1", "5.5", "1e1", "０９", "true", "05", "+5", " 5", "５", "-0", "nan", "9\n"]
)
def test_an_nps_that_is_not_offered_is_refused(value):
    with pytest.raises(AnswerError):
        made("nps").read({"k": [value]})


def test_two_values_for_one_question_are_refused():
    with pytest.raises(AnswerError, match="only one"):
        made("single").read({"k": ["a", "b"]})


CHOICES = [
    {"code": "a", "text": {"zh": "甲", "en": "A"}},
    {"code": "b", "text": {"zh": "乙", "en": "B"}},
    {"code": "x", "text": {"zh": "其他", "en": "Other"}, "is_other": True},
    {"code": "none", "text": {"zh": "都没有", "en": "None"}, "is_exclusive": True},
]


def test_a_single_choice_keeps_what_was_written_in_only_with_its_option():
    asked = made("single", choices=CHOICES)
    assert asked.read({"k": ["x"], "k.other": [" 自己 写 "]}) == {"code": "x", "other": "自己 写"}
    assert asked.read({"k": ["a"], "k.other": ["没用"]}) == "a"
    assert asked.read({"k.other": ["只写"]}) == {"code": "x", "other": "只写"}
    assert asked.read({"k": ["x"]}) == "x"
    assert asked.cells({"code": "x", "other": "只写"}) == {"k": 2}
    assert asked.words({"code": "x", "other": "只写"}, "zh") == "只写"
    assert asked.read_cell("乙") == "b"
    assert asked.read_cell("没有的") == {"code": "x", "other": "没有的"}


def test_a_multiple_choice_keeps_limits_order_and_exclusive_options():
    asked = made("multiple", choices=CHOICES, min_choices=2, max_choices=2)
    assert asked.read({"k": ["b", "a"]}) == {"codes": ["a", "b"]}
    assert asked.read({"k": ["none"]}) == {"codes": ["none"]}
    for wrong in (["a"], ["a", "b", "x"], ["a", "none"], ["zz", "a"]):
        with pytest.raises(AnswerError):
            asked.read({"k": wrong})
    assert asked.cells({"codes": ["a", "b"]}) == {"k.a": 1, "k.b": 1, "k.x": 0, "k.none": 0}
    assert asked.read_cell("甲；乙") == {"codes": ["a", "b"]}
    assert asked.words({"codes": ["a", "x"], "other": "自写"}, "zh") == "甲、自写"


def test_a_matrix_takes_each_row_and_a_required_one_wants_all():
    asked = made("matrix", points=5)
    assert asked.read({"k.a": ["5"]}) == {"a": 5}
    with pytest.raises(AnswerError, match="every row"):
        asked.require({"a": 5})
    asked.require({"a": 5, "b": 1})
    with pytest.raises(AnswerError):
        asked.read({"k.a": ["6"]})


def test_texts_are_composed_trimmed_and_free_of_what_breaks_databases():
    asked = made("long_text", max_length=5)
    assert asked.read({"k": ["  e\u0301\x00\ud800\r\n好 "]}) == "é\n好"
    assert asked.read({"k": ["\x00"]}) is None
    assert asked.read({"k": ["👍👍👍👍👍"]}) == "👍👍👍👍👍"
    with pytest.raises(AnswerError, match="shorten"):
        asked.read({"k": ["123456"]})
    assert made("short_text").read({"k": ["a\nb"]}) == "a b"


def test_numbers_are_read_as_people_write_them():
    asked = made("number", decimals=2, minimum=0, maximum=100)
    assert asked.read({"k": ["１２.5"]}) == 12.5
    assert asked.read({"k": ["12.50"]}) == 12.5
    for wrong in ("1e1", "1,5", "12.345", "101", "-1", "inf", "0x1", "一"):
        with pytest.raises(AnswerError):
            asked.read({"k": [wrong]})
    assert made("number").read({"k": ["7"]}) == 7


def test_days_are_read_as_browsers_and_people_write_them():
    asked = made("date", minimum="2026-01-01", maximum="2026-12-31")
    for written in ("2026-02-03", "2026/2/3", "2026年2月3日", "２０２６-０２-０３"):
        assert asked.read({"k": [written]}) == "2026-02-03"
    for wrong in ("2026-02-30", "2025-12-31", "2027-01-01", "03.02.2026", "today"):
        with pytest.raises(AnswerError):
            asked.read({"k": [wrong]})
    assert asked.cells("1970-01-02") == {"k": 1}
