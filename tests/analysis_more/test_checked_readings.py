"""Agreement of people, and shares corrected by a checked sample: published values, properties, coverage."""

import numpy as np
import pytest

from survey_app import analysis as a
from survey_app.analysis.misclassification import _solved

FOUR_OBSERVERS = [
    (1, 1, None, 1), (2, 2, 3, 2), (3, 3, 3, 3), (3, 3, 3, 3), (2, 2, 2, 2), (1, 2, 3, 4), (4, 4, 4, 4), (1, 1, 2, 1),
    (2, 2, 2, 2), (None, 5, 5, 5), (None, None, 1, 1), (None, 3, None, None),
]  # fmt: skip
READS = np.array([[0.8, 0.1, 0.1], [0.15, 0.7, 0.15], [0.05, 0.1, 0.85]])


@pytest.mark.parametrize(("metric", "value"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_alpha_of_krippendorffs_own_example(metric, value):
    """Krippendorff (2011), section D: twelve units, four observers, missing values."""
    found = a.krippendorff(FOUR_OBSERVERS, metric=metric, draws=200)
    assert found.value == pytest.approx(value, abs=5e-4)
    assert found.n == 11 and found.low < found.value <= found.high


def test_alpha_is_one_for_agreement_and_about_nought_for_chance():
    assert a.krippendorff([("a", "a"), ("b", "b"), ("c", "c")] * 5, draws=0).value == 1
    codes = np.random.default_rng(3).integers(0, 3, (3000, 2)).tolist()
    assert a.krippendorff(codes, draws=0).value == pytest.approx(0, abs=0.04)


@pytest.mark.parametrize("units", [[], [("a", None)], [("a", "a"), ("a", "a")]])
def test_alpha_is_empty_where_nothing_can_be_compared(units):
    assert a.krippendorff(units).value is None


def test_an_unknown_way_to_compare_is_said():
    with pytest.raises(a.NotPossible, match="magic"):
        a.krippendorff([("a", "b")], metric="magic")


def test_precision_and_recall_have_their_own_bases():
    negative, positive = a.class_quality([[40, 10], [20, 30]])
    assert (negative.recall.value, negative.recall.n) == (80, 50)
    assert (negative.precision.n, negative.f1) == (60, pytest.approx(2 * 40 / 110 * 100))
    assert positive.precision.value == 75 and positive.recall.low < 60 < positive.recall.high
    never = a.class_quality([[5, 0], [0, 0]])[1]
    assert never.recall.value is None and never.precision.value is None and never.f1 is None


def test_a_faultless_reading_needs_no_correction():
    found = a.rogan_gladen(30, 100, sensitivity=(500, 500), specificity=(500, 500))
    assert found.value == pytest.approx(30) and found.low < 30 < found.high
    shares = a.corrected_shares([30, 50, 20], np.eye(3) * 400, draws=200)
    assert [one.value for one in shares] == pytest.approx([30, 50, 20])


def test_two_classes_by_either_method_are_the_same():
    single = a.rogan_gladen(220, 1000, sensitivity=(45, 60), specificity=(80, 90)).value
    both = a.corrected_shares([220, 780], [[45, 15], [10, 80]], draws=0)
    assert both[0].value == pytest.approx(single) and both[1].value == pytest.approx(100 - single)


@pytest.mark.parametrize(("true", "se", "sp", "n", "checked"), [
    (0.1, 0.9, 0.95, 300, (30, 70)), (0.3, 0.8, 0.9, 1000, (50, 50)), (0.02, 0.9, 0.97, 2000, (20, 100)),
])  # fmt: skip
def test_the_interval_of_one_share_holds_the_truth_about_as_often_as_it_says(true, se, sp, n, checked):
    random, held = np.random.default_rng(5), 0
    for _ in range(600):
        said = random.binomial(n, true * se + (1 - true) * (1 - sp))
        hits, rights = random.binomial(checked[0], se), random.binomial(checked[1], sp)
        found = a.rogan_gladen(said, n, sensitivity=(hits, checked[0]), specificity=(rights, checked[1]))
        held += found.low - 1e-9 <= 100 * true <= found.high + 1e-9
    assert 0.92 <= held / 600 <= 0.985


def test_the_intervals_of_several_shares_hold_the_truth_about_as_often_as_they_say():
    random, shares, checked, held = np.random.default_rng(5), np.array([0.3, 0.2, 0.5]), (40, 30, 60), np.zeros(3)
    for seed in range(120):
        table = [random.multinomial(size, row) for size, row in zip(checked, READS, strict=True)]
        said = random.multinomial(1000, shares @ READS)
        found = a.corrected_shares(said, table, draws=150, seed=seed)
        held += [one.low <= 100 * share <= one.high for one, share in zip(found, shares, strict=True)]
    assert (held / 120 >= 0.88).all()


def test_shares_never_leave_the_simplex():
    found = a.corrected_shares([0, 5, 95], READS * 100, draws=100)
    assert sum(one.value for one in found) == pytest.approx(100)
    assert all(0 <= one.low <= one.value <= one.high <= 100 for one in found)


def test_the_nearest_point_of_the_simplex_is_found():
    said = np.array([0.02, 0.3, 0.68])
    best = _solved(said, READS)
    grid = [np.array([x, y, 1 - x - y]) for x in np.linspace(0, 1, 41) for y in np.linspace(0, 1 - x, 41)]
    assert np.sum((best @ READS - said) ** 2) <= min(np.sum((one @ READS - said) ** 2) for one in grid) + 1e-12


@pytest.mark.parametrize("table", [[[0, 0], [5, 5]], [[5, 5], [5, 5]]])
def test_a_sample_that_tells_nothing_corrects_nothing(table):
    assert all(one.value is None for one in a.corrected_shares([30, 70], table))
    assert a.rogan_gladen(30, 100, sensitivity=(1, 2), specificity=(1, 2)).value is None


@pytest.mark.parametrize("call", [
    lambda: a.rogan_gladen(5, 4, sensitivity=(1, 2), specificity=(1, 2)),
    lambda: a.corrected_shares([1, 2, 3], [[1, 0], [0, 1]]),
    lambda: a.corrected_shares([1, -2], [[1, 0], [0, 1]]),
    lambda: a.class_quality([[1, 2, 3]]),
])  # fmt: skip
def test_wrong_counts_are_refused(call):
    with pytest.raises(a.NotPossible):
        call()
