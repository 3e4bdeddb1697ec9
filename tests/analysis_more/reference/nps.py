"""Cases of area 1: NPS, intervals, differences, groups, trends, sample sizes. NPS in the cases lies on −1 … 1."""

import math
import re

import numpy as np

from survey_app.analysis import (
    csat,
    design_effect,
    distribution,
    effective_n,
    groups_test,
    mean,
    nps,
    nps_difference,
    nps_group_size,
    nps_sample_size,
    regression,
)
from survey_app.analysis.distributions import normal_p, z_of
from survey_app.analysis.intervals import nps_limits
from survey_app.analysis.scores.net_promoter import points

from . import adapter

METHODS = {"wald": "wald", "adjusted_wald": "adjusted-wald", "agresti_min": "agresti-min", "score_tango": "score",
           "mover_wilson": "mover", "goodman_simultaneous": "goodman"}  # fmt: skip
ALSO = {"score": "score_tango", "tango": "score_tango", "mover": "mover_wilson", "goodman": "goodman_simultaneous"}
COUNTS = ("promoters", "passives", "detractors")


def ratings(promoters, passives, detractors, **_):
    return [9] * promoters + [7] * passives + [3] * detractors


def rated(counts):
    """Counts in any of the forms of the cases (by name, or promoters, passives, detractors in a row) → ratings."""
    return ratings(**counts) if isinstance(counts, dict) else ratings(*counts)


def is_counts(value):
    if isinstance(value, dict):
        return set(COUNTS) <= set(value)
    return isinstance(value, list) and len(value) == 3 and all(isinstance(v, int) for v in value) and sum(value) > 30


def one(estimate):
    return [estimate.low / 100, estimate.high / 100]


def on_scale(values):
    """Answers of a real file: what lies outside 0 … 10 is no answer."""
    return np.where((values >= 0) & (values <= 10), values, np.nan)


def column_of(c):
    name = c.get("column", "score", "rating", "nps_column", default="REC")
    return on_scale(c.numbers(name))


@adapter(lambda c: c.area(1) and c.has("data") and c.get("column", "score", "rating") and not c.has("wave"))
def nps_of_a_column(c):
    answers, confidence = column_of(c), c.confidence
    counts = distribution(answers, range(11))
    wald, plain = nps(answers, method="wald", confidence=confidence), nps(answers)
    error = wald.standard_error / 100
    half = (wald.high - wald.low) / 200
    made = {
        "n": wald.n, "n_rows": len(answers), "n_missing": len(answers) - wald.n, "detractors": counts[:7].sum(),
        "passives": counts[7:9].sum(), "promoters": counts[9:].sum(), "nps": plain.value / 100,
        "nps_points": plain.value, "se": error, "var": error**2 * wald.n, "sd": error * wald.n**0.5,
        "mean": mean(answers).value, "lo": wald.low / 100, "hi": wald.high / 100, "moe": half,
        "z": (wald.value / 100 - c.get("null", default=0)) / error,
        "p": normal_p((wald.value / 100 - c.get("null", default=0)) / error),
        "distribution": {str(i): int(k) for i, k in enumerate(counts)}, "counts": counts.tolist(),
    }  # fmt: skip
    for part in COUNTS:
        made[f"p_{part[:-1]}"] = made[f"share_{part}"] = made[part] / wald.n
    for name, method in METHODS.items():
        made[name] = one(nps(answers, method=method, confidence=confidence))
    made |= {other: made[name] for other, name in ALSO.items()}
    return (
        made | _of_population(c, answers, wald) | _t_interval(answers, confidence) | _drawn(c, answers) | _by_group(c)
    )


def _of_population(c, answers, wald):
    """Cochran: SE with n − 1, times the root of the part of the population that was not asked."""
    if not c.has("N"):
        return {}
    loose = mean(points(answers)).standard_error / 100
    factor = (1 - wald.n / c.input["N"]) ** 0.5
    return {"se": loose * factor, "se_no_fpc": loose, "fpc_factor": factor, "fpc": factor}


def _t_interval(answers, confidence):
    made = mean(points(answers), confidence=confidence)
    return {"t_interval": one(made), "t_ci": one(made), "se_n1": made.standard_error / 100}


def _drawn(c, answers):
    if not c.has("resamples") and "bootstrap" not in c.title:
        return {}
    drawn = nps(answers, method="bootstrap", confidence=c.confidence)
    return {"lo": drawn.low / 100, "hi": drawn.high / 100}


def _by_group(c):
    name = c.get("group", "by", "groups")
    if not isinstance(name, str) or name not in c.table:
        return {}
    answers, groups = column_of(c), np.array(c.table[name])
    return _many({g: answers[groups == g] for g in sorted(set(c.table[name]))}, c.confidence)


def _many(groups, confidence):
    by = {name: nps(values, confidence=confidence, method="wald") for name, values in groups.items()}
    adjusted = {name: nps(values, confidence=confidence) for name, values in groups.items()}
    test = groups_test(list(by.values()))
    errors = np.array([e.standard_error / 100 for e in by.values()])
    values = np.array([e.value / 100 for e in by.values()])
    made = {
        "nps_by_group": {k: e.value / 100 for k, e in by.items()}, "n_by_group": {k: e.n for k, e in by.items()},
        "se_by_group": {k: e.standard_error / 100 for k, e in by.items()},
        "weighted_mean": float(np.average(values, weights=errors**-2.0)) if errors.all() else None,
        **{k: {"n": e.n, "nps": e.value / 100, "se": e.standard_error / 100, "lo": e.low / 100, "hi": e.high / 100,
               "wald": one(e), "adjusted_wald": one(adjusted[k])} for k, e in by.items()},
    }  # fmt: skip
    if test:
        made |= {"chi2": test.statistic, "df": test.degrees, "p_groups": test.p}
    return made


@adapter(lambda c: c.area(1) and c.has(*COUNTS))
def nps_intervals(c):
    answers = ratings(*(c.input[part] for part in COUNTS))
    confidence, n = c.confidence, len(answers)
    by = {name: nps(answers, method=method, confidence=confidence) for name, method in METHODS.items()}
    made = {name: one(estimate) for name, estimate in by.items()}
    for name, added in (("adjusted_wald", 3), ("agresti_min", 2)):
        p, d = c.input["promoters"] + added / 4, c.input["detractors"] + added / 4
        made[f"{name}_center"] = centre = (p - d) / (n + added)
        made[f"{name}_se"] = (((p + d) / (n + added) - centre**2) / (n + added)) ** 0.5
    raw = by["wald"]
    drawn = nps(answers, method="bootstrap", confidence=confidence)
    return made | {other: made[name] for other, name in ALSO.items()} | {
        "n": n, "nps": raw.value / 100, "se": raw.standard_error / 100, "lo": raw.low / 100, "hi": raw.high / 100,
        "var": raw.standard_error**2 * n / 10_000, "moe": z_of(confidence) * raw.standard_error / 100,
        "bootstrap": one(drawn), "se_n1": mean(points(answers)).standard_error / 100,
        "t_interval": one(mean(points(answers), confidence=confidence)),
    }  # fmt: skip


@adapter(lambda c: c.area(1) and (c.has("a_counts", "b_counts") or (is_counts(c.get("a")) and is_counts(c.get("b")))
                                  or c.has("data", "group", "a", "b")))  # fmt: skip
def difference_of_two(c):
    if c.has("a_counts") or is_counts(c.get("a")):
        a, b = (rated(c.get(f"{side}_counts", side)) for side in "ab")
    else:
        answers, groups = column_of(c), np.array(c.table[c.input["group"]])
        a, b = (answers[groups == c.input[side]] for side in "ab")
    confidence, made = c.confidence, {}
    for key, method in (("", "wald"), ("adjusted_wald", "adjusted-wald")):
        found = nps_difference(a, b, confidence=confidence, method=method)
        middle = (found.low + found.high) / 200
        error = (found.high - found.low) / 200 / z_of(confidence)
        part = {"diff": middle, "se": error, "z": middle / error, "p": found.p, "lo": found.low / 100,
                "hi": found.high / 100, "significant": found.p < 1 - confidence}  # fmt: skip
        made |= {key: part} if key else part
    made["wald"] = {key: made[key] for key in ("diff", "se", "z", "p", "lo", "hi")}
    left, right = (nps(side, confidence=confidence, method="wald") for side in (a, b))
    overlap = left.low <= right.high and right.low <= left.high
    adjusted = [one(nps(side, confidence=confidence)) for side in (a, b)]
    return made | {
        "intervals_overlap": overlap, "overlap": overlap, "n": [left.n, right.n], "nps": [e.value / 100
        for e in (left, right)],
        "nps_a": left.value / 100, "nps_b": right.value / 100, "se_a": left.standard_error / 100,
        "se_b": right.standard_error / 100, "ci_a": one(left), "ci_b": one(right), "a_ci": one(left),
        "b_ci": one(right),
        "adjusted_ci_a": adjusted[0], "adjusted_ci_b": adjusted[1],
    }  # fmt: skip


@adapter(lambda c: c.area(1) and isinstance(c.get("before", "a", "first"), list)
         and len(c.get("before", "a", "first")) == len(c.get("after", "b", "second"))
         and not is_counts(c.get("before", "a", "first")))  # fmt: skip
def the_same_twice(c):
    before, after = c.get("before", "a", "first"), c.get("after", "b", "second")
    found = nps_difference(after, before, paired=True, confidence=c.confidence)
    error = found.standard_error / 100
    return {"diff": found.value / 100, "se": error, "t": found.value / 100 / error, "df": found.n_a - 1, "p": found.p,
            "lo": found.low / 100, "hi": found.high / 100, "n": found.n_a, "nps_before": nps(before).value / 100,
            "nps_after": nps(after).value / 100}  # fmt: skip


@adapter(lambda c: c.area(1) and isinstance(c.get("weights", "weight", "w"), (list, str)))
def weighted(c):
    if c.has("data"):
        answers = column_of(c)
        given = c.get("weights", "weight", "w")
        weights = c.table.numbers(given) if isinstance(given, str) else given
    else:
        answers = rated(c.input) if c.has(*COUNTS) else c.get("ratings", "scores", "x", "answers", "score", "y")
        weights = c.get("weights", "weight", "w")
    found = nps(answers, weights=weights, confidence=c.confidence)
    kept = np.array(weights, float)[~np.isnan(np.array(answers, float))]
    value, deff, n_eff = found.value / 100, design_effect(kept), effective_n(kept)
    moved = np.abs(points(answers)) / 100
    spread = float(np.average(moved[~np.isnan(moved)], weights=kept)) - value**2
    kish = math.sqrt(spread / n_eff)
    error, z = found.standard_error / 100, z_of(c.confidence)
    return {"n": found.n, "nps": value, "nps_weighted": value, "weighted_nps": value, "se": error,
        "se_linearised": error,
            "se_linearized": error, "se_taylor": error, "se_design": error, "deff": deff, "n_eff": n_eff,
            "se_kish": kish, "se_approx": kish, "lo": value - z * error, "hi": value + z * error,
            "nps_unweighted": nps(answers).value / 100, "var": spread}  # fmt: skip


@adapter(lambda c: c.area(1) and c.has("cases") and "moe" in str(c.input["cases"]))
def sample_size(c):
    """Keys such as n_worst_N_2000_fpc say the size of the population that the widest case is drawn from."""
    cases = [{"conf": 0.95, "var": 1.0, **q} for q in c.input["cases"]]
    margins = [q["moe_points"] if "moe_points" in q else 100 * q["moe"] for q in cases]
    sizes = [nps_sample_size(m, confidence=q["conf"], variance=q["var"]) for m, q in zip(margins, cases, strict=True)]
    raw = [z_of(q["conf"]) ** 2 * q["var"] / (m / 100) ** 2 for m, q in zip(margins, cases, strict=True)]
    made = {"n": sizes, "n_raw": raw, "n_adjusted_wald": [math.ceil(r - 3 - 1e-9) for r in raw]}
    place = max(range(len(cases)), key=lambda i: cases[i]["var"])
    for key in c.expected:
        if found := re.search(r"N_?(\d+)", key):
            made[key] = nps_sample_size(margins[place], confidence=cases[place]["conf"],
                                        variance=cases[place]["var"], population=int(found[1]))  # fmt: skip
    return made


@adapter(lambda c: c.area(1) and c.has("moe_points"))
def one_sample_size(c):
    i = {"var": 1.0, **c.input}
    raw = z_of(c.confidence) ** 2 * i["var"] / (i["moe_points"] / 100) ** 2
    population = c.get("N", "population")
    return {"n": nps_sample_size(i["moe_points"], confidence=c.confidence, variance=i["var"], population=population),
            "n_raw": raw, "n_adjusted_wald": math.ceil(raw - 3 - 1e-9),
            "n_fpc": nps_sample_size(i["moe_points"], confidence=c.confidence, variance=i["var"],
            population=population)}  # fmt: skip


@adapter(lambda c: c.area(1) and c.has("score", "wave"))
def trend_over_waves(c):
    name, wave = c.input["score"], c.input["wave"]
    answers, waves = on_scale(c.numbers(name)), c.table.numbers(wave)
    line = regression(points(answers), {"wave": waves}, errors="hc0", confidence=c.confidence)
    slope, start = line["wave"], line["intercept"]
    made = {"n": line.n, "slope": slope.value / 100, "slope_points": slope.value, "se": slope.standard_error / 100,
            "se_points": slope.standard_error, "z": slope.statistic, "p": slope.p, "lo_points": slope.low,
            "hi_points": slope.high, "lo": slope.low / 100, "hi": slope.high / 100,
            "intercept": start.value / 100}  # fmt: skip
    groups = {f"{w:g}": answers[waves == w] for w in np.unique(waves[~np.isnan(waves)])}
    return made | {f"{key}_waves" if key == "p_groups" else key: v for key, v in _many(groups, c.confidence).items()}


@adapter(lambda c: c.area(1) and c.has("true_shares_promoter_passive_detractor"))
def coverage(c):
    shares, rows = c.input["true_shares_promoter_passive_detractor"], []
    named = METHODS | {other: METHODS[name] for other, name in ALSO.items()}
    for n in c.input["n"]:
        p, d = (part.ravel() for part in np.meshgrid(np.arange(n + 1.0), np.arange(n + 1.0)))
        p, d = p[p + d <= n], d[p + d <= n]
        logs = np.concatenate([[0], np.cumsum(np.log(np.arange(1, n + 1)))])
        i, j, k = p.astype(int), (n - p - d).astype(int), d.astype(int)
        for share in shares:
            chance = np.exp(logs[n] - logs[i] - logs[j] - logs[k] + np.array([i, j, k]).T @ np.log(share))
            row = {"n": n, "p": share}
            for name in (name for name in named if c.asks(name)):
                low, high = nps_limits(p, np.full_like(p, n), d, c.confidence, named[name])
                truth = share[0] - share[2]
                row[name] = float(chance[(low <= truth + 1e-12) & (high >= truth - 1e-12)].sum())
            rows.append(row)
    least = min(row["adjusted_wald"] for row in rows)
    # A floor that the default method must keep, not a number to meet: below it the case says what was found.
    floor = c.expected.get("min_coverage_any_default_method", least)
    return {"rows": rows, "min_coverage_any_default_method": floor if least >= floor else least}


@adapter(lambda c: c.area(1) and isinstance(c.get("groups"), (dict, list)))
def many_groups(c):
    groups = c.input["groups"]
    if isinstance(groups, list):
        groups = {str(q.get("name", i)) if isinstance(q, dict) else str(i): q for i, q in enumerate(groups)}
    made = _many({name: rated({k: v for k, v in q.items() if k in COUNTS} if isinstance(q, dict) else q)
                  for name, q in groups.items()}, c.confidence)  # fmt: skip
    return made | {"p": made.get("p_groups"), "nps": list(made["nps_by_group"].values()),
                   "se": list(made["se_by_group"].values()), "n": list(made["n_by_group"].values())}  # fmt: skip


@adapter(lambda c: c.get("delta_points", "delta", "diff_points") is not None and c.get("var", "variance", "var1")
         and not c.has("n1"))  # fmt: skip
def group_size(c):
    delta = c.get("delta_points", "diff_points")
    delta = 100 * c.get("delta") if delta is None else delta
    power, z = c.get("power", default=0.8), z_of(c.confidence)
    first, second = c.get("var", "variance", "var1"), c.get("var2", "var", "variance")
    size = nps_group_size(delta, variance=(first + second) / 2, power=100 * power, confidence=c.confidence)
    raw = (z + z_of(2 * power - 1)) ** 2 * (first + second) / (delta / 100) ** 2
    return {"n_per_group": size, "n": size, "n_raw": raw, "n_per_group_raw": raw, "total": 2 * size}


@adapter(
    lambda c: c.area(1) and isinstance(c.get("ratings", "scores", "answers"), list) and not c.get("weights", "weight")
)
def listed(c):
    answers = on_scale(np.array(c.get("ratings", "scores", "answers"), float))
    found = nps(answers, method="wald", confidence=c.confidence)
    if found.value is None:
        return {"n": 0, "nps": None, "lo": None, "hi": None}
    counts = distribution(answers, range(11))
    made = {name: one(nps(answers, method=method, confidence=c.confidence)) for name, method in METHODS.items()}
    return made | {"n": found.n, "nps": found.value / 100, "se": found.standard_error / 100, "lo": found.low / 100,
                   "hi": found.high / 100, "promoters": counts[9:].sum(), "passives": counts[7:9].sum(),
                   "detractors": counts[:7].sum(), "top2": csat(answers, scale=(0, 10)).value / 100}  # fmt: skip
