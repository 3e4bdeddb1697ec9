"""Numbers from papers, books and R, each with where it comes from."""

import numpy as np
import pytest

from survey_app import analysis as a
from survey_app.analysis.lifetime import BgNbd, GammaGamma, ParetoNbd

JOB = [[1, 3, 10, 6], [2, 3, 10, 7], [1, 6, 14, 12], [0, 1, 9, 11]]
SMOKERS, PATIENTS = [83, 90, 129, 70], [86, 93, 136, 82]
NILE = [
    1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958, 1140,
    1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020, 1050, 969, 831,
    726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759, 781, 865, 845,
    944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890, 744, 749, 838, 1050, 918,
    986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
]  # fmt: skip
CANS = [
    324.925, 324.675, 324.725, 324.35, 325.35, 325.225, 324.125, 324.525, 325.225, 324.6, 324.625, 325.15, 328.325,
    327.25, 327.825, 328.5, 326.675, 327.775, 326.875, 328.35,
]  # fmt: skip


def test_job_satisfaction_has_fishers_p_as_in_r():
    """R, help page of fisher.test (Agresti 2002, p. 57): p-value = 0.7827; chisq.test 5.9655, df 9, p 0.7434."""
    found = a.association(JOB, exact=True)
    assert (found.statistic, found.chi2_p) == pytest.approx((5.96551458877, 0.7433647250526))
    assert found.degrees == 9 and found.exact_p == pytest.approx(0.7826849389656, abs=1e-9)
    assert found.is_sparse and found.method == "fisher"


def test_the_quick_p_of_a_sparse_table_is_close_and_always_the_same():
    first, again = a.association(JOB), a.association(JOB)
    assert first.p == again.p == pytest.approx(0.7827, abs=0.01)


def test_the_tea_tasting_lady():
    """R, help page of fisher.test: two-sided p = 0.4857; Yates 0.5, uncorrected 2."""
    table = [[3, 1], [1, 3]]
    assert a.association(table).exact_p == pytest.approx(17 / 35)
    assert a.association(table, yates=True).statistic == pytest.approx(0.5)
    assert a.association(table).statistic == pytest.approx(2)


def test_smokers_follow_a_trend():
    """R, prop.trend.test and prop.test on Fleiss (1981): X-squared = 8.2249, p 0.004132; 12.6004, p 0.005585."""
    assert a.cochran_armitage(SMOKERS, PATIENTS).p == pytest.approx(0.004132, abs=1e-6)
    assert a.compare_shares(SMOKERS, PATIENTS).equality.statistic == pytest.approx(12.600411297128)


def test_pairwise_shares_as_in_r():
    """R, pairwise.prop.test(correct = FALSE) with Holm."""
    p = a.compare_shares(SMOKERS, PATIENTS).p
    assert [p[0, 3], p[1, 3], p[2, 3]] == pytest.approx([0.05664480212344, 0.04284577362572, 0.06457317511454])


def test_letters_as_spss_custom_tables_prints_them():
    """IBM SPSS COMPARETEST: the lower column's letter in the cell with the higher share."""
    counts = [[120, 80, 60, 18], [50, 60, 45, 9], [30, 60, 75, 13]]
    assert a.crosstab_of(counts, correction="bonferroni").letters == (
        ("BC", "", "", ""), ("", "", "", ""), ("", "A", "A", ""),
    )  # fmt: skip
    assert a.crosstab_of(counts).letters[2] == ("", "A", "A", "A")
    assert a.crosstab_of(counts, correction="none", strict=0.001).letters[2] == ("", "A", "Ab", "a")


def test_p_values_adjust_as_in_r():
    """R, p.adjust."""
    p = [0.001, 0.008, 0.012, 0.03, 0.04, 0.2]
    assert a.adjust(p, "holm").tolist() == pytest.approx([0.006, 0.04, 0.048, 0.09, 0.09, 0.2])
    assert a.adjust(p, "bh").tolist() == pytest.approx([0.006, 0.024, 0.024, 0.045, 0.048, 0.2])
    assert a.adjust(p, "bonferroni").tolist() == pytest.approx([0.006, 0.048, 0.072, 0.18, 0.24, 1])


def test_two_drivers_follow_the_closed_form():
    """LMG of two drivers: (r1² + R² − r2²)/2 (Grömping 2006, J Stat Software 17(1))."""
    random = np.random.default_rng(3)
    x = random.normal(size=(200, 2))
    x[:, 1] += 0.6 * x[:, 0]
    y = x @ [1.0, 0.5] + random.normal(size=200)
    found = a.drivers(y, {"one": x[:, 0], "two": x[:, 1]}, draws=0)
    r1, r2 = (found[name].correlation ** 2 for name in ("one", "two"))
    assert found["one"].contribution == pytest.approx((r1 + found.r2 - r2) / 2)
    assert found["two"].contribution == pytest.approx((r2 + found.r2 - r1) / 2)


def test_both_decompositions_agree_for_two_drivers():
    """With two drivers Johnson's relative weights equal LMG (Johnson & LeBreton 2004)."""
    random = np.random.default_rng(4)
    x = random.normal(size=(150, 2)) @ [[1, 0.5], [0, 1]]
    y = x @ [1.0, -0.3] + random.normal(size=150)
    by = [a.drivers(y, {"one": x[:, 0], "two": x[:, 1]}, method=m, draws=0) for m in ("lmg", "johnson")]
    assert [d.contribution for d in by[0]] == pytest.approx([d.contribution for d in by[1]])


def test_nist_cusum_signals_at_the_fourteenth_can():
    """NIST/SEMATECH e-Handbook 6.3.2.3: k = 0.3175, h = 4.1959, target 325."""
    found = a.cusum(CANS, target=325, k=0.3175, h=4.1959)
    assert (found.upper[12], found.upper[13], found.first, found.direction) == (
        pytest.approx(3.0075), pytest.approx(4.94), 13, 1,
    )  # fmt: skip
    assert found.began == 12


def test_nist_ewma_limits():
    """NIST/SEMATECH e-Handbook 6.3.2.4: λ = 0.3, EWMA0 = 50, s = 2.0539: limits 47.4115 and 52.5884."""
    x = [52, 47, 53, 49.3, 50.1, 47, 51, 50.1, 51.2, 50.5, 49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
    chart = a.ewma(x, target=50, sigma=2.0539)
    assert (chart.lower[0], chart.upper[0]) == pytest.approx((47.4115, 52.5884), abs=1e-3)
    assert chart.values.round(2).tolist()[:4] == [50.6, 49.52, 50.56, 50.18]
    assert chart.values[-1] == pytest.approx(51.99, abs=0.01) and not chart.outside


def test_the_nile_changed_in_1898():
    """Zeileis et al. (2003), strucchange: break after observation 28 (1898)."""
    found = a.shift_date(NILE)
    assert (found.index, found.before, found.after) == (28, pytest.approx(1097.75), pytest.approx(849.97, abs=0.01))
    assert found.p < 0.01


def test_the_nile_forecast_as_in_r():
    """R, forecast::ets(Nile, "ANN"): alpha 0.2457, sigma 144.23, mean 805.3, 95 % 522.6 … 1088.0."""
    found = a.forecast(NILE, horizon=5, model="level")
    assert found.smoothed.alpha == pytest.approx(0.2457, abs=0.002)
    assert found.sigma == pytest.approx(144.23, abs=0.05)
    assert (found.points[0].low, found.points[0].high) == pytest.approx((522.6, 1088.0), abs=1)
    assert found.points[4].high - found.points[0].high == pytest.approx(32.2, abs=0.5)


def test_run_rules_find_the_shift():
    """Anhøj & Olesen (2014), limits for 15 useful points: longest run 7, crossings 4."""
    found = a.run_rules([42, 45, 41, 44, 46, 43, 40, 44, 47, 48, 49, 47, 50, 48, 51, 49, 47, 48])
    assert (found.n, found.longest, found.longest_limit, found.crossings, found.crossings_limit) == (15, 8, 7, 1, 4)
    assert found.has_shift


def test_card_and_krueger():
    """Card & Krueger (1994) AER 84:772, Table 3: 2.76 with a standard error of 1.36."""
    changes = [a.Estimate(v, None, None, 300, "scale", e) for v, e in ((0.59, 0.54), (-2.16, 1.25))]
    found = a.paired_did(*changes)
    assert (found.value, found.standard_error) == pytest.approx((2.75, 1.36), abs=0.011)


def test_difference_in_differences_of_four_waves():
    """Saturated regression of −1/0/1 scores with HC0 errors (R, sandwich)."""

    def side(p, n, d):
        return [9] * p + [7] * n + [3] * d

    found = a.difference_in_differences(
        side(180, 120, 100), side(230, 110, 60), side(150, 130, 120), side(160, 130, 110)
    )
    assert (found.value, found.standard_error) == pytest.approx((17.5, 7.957897021198))
    assert (found.low, found.high, found.p) == pytest.approx((1.902808445773, 33.09719155423, 0.02787270054217))


def test_themes_after_correction_only_delivery_changed():
    """R, prop.test(correct = FALSE), p.adjust, fisher.test."""
    names = ["delivery", "price", "staff", "app", "packaging", "returns", "stock", "hygiene"]
    found = a.rate_changes(names, [92, 60, 41, 55, 23, 37, 18, 6], 400, [51, 58, 30, 31, 25, 22, 9, 1], 380)
    assert [change.name for change in found if change.is_real] == ["delivery"]
    assert found[0].p == pytest.approx(0.004389227172278) and found[3].exact_p == pytest.approx(0.01595642691034)


def test_newcombes_interval_of_a_difference():
    """Newcombe (1998) Stat Med 17:873, Table II (a): 56/70 against 48/80, 0.0524 … 0.3339."""
    change = a.rate_changes(["x"], [48], 80, [56], 70)[0].change
    assert (change.low, change.high) == pytest.approx((5.24, 33.39), abs=0.005)


def test_approval_of_the_prime_minister():
    """Agresti (1990) p. 350, R help page of mcnemar.test: 16.82 with the correction, p 4.115e-05."""
    found = a.mcnemar(794, 150, 86, 570, corrected=True)
    assert found.statistic == pytest.approx(16.8178, abs=1e-3)
    assert found.p == pytest.approx(4.115e-05, rel=1e-3)


def test_the_ratio_of_two_rates():
    """R, help page of poisson.test: 11/800 against 21/3011: 1.9714, 95 % 0.8585 … 4.2773, p 0.07967."""
    found = a.rate_ratio(11, 800, 21, 3011)
    assert (found.value, found.low, found.high, found.p) == pytest.approx((1.97149, 0.8585, 4.2773, 0.07967), rel=1e-3)


def test_power_as_in_r():
    """R, help page of power.prop.test: n = 50, 0.5 and 0.75: power 0.740; n = 76.7 for 0.90."""
    assert a.share_power(50, 75, 50) == pytest.approx(74.0, abs=0.05)
    assert a.share_group_size(50, 75, power=90) == pytest.approx(76.7, abs=0.05)
    assert a.nps_group_size(10) == 958
    assert a.smallest_nps_difference(200, 200) == pytest.approx(21.88108004179)


def test_aapor_rates():
    """AAPOR Standard Definitions (2023): RR1 I/((I+P)+(R+NC+O)+(UH+UO))."""
    found = a.aapor_rates(500, 100, 200, 150, 50, 400, e=0.25)
    assert (found.rr1, found.rr2, found.rr3, found.rr5, found.rr6) == pytest.approx(
        (500 / 14, 600 / 14, 500 / 11, 50, 60)
    )


def test_bg_nbd_of_a_known_customer():
    """Fader, Hardie & Lee (2005) Marketing Science 24:275: x = 2, t_x = 30.43, T = 38.86: 1.226 in 39 weeks."""
    model = BgNbd(0.243, 4.414, 0.793, 2.426)
    assert model.purchases(39, 2, 30.43, 38.86) == pytest.approx(1.226, abs=0.001)
    assert model.alive(2, 30.43, 38.86) == pytest.approx(0.727, abs=0.001)
    assert model.alive(0, 0, 38.86) == 1
    assert model.expected([1, 32, 78]).tolist() == pytest.approx([0.0533, 1.0452, 1.8605], abs=5e-4)


def test_bg_nbd_finds_the_parameters_that_made_the_data():
    random = np.random.default_rng(7)
    n, age = 4000, 60.0
    rate, chance = random.gamma(0.8, 1 / 5, n), random.beta(1.0, 2.5, n)
    x, tx = np.zeros(n), np.zeros(n)
    for i in range(n):
        t = random.exponential(1 / rate[i])
        while t < age:
            x[i], tx[i] = x[i] + 1, t
            if random.random() < chance[i]:
                break
            t += random.exponential(1 / rate[i])
    found = a.bg_nbd(x, tx, np.full(n, age))
    assert found.expected(age) == pytest.approx(x.mean(), rel=0.05)
    assert (found.r, found.alpha) == (pytest.approx(0.8, abs=0.12), pytest.approx(5, abs=1.2))


def test_pareto_nbd_and_gamma_gamma():
    """R, vignette of BTYD on CDNOW: 1.473 expected in 52 weeks, 25.46 of customer 1516, P(alive) 0.9979.

    Gamma–Gamma: Fader & Hardie, note 25.
    """
    model = ParetoNbd(0.5533971, 10.5780187, 0.6060625, 11.6562237)
    assert float(model.expected(52)) == pytest.approx(1.473, abs=0.002)
    assert float(model.purchases(52, 26, 30.86, 31)) == pytest.approx(25.46, abs=0.01)
    assert float(model.alive(26, 30.86, 31)) == pytest.approx(0.9979, abs=1e-4)
    spend = GammaGamma(6.25, 3.74, 15.44)
    assert spend.mean == pytest.approx(35.219, abs=0.001)
    assert spend.expected([2, 0, 20], [22.35, 0, 100]).tolist() == pytest.approx([24.6637, 35.2190, 98.6105], abs=1e-3)


def test_churn_score_of_fawcett():
    """Fawcett (2006) Pattern Recognition Letters 27:861, Fig. 3: AUC 0.68."""
    score = [0.9, 0.8, 0.7, 0.6, 0.55, 0.54, 0.53, 0.52, 0.51, 0.505, 0.4, 0.39, 0.38, 0.37, 0.36, 0.35, 0.34, 0.33,
             0.3, 0.1]  # fmt: skip
    found = a.score_quality(score, [1, 1, 0, 1, 1, 1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1, 0])
    assert (found.auc, found.brier, found.lift(10)) == pytest.approx((0.68, 0.22452625, 2))


def test_brookes_worked_example():
    """Brooke (1996): sum 22, score 55; all 3s or all 5s give 50."""
    assert a.system_usability([5, 4, 2, 1, 2, 3, 2, 4, 5, 2]) == 55
    assert a.system_usability([5] * 10) == a.system_usability([3] * 10) == 50
    assert a.system_usability([5, 1] * 5) == 100


def test_non_response_classes():
    """The VIPs answer six times as often as the new: 42.4 becomes 31.0 (Kish 1965, weighting classes)."""
    found = a.response_classes(["new", "regular", "vip"], [400, 500, 100], [40, 150, 60])
    weights = [q.factor for q in found for _ in range(q.answered)]
    values = [nps for q, nps in zip(found, (10, 40, 70), strict=True) for _ in range(q.answered)]
    assert a.mean(values, weights=weights).value == pytest.approx(31.0)
    assert a.design_effect(weights) == pytest.approx(1.458333333333)
