"""Cases of area 5: post-stratification, raking, response classes, representativeness."""

import re

import numpy as np

from survey_app.analysis import (
    design_effect,
    effective_n,
    mean,
    nps,
    post_stratify,
    rake,
    representative,
    response_classes,
    weighted_mean,
    weighted_total,
)
from survey_app.analysis.design import design

from . import adapter


@adapter(lambda c: c.area(5) and c.has("data", "targets"))
def post_strata(c):
    (name, targets), table = next(iter(c.input["targets"].items())), c.table
    base = table.numbers(c.input["base_weight"]) if isinstance(c.input.get("base_weight"), str) else None
    w = post_stratify(table[name], targets, base=base)
    clusters = table[c.input["cluster"]] if c.has("cluster") else None
    fpc = table.numbers("fpc") if clusters is not None and "fpc" in table else None
    drawn = design(w, clusters=clusters, fpc=fpc, post_strata=table[name])
    total, average = weighted_total(table.numbers("enroll"), drawn), weighted_mean(table.numbers("api00"), drawn)
    return {
        "total_enroll": total.value, "se_total": total.standard_error, "mean_api00": average.value,
        "se_mean": average.standard_error, "weight_by_stratum": {k: w[table[name].index(k)] for k in targets},
    }  # fmt: skip


@adapter(lambda c: c.area(5) and c.has("data", "targets_share"))
def raking(c):
    columns = {name: c.table.texts(name) for name in c.input["targets_share"]}
    base = c.input.get("base_weight", 1)
    found = rake(columns, c.input["targets_share"], base=c.table.numbers(base) if isinstance(base, str) else None)
    cells = ["|".join(map(str, row)) for row in zip(*columns.values(), strict=True)]
    made = {"weight_by_cell": dict(zip(cells, found.weights, strict=True)), "kish_deff": found.deff,
            "n_eff": found.n_eff, "n": found.n, "min": found.smallest, "max": found.largest}  # fmt: skip
    asked = [key.removeprefix("weighted_mean_") for key in c.expected if key.startswith("weighted_mean_")]
    return made | {f"weighted_mean_{name}": mean(c.table.numbers(name), weights=found.weights).value for name in asked}


@adapter(lambda c: c.area(5) and c.has("age_breaks", "age_targets"))
def raking_with_bands(c):
    age, breaks = c.table.numbers("age"), np.array(c.input["age_breaks"], float)
    names = list(c.input["age_targets"])
    bands = [None if a != a else names[int(np.searchsorted(breaks, a, side="left")) - 1] for a in age]
    columns, targets = {"age": bands}, {"age": c.input["age_targets"]}
    for key in c.input:
        if (found := re.fullmatch("(.+)_targets", key)) and found[1] != "age":
            columns[found[1]], targets[found[1]] = c.table.texts(found[1]), c.input[key]
    made = rake(columns, targets, cap=c.input.get("cap"))
    others = [name for name in columns if name != "age"]
    cells = ["|".join(str(columns[name][i]) for name in (*others, "age")) for i in range(len(age))]
    missing = sum(any(columns[name][i] is None for name in columns) for i in range(len(age)))
    return {"n": len(age), "n_missing_in_raking_vars": missing, "design_effect": made.deff, "min": made.smallest,
            "max": made.largest, "weight_by_cell": dict(zip(cells, made.weights, strict=True))}  # fmt: skip


@adapter(lambda c: c.area(5) and c.has("classes"))
def non_response(c):
    classes = c.input["classes"]
    found = response_classes(*([q[key] for q in classes] for key in ("name", "invited", "answered")))
    # Ratings with exactly the NPS of each class: promoters and detractors in tenths would not be whole people.
    points = [nps([9] * round(1000 * (1 + q["nps"]) / 2) + [3] * round(1000 * (1 - q["nps"]) / 2)) for q in classes]
    weights = [q.factor for q in found for _ in range(q.answered)]
    values = [p.value / 100 for p, q in zip(points, found, strict=True) for _ in range(q.answered)]
    return {"response_rate": [q.rate / 100 for q in found], "factor": [q.factor for q in found],
            "unadjusted_nps": mean(values).value, "adjusted_nps": mean(values, weights=weights).value,
            "kish_deff": design_effect(weights), "n_eff": effective_n(weights)}  # fmt: skip


@adapter(lambda c: c.area(5) and c.has("observed", "population_share"))
def like_the_population(c):
    names = [str(i) for i in range(len(c.input["observed"]))]
    found = representative(dict(zip(names, c.input["observed"], strict=True)),
                           dict(zip(names, c.input["population_share"], strict=True)))  # fmt: skip
    return {"chi2": found.test.statistic, "df": found.test.degrees, "p": found.test.p,
            "post_strat_weights": list(found.weights.values()), "kish_deff": found.deff}  # fmt: skip
