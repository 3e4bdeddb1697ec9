"""A change splits into mix and level that add up, with intervals that hold, and sentences that claim no cause."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app import analysis as a
from survey_app.analysis.change_words import MESSAGES
from survey_app.analysis.mixing import shift, side
from survey_app.analysis.scores.base import moments_of

answers = st.lists(st.tuples(st.integers(0, 10), st.sampled_from(["a", "b", "c", None])), min_size=1, max_size=40)
weights = st.integers(1, 1000)
CAUSES = re.compile(
    r"because|due to|cause|drive|driven|led to|result|explain|effect|impact|reason|why|"
    r"因|导致|使得|造成|影响|归功|源于|推动|带动"
)

ORDER = ("now", "before")


def columns(rows):
    return [rating for rating, _ in rows], [segment for _, segment in rows]


@settings(max_examples=40, deadline=None)
@given(answers, answers)
def test_the_parts_add_up_to_the_change_whatever_is_missing(before, now):
    found = a.decompose_change(*columns(before), *columns(now))
    assert found.mix.value + found.level.value == pytest.approx(found.change.value, abs=1e-9)
    assert sum(one.part.value for one in found) == pytest.approx(found.change.value, abs=1e-9)
    for one in found:
        assert one.mix.value + one.level.value == pytest.approx(one.part.value, abs=1e-9)
        assert one.part.low <= one.part.value <= one.part.high and np.isfinite([one.part.low, one.part.high]).all()
        assert 0 <= one.p <= 1
    for digits in (0, 1):
        shown = sum(mix + level for mix, level in found.rounded(digits).values())
        # Half a step is rounded to either side, so that both neighbours are right.
        assert abs(shown - found.change.value) <= 0.5 * 10**-digits + 1e-9
        assert shown == pytest.approx(round(shown, digits))


@settings(max_examples=20, deadline=None)
@given(answers, answers, st.randoms(use_true_random=False))
def test_order_does_not_matter_and_swapping_the_sides_turns_all_signs(before, now, random):
    found = a.decompose_change(*columns(before), *columns(now))
    mixed = random.sample(before, len(before))
    assert_alike(found, a.decompose_change(*columns(mixed), *columns(now)), 1)
    assert_alike(found, a.decompose_change(*columns(now), *columns(before)), -1)


@settings(max_examples=20, deadline=None)
@given(answers, answers, weights, weights)
def test_equal_weights_are_no_weights(before, now, w, v):
    plain = a.decompose_change(*columns(before), *columns(now))
    weighted = a.decompose_change(
        *columns(before), *columns(now), before_weights=[w] * len(before), now_weights=[v] * len(now)
    )
    assert_alike(plain, weighted, 1)


def assert_alike(first, second, sign):
    for name in (one.name for one in first):
        for part in ("mix", "level", "part"):
            mine, other = getattr(first[name], part), getattr(second[name], part)
            assert mine.value == pytest.approx(sign * other.value, abs=1e-9)


def test_a_worked_example_by_hand():
    # before: a 60 of 100 at +50, b 40 at −25; now: a 40 of 100 at +50, b 60 at 0.
    before = [9] * 40 + [7] * 10 + [3] * 10 + [9] * 10 + [7] * 10 + [3] * 20
    now = [9] * 25 + [7] * 10 + [3] * 5 + [9] * 20 + [7] * 20 + [3] * 20
    found = a.decompose_change(before, ["a"] * 60 + ["b"] * 40, now, ["a"] * 40 + ["b"] * 60)
    assert (found.before.value, found.now.value, found.change.value) == pytest.approx((20, 20, 0))
    assert found["a"].level.value == pytest.approx(0) and found["b"].level.value == pytest.approx(0.5 * 25)
    assert found["a"].mix.value == pytest.approx(-0.2 * (50 - 20))
    assert found["b"].mix.value == pytest.approx(0.2 * (-12.5 - 20))
    assert found.mix.value == pytest.approx(-12.5) and found.level.value == pytest.approx(12.5)
    assert found["a"].share_before.value == pytest.approx(60) and found["a"].share_now.n == 100


def test_the_slopes_are_those_of_small_steps():
    random = np.random.default_rng(3)
    points = [np.array(a.SCORES["nps"].points(random.integers(0, 11, 300))) for _ in range(2)]
    before, now = (side(moments_of(p, random.integers(0, 4, 300), 4), "points") for p in points)
    base = shift(before, now)
    for name in ("mix", "level"):
        for place, (which, field) in enumerate(
            (("now", "shares"), ("before", "shares"), ("now", "means"), ("before", "means"))
        ):
            for g in range(4):
                step = np.zeros(4)
                step[g] = 1e-6
                moved = {"before": before, "now": now}
                old = moved[which]
                values = {f: getattr(old, f) for f in ("n", "shares", "means", "variances", "base")}
                moved[which] = type(old)(**values | {field: values[field] + step})
                rise = (getattr(shift(**moved), name) - getattr(base, name)) / 1e-6
                assert base.slopes[name][place][:, g] == pytest.approx(rise, abs=1e-3)


def test_intervals_of_parts_hold_about_as_often_as_they_say():
    random = np.random.default_rng(7)
    shares, chances = ([0.5, 0.3, 0.2], [0.3, 0.4, 0.3]), ([0.6, 0.4, 0.3], [0.6, 0.5, 0.3])
    truth = shift(*(_known(s, c) for s, c in zip(shares, chances, strict=True)))
    wanted = {"mix": truth.mix.sum(), "level": truth.level.sum(), "b": (truth.mix + truth.level)[1]}
    held = dict.fromkeys(wanted, 0)
    for _ in range(300):
        drawn = []
        for share, chance in zip(shares, chances, strict=True):
            groups = random.choice(3, 250, p=share)
            drawn += [np.where(random.random(250) < np.array(chance)[groups], 9, 3), groups]
        found = a.decompose_change(*drawn)
        parts = {"mix": found.mix, "level": found.level, "b": found[1].part}
        for name, part in parts.items():
            held[name] += part.low <= wanted[name] <= part.high
    assert all(0.91 * 300 <= count <= 0.99 * 300 for count in held.values()), held


def _known(shares, chances):
    n = np.array(shares) * 1e9
    p = np.array(chances)
    return side(a.Moments(n, n * 100 * (2 * p - 1), n * 40_000 * p * (1 - p)), "points")


def test_tallies_say_what_rows_say():
    random = np.random.default_rng(5)
    sides = [(random.integers(0, 11, 400), random.integers(0, 3, 400)) for _ in range(2)]
    rows = a.decompose_change(*sides[0], *sides[1])
    counts = [
        {value: [int(((x == value) & (g == k)).sum()) for k in range(3)] for value in range(11)} for x, g in sides
    ]
    told = a.decompose_tallies([0, 1, 2], *(a.tally(one) for one in counts))
    for mine, other in zip(rows, told, strict=True):
        assert mine.part.value == pytest.approx(other.part.value)
        assert mine.part.low == pytest.approx(other.part.low) and mine.before.low == pytest.approx(other.before.low)
    assert rows.change.low == pytest.approx(told.change.low)


@pytest.mark.parametrize(
    ("score", "options"), [("csat", {"scale": (0, 10)}), ("mean", {}), ("ces", {"scale": (0, 10)})]
)
def test_any_score_can_be_split(score, options):
    random = np.random.default_rng(9)
    sides = [
        random.integers(0, 11, 80),
        random.integers(0, 3, 80),
        random.integers(0, 11, 90),
        random.integers(0, 3, 90),
    ]
    found = a.decompose_change(*sides, score=score, **options)
    assert found.mix.value + found.level.value == pytest.approx(found.change.value, abs=1e-9)
    assert found.change.unit == a.SCORES[score].unit


@pytest.mark.parametrize("wrong", [([], [], [9], ["a"]), ([9], ["a"], [None], ["a"]), ([9, 3], ["a"], [9], ["a"])])
def test_empty_sides_and_unequal_lengths_are_refused_in_words(wrong):
    with pytest.raises(a.NotPossible):
        a.decompose_change(*wrong)


def test_one_answer_a_side_and_segments_that_come_and_go():
    found = a.decompose_change([9], ["a"], [3], ["b"])
    assert found.change.value == -200 and found.level.value == 0 and found.mix.value == pytest.approx(-200)
    assert {one.name: one.verdict for one in found} == dict.fromkeys("ab", a.Verdict.TOO_FEW)
    new = a.decompose_change([9, 3] * 100, ["a"] * 200, [9, 3] * 100 + [3] * 100, ["a"] * 200 + ["b"] * 100)
    assert new["b"].verdict is a.Verdict.REAL and new["b"].before.value is None
    assert new["b"].mix.value == pytest.approx(new["b"].part.value) and new["a"].level.value == 0


def test_opinions_split_the_change_and_show_the_score_without_them():
    late = [True] * 30 + [False] * 170
    made = a.opinion_moves([9] * 200, {}, [3] * 30 + [9] * 170, {"late": late, "dear": [False] * 200})
    one = next(move for move in made if move.name == "late")
    assert made[0] is one and one.verdict is a.Verdict.REAL
    assert (one.share_before.value, one.share_now.value, one.others_now.value) == pytest.approx((0, 15, 100))
    assert one.part.value == pytest.approx(-30) and one.others.value == 0
    dear = made[1]
    assert dear.part.value == pytest.approx(0) and dear.verdict is a.Verdict.TOO_FEW
    for move in made:
        assert move.more.value + move.differently.value + move.others.value == pytest.approx(move.change.value)
    with pytest.raises(a.NotPossible):
        a.opinion_moves([9], {"late": [True, False]}, [9], {})
    assert a.opinion_moves([9], {}, [9], {}) == ()


def said(found, opinions=()):
    return [note.message for note in a.change_sentences(found, opinions)]


def test_sentences_follow_the_numbers():
    same = ["a", "b"] * 100
    rose = a.decompose_change([9, 3] * 100, same, [9, 9] * 100, same)
    assert said(rose)[:2] == [MESSAGES["up"], MESSAGES["level up"]] and MESSAGES["segment up"] in said(rose)
    assert said(rose)[-1] == MESSAGES["end"]
    still = a.decompose_change([9, 3] * 100, same, [9, 3] * 100, same)
    assert said(still)[0] == MESSAGES["noise"] and MESSAGES["segments noise"] in said(still)
    few = a.decompose_change([9], ["a"], [3], ["a"])
    assert said(few) == [MESSAGES["few"], MESSAGES["end"]]
    moved = a.decompose_change(
        [9] * 200 + [3] * 50, ["a"] * 200 + ["b"] * 50, [9] * 50 + [3] * 200, ["a"] * 50 + ["b"] * 200
    )
    assert MESSAGES["mix down"] in said(moved) and MESSAGES["level noise"] in said(moved)
    gone = a.decompose_change([9] * 100 + [3] * 90, ["a"] * 100 + ["b"] * 90, [9] * 100, ["a"] * 100)
    assert MESSAGES["gone up"] in said(gone)
    moves = a.opinion_moves([3] * 60 + [9] * 60, {"late": [True] * 60 + [False] * 60}, [9] * 120, {})
    assert MESSAGES["unsaid up"] in said(gone, moves)


def test_no_sentence_makes_a_cause_of_a_sum():
    from survey_app.web.language import translations

    for message in MESSAGES.values():
        assert not CAUSES.search(message), message
        assert not CAUSES.search(translations("zh").gettext(message)), message
        assert translations("zh").gettext(message) != message
