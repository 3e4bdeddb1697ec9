"""Cases of areas 3 and 4a: key drivers, crosstabs, letters, corrected p values."""

import numpy as np

from survey_app.analysis import (
    adjust,
    association,
    cochran_armitage,
    compare_shares,
    correlate,
    crosstab_of,
    drivers,
)
from survey_app.analysis.contingency import adjusted_residuals

from . import adapter


@adapter(lambda c: c.area(3) and c.has("data", "y", "x"))
def key_drivers(c):
    code = c.input.get("missing_code")
    y, x = c.table.numbers(c.input["y"], code), {name: c.table.numbers(name, code) for name in c.input["x"]}
    by = {method: drivers(y, x, method=method, draws=0) for method in ("lmg", "johnson")}
    lmg, weights = by["lmg"], by["johnson"]
    simple = {m: {q.second: q.value for q in correlate({"y": y, **x}, method=m) if q.first == "y"}
              for m in ("pearson", "spearman")}  # fmt: skip
    made = {
        "n": lmg.n, "n_rows": lmg.rows, "n_complete": lmg.n, "r2": lmg.r2,
        "missing": {name: int(np.isnan(v).sum()) for name, v in {c.input["y"]: y, **x}.items()},
        "lmg": {d.name: d.contribution for d in lmg}, "lmg_percent": {d.name: d.value for d in lmg},
        "last": {d.name: d.last for d in lmg}, "first": {d.name: d.alone for d in lmg},
        "beta": {d.name: d.beta for d in lmg}, "vif": {d.name: d.vif for d in lmg},
        "raw": {d.name: d.contribution for d in weights}, "rel_weights": {d.name: d.contribution for d in weights},
        "rescaled_percent": {d.name: d.value for d in weights}, **simple,
    }  # fmt: skip
    pairs = drivers(y, x, missing="pairwise", draws=0)
    return made | {"pairwise_r": {d.name: d.correlation for d in pairs}, "r2_pairwise": pairs.r2}


def tested(table):
    found = association(table, exact=True)
    yates = association(table, yates=True, exact=False)
    return {
        "chi2": found.statistic, "df": found.degrees, "p": found.chi2_p, "min_expected": found.smallest_expected,
        "share_expected_below_5": found.share_below_5, "warn_small_cells": found.is_sparse,
        "fisher_exact_p": found.exact_p, "fisher_two_sided_p": found.exact_p, "cramers_v": found.effect,
        "chi2_yates": yates.statistic, "p_yates": yates.chi2_p, "chi2_no_correction": found.statistic,
        "adjusted_residuals": adjusted_residuals(table).tolist(), "n": found.n,
    }  # fmt: skip


@adapter(lambda c: c.area(4) and (c.has("rows") or c.has("table")))
def contingency_table(c):
    table = c.input.get("rows") or c.input["table"]
    return tested(table) if isinstance(table, list) else tested(list(table.values()))


@adapter(lambda c: c.area(4) and c.has("x", "n"))
def shares_of_groups(c):
    k, n = c.input["x"], c.input["n"]
    names = c.input.get("columns") or [chr(65 + i) for i in range(len(k))]
    by = {method: compare_shares(k, n, correction=method) for method in ("none", "bonferroni", "holm", "bh")}
    pairs = [(a, b) for b in range(len(k)) for a in range(b)]
    made = {
        f"p_{'raw' if method == 'none' else method}": {f"{names[a]}-{names[b]}": found.p[a, b] for a, b in pairs}
        for method, found in by.items()
    }
    equal, rising = by["none"].equality, cochran_armitage(k, n)
    if "p_raw" in c.expected:
        return made | {"chi2": equal.statistic, "df": equal.degrees, "p": equal.chi2_p}
    return {"chi2": rising.statistic, "p": rising.p, "z": rising.z, "df": 1}


@adapter(lambda c: c.area(4) and c.has("counts", "columns"))
def letters(c):
    counts, alpha = c.input["counts"], c.input.get("alpha", 0.05)
    names = {
        "bonferroni": "letters_bonferroni",
        "holm": "letters_holm",
        "none": "letters_unadjusted",
        "bh": "letters_bh",
    }
    made = {}
    for method, key in names.items():
        found = crosstab_of(list(counts.values()), list(counts), c.input["columns"], correction=method, alpha=alpha)
        made[key] = dict(zip(counts, found.letters, strict=True))
    table = crosstab_of(list(counts.values()), list(counts), c.input["columns"])
    return made | {
        "bases": table.bases, "col_percent": dict(zip(counts, table.percent, strict=True)),
        "chi2": table.test.statistic, "p": table.test.chi2_p, "df": table.test.degrees,
        "adjusted_residuals": dict(zip(counts, table.residuals.tolist(), strict=True)),
    }  # fmt: skip


@adapter(lambda c: c.has("p") and isinstance(c.input["p"], list))
def corrected(c):
    return {method: adjust(c.input["p"], method) for method in ("bonferroni", "holm", "bh")}
