"""Scores and intervals: published values with their source, and properties that always hold."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.analysis import MISSING, SCORES, Estimate, Score, ces, csat, mean, nps, nps_sample_size, wilson
from survey_app.analysis.intervals import NPS_INTERVALS


def ratings(promoters: int, passives: int, detractors: int) -> list[int]:
    return [10] * promoters + [8] * passives + [3] * detractors


# Rocks B. (2016) Interval Estimation for the Net Promoter Score, The American Statistician 70(4):365-372 and his R
# package NPS; Lewis & Sauro (MeasuringU); score: Tango (1998); MOVER: Newcombe (1998); Agresti-Min: PropCIs.
PUBLISHED = {
    (10, 3, 2): {
        "wald": (0.1699707562429, 0.8966959104237), "adjusted-wald": (0.101071676896, 0.7878172119929),
        "agresti-min": (0.1202201537565, 0.8209563168317), "score": (0.085724, 0.791833),
        "mover": (0.096885, 0.781346), "goodman": (0.0795394863664, 0.9871271803003),
    },
    (462, 176, 362): {
        "wald": (0.04408088448442, 0.1559191155156), "adjusted-wald": (0.04389666925032, 0.1555051253658),
        "agresti-min": (0.04395794561401, 0.1556428527892), "score": (0.043822, 0.155495),
        "mover": (0.043832, 0.155467), "goodman": (0.03016410563796, 0.169835894362),
    },
    (0, 4, 6): {
        "wald": (-0.9036363148516, -0.2963636851484), "adjusted-wald": (-0.7894605116479, -0.133616411429),
        "agresti-min": (-0.82666066409, -0.17333933591), "score": (-0.83182, -0.155948),
        "mover": (-0.83182, -0.200524), "goodman": (-0.9792033084384, -0.2207966915616),
    },
}  # fmt: skip


@pytest.mark.parametrize(("counts", "method"), [(c, m) for c, methods in PUBLISHED.items() for m in methods])
def test_nps_intervals_are_the_published_ones(counts: tuple[int, int, int], method: str) -> None:
    made = nps(ratings(*counts), method=method)
    low, high = PUBLISHED[counts][method]
    assert (made.low, made.high) == (pytest.approx(low * 100, abs=2e-4), pytest.approx(high * 100, abs=2e-4))


def test_the_garden_survey_leaves_its_missing_answers_out() -> None:
    """Counts of a real survey with 13,954 rows, 342 of them empty (Benavent, NPSgame, CC0); R package NPS."""
    answers = [float(r) for r in ratings(8465, 3953, 1194)] + [math.nan] * 342
    made = nps(answers)
    assert made.n == 13612
    assert made.value == pytest.approx(53.41610343814, abs=1e-9)
    assert made.standard_error == pytest.approx(0.5582881148367, abs=1e-9)


def test_the_nps_of_the_published_data_set() -> None:
    """testdata of the R package NPS: 462 promoters, 176 passives, 362 detractors → 10 points."""
    made = nps(ratings(462, 176, 362))
    assert (made.value, made.n, made.unit) == (10.0, 1000, "points")
    assert made.standard_error == pytest.approx(2.853068523537, abs=1e-9)


def test_the_bootstrap_repeats_itself_and_agrees() -> None:
    """Efron's percentile interval; stats::rmultinom with 20,000 draws gives .044 … .156."""
    first, second = (nps(ratings(462, 176, 362), method="bootstrap") for _ in range(2))
    assert first == second
    assert (first.low, first.high) == (pytest.approx(4.4, abs=0.5), pytest.approx(15.6, abs=0.5))


@pytest.mark.parametrize(
    ("n", "shares", "wald", "adjusted"),
    [(10, (0.5, 0.3, 0.2), 0.896243, 0.962474), (10, (0.9, 0.08, 0.02), 0.649383, 0.929809),
     (30, (0.5, 0.3, 0.2), 0.93548, 0.946133)],
)  # fmt: skip
def test_coverage_is_as_computed_by_enumeration(
    n: int, shares: tuple[float, float, float], wald: float, adjusted: float
) -> None:
    """All outcomes of n answers, each with its multinomial probability (reference case nps-23)."""
    cells = [(p, d) for p, d in product(range(n + 1), repeat=2) if p + d <= n]
    p, d = (np.array(column, float) for column in zip(*cells, strict=True))
    chance = np.array([
        math.comb(n, int(a)) * math.comb(n - int(a), int(b))
        * shares[0] ** a * shares[2] ** b * shares[1] ** (n - a - b)
        for a, b in zip(p, d, strict=True)
    ])  # fmt: skip
    true = shares[0] - shares[2]
    for name, expected in (("wald", wald), ("adjusted-wald", adjusted)):
        low, high = NPS_INTERVALS[name](p, np.full(len(p), float(n)), d, 0.95)
        covered = (np.maximum(low, -1) <= true + 1e-12) & (true - 1e-12 <= np.minimum(high, 1))
        assert chance[covered].sum() == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(81, 263, 25.53, 36.62), (15, 148, 6.24, 16.05), (0, 20, 0, 16.11), (1, 29, 0.61, 17.18)],
)
def test_wilson_is_as_published(k: int, n: int, low: float, high: float) -> None:
    """Newcombe (1998) Stat Med 17:857, Table I, method 3."""
    made = wilson(k, n)
    assert (made.low, made.high) == (pytest.approx(low, abs=0.005), pytest.approx(high, abs=0.005))


def test_csat_and_mean_of_a_seven_point_item() -> None:
    """Corporate reputation data (Hair et al., seminr): 178 of 343 in the top two boxes."""
    made = csat([7] * 178 + [3] * 165, scale=(1, 7))
    assert made.value == pytest.approx(51.89504373178, abs=1e-9)
    assert (made.low, made.high) == (pytest.approx(46.6157727427, abs=1e-7), pytest.approx(57.13233742966, abs=1e-7))


def test_a_mean_has_a_t_interval() -> None:
    """By hand: mean 4.4, s² = 3.3, t(4) = 2.776445 (table) → 4.4 ± 2.776445·sqrt(3.3/5)."""
    made = mean([2, 4, 4, 5, 7])
    assert (made.value, made.low, made.high) == (
        pytest.approx(4.4), pytest.approx(2.144405, abs=2e-6), pytest.approx(6.655595, abs=2e-6)
    )  # fmt: skip


def test_means_far_from_zero_lose_no_digits() -> None:
    assert mean([1e9, 1e9 + 1, 1e9 + 2]).standard_error == pytest.approx(1 / math.sqrt(3), rel=1e-9)


def test_effort_is_turned_round_where_low_is_easy() -> None:
    assert ces([7, 6, 5]).value == ces([1, 2, 3], easy="low").value == 6.0
    assert ces([1, 5], scale=(1, 5), easy="low").value == 3.0


@pytest.mark.parametrize(
    ("margin", "more", "n"),
    [(5, {}, 1537), (5, {"variance": 0.61}, 938), (10, {"variance": 0.5475, "confidence": 0.9}, 149),
     (5, {"population": 2000}, 870)],
)  # fmt: skip
def test_sample_sizes(margin: float, more: dict[str, float], n: int) -> None:
    """z²·variance/margin² and the finite population correction, Cochran (1977); R arithmetic."""
    assert nps_sample_size(margin, **more) == n  # type: ignore[arg-type]


# -- every registered score -------------------------------------------------------------------------------------------

SAMPLE = {"nps": [0, 6, 7, 8, 9, 10], "csat": [1, 2, 3, 4, 5], "ces": [1, 4, 7], "mean": [-2.5, 0, 3]}


@pytest.fixture(params=sorted(SCORES))
def score(request: pytest.FixtureRequest) -> Score:
    return SCORES[request.param]


def sample(score: Score) -> list[float]:
    return SAMPLE.get(score.name, [1, 2, 3, 4, 5])


def test_nobody_answered_is_none_never_nan(score: Score) -> None:
    for nobody in ([], [None], [math.nan, None], np.array([MISSING], np.int32)):
        made = score(nobody)
        assert (made.value, made.low, made.high, made.n) == (None, None, None, 0)
    assert score.by_group([], [], 2) == [score([]), score([])]


def test_missing_answers_are_never_in_the_base(score: Score) -> None:
    given_ratings = sample(score)
    assert score([*given_ratings, None, math.nan, MISSING]) == score(given_ratings)


def test_equal_weights_change_no_value(score: Score) -> None:
    given_ratings = sample(score)
    made = score(given_ratings, weights=[2.0] * len(given_ratings))
    assert made.value == pytest.approx(score(given_ratings).value)
    assert made.effective_n == pytest.approx(len(given_ratings))


def test_bad_weights_are_refused(score: Score) -> None:
    for weights in ([-1.0], [math.inf], [1.0, 2.0]):
        with pytest.raises(ValueError, match="weights"):
            score(sample(score)[:1], weights=weights)
    assert score(sample(score)[:1], weights=[0.0]).n == 0


def test_what_is_no_number_is_refused(score: Score) -> None:
    for wrong in (["a"], [math.inf], [[1, 2], [3, 4]]):
        with pytest.raises(ValueError, match=r"number|scale|list"):
            score(wrong)


def test_a_single_answer_gives_no_false_certainty(score: Score) -> None:
    made = score(sample(score)[-1:])
    assert made.n == 1
    assert made.low is None or made.high - made.low > 0.4 * {"points": 100, "percent": 100}.get(made.unit, 6)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_invariants(data: st.DataObject) -> None:
    """Order does not matter, the interval contains the value, groups equal the score of their parts."""
    score = SCORES[data.draw(st.sampled_from(sorted(SCORES)))]
    answers = data.draw(st.lists(st.sampled_from([*sample(score), None]), max_size=40))
    groups = data.draw(st.lists(st.integers(0, 2), min_size=len(answers), max_size=len(answers)))
    made = score(answers)
    _same(made, score(data.draw(st.permutations(answers))))
    if made.low is not None:
        assert made.low - 1e-9 <= made.value <= made.high + 1e-9
    for number, part in enumerate(score.by_group(answers, groups, 3)):
        _same(part, score([a for a, g in zip(answers, groups, strict=True) if g == number]))


def _same(a: Estimate, b: Estimate) -> None:
    assert a.n == b.n
    for left, right in ((a.value, b.value), (a.low, b.low), (a.high, b.high)):
        assert left == (None if right is None else pytest.approx(right, abs=1e-9))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.sampled_from(sorted(NPS_INTERVALS)))
def test_nps_intervals_stay_inside_and_widen_with_confidence(p: int, n: int, d: int, method: str) -> None:
    if p + n + d == 0:
        return
    narrow, wide = (nps(ratings(p, n, d), method=method, confidence=c) for c in (0.8, 0.99))
    assert -100 <= wide.low <= narrow.low + 1e-6 <= narrow.value + 2e-6
    assert narrow.value - 1e-6 <= narrow.high <= wide.high + 1e-6 <= 100 + 1e-5


@pytest.mark.parametrize("wrong", [[11], [-1], [8.5], [99]])
def test_ratings_off_the_scale_are_refused(wrong: list[float]) -> None:
    with pytest.raises(ValueError, match=r"scale|whole"):
        nps(wrong)


def test_unknown_methods_and_options_are_refused() -> None:
    with pytest.raises(ValueError, match="no NPS interval"):
        nps([9], method="magic")
    with pytest.raises(ValueError, match="easy"):
        ces([3], easy="sideways")
    with pytest.raises(ValueError, match="top"):
        csat([3], top=5)
    with pytest.raises(ValueError, match="confidence"):
        nps([9], confidence=1.0)
