"""What must hold for any answers: order does not matter, equal weights are none, parts add up, letters agree."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from survey_app import analysis as a
from survey_app.analysis.inputs import categories
from survey_app.analysis.open_answers import Kind

settings.register_profile("house", deadline=None, max_examples=40)
settings.load_profile("house")

tables = st.integers(2, 4).flatmap(
    lambda columns: st.lists(st.lists(st.integers(0, 30), min_size=columns, max_size=columns), min_size=2, max_size=4)
)
seeds = st.integers(0, 10_000)


def filled(table):
    counts = np.array(table)
    assume((counts.sum(axis=0) > 0).sum() > 1 and (counts.sum(axis=1) > 0).sum() > 1)
    return counts


def survey(seed, n=120, p=4):
    random = np.random.default_rng(seed)
    x = random.integers(1, 11, (n, p)).astype(float)
    x[:, 1] = np.clip(x[:, 0] + random.integers(-2, 3, n), 1, 10)
    y = np.clip(np.round(x @ random.uniform(-0.3, 1, p) / p + random.normal(0, 2, n) + 4), 0, 10)
    return y, {f"q{j}": x[:, j] for j in range(p)}


@given(seeds, st.sampled_from(["lmg", "johnson"]))
def test_importance_adds_up_to_what_is_explained(seed, method):
    y, x = survey(seed)
    found = a.drivers(y, x, method=method, draws=20)
    assert sum(d.contribution for d in found) == pytest.approx(found.r2, abs=1e-9)
    assert sum(d.value for d in found) == pytest.approx(100)
    for driver in found:
        assert 0 <= driver.low <= driver.value <= driver.high <= 100
        assert 1 <= driver.rank[0] <= driver.rank[1] <= len(x)


@given(seeds)
def test_drivers_do_not_depend_on_order_or_equal_weights(seed):
    y, x = survey(seed)
    order = np.random.default_rng(seed).permutation(len(y))
    plain = a.drivers(y, x, draws=0)
    moved = a.drivers(y[order], {k: x[k][order] for k in reversed(x)}, draws=0)
    weighted = a.drivers(y, x, weights=np.full(len(y), 2.5), draws=0)
    for name in x:
        assert moved[name].contribution == pytest.approx(plain[name].contribution, abs=1e-9)
        assert weighted[name].contribution == pytest.approx(plain[name].contribution, abs=1e-9)


@given(seeds)
def test_a_copy_of_a_driver_shares_its_importance(seed):
    y, x = survey(seed)
    found = a.drivers(y, x | {"copy": x["q0"]}, draws=0)
    assert found["copy"].contribution == pytest.approx(found["q0"].contribution, abs=1e-9)
    assert found["copy"].vif is None and found["q0"].vif is None
    assert found.r2 == pytest.approx(a.drivers(y, x, draws=0).r2, abs=1e-9)


@given(tables)
def test_a_crosstab_turns_over_with_its_table(table):
    counts = filled(table)
    first, turned = a.association(counts, exact=False), a.association(counts.T, exact=False)
    assert first.statistic == pytest.approx(turned.statistic)
    assert 0 <= first.p <= 1 and 0 <= first.effect <= 1


@given(tables)
def test_percent_of_columns_add_up_and_residuals_are_finite(table):
    counts = filled(table)
    found = a.crosstab_of(counts)
    sums = found.percent.sum(axis=0)
    assert np.allclose(sums[counts.sum(axis=0) > 0], 100) and np.isfinite(found.residuals).all()


@given(tables, st.sampled_from(["holm", "bonferroni", "bh", "none"]))
def test_letters_stand_on_one_side_of_each_pair(table, correction):
    found = a.crosstab_of(filled(table), correction=correction)
    names = found.column_letters
    for row, cells in enumerate(found.letters):
        for i, letters in enumerate(cells):
            for letter in letters:
                j = names.index(letter)
                assert found.percent[row, i] > found.percent[row, j]
                assert names[i] not in cells[j] and found.p_values[row, i, j] < 0.05
    assert np.allclose(found.p_values, found.p_values.transpose(0, 2, 1))


@given(tables)
def test_bonferroni_finds_no_more_than_holm_and_holm_no_more_than_raw(table):
    counts = filled(table)
    p = [a.crosstab_of(counts, correction=name).p_values for name in ("none", "bh", "holm", "bonferroni")]
    assert all((p[i] <= p[i + 1] + 1e-12).all() for i in range(3))


@given(seeds)
def test_equal_weights_change_nothing_in_a_crosstab(seed):
    random = np.random.default_rng(seed)
    rows, columns = random.integers(0, 3, 200), random.integers(0, 4, 200)
    plain = a.crosstab(rows, columns)
    weighted = a.crosstab(rows, columns, weights=np.full(200, 3.0))
    assert plain.letters == weighted.letters
    assert np.allclose(weighted.percent, plain.percent)
    assert np.allclose(weighted.effective_bases, plain.bases)
    assert weighted.test.p == pytest.approx(plain.test.chi2_p, abs=0.02)


def counted_out(table):
    """Fisher's p of a 3-column table by visiting every table with the same margins."""
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    fact = [math.factorial(i) for i in range(int(table.sum()) + 1)]

    def chance(cells):
        return 1 / math.prod(fact[int(v)] for v in cells.ravel())

    def fill(left, column):
        if column == len(columns) - 1:
            yield left[:, np.newaxis]
            return
        for first in spread(columns[column], left):
            for rest in fill(left - first, column + 1):
                yield np.column_stack([first, rest])

    def spread(total, most):
        if len(most) == 1:
            if total <= most[0]:
                yield np.array([total])
            return
        for value in range(min(total, most[0]) + 1):
            for rest in spread(total - value, most[1:]):
                yield np.concatenate([[value], rest])

    chances = np.array([chance(cells) for cells in fill(rows, 0)])
    return chances[chances <= chance(table) * (1 + 1e-7)].sum() / chances.sum()


@given(st.lists(st.lists(st.integers(0, 4), min_size=3, max_size=3), min_size=2, max_size=3))
@settings(max_examples=25)
def test_fishers_p_equals_counting_every_table(table):
    counts = filled(table)
    kept = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    assume(kept.sum() <= 20)
    assert a.association(counts, exact=True).exact_p == pytest.approx(counted_out(kept), rel=1e-6)


@given(seeds)
def test_raked_margins_are_met_and_weights_average_one(seed):
    random = np.random.default_rng(seed)
    columns = {"sex": random.choice(["f", "m"], 150), "age": random.choice(["a", "b", "c"], 150)}
    share = random.dirichlet([8, 8, 8])
    targets = {"sex": {"f": 0.4, "m": 0.6}, "age": dict(zip("abc", share, strict=True))}
    found = a.rake(columns, targets)
    assert found.has_converged and found.weights.mean() == pytest.approx(1)
    for margin in found.margins:
        assert margin.after == pytest.approx(margin.target, abs=1e-5)
    assert found.deff >= 1 and found.n_eff <= found.n + 1e-9
    order = random.permutation(150)
    moved = a.rake({k: v[order] for k, v in columns.items()}, targets)
    assert np.allclose(moved.weights, found.weights[order])


@given(seeds, st.floats(1.2, 4))
def test_no_weight_passes_the_cap(seed, cap):
    random = np.random.default_rng(seed)
    found = a.trim(random.lognormal(0, 1.2, 80), cap=cap)
    assert found.largest <= cap * (1 + 1e-9) and found.weights.mean() == pytest.approx(1, abs=1e-6)


@given(seeds)
def test_raking_to_what_is_there_changes_nothing(seed):
    random = np.random.default_rng(seed)
    column = random.choice(["a", "b"], 60)
    assume(len(set(column)) == 2)
    share = {k: float(np.mean(column == k)) for k in ("a", "b")}
    assert np.allclose(a.rake({"x": column}, {"x": share}).weights, 1)


@given(st.lists(st.integers(0, 50), min_size=2, max_size=30))
def test_a_p_chart_has_its_centre_between_its_limits(hits):
    chart = a.p_chart(hits, 50)
    assert (chart.lower <= chart.centre).all() and (chart.centre <= chart.upper).all()
    assert chart.lower.min() >= 0 and chart.upper.max() <= 100
    prime = a.laney_p_chart(hits, 50)
    assert np.isfinite([prime.sigma_z, *prime.lower, *prime.upper]).all()


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=40), st.floats(0.1, 3))
def test_a_mirrored_series_has_mirrored_sums(values, sigma):
    x = np.array(values)
    found, mirrored = a.cusum(x, target=0, sigma=sigma), a.cusum(-x, target=0, sigma=sigma)
    assert np.allclose(found.upper, mirrored.lower) and found.signals == mirrored.signals


@given(st.lists(st.integers(0, 10), min_size=1, max_size=60), st.lists(st.integers(0, 10), min_size=1, max_size=60))
def test_no_change_anywhere_is_no_effect(first, second):
    found = a.difference_in_differences(first, first, second, second)
    assert found.value == 0 and found.low <= 0 <= found.high


@given(seeds)
def test_equal_customers_get_equal_scores(seed):
    random = np.random.default_rng(seed)
    frequency = random.integers(1, 6, 80)
    found = a.rfm(random.integers(0, 400, 80), frequency, random.integers(1, 2000, 80))
    for times in set(frequency.tolist()):
        assert len(set(found.frequency[frequency == times].tolist())) == 1
    by_frequency = sorted(zip(frequency.tolist(), found.frequency.tolist(), strict=True))
    assert [score for _, score in by_frequency] == sorted(score for _, score in by_frequency)


def test_every_code_lands_in_a_segment():
    grid = np.array(np.meshgrid(range(1, 6), range(1, 6), range(1, 6))).reshape(3, -1)
    found = a.rfm(-grid[0], grid[1], grid[2])
    made = a.rfm_segments(found)
    assert found.n == 125 and sum(made.counts.values()) == 125 and (made.places >= 0).all()


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60))
def test_abc_shares_add_up(values):
    assume(sum(values) > 1e-3)
    found = a.abc(values)
    assert sum(found.shares.values()) == pytest.approx(100) and sum(found.counts.values()) == len(values)
    ordered = [label for _, label in sorted(zip(values, found.classes, strict=True), reverse=True)]
    assert ordered == sorted(ordered)


@given(seeds)
def test_an_index_lies_in_its_interval_and_on_its_scale(seed):
    random = np.random.default_rng(seed)
    items = {name: random.integers(1, 11, 30).astype(float) for name in "abc"}
    items["a"][random.random(30) < 0.2] = np.nan
    found = a.satisfaction_index(items, weights={"a": 3, "b": 1, "c": 0.5})
    assert 0 <= found.low <= found.value <= found.high <= 100 and found.n < 31
    flipped = a.satisfaction_index({k: 11 - v for k, v in items.items()}, weights={"a": 3, "b": 1, "c": 0.5})
    assert flipped.value == pytest.approx(100 - found.value)


@given(st.lists(st.one_of(st.none(), st.sampled_from(["x", "y", "z", ""])), max_size=30))
def test_categories_give_back_what_went_in(values):
    codes, labels = categories(values)
    assert [labels[code] if code >= 0 else None for code in codes] == [value or None for value in values]


@given(st.text(max_size=60))
def test_any_text_has_a_kind(text):
    assert a.read_answer(text).kind in Kind


@given(st.lists(st.lists(st.one_of(st.none(), st.integers(1, 5)), min_size=5, max_size=5), min_size=1, max_size=20))
def test_quality_signs_never_give_nan(rows):
    found = a.runs(rows)
    for longest, average in zip(found.longest, found.average, strict=True):
        assert longest is None or 1 <= average <= longest <= 5
    assert all(value is None or value >= 0 for value in a.irv(rows))
    flags = a.straight_lines(rows)
    for flag, row in zip(flags, rows, strict=True):
        given_answers = [value for value in row if value is not None]
        assert flag == (len(given_answers) >= 4 and len(set(given_answers)) == 1)


@given(st.lists(st.floats(-1e3, 1e3), min_size=24, max_size=40), st.integers(2, 6))
@settings(max_examples=25)
def test_a_decomposition_adds_up(values, period):
    found = a.decompose(values, period)
    for i, value in enumerate(values):
        if found.trend[i] is not None:
            assert found.trend[i] + found.seasonal[i % period] + found.rest[i] == pytest.approx(value, abs=1e-6)
    assert sum(found.seasonal) == pytest.approx(0, abs=1e-6)


@given(seeds)
@settings(max_examples=8)
def test_a_forecast_widens_and_stays_inside_its_bounds(seed):
    values = np.clip(40 + np.random.default_rng(seed).normal(0, 12, 20), -100, 100)
    for extra in ({}, {"errors": np.full(20, 8.0)}):
        found = a.forecast(values, horizon=4, bounds=(-100, 100), model=None if extra else "level", **extra)
        widths = [point.high - point.low for point in found.points]
        assert widths == sorted(widths)
        assert all(-100 <= p.low <= p.value <= p.high <= 100 for p in found.points)
