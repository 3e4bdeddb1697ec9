"""The contract that every registered question type keeps, whatever it asks."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.analysis.columns import MISSING, Column, Frame
from survey_app.config import ROOT
from survey_app.errors import SurveyError
from survey_app.forms import doctor, editor
from survey_app.forms.definition import LANGUAGES, Item, Page, Questionnaire
from survey_app.forms.types import TYPES, AnswerError, question
from survey_app.forms.types.base import Summary
from tests.forms.samples import SAMPLES


def made(name, **options):
    kind = TYPES[name]
    return question(Item(key="k", type=name, text={"zh": "题", "en": "Q"}, options={**kind.starter, **options}))


def samples(asked):
    """Posted forms that this type takes; types that tests made up take a 1."""
    return SAMPLES.get(asked.name, [{"k": ["1"]}])


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
    assert asked.family
    assert asked.is_asked == bool(samples(asked))
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
    if asked.is_asked and asked.is_seen:
        with pytest.raises(AnswerError):
            asked.require(None)
    else:
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
                assert asked.check(stray) in (stray, None)
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
                assert cells[spec.key] is None or 0 <= cells[spec.key] < len(spec.codes)
                assert len(spec.labels) == len(spec.codes)


def test_exports_have_a_title_for_each_cell_in_every_language(asked):
    for language in LANGUAGES:
        titles = asked.export_titles(language)
        for stored in (None, *(asked.read(sent) for sent in samples(asked))):
            assert set(asked.export(stored, language)) == set(titles)
            assert isinstance(asked.words(stored, language), str)


def test_cells_of_imported_files_say_what_was_exported(asked):
    for stored in (asked.read(sent) for sent in samples(asked)):
        assert asked.has_whole_cell or asked.parts
        cells = {key.removeprefix("k").lstrip("."): cell for key, cell in asked.export(stored, "zh").items()}
        given = {part: str(cell) for part, cell in cells.items() if cell is not None}
        if set(given) <= set(asked.parts):
            assert asked.read_cells({part: cell.replace("、", "；") for part, cell in given.items()}) == stored
        else:
            assert asked.read_cell(given[""]) == stored


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


def test_a_table_keeps_codes_row_by_row():
    single, multiple = made("matrix_single"), made("matrix_multiple")
    assert single.read({"k.a": ["x"]}) == {"a": "x"}
    assert multiple.read({"k.a": ["y", "x"], "k.b": []}) == {"a": ["x", "y"]}
    assert single.cells({"a": "y"}) == {"k.a": 1, "k.b": None}
    assert multiple.cells({"a": ["y"]}) == {"k.a.x": 0, "k.a.y": 1, "k.b.x": None, "k.b.y": None}
    assert single.words({"a": "x", "b": "y"}, "zh") == "项目一：选项一；项目二：选项二"
    assert multiple.words({"b": ["x", "y"]}, "en") == "Second: Option one, Option two"
    for asked, wrong in ((single, ["z"]), (single, ["x", "y"]), (multiple, ["x", "z"])):
        with pytest.raises(AnswerError):
            asked.read({"k.a": wrong})
    for asked in (single, multiple):
        with pytest.raises(AnswerError, match="every row"):
            asked.require(asked.read({"k.a": ["x"]}))


def test_shares_of_a_table_are_among_those_who_answered_the_row():
    asked = made("matrix_single")
    summary = asked.summarise(frame(asked, [{"a": "x"}, {"a": "y", "b": "y"}, None]))
    assert summary.n == 2
    assert [(row.code, row.count, row.estimate.n) for row in summary.rows] == [
        ("a.x", 1, 2), ("a.y", 1, 2), ("b.x", 0, 1), ("b.y", 1, 1),
    ]  # fmt: skip


def test_each_row_of_an_nps_matrix_has_its_own_nps():
    asked = made("matrix_nps")
    summary = asked.summarise(frame(asked, [{"a": 10, "b": 0}, {"a": 9}, {"a": 6}]))
    assert [row.estimate.n for row in summary.rows] == [3, 1]
    assert [round(row.estimate.value, 2) for row in summary.rows] == [33.33, -100]


def test_consent_is_given_or_not_answered_and_never_a_no():
    asked = made("consent")
    assert asked.read({"k": ["1"]}) == 1
    assert asked.read_cell("同意") == asked.read_cell("yes") == 1
    assert asked.read_cell("否") is None
    with pytest.raises(AnswerError, match="agree"):
        asked.require(None)
    with pytest.raises(AnswerError):
        asked.read({"k": ["0"]})


def test_yes_and_no_are_read_as_other_tools_write_them():
    asked = made("yes_no", has_unsure=True)
    cells = ("1", "TRUE", "是", "0", "No", "不确定", "unsure")
    assert [asked.read_cell(cell) for cell in cells] == ["yes", "yes", "yes", "no", "no", "unsure", "unsure"]
    with pytest.raises(AnswerError):
        made("yes_no").read({"k": ["unsure"]})


def test_a_slider_has_two_ends_and_takes_nothing_beyond_them():
    asked = made("slider", minimum=-10, maximum=10)
    assert asked.read({"k": ["-10"]}) == -10
    with pytest.raises(AnswerError):
        asked.read({"k": ["11"]})
    with pytest.raises(SurveyError):
        made("slider", minimum=5, maximum=5)


def test_a_satisfaction_in_numbers_has_numbers_on_its_buttons_and_words_at_its_ends():
    asked = made("csat", icon="digits", points=7)
    assert asked.points("zh") == [(value, str(value)) for value in range(1, 8)]
    assert made("csat", icon="digits").points("en")[0] == (1, "1")
    assert asked.ends("zh") == ("非常不满意", "非常满意")
    assert asked.score_options == {"scale": (1, 7)}


def test_little_effort_is_the_good_end_of_the_older_effort_scale():
    asked = made("ces_effort")
    assert asked.score_options == {"scale": (1, 5), "easy": "low"}
    assert asked.tones[0] == "positive"
    assert asked.tones[-1] == "negative"


def test_a_ranking_gives_each_place_once_and_means_count_who_left_some_out():
    asked = made("ranking", rows=[{"code": code, "text": {"zh": code}} for code in "abc"], top=2)
    assert asked.read({"k.c": ["1"], "k.a": ["2"]}) == {"a": 2, "c": 1}
    assert asked.words({"a": 2, "c": 1}, "zh") == "c ＞ a"
    for wrong, said in (
        ({"k.a": ["1"], "k.b": ["1"]}, "twice"),
        ({"k.a": ["2"]}, "not given"),
        ({"k.a": ["3"]}, "offered"),
    ):
        with pytest.raises(AnswerError, match=said):
            asked.read(wrong)
    with pytest.raises(AnswerError, match="give away all"):
        asked.require({"a": 1})
    summary = asked.summarise(frame(asked, [{"a": 2, "c": 1}, {"a": 1}, None]))
    # b and c of the second answer share the places 2 and 3.
    assert [(row.code, row.count, row.estimate.value) for row in summary.rows] == [
        ("a", 2, 1.5),
        ("c", 1, 1.75),
        ("b", 0, 2.75),
    ]


def test_a_sum_is_shared_to_the_last_point_and_what_is_empty_is_0():
    asked = made("constant_sum", total=10)
    assert asked.read({"k.a": ["10"]}) == {"a": 10, "b": 0}
    for wrong in ({"k.a": ["9"]}, {"k.a": ["11"], "k.b": ["-1"]}, {"k.a": ["ten"]}, {"k.a": ["9.5"], "k.b": ["0.5"]}):
        with pytest.raises(AnswerError):
            asked.read(wrong)
    summary = asked.summarise(frame(asked, [{"a": 10, "b": 0}, {"a": 5, "b": 5}]))
    assert [row.estimate.value for row in summary.rows] == [7.5, 2.5]


def test_a_moment_has_a_day_and_a_time_as_people_write_them():
    asked = made("date_time", minimum="2026-01-01")
    assert asked.read({"k": ["2026年2月3日"], "k.time": ["8:05"]}) == "2026-02-03T08:05"
    for cell in ("2026-02-03 08:05", "2026/2/3 8:05:00", "2026年2月3日 8时05分", "2026-02-03T08:05:00"):
        assert asked.read_cell(cell) == "2026-02-03T08:05", cell
    assert asked.words("2026-02-03T08:05", "zh") == "2026年2月3日 08:05"
    assert asked.cells("1970-01-02T00:01") == {"k": 1441}
    for wrong in ({"k": ["2026-02-03"]}, {"k.time": ["08:05"]}, {"k": ["2026-02-03"], "k.time": ["24:00"]},
                  {"k": ["2025-02-03"], "k.time": ["08:05"]}):  # fmt: skip
        with pytest.raises(AnswerError):
            asked.read(wrong)
    assert made("time").read({"k": ["９：０５"]}) == "09:05"
    summary = made("time").summarise(frame(made("time"), ["08:59", "10:00"]))
    assert [(row.code, row.count) for row in summary.rows] == [("08:00", 1), ("09:00", 0), ("10:00", 1)]


def test_a_tree_keeps_codes_shows_paths_and_counts_first_steps_where_there_are_many():
    few = made("cascade")
    assert few.branches("zh")[0] == ("华东 / 上海", [("a1", "徐汇店")])
    assert few.words("a1", "en") == "East / Shanghai / Xuhui"
    assert few.read_cell("华东 / 杭州 / 西湖店") == "a2"
    paths = [{"code": f"c{n}", "text": {"zh": f"{'甲乙'[n % 2]}/{n}"}} for n in range(20)]
    many = made("cascade", choices=paths)
    summary = many.summarise(frame(many, ["c0", "c2", "c1"]))
    assert [(row.code, row.count) for row in summary.rows] == [("甲", 2), ("乙", 1)]
    assert [
        remark.rule for remark in doctor.look(Questionnaire(title={"zh": "题"}, pages=(Page(items=(many.item,)),)))
    ] == [""]
    twice = made("cascade", choices=[{"code": code, "text": {"zh": "甲 / 乙"}} for code in "ab"])
    assert any("twice" in remark.message for remark in twice.remarks(["zh"]))


@pytest.mark.parametrize(
    ("pattern", "good", "kept", "wrong"),
    [
        ("mobile", "+86 138-0013-8000", "13800138000", ["12800138000", "1380013800", "021-62345678", "138001380001"]),
        ("email", " Li.Lei@Example.COM ", "Li.Lei@example.com", ["a@b", "a b@c.de", "@c.de", "a@c..de", "a..b@c.de"]),
        ("postcode", "１０００８４", "100084", ["10008", "1000845", "10008a"]),
        # GB 32100-2015: the sum of value × 3**place mod 31, taken from 31, is the value of the last sign.
        (
            "credit_code",
            "91350100m000100y43",
            "91350100M000100Y43",
            ["91350100M000100Y44", "91350100I000100Y43", "9135"],
        ),
    ],
)
def test_short_answers_are_checked_and_kept_in_one_way(pattern, good, kept, wrong):
    asked = made("short_text", pattern=pattern)
    assert asked.read({"k": [good]}) == kept
    assert asked.check(kept) == kept
    for text in wrong:
        with pytest.raises(AnswerError):
            asked.read({"k": [text]})


def test_a_pattern_of_ones_own_fits_the_whole_answer():
    asked = made("short_text", pattern="own", own_pattern="^[A-Z]{2}\\d{6}$", own_hint={"zh": "两个大写字母加六位数字"})
    assert asked.read({"k": ["AB123456"]}) == "AB123456"
    with pytest.raises(AnswerError):
        asked.read({"k": ["AB1234567"]})
    assert asked.hint("zh")
    for wrong in ("", "(", "a{3", "[a", "\\1", "(?=a)", "a" * 300, "a{100}{100}"):
        with pytest.raises(SurveyError):
            made("short_text", pattern="own", own_pattern=wrong)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a + b * 2", 13), ("（a＋b）×2", 16), ("-a - -b", 2), ("mean(a, b, c)", 4), ("sum(a, c) / 2", 1.5), ("a + c", None),
        ("a / 0", None), ("count(a, b, c)", 2), ("max(a, b) - min(a, b)", 2), ("m.x / 2", 2), ("c", None), ("t * 1", None),
        ("999999999999 * 999999999999", None),
    ],
)  # fmt: skip
def test_a_formula_reckons_with_what_is_known(text, value):
    known = {("a", ""): 3, ("b", ""): "5", ("m", "x"): 4, ("t", ""): "words"}
    asked = made("computed", formula=text, decimals=2)
    assert asked.derive(lambda name, part: known.get((name, part))) == value


@pytest.mark.parametrize(
    "text", ["a +", "(a", "a b", "a ** 2", "__import__('os')", "a.b.c(", "1e9", "f(a)", "(" * 30, "a" * 501]
)
def test_a_formula_that_cannot_be_read_is_refused(text):
    with pytest.raises(SurveyError):
        made("computed", formula=text)


def test_a_hidden_field_has_a_name_that_links_do_not_use_themselves():
    assert made("hidden", source="shop").parameters == ("shop",)
    assert made("hidden").parameters == ()
    assert any("Links use this name" in remark.message for remark in made("hidden").remarks(["zh"]))
    for wrong in ("lang", "t", "a b", "<b>", "1a"):
        with pytest.raises(SurveyError):
            made("hidden", source=wrong)
