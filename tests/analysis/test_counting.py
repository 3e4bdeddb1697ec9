"""Counting by cells gives what the float path gives, and steps back where values are no short scale."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.analysis import SCORES
from survey_app.analysis.columns import MISSING
from survey_app.analysis.counting import bounded, cell_counts, distinct

ANSWERS = st.lists(
    st.tuples(st.sampled_from([MISSING, 0, 1, 5, 6, 7, 8, 9, 10]), st.sampled_from([MISSING, -1, 0, 1, 2, 3]))
)


@settings(max_examples=60)
@given(ANSWERS)
def test_groups_by_counts_equal_groups_by_floats(rows: list[tuple[int, int]]) -> None:
    ratings = np.array([rating for rating, _ in rows], np.int32)
    groups = np.array([group for _, group in rows], np.int64)
    floats = np.where(ratings == MISSING, np.nan, ratings)
    for score in (SCORES["nps"], SCORES["mean"]):
        for counted, summed in zip(score.by_group(ratings, groups, 3), score.by_group(floats, groups, 3), strict=True):
            assert counted.n == summed.n
            for name in ("value", "low", "high", "standard_error"):
                a, b = getattr(counted, name), getattr(summed, name)
                assert (a is None) == (b is None) and (a is None or abs(a - b) < 1e-9)


def test_what_is_no_short_scale_is_not_counted_by_cells() -> None:
    for values in ([1, 64], [-1, 2], [0.5, 1.0]):
        assert cell_counts(np.array(values)) is None
    table = cell_counts(np.array([MISSING, 62], np.int32))
    assert table is not None and table[0, 62] == 1 and table.sum() == 1


def test_a_rating_off_the_scale_is_named() -> None:
    for ratings in (np.array([3, 11], np.int32), [3, 11]):
        with pytest.raises(ValueError, match="11"):
            SCORES["nps"](ratings)


@given(st.lists(st.integers(-50, 10**9)))
def test_distinct_is_unique(numbers: list[int]) -> None:
    values = np.array(numbers, np.int64)
    assert distinct(values).tolist() == np.unique(values).tolist()


def test_bounded_takes_groups_of_every_kind() -> None:
    for kind in (np.int8, np.int32, np.int64, np.uint8):
        assert bounded(np.array([0, 2, 7], kind), 2).tolist() == [0, 2, 2]
