"""Cases of area 7: verification of actions."""

import math
import re

import numpy as np

from survey_app.analysis import (
    Estimate,
    adjust,
    before_after,
    difference,
    difference_in_differences,
    interrupted_time_series,
    mcnemar,
    nps,
    nps_power,
    paired_did,
    rate_changes,
    rate_ratio,
    regression,
    share_group_size,
    share_power,
    shrunk,
    smallest_nps_difference,
    two_proportions_p,
    wilson,
)

from . import adapter
from .nps import COUNTS, rated

SIDES = ("treated_before", "treated_after", "control_before", "control_after")


@adapter(lambda c: c.has(*SIDES))
def did(c):
    sides = [rated(c.input[side]) for side in SIDES]
    found = difference_in_differences(*sides, confidence=c.confidence)
    scores = [(np.array(side) == 9) * 1.0 - (np.array(side) == 3) for side in sides]
    treated = np.repeat([1.0, 1.0, 0.0, 0.0], [len(s) for s in scores])
    late = np.repeat([0.0, 1.0, 0.0, 1.0], [len(s) for s in scores])
    line = regression(np.concatenate(scores), {"treated": treated, "late": late, "both": treated * late})
    simple = before_after(*sides[:2], confidence=c.confidence)
    return {
        "nps": [nps(side).value / 100 for side in sides], "did": found.value / 100, "se": found.standard_error / 100,
        "z": found.value / found.standard_error, "p": found.p, "lo": found.low / 100, "hi": found.high / 100,
        "se_classical_ols": line["both"].standard_error, "simple_before_after": simple.value / 100, "n": found.n,
        "simple_control": before_after(*sides[2:]).value / 100, "se_hc0": found.standard_error / 100,
        "verdict": found.verdict.value,
    }  # fmt: skip


@adapter(
    lambda c: (
        c.area(7) and isinstance(c.get("means"), dict) and isinstance(c.get("se"), dict) and len(c.input["means"]) == 4
    )
)
def did_of_means(c):
    """The unit before the underscore that comes first is the treated one."""
    means, errors, changes = c.input["means"], c.input["se"], c.get("published_diff_se", "diff_se", default={})
    units = list(dict.fromkeys(key.rsplit("_", 1)[0] for key in means))
    made = {k: Estimate(means[k], None, None, 100, "scale", errors[k]) for k in means}
    order = [f"{unit}_{when}" for unit in units for when in ("before", "after")]
    found = difference_in_differences(*(made[k] for k in order))
    out = {
        "did_from_rounded_means": found.value,
        "did": found.value,
        "se_if_waves_independent": found.standard_error,
        "se": found.standard_error,
    }
    if changes:
        change = [
            Estimate(means[f"{s}_after"] - means[f"{s}_before"], None, None, 100, "scale", changes[s]) for s in units
        ]
        same = paired_did(*change)
        out |= {"se_from_published_diff_se": same.standard_error, "se_paired": same.standard_error}
    return out


@adapter(lambda c: c.has("themes", "before", "after", "n_before", "n_after"))
def themes(c):
    i = c.input
    found = rate_changes(i["themes"], i["before"], i["n_before"], i["after"], i["n_after"])
    raw = [change.raw_p for change in found]
    made = {"diff_points": [q.change.value for q in found], "p_raw": raw, "p_fisher": [q.exact_p for q in found],
            "lo_points": [q.change.low for q in found], "hi_points": [q.change.high for q in found],
            "rate_before": [q.before.value / 100 for q in found], "rate_after": [q.after.value / 100
            for q in found]}  # fmt: skip
    for name, method in (("raw", "none"), ("holm", "holm"), ("bh", "bh"), ("bonferroni", "bonferroni")):
        p = adjust(raw, method)
        made[f"p_{name}"] = p
        real = [q.name for q, value in zip(found, p, strict=True) if value < c.get("alpha", default=0.05)]
        alone = not isinstance(c.expected.get(f"significant_{name}"), list)
        made[f"significant_{name}"] = real[0] if alone and len(real) == 1 else real
        made[f"n_significant_{name}"] = len(real)
    return made


@adapter(lambda c: c.has("n1", "n2") and c.get("var", "variance", "var1") is not None)
def detectable(c):
    i = c.input
    first, second = c.get("var", "variance", "var1"), c.get("var2", "var", "variance")
    # Unlike variances enter through the error alone: the common one that gives the same error.
    variance = (first / i["n1"] + second / i["n2"]) / (1 / i["n1"] + 1 / i["n2"])
    power = 100 * c.get("power", default=0.8)
    found = smallest_nps_difference(i["n1"], i["n2"], variance=variance, power=power, confidence=c.confidence)
    made = {"mde": found / 100, "mde_points": found}
    delta = c.get("delta_for_power", "delta")
    if delta is not None:
        made["power"] = nps_power(100 * delta, i["n1"], i["n2"], variance=variance, confidence=c.confidence) / 100
    return made


def two_shares(c):
    """(k, n) of both sides in any of the usual spellings, None where the case has none."""
    for a, b in (("a", "b"), ("before", "after"), ("group1", "group2"), ("p1", "p2"), ("treated", "control")):
        sides = [c.get(a), c.get(b)]
        if all(isinstance(s, list) and len(s) == 2 and all(isinstance(v, int) for v in s) for s in sides):
            return sides
        if all(isinstance(s, dict) for s in sides):
            held = [[next((s[k] for k in ("k", "x", "yes", "hits") if k in s), None), s.get("n")] for s in sides]
            if all(v is not None for s in held for v in s):
                return held
    for k, n in (("x", "n"), ("k", "n")):
        if c.has(f"{k}1", f"{n}1", f"{k}2", f"{n}2"):
            return [[c.input[f"{k}{i}"], c.input[f"{n}{i}"]] for i in (1, 2)]
        if isinstance(c.get(k), list) and isinstance(c.get(n), list) and len(c.get(k)) == len(c.get(n)) == 2:
            return list(zip(c.get(k), c.get(n), strict=True))
    return None


@adapter(lambda c: c.area(7) and two_shares(c) and not re.search("poisson|rate ratio|per contact|per 1", c.title))
def two_proportions(c):
    (ka, na), (kb, nb) = two_shares(c)
    found = difference(wilson(ka, na, c.confidence), wilson(kb, nb, c.confidence), confidence=c.confidence)
    p = two_proportions_p(ka, na, kb, nb)
    pooled = (ka + kb) / (na + nb)
    error = math.sqrt(pooled * (1 - pooled) * (1 / na + 1 / nb))
    z = (ka / na - kb / nb) / error
    exact = rate_changes(["one"], [ka], na, [kb], nb)[0].exact_p
    lo, hi = found.low / 100, found.high / 100
    return {"diff": found.value / 100, "z": z, "chi2": z * z, "p": p, "p_pooled": p, "lo": lo, "hi": hi,
        "p_fisher": exact,
            "newcombe": [lo, hi], "newcombe_lo": lo, "newcombe_hi": hi, "p1": ka / na, "p2": kb / nb,
            "se_pooled": error,
            "se_unpooled": found.standard_error / 100, "wald": _around(found, c.confidence)}  # fmt: skip


def _around(found, confidence):
    z = -_quantile((1 - confidence) / 2)
    return [(found.value - z * found.standard_error) / 100, (found.value + z * found.standard_error) / 100]


def _quantile(p):
    from statistics import NormalDist

    return NormalDist().inv_cdf(p)


@adapter(lambda c: "mcnemar" in c.title and (c.has("table") or c.has("b", "c")))
def same_people(c):
    table = c.get("table", default=[[c.get("a", default=0), c.get("b")], [c.get("c"), c.get("d", default=0)]])
    (both, lost), (gained, neither) = table
    found, edwards = (mcnemar(both, lost, gained, neither, corrected=k, confidence=c.confidence) for k in (False, True))
    return {"chi2": found.statistic, "p": found.p, "chi2_corrected": edwards.statistic, "p_corrected": edwards.p,
            "p_exact": found.exact_p, "exact_p": found.exact_p, "diff": found.value / 100, "lo": found.low / 100,
            "hi": found.high / 100, "n": found.n, "df": 1, "chi2_no_correction": found.statistic,
            "p_no_correction": found.p}  # fmt: skip


@adapter(lambda c: c.area(7) and re.search("poisson|rate ratio|per contact|per 1", c.title))
def ratio_of_rates(c):
    pairs = two_shares(c)
    events, base = c.get("events", "x", "counts"), c.get("exposure", "T", "t", "contacts", "n")
    pairs = pairs or list(zip(events, base, strict=True))
    (a, ta), (b, tb) = pairs
    found = rate_ratio(a, ta, b, tb, confidence=c.confidence)
    return {"ratio": found.value, "rate_ratio": found.value, "estimate": found.value, "lo": found.low, "hi": found.high,
            "p": found.p, "rate1": a / ta, "rate2": b / tb, "n": found.n}  # fmt: skip


@adapter(lambda c: c.area(7) and c.get("p1", "share1") is not None and c.get("p2", "share2") is not None
         and not isinstance(c.get("p1"), list))  # fmt: skip
def power_of_shares(c):
    a, b = 100 * c.get("p1", "share1"), 100 * c.get("p2", "share2")
    power, made = c.get("power", "target_power", default=0.8), {}
    if (n := c.get("n", "n_per_group")) is not None:
        made["power"] = share_power(a, b, n, confidence=c.confidence) / 100
    size = share_group_size(a, b, power=100 * power, confidence=c.confidence)
    made |= {"n_per_group": size, "n_for_power": size, "n_rounded": math.ceil(size), "n_needed": size, "n": size}
    for key in c.expected:
        if at := re.fullmatch(r"n_?(?:for|at|power)?_?(?:power_?)?(\d\d)(?:pct)?", key):
            made[key] = share_group_size(a, b, power=float(at[1]), confidence=c.confidence)
    return made


@adapter(
    lambda c: c.area(7) and c.get("values", "units", "means") is not None and isinstance(c.get("errors", "se"), list)
)
def towards_the_mean(c):
    made = shrunk(list(c.get("values", "units", "means")), c.get("errors", "se")).tolist()
    return {"shrunk": made, "values": made, "estimates": made}


@adapter(
    lambda c: c.area(7) and (c.has("before", "after") or c.has("before_counts", "after_counts")) and not c.has("themes")
)
def simple_change(c):
    sides = [c.get(f"{side}_counts", side) for side in ("before", "after")]
    ratings = [rated(s) if (isinstance(s, dict) and set(COUNTS) <= set(s)) or len(s) == 3 else s for s in sides]
    found = before_after(*ratings, target=c.get("target", "target_points", default=0.0), confidence=c.confidence)
    return {"diff": found.value / 100, "se": found.standard_error / 100, "p": found.p, "lo": found.low / 100,
            "hi": found.high / 100, "z": found.value / found.standard_error, "verdict": found.verdict.value,
            "nps": [nps(r).value / 100 for r in ratings]}  # fmt: skip


@adapter(lambda c: c.has("data", "y") and any(key.endswith("_first_row_1based") for key in c.input))
def interruption(c):
    """A logarithm in y, month dummies in the model and the lags in the text of the errors are read from the case."""
    name = re.sub(r"^(log|ln)\(|\)$", "", c.input["y"])
    y = c.table.numbers(name)
    start = next(value for key, value in c.input.items() if key.endswith("_first_row_1based")) - 1
    lags = re.search(r"(\d+) lags?", str(c.get("hac", default="")))
    period = 12 if "month" in str(c.get("model", default="month")) else None
    found = interrupted_time_series(
        np.log(y) if name != c.input["y"] else y, start, period=c.get("period", default=period),
        lags=int(lags[1]) if lags else c.get("lags"),
    )  # fmt: skip
    newey = {"level": found.level.standard_error, "slope": found.slope.standard_error}
    return {
        "level_change": found.level.value, "slope_change": found.slope.value, "slope_before": found.slope_before,
        "se_nw": newey, "se_hac": newey, "se_ols": {name: found.model[name].standard_error for name in ("level",
        "slope")},
        "percent_level": 100 * math.expm1(found.level.value), "durbin_watson": found.durbin_watson,
        "p_level": found.level.p, "p_slope": found.slope.p, "level_ci": [found.level.low, found.level.high],
    }  # fmt: skip
