"""Bad input gets a stated result or a clear sentence, never a traceback from inside, NaN or a misleading number."""

import ast
import dataclasses
import math
import re
from pathlib import Path

import numpy as np
import pytest

import survey_app.analysis
from survey_app import analysis as a

NAN, INF = float("nan"), float("inf")
Y = list(range(1, 11)) * 12
X = {"one": [(3 * i) % 11 for i in range(120)], "two": [(7 * i) % 5 for i in range(120)]}


@pytest.mark.parametrize(("call", "says"), [
    (lambda: a.drivers([], {"x": []}), "too few"),
    (lambda: a.drivers([5], {"x": [1]}), "too few"),
    (lambda: a.drivers(Y, {}), "At least one driver"),
    (lambda: a.drivers([5] * 120, X), "outcome is the same"),
    (lambda: a.drivers([INF, *Y[1:]], X), "infinite"),
    (lambda: a.drivers(Y, {"x": ["a"] * 120}), "numbers"),
    (lambda: a.drivers(Y, {"x": [1, 2]}), "equally long"),
    (lambda: a.drivers(Y, X, method="magic"), "lmg, johnson, regression"),
    (lambda: a.drivers(Y, X, weights=[0] * 120), "All weights are zero"),
    (lambda: a.drivers(Y, X, weights=[-1] * 120), "at least 0"),
    (lambda: a.drivers(Y, {str(i): Y for i in range(16)}), "relative weights"),
    (lambda: a.crosstab(["a"], ["b", "c"]), "equally long"),
    (lambda: a.crosstab_of([[1, 2], [3]]), "rows"),
    (lambda: a.crosstab_of([[1, -2], [3, 4]]), "at least 0"),
    (lambda: a.association([[1, 2], [0, 0]]), "two rows"),
    (lambda: a.adjust([0.1, 2]), "between 0 and 1"),
    (lambda: a.rake({"s": ["f", "m"]}, {"s": {"f": 0.5, "m": 0.6}}), "1.1"),
    (lambda: a.rake({"s": ["f", "f"]}, {"s": {"f": 0.5, "m": 0.5}}), "nobody answered as m"),
    (lambda: a.rake({"s": ["f", "x"]}, {"s": {"f": 1.0}}), "no target for x"),
    (lambda: a.rake({"s": []}, {"s": {"f": 1.0}}), "no answers"),
    (lambda: a.rake({"s": ["f"]}, {"t": {"f": 1.0}}), "s, t"),
    (lambda: a.p_chart([5], [4]), "between 0 and n"),
    (lambda: a.p_chart([], 5), "at least 1 points"),
    (lambda: a.cusum([1, None, 2], target=0), "gap"),
    (lambda: a.forecast([1] * 11), "at least 12"),
    (lambda: a.forecast([1] * 20, model="magic"), "level, trend"),
    (lambda: a.decompose([1] * 10, 12), "two full periods"),
    (lambda: a.interrupted_time_series([1] * 12, 6), "8 points"),
    (lambda: a.rfm([1], [1], [None]), "No customer"),
    (lambda: a.bg_nbd([0, 0], [0, 0], [5, 5]), "Nobody bought again"),
    (lambda: a.bg_nbd([1], [9], [5]), "at least recency"),
    (lambda: a.gamma_gamma([0], [5]), "At least 3"),
    (lambda: a.abc([1, -2]), "returns"),
    (lambda: a.satisfaction_index({"a": [11]}), "outside the scale"),
    (lambda: a.mahalanobis([[1, 2], [2, 3]]), "too few"),
    (lambda: a.regression([1, 2, 3, 4], {"x": [1, 2, 3, 4], "y": [2, 4, 6, 8]}), "determine each other"),
    (lambda: a.score_quality([0.5, 0.6], [1, 1]), "Some events"),
    (lambda: a.response_classes(["x"], [10], [0]), "no weight"),
    (lambda: a.aapor_rates(-1, 0, 0, 0, 0, 0), "at least 0"),
    (lambda: a.funnel({"sent": 5, "opened": 6}), "more than the step before"),
    (lambda: a.read_answers(["a"]) and a.path_model({"A": {"x": [1]}}, [("A", "B")]), "unknown"),
    (lambda: a.nps_power(5, 0, 10), "above 0"),
    (lambda: a.rate_ratio(3, 10, 0, 10), "no ratio"),
])  # fmt: skip
def test_the_error_says_what_is_wrong(call, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        call()


def numbers_in(found):
    """All numbers of a result, however deep."""
    if isinstance(found, float | np.floating):
        yield float(found)
    elif isinstance(found, np.ndarray) and found.dtype.kind == "f":
        yield from found.ravel().tolist()
    elif dataclasses.is_dataclass(found):
        for one in dataclasses.fields(found):
            yield from numbers_in(getattr(found, one.name))
    elif isinstance(found, dict):
        yield from (n for value in found.values() for n in numbers_in(value))
    elif isinstance(found, list | tuple):
        yield from (n for value in found for n in numbers_in(value))


@pytest.mark.parametrize("call", [
    lambda: a.drivers(Y, X | {"constant": [3] * 120, "copy": X["one"]}),
    lambda: a.drivers([None, *Y[1:]], {"x": [NAN, *X["one"][1:]]}),
    lambda: a.drivers(Y, X, missing="pairwise"),
    lambda: a.drivers(Y, X, weights=[None, 0, *[1] * 118]),
    lambda: a.crosstab([], []),
    lambda: a.crosstab(["a"], ["b"]),
    lambda: a.crosstab(["a", None], [None, "b"]),
    lambda: a.crosstab(["a", "b", "a", "b"], ["c", "c", "c", "c"], weights=[1, 1, 0, 0]),
    lambda: a.crosstab(np.arange(400) % 2, np.arange(400) % 200),
    lambda: a.crosstab(["a", 1, 2.5, True], ["x", "y", "x", "y"]),
    lambda: a.p_chart([0, 0], [5, 5]),
    lambda: a.laney_p_chart([5, 5, 5], [5, 5, 5]),
    lambda: a.run_rules([3, 3, 3]),
    lambda: a.shift_date([4.0] * 8, draws=9),
    lambda: a.cusum([5, 5], target=5),
    lambda: a.forecast([7.0] * 15),
    lambda: a.forecast([7.0] * 15, errors=[0.0] * 15),
    lambda: a.forecast([7.0] * 15, errors=[3.0] * 15),
    lambda: a.decompose([4.0] * 12, 4, multiplicative=True),
    lambda: a.interrupted_time_series([5.0] * 20, 10),
    lambda: a.difference_in_differences([], [9], [9], [3]),
    lambda: a.difference_in_differences([9], [9], [9], [9]),
    lambda: a.before_after([], []),
    lambda: a.rfm([5, 5, 5], [1, 1, 1], [0, 0, 0]),
    lambda: a.satisfaction_index({"a": [None], "b": [3]}),
    lambda: a.satisfaction_index({"a": [4]}),
    lambda: a.weighted_index({"a": None, "b": None}, {"a": 1, "b": 1}),
    lambda: a.cronbach_alpha({"a": [3, 3, 3], "b": [4, 4, 4]}),
    lambda: a.irv([[None, None]]),
    lambda: a.even_odd([[1, 1, 1, 1, 1, 1]], [2, 2, 2]),
    lambda: a.speeding([None, 0, NAN]),
    lambda: a.mahalanobis([[1, 1], [2, 2], [3, 3], [4, 4], [5, None]]),
    lambda: a.correlate({"a": [1, 1, 1], "b": [1, 2, 3], "c": [None, None, 2]}),
    lambda: a.aapor_rates(0, 0, 0, 0, 0, 0),
    lambda: a.mcnemar(5, 0, 0, 5),
    lambda: a.shrunk([10, 10], [2, 3]),
    lambda: a.importance_performance({"a": 0.0}, {"a": 1.0}),
    lambda: a.regression([4, 4, 4, 4], {"x": [1, 2, 3, 5]}),
])  # fmt: skip
def test_odd_input_gives_numbers_or_none_but_never_nan(call):
    found = call()
    assert all(math.isfinite(number) for number in numbers_in(found))


def test_a_constant_driver_has_no_importance_and_says_so():
    found = a.drivers(Y, X | {"constant": [3] * 120})
    assert found["constant"].value == 0 and any("constant" in str(note) for note in found.notes)


def test_nobody_on_one_side_gives_none():
    found = a.difference_in_differences([], [9], [9], [3])
    assert found.value is None and found.verdict.value == "too-few"


def test_missing_codes_of_columns_are_never_in_the_base():
    missing = a.MISSING
    column = a.Column("shop", np.array([0, 1, missing, 1], np.int32), ("east", "west", "closed"))
    table = a.crosstab(column, a.Column("ok", np.array([1.0, NAN, 1.0, 2.0])))
    assert table.n == 2 and table.left_out == 2 and table.rows == ("east", "west", "closed")


def test_a_row_that_misses_a_margin_is_weighted_by_the_others_and_named():
    found = a.rake({"s": ["f", "f", "m", "m"], "t": ["x", None, "x", "y"]}, {"s": {"f": 0.3, "m": 0.7},
                   "t": {"x": 0.5, "y": 0.5}})  # fmt: skip
    assert any("1 answers miss t" in str(note) for note in found.notes)


def test_margins_that_contradict_each_other_are_not_called_converged():
    columns = {"s": ["f", "m"], "t": ["x", "y"]}
    found = a.rake(columns, {"s": {"f": 0.3, "m": 0.7}, "t": {"x": 0.6, "y": 0.4}}, iterations=50)
    assert not found.has_converged and "off its target" in str(found.notes[-1])


SOURCES = sorted(Path(survey_app.analysis.__file__).parent.glob("*.py"))


def messages():
    """Every message id of the statistics: notes, refusals, and the words for verdicts, segments and signs."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id in ("Note", "NotPossible")
                )
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                yield node.args[0].value
    yield from (segment.name for segment in a.SEGMENTS)
    yield from survey_app.analysis.indices.QUARTERS.values()
    yield from (verdict.message for verdict in survey_app.analysis.effects.Verdict)
    yield from survey_app.analysis.open_answers.SIGNS
    yield from survey_app.analysis.change_words.MESSAGES.values()
    yield survey_app.analysis.change_words.NOT_STATED
    yield "Others"


def test_every_message_has_a_chinese_text():
    catalogue = (Path(survey_app.__file__).parent / "translations/zh/statistics.po").read_text("utf-8")
    everywhere = "".join(
        p.read_text("utf-8") for p in (Path(survey_app.__file__).parent / "translations/zh").glob("*.po")
    )
    pairs = dict(re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', everywhere, re.MULTILINE))
    missing = {text for text in messages() if text.replace('"', '\\"') not in pairs}
    assert not missing
    for text in messages():
        places = sorted(re.findall(r"%\(\w+\)s", text))
        assert sorted(re.findall(r"%\(\w+\)s", pairs[text])) == places, text
    assert catalogue.startswith('msgid ""')
