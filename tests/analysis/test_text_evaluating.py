"""Results against labels: which rows count, to which side an answer goes, and what a pair is."""

import pytest

from survey_app.analysis.text import Labelled, Opinion, TextResult, evaluate, fitting

SAID = {
    "好": TextResult("positive", (Opinion(0, 1, "price", 1, 0.9),), 0.9, 0.05),
    "差": TextResult("negative", (Opinion(0, 1, "price", -1, 0.9),), 0.1, 0.8),
    "平": TextResult("neutral", (Opinion(0, 1, "price", 0, 0.7),), 0.2, 0.3),
    "又好又差": TextResult("mixed", (Opinion(0, 2, "price", 1, 0.6), Opinion(2, 4, "service", -1, 0.9)), 0.5, 0.4),
    "无": TextResult("none"),
}


@pytest.mark.parametrize(
    ("text", "labels", "expected"),
    [
        ("好", "binary", "positive"),
        # why: in binary what is neither goes to the side of the larger probability; a tie is praise
        ("平", "binary", "negative"),
        ("又好又差", "binary", "positive"),
        ("无", "binary", "positive"),
        ("又好又差", "three", "positive"),
        ("又好又差", "four", "mixed"),
        # why: nothing said is neutral where there is neutral
        ("无", "three", "neutral"),
        ("无", "four", "neutral"),
    ],
)
def test_an_answer_becomes_a_class(text: str, labels: str, expected: str) -> None:
    found = evaluate([Labelled(text, "positive")], SAID, labels)
    assert [name for name, count in found.confusion["positive"].items() if count] == [expected]


def test_each_row_counts_and_rows_of_other_classes_do_not() -> None:
    rows = [
        Labelled("好", "positive"),
        Labelled("好", "negative"),
        Labelled("差", "negative"),
        Labelled("平", "neutral"),
    ]
    found = evaluate(rows, SAID, "binary")
    assert (found.n, found.texts, found.left_out) == (3, 2, 1)
    assert found.accuracy == pytest.approx(2 / 3)
    assert found.classes["positive"].precision == 0.5
    assert found.macro_f1 == pytest.approx((2 / 3 + 2 / 3) / 2)
    assert found.pairs is None
    assert fitting(rows) == "three"
    assert fitting(rows[:2]) == "binary"


def test_pairs_are_of_text_aspect_and_side_under_the_files_names() -> None:
    names = {"price": ["价格"], "service": ["服务", "态度"]}
    rows = [
        Labelled("又好又差", "positive", "价格"), Labelled("又好又差", "positive", "服务"),
        Labelled("差", "negative", "价格"), Labelled("好", "positive", "味道"),
    ]  # fmt: skip
    found = evaluate(rows, SAID, "binary", names)
    assert found.pairs is not None
    # why: 态度 is named by no row, so that saying it is not held against the result
    assert (found.pairs.n, found.pairs.said, found.pairs.right) == (4, 4, 2)
    assert found.detection is not None
    assert (found.detection.n, found.detection.said, found.detection.right) == (4, 4, 3)
    assert found.named is not None
    # why: nothing of the taxonomy is called 味道 here
    assert (found.named.n, found.named.said, found.named.right) == (3, 4, 2)
    assert (found.aspects["价格"].n, found.aspects["价格"].right) == (2, 2)


def test_an_aspect_whose_label_is_not_counted_is_passed_over() -> None:
    rows = [Labelled("平", "neutral", "price"), Labelled("差", "negative", "price")]
    binary, three = evaluate(rows, SAID, "binary"), evaluate(rows, SAID, "three")
    assert binary.pairs is not None
    assert (binary.pairs.n, binary.pairs.said) == (1, 1)
    assert three.pairs is not None
    assert (three.pairs.n, three.pairs.said, three.pairs.right) == (2, 2, 2)


def test_no_rows_give_zeros() -> None:
    found = evaluate([], {}, "four")
    assert (found.n, found.accuracy, found.macro_f1) == (0, 0.0, 0.0)


def test_a_result_says_how_sure_it_is() -> None:
    assert [round(SAID[text].probability, 3) for text in SAID] == [0.9, 0.8, 0.5, 0.6, 1.0]
