"""Differences and verdicts, trends and control limits, distributions."""

from datetime import date

import numpy as np
import pytest

from survey_app.analysis import (
    MISSING,
    Column,
    Verdict,
    ces,
    control_limits,
    csat,
    difference,
    distribution,
    groups_test,
    mean,
    nps,
    nps_difference,
    score_difference,
    shares,
    trend,
)  # fmt: skip
from survey_app.analysis.distributions import chi2_p, normal_p, t_of, t_p

APPLES, ORANGES = [10] * 120 + [8] * 47 + [1] * 83, [10] * 110 + [8] * 49 + [1] * 91


def test_the_difference_of_two_nps_is_as_published() -> None:
    """Apples against Oranges, testdata of the R package NPS; adjusted: Lewis & Sauro (MeasuringU)."""
    made = nps_difference(APPLES, ORANGES)
    assert (made.value, made.low, made.high, made.p) == (
        pytest.approx(7.2), pytest.approx(-8.382300178758), pytest.approx(22.61154919062),
        pytest.approx(0.3682172503807),
    )  # fmt: skip
    raw = nps_difference(APPLES, ORANGES, method="wald")
    assert (raw.low, raw.high, raw.p) == (
        pytest.approx(-8.422376098513), pytest.approx(22.82237609851), pytest.approx(0.3663650541145)
    )  # fmt: skip
    assert made.verdict is Verdict.NOISE
    assert difference(nps(APPLES), nps(ORANGES)) == made


def test_paired_differences_use_the_same_customers() -> None:
    before, after = [3, 8, 9, None, 10] * 10, [9, 9, 9, 9, None] * 10
    made = nps_difference(after, before, paired=True)
    assert made.n_a == 30
    assert made.value == pytest.approx((200 + 100 + 0) / 3)
    assert made.verdict is Verdict.REAL


def test_satisfaction_is_compared_by_newcombe() -> None:
    """Newcombe (1998): 56/70 against 48/80 → .0524 … .3339."""
    made = score_difference("csat", [5] * 56 + [1] * 14, [5] * 48 + [1] * 32)
    assert (made.low, made.high) == (pytest.approx(5.24, abs=0.005), pytest.approx(33.39, abs=0.005))
    assert made.verdict is Verdict.REAL


def test_means_are_compared_by_welch() -> None:
    """By hand: 5.5 − 1.75, errors² 5/12 and 11/48, Welch–Satterthwaite df = 5.5335."""
    made = difference(ces([7, 6, 5, 4]), ces([3, 2, 1, 1]))
    assert made.standard_error == pytest.approx((5 / 12 + 11 / 48) ** 0.5)
    half = t_of(0.95, 5.5335892514) * made.standard_error
    assert (made.low, made.high) == (pytest.approx(3.75 - half), pytest.approx(3.75 + half))
    assert made.p == pytest.approx(t_p(3.75 / made.standard_error, 5.5335892514))
    assert made.verdict is Verdict.TOO_FEW


def test_a_difference_turned_round_changes_only_its_sign() -> None:
    for one, other in ((nps(APPLES), nps(ORANGES)), (csat([5, 4, 1] * 20), csat([5, 1, 1] * 20))):
        ab, ba = difference(one, other), difference(other, one)
        assert (ab.value, ab.low, ab.high) == (
            pytest.approx(-ba.value), pytest.approx(-ba.high), pytest.approx(-ba.low)
        )  # fmt: skip


def test_nobody_is_too_few_and_unlike_units_are_refused() -> None:
    assert difference(nps([]), nps([9])).verdict is Verdict.TOO_FEW
    assert difference(mean([1]), mean([2])).verdict is Verdict.TOO_FEW
    with pytest.raises(ValueError, match="cannot be compared"):
        difference(nps([9]), csat([5]))


def test_every_verdict_has_words() -> None:
    assert {v.message for v in Verdict} == {"Real change", "May be noise", "Too few answers"}


def test_groups_that_do_not_differ_have_a_large_p() -> None:
    assert groups_test([nps(APPLES)] * 3).p == pytest.approx(1.0)
    assert groups_test([nps([10] * 90 + [1] * 10), nps([10] * 10 + [1] * 90)]).p < 1e-6
    assert groups_test([nps([])]) is None


def test_distribution_functions_are_those_of_the_tables() -> None:
    assert t_of(0.95, 9) == pytest.approx(2.262157163)
    assert t_of(0.95, 1) == pytest.approx(12.70620474)
    assert t_p(2.262157163, 9) == pytest.approx(0.05)
    assert chi2_p(3.841458821, 1) == pytest.approx(0.05)
    assert chi2_p(23.57, 12) == pytest.approx(0.0233, abs=1e-4)
    assert normal_p(1.959963985) == pytest.approx(0.05)


def test_a_trend_has_a_period_for_every_month_without_gaps() -> None:
    days = [date(2026, 1, 31), date(2026, 3, 1), date(2026, 3, 31), date(2026, 3, 2)]
    made = trend(days, [9, 3, 10, None])
    assert made.periods == (date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1))
    assert [e.n for e in made.estimates] == [1, 0, 2]
    assert [e.value for e in made.estimates] == [100.0, None, 0.0]


@pytest.mark.parametrize(
    ("by", "first"),
    [("day", date(2026, 11, 22)), ("week", date(2026, 11, 16)), ("month", date(2026, 11, 1)),
     ("quarter", date(2026, 10, 1)), ("year", date(2026, 1, 1))],
)  # fmt: skip
def test_periods_begin_where_people_expect_it(by: str, first: date) -> None:
    assert trend([date(2026, 11, 22)], [9], by=by).periods == (first,)


def test_a_trend_takes_day_numbers_with_missing_ones() -> None:
    made = trend(np.array([0, MISSING, 31], np.int32), [9, 9, 0], by="month")
    assert made.periods == (date(1970, 1, 1), date(1970, 2, 1))
    assert [e.n for e in made.estimates] == [1, 1]
    assert trend([], []).periods == ()
    with pytest.raises(ValueError, match="not by moon"):
        trend([1], [9], by="moon")


def test_control_limits_flag_what_stands_out_only() -> None:
    random = np.random.default_rng(5)
    usual = [nps(random.choice([10, 8, 2], size=200, p=[0.5, 0.3, 0.2])) for _ in range(12)]
    assert control_limits(usual[:7]).centre is None
    fallen = [*usual, nps([2] * 150 + [10] * 50)]
    made = trend(np.repeat(np.arange(13), 200), np.concatenate([
        *(random.choice([10, 8, 2], size=200, p=[0.5, 0.3, 0.2]) for _ in range(12)), [2] * 150 + [10] * 50
    ]), by="day")  # fmt: skip
    assert made.signals == (12,)
    assert control_limits(fallen).upper[0] <= 100


def test_counts_and_shares() -> None:
    column = Column("colour", np.array([0, 2, 2, MISSING], np.int32), ("red", "green", "blue"))
    assert distribution(column).tolist() == [1, 0, 2]
    assert distribution([1, 5, None], range(1, 6)).tolist() == [1, 0, 0, 0, 1]
    assert distribution([]).tolist() == []
    assert [round(e.value) for e in shares([1, 0, 2], 3)] == [33, 0, 67]
