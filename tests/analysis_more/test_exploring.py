"""Correlations, checked regressions and odds: values from statsmodels 0.15, invariants, bad input in words."""

import inspect
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.coverage import counted
from survey_app import analysis as a

I = np.arange(40)  # noqa: E741
X, Z = (I * 7 % 11).astype(float), (I * I % 13).astype(float)
Y = 2 + 0.5 * X - 0.3 * Z + ((I * 17) % 19 - 9) * (X + 2) / 12 + 12 * (I == 5)
DOCS = Path(__file__).parents[2] / "docs"


def test_assumptions_are_those_of_statsmodels():
    # jarque_bera, het_breuschpagan (Koenker), OLSInfluence.cooks_distance, get_robustcov_results("HC3")
    made = a.checked_regression(Y, {"x": X, "z": Z})
    assert (made.normality.statistic, made.normality.p) == pytest.approx((1.7191913964, 0.4233332021))
    assert (made.skew, made.kurtosis) == pytest.approx((0.5073870895, 3.0418115220))
    assert (made.spread.statistic, made.spread.p) == pytest.approx((2.7115572407, 0.2577465296))
    assert made.distance == pytest.approx(0.2635340512) and made.influential == (5, 39)
    assert [c.standard_error for c in made.model.coefficients] == pytest.approx([0.9909531, 0.20382607, 0.16964806])


def test_assumptions_name_rows_of_the_given_columns_and_say_what_is_doubtful():
    x = np.concatenate([[np.nan], np.linspace(0, 1, 30), [9]])
    y = np.concatenate([[1.0], np.linspace(0, 1, 30) + 0.1 * np.sin(np.arange(30)), [-5]])
    made = a.checked_regression(y, {"x": x, "copy": np.where(I[:32] % 2, x, x + 0.01)})
    assert made.influential[0] == 31 and made.model.n == 31
    assert {"overlaps", "Single"} <= {word for note in made.notes for word in note.message.split()}
    exact = a.checked_regression(2 * X + 1, {"x": X})
    assert exact.normality.p is None and exact.spread.p is None and exact.influential == ()


def test_odds_are_those_of_statsmodels():
    made = a.logistic((Y > 2.5) * 1.0, {"x": X, "z": Z})
    assert [one.coefficient for one in made.odds] == pytest.approx([-1.05923897, 0.19633364, -0.0260622], abs=1e-7)
    assert [one.standard_error for one in made.odds] == pytest.approx([0.80088666, 0.10757584, 0.07780413], abs=1e-7)
    assert (made.log_likelihood, made.r2) == pytest.approx((-25.6382722850, 0.0685646641))
    assert (made["x"].low, made["x"].high) == pytest.approx((0.98559365, 1.50257216))
    line = -1.05923897 + 0.19633364 * 3 - 0.0260622 * 2
    assert made.chance({"x": 3, "z": 2}) == pytest.approx(100 / (1 + np.exp(-line)), abs=1e-5)


@pytest.mark.parametrize(
    ("outcome", "columns"),
    [
        ([0, 1, 2, 1, 0], {"x": [1, 2, 3, 4, 5]}),
        ([1, 1, 1, 1], {"x": [1, 2, 3, 4]}),
        ([0, 0, 1, 1], {"x": [1, 2, 3, 4]}),
        ([0, 1, 0, 1], {"x": [1, 1, 1, 1]}),
        ([0, 1], {"x": [1, 2]}),
        ([0, 1, 0, 1], {"x": [1, 2, 3, 4], "y": [2, 4, 6, 8]}),
        ([], {"x": []}),
    ],
)
def test_odds_that_do_not_exist_are_refused_in_words(outcome, columns):
    with pytest.raises(a.NotPossible):
        a.logistic(outcome, columns)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["pearson", "spearman"]))
def test_the_matrix_holds_what_the_pairs_say(seed, method):
    random = np.random.default_rng(seed)
    columns = {name: np.where(random.random(30) < 0.2, np.nan, random.integers(0, 5, 30)) for name in "abcd"}
    columns["still"] = np.full(30, 3.0)
    found, order = a.correlation_matrix(columns, method=method), list(columns)
    for pair in a.correlate(columns, method=method):
        i, j = order.index(pair.first), order.index(pair.second)
        assert found.n[i][j] == pair.n
        assert (found.values[i][j] is None) == (pair.value is None)
        if pair.value is not None:
            assert found.values[i][j] == found.values[j][i] == pytest.approx(pair.value, abs=1e-12)
            assert found.p[i][j] >= pair.p - 1e-12
    assert sorted(found.order) == list(range(5))


def test_a_matrix_of_empty_columns_and_of_one_column_has_no_numbers():
    found = a.correlation_matrix({"a": [None, None], "b": [1, 2]})
    assert found.values[0][1] is None and found.p[0][1] is None and found.n[0][1] == 0
    assert a.correlation_matrix({"a": [1, 2, 3]}).order == (0,)
    with pytest.raises(a.NotPossible):
        a.correlation_matrix({"a": [1.0, float("inf"), 2.0], "b": [1, 2, 3]})


def test_drivers_from_a_matrix_are_drivers_of_the_rows():
    columns = {"x": X, "z": Z, "w": (I * 3 % 7).astype(float)}
    matrix = np.corrcoef(np.array([*columns.values(), Y]))
    for method in ("lmg", "johnson", "regression"):
        rows = a.drivers(Y, columns, method=method, draws=0)
        told = a.drivers_of_correlations(list(columns), matrix, n=40, method=method)
        assert [d.contribution for d in told] == pytest.approx([d.contribution for d in rows])
        assert [d.vif for d in told] == pytest.approx([d.vif for d in rows]) and told.r2 == pytest.approx(rows.r2)
    for wrong in ([[1, 2], [2, 1]], [[1, 0.5], [0.4, 1]], [[1, 0.9, 0.9], [0.9, 1, -0.9], [0.9, -0.9, 1]], [[1]]):
        with pytest.raises(a.NotPossible):
            a.drivers_of_correlations(["a", "b"][: len(wrong) - 1] or ["a"], wrong, n=100)


def test_coverage_of_all_outcomes_is_that_of_the_published_table():
    # Enumerated with scipy.stats.multinomial: n 10, shares .5/.3/.2 and .9/.08/.02.
    found = {(row.what, row.shape): row.holds for row in counted(10, ["wald", "adjusted-wald"])}
    assert found["NPS wald", "even"] == pytest.approx(89.6243, abs=1e-3)
    assert found["NPS adjusted-wald", "even"] == pytest.approx(96.2474, abs=1e-3)
    assert found["NPS wald", "extreme"] == pytest.approx(64.9383, abs=1e-3)
    assert found["NPS adjusted-wald", "extreme"] == pytest.approx(92.9809, abs=1e-3)


SIGNATURES = """
nps(ratings, *, weights=None, method="adjusted-wald", confidence=0.95)
nps_difference(a, b, *, paired=False, confidence=0.95)
nps_sample_size(margin, *, confidence=0.95, variance=1.0)
csat(ratings, *, scale=(1, 5), top=2, weights=None, confidence=0.95)
ces(ratings, *, scale=(1, 7), easy="high", weights=None, confidence=0.95)
wilson(k, n, confidence=0.95)
drivers(outcome, drivers, *, method="lmg")
crosstab(rows, columns, *, weights=None, correction="holm")
rake(columns, targets, *, base=None, tolerance=1e-8)
p_chart(k, n)
laney_p_chart(k, n)
cusum(values, *, target, k=0.5, h=5.0, sigma=None)
difference_in_differences(treated_before, treated_after, control_before, control_after, *, confidence=0.95)
rfm(recency, frequency, monetary, *, bins=5)
bg_nbd(frequency, recency, age)
gamma_gamma(frequency, monetary)
"""


@pytest.mark.parametrize("line", SIGNATURES.split("\n")[1:-1])
def test_the_names_that_others_rely_on_take_what_was_agreed(line):
    name, rest = line.split("(", 1)
    space: dict[str, object] = {}
    exec(f"def agreed({rest}: pass", space)
    function = getattr(a, name)
    real = inspect.signature(getattr(function, "function", function)).parameters
    for parameter in inspect.signature(space["agreed"]).parameters.values():
        assert real[parameter.name].kind is parameter.kind, parameter.name
        assert real[parameter.name].default == parameter.default, parameter.name
    asked = [
        p.name for p in inspect.signature(space["agreed"]).parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD
    ]
    assert [p.name for p in real.values() if p.kind is p.POSITIONAL_OR_KEYWORD] == asked


def test_every_public_name_is_listed_and_documented():
    listed = (DOCS / "analysis.md").read_text("utf-8")
    assert not [name for name in a.__all__ if f"`{name}`" not in listed and f"`{name}(" not in listed]
    assert not [name for name in a.__all__ if callable(getattr(a, name)) and not inspect.getdoc(getattr(a, name))]
