"""Cases of area 5: post-stratification, raking, response classes, representativeness, weighted tables."""

import re

import numpy as np

from survey_app.analysis import (
    aapor_rates,
    design_effect,
    effective_n,
    funnel,
    mean,
    post_stratify,
    rake,
    rao_scott,
    representative,
    response_classes,
    trim,
    weighted_mean,
    weighted_total,
)
from survey_app.analysis.design import design
from survey_app.analysis.inputs import categories

from . import adapter


def spread(weights):
    w = np.array(weights, float)
    deff = design_effect(w)
    return {"n": len(w), "kish_deff": deff, "n_eff": effective_n(w), "min": w.min(), "max": w.max(), "sum": w.sum(),
            "cv2": deff - 1, "cv": (deff - 1) ** 0.5, "ratio": w.max() / w.min(), "mean": w.mean()}  # fmt: skip


def base_of(c):
    base = c.get("base_weight", "weight", "weights", "w")
    return c.table.numbers(base) if isinstance(base, str) else None


@adapter(lambda c: c.area(5) and c.has("data", "targets") and len(c.input["targets"]) == 1)
def post_strata(c):
    """Totals and means of the columns that the expected keys name: total_enroll, mean_api00 …"""
    (name, targets), table = next(iter(c.input["targets"].items())), c.table
    w = post_stratify(table[name], targets, base=base_of(c))
    clusters = table[c.input["cluster"]] if c.has("cluster") else None
    strata = table[c.input["strata"]] if c.has("strata") else None
    asks_fpc = isinstance(c.get("fpc"), str) or (clusters is not None and "fpc" in table)
    fpc = table.numbers(c.get("fpc") if isinstance(c.get("fpc"), str) else "fpc") if asks_fpc else None
    drawn = design(w, clusters=clusters, strata=strata, fpc=fpc, post_strata=table[name])
    made = spread(w) | {"weight_by_stratum": {k: w[table[name].index(k)] for k in targets}}
    for key in c.expected:
        if (found := re.fullmatch("(?:weighted_)?(total|mean)_(.+)", key)) and found[2] in table:
            of = {"total": weighted_total, "mean": weighted_mean}[found[1]](table.numbers(found[2]), drawn)
            made |= {key: of.value, f"se_{key}": of.standard_error}
            made.setdefault(f"se_{found[1]}", of.standard_error)
    return made


@adapter(
    lambda c: c.area(5) and c.has("data") and c.get("targets_share", "margins", "targets", "target_shares") is not None
)
def raking(c):
    given = c.get("targets_share", "margins", "targets", "target_shares")
    targets = {name: _as_shares(shares) for name, shares in given.items()}
    columns = {name: c.table.texts(name) for name in targets}
    found = rake(columns, targets, base=base_of(c), cap=c.get("cap"))
    cells = ["|".join(map(str, row)) for row in zip(*columns.values(), strict=True)]
    made = spread(found.weights) | {
        "weight_by_cell": dict(zip(cells, found.weights, strict=True)),
        "iterations": found.iterations,
    }
    for key in c.expected:
        if (at := re.fullmatch("(weighted|unweighted)_mean_(.+)", key)) and at[2] in c.table:
            weights = found.weights if at[1] == "weighted" else None
            made[key] = mean(c.table.numbers(at[2]), weights=weights).value
    return made


def _as_shares(values):
    total = sum(values.values())
    return {name: value / total for name, value in values.items()} if total > 1.5 else values


@adapter(lambda c: c.area(5) and c.has("data") and any(key.endswith("_breaks") for key in c.input))
def raking_with_bands(c):
    cut = next(key.removesuffix("_breaks") for key in c.input if key.endswith("_breaks"))
    values, breaks = c.table.numbers(cut), np.array(c.input[f"{cut}_breaks"], float)
    names, closed = list(c.input[f"{cut}_targets"]), "right" if "[lo" in str(c.get(f"{cut}_intervals")) else "left"
    places = np.searchsorted(breaks, values, side=closed) - 1
    bands = [names[p] if v == v and 0 <= p < len(names) else None for v, p in zip(values, places, strict=True)]
    columns, targets = {cut: bands}, {cut: c.input[f"{cut}_targets"]}
    for key in c.input:
        if (found := re.fullmatch("(.+)_targets", key)) and found[1] != cut:
            columns[found[1]], targets[found[1]] = c.table.texts(found[1]), c.input[key]
    made = rake(columns, targets, cap=c.get("cap"))
    order = [*(name for name in columns if name != cut), cut]
    cells = ["|".join(str(columns[name][i]) for name in order) for i in range(len(values))]
    missing = sum(any(columns[name][i] is None for name in columns) for i in range(len(values)))
    return spread(made.weights) | {"n": len(values), "n_missing_in_raking_vars": missing, "design_effect": made.deff,
                                   "weight_by_cell": dict(zip(cells, made.weights, strict=True))}  # fmt: skip


@adapter(lambda c: c.area(5) and isinstance(c.get("classes"), list))
def non_response(c):
    classes = c.input["classes"]
    found = response_classes(*([q[key] for q in classes] for key in ("name", "invited", "answered")))
    value = next((key for key in ("nps", "mean", "value", "csat", "share") if key in classes[0]), None)
    weights = [q.factor for q in found for _ in range(q.answered)]
    made = {"response_rate": [q.rate / 100 for q in found], "factor": [q.factor for q in found]} | spread(weights)
    if value is None:
        return made
    values = [q[value] for q in classes for _ in range(q["answered"])]
    plain, adjusted = mean(values).value, mean(values, weights=weights).value
    return made | {f"unadjusted_{value}": plain, f"adjusted_{value}": adjusted, "raw": plain, "adjusted": adjusted,
                   "bias_points": 100 * (plain - adjusted)}  # fmt: skip


@adapter(lambda c: c.area(5) and c.has("observed") and c.get("population_share", "population", "target_share"))
def like_the_population(c):
    observed, share = c.input["observed"], c.get("population_share", "population", "target_share")
    names = list(observed) if isinstance(observed, dict) else [str(i) for i in range(len(observed))]
    counts, shares = (list(v.values()) if isinstance(v, dict) else v for v in (observed, share))
    found = representative(dict(zip(names, counts, strict=True)), dict(zip(names, shares, strict=True)))
    weights = dict(found.weights) if isinstance(observed, dict) else list(found.weights.values())
    return {"chi2": found.test.statistic, "df": found.test.degrees, "p": found.test.p,
            "post_strat_weights": weights, "weights": weights, "kish_deff": found.deff,
            "n_eff": sum(counts) / found.deff}  # fmt: skip


@adapter(lambda c: c.area(5) and isinstance(c.get("weights", "w"), list) and not c.has("data"))
def of_weights(c):
    w = np.array(c.get("weights", "w"), float)
    made = spread(w)
    if cap := c.get("cap", "trim", "max_weight"):
        trimmed = trim(w, cap=cap)
        made |= {f"{key}_trimmed": value for key, value in spread(trimmed.weights).items()}
        made |= {"trimmed": list(trimmed.weights), "weights": list(trimmed.weights)}
    values = c.get("x", "y", "values", "scores")
    if isinstance(values, list):
        found = mean(values, weights=w, confidence=c.confidence)
        made |= {
            "weighted_mean": found.value,
            "mean": found.value,
            "se": found.standard_error,
            "lo": found.low,
            "hi": found.high,
        }
    return made


@adapter(lambda c: c.area(5) and c.has("data") and c.get("rows", "row", "var1", "x") and c.get("columns", "cols",
        "col", "var2", "y")
         and base_of(c) is not None)  # fmt: skip
def weighted_table(c):
    rows, columns = (categories(c.table.texts(c.get(*names))) for names in
                     (("rows", "row", "var1", "x"), ("columns", "cols", "col", "var2", "y")))  # fmt: skip
    w, shape = base_of(c), (len(rows[1]), len(columns[1]))
    parts = {key: c.table[c.input[key]] for key in ("cluster", "strata") if isinstance(c.get(key), str)}
    fpc = c.table.numbers(c.input["fpc"]) if isinstance(c.get("fpc"), str) else None
    drawn = design(w, clusters=parts.get("cluster"), strata=parts.get("strata"), fpc=fpc)
    cells = rows[0] * shape[1] + columns[0]
    found = rao_scott(cells, shape, w, drawn)
    plain = rao_scott(cells, shape, np.ones(len(w)))
    return {"F": found.statistic, "f": found.statistic, "statistic": found.statistic, "p": found.p,
        "kish_deff": design_effect(w),
            "n": len(w), "cramers_v": found.effect, "p_unweighted": plain.chi2_p,
            "p_pearson": found.chi2_p}  # fmt: skip


def _counted(c, *names):
    return c.get(*names, *(n.lower() for n in names), default=0)


@adapter(lambda c: c.get("I", "complete", "completes") is not None and c.get("R", "refused", "refusals") is not None)
def response_rates(c):
    unknown = c.get("U", "unknown")
    unknown = _counted(c, "UH") + _counted(c, "UO") if unknown is None else unknown
    found = aapor_rates(
        c.get("I", "complete", "completes"), _counted(c, "P", "partial", "partials"), c.get("R", "refused", "refusals"),
        _counted(c, "NC", "not_reached", "non_contact"), _counted(c, "O", "other"), unknown, e=c.get("e"),
        not_eligible=_counted(c, "NE", "not_eligible"),
    )  # fmt: skip
    shares = {f"{start}{i}": getattr(found, f"rr{i}") / 100 for i in range(1, 7) for start in ("RR", "rr")}
    return shares | {"cooperation": found.cooperation / 100, "refusal": found.refusal / 100,
        "contact": found.contact / 100,
                     "COOP1": found.cooperation / 100, "REF1": found.refusal / 100, "CON1": found.contact / 100,
                     "e": found.e}  # fmt: skip


@adapter(lambda c: c.has("sent", "opened") or isinstance(c.get("funnel", "steps"), dict))
def funnels(c):
    steps = c.get("funnel", "steps", default={k: v for k, v in c.input.items() if isinstance(v, int)})
    found = funnel(steps)
    made = {f"{q.name}_of_first": q.of_first.value / 100 for q in found} | {
        f"{q.name}_of_previous": q.of_previous.value / 100 for q in found
    }
    return made | {
        "of_first": [q.of_first.value / 100 for q in found],
        "of_previous": [q.of_previous.value / 100 for q in found],
    }
