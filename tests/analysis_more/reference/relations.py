"""Cases of areas 3 and 4a: key drivers, crosstabs, letters, corrected p values."""

import re

import numpy as np

from survey_app.analysis import (
    NotPossible,
    adjust,
    association,
    cochran_armitage,
    compare_shares,
    correlate,
    crosstab,
    crosstab_of,
    drivers,
    drivers_of_correlations,
    goodness_of_fit,
    importance_performance,
)
from survey_app.analysis.contingency import adjusted_residuals, expected
from survey_app.analysis.importance import MOST_FOR_LMG

from . import adapter

CORRECTIONS = {"raw": "none", "bonferroni": "bonferroni", "holm": "holm", "bh": "bh"}


def described(lmg, weights):
    """Every number of two sets of drivers (importance by LMG and by relative weights), by name."""
    made = {
        "n": weights.n, "n_rows": weights.rows, "r2": weights.r2, "beta": {d.name: d.beta for d in weights},
        "vif": {d.name: d.vif for d in weights}, "first": {d.name: d.alone for d in weights},
        "last": {d.name: d.last for d in weights}, "raw": {d.name: d.contribution for d in weights},
        "rel_weights": {d.name: d.contribution for d in weights}, "genizi": {d.name: d.contribution for d in weights},
        "rescaled_percent": {d.name: d.value for d in weights}, "rank": [d.name for d in weights.ranked],
        "pratt": {d.name: d.beta * d.correlation for d in weights}, "correlation": {d.name: d.correlation
        for d in weights},
        "pearson": {d.name: d.correlation for d in weights}, "betasq": {d.name: d.beta**2 for d in weights},
        "sign": {d.name: d.direction for d in weights}, "max_vif": max((d.vif for d in weights if d.vif), default=None),
    }  # fmt: skip
    if lmg is not None:
        made |= {"lmg": {d.name: d.contribution for d in lmg}, "lmg_percent": {d.name: d.value for d in lmg},
                 "rank": [d.name for d in lmg.ranked], "lmg_sum": sum(d.contribution for d in lmg)}  # fmt: skip
    return made


@adapter(lambda c: c.area(3) and c.has("data") and c.get("y", "outcome") and c.get("x", "drivers"))
def key_drivers(c):
    y, x = c.numbers(c.get("y", "outcome")), {name: c.numbers(name) for name in c.get("x", "drivers")}
    few = len(x) <= MOST_FOR_LMG
    lmg = drivers(y, x, draws=0) if few else None
    weights = drivers(y, x, method="johnson", draws=0)
    simple = {m: {q.second: q.value for q in correlate({"y": y, **x}, method=m) if q.first == "y"}
              for m in ("pearson", "spearman")}  # fmt: skip
    made = described(lmg, weights) | simple | {
        "n_complete": weights.n, "n_rows": len(y),
        "missing": {name: int(np.isnan(v).sum()) for name, v in {c.get("y", "outcome"): y, **x}.items()},
    }  # fmt: skip
    scale = c.get("scale")
    if scale:
        matrix = importance_performance({d.name: d.value for d in lmg or weights},
                                        {d.name: d.mean for d in lmg or weights}, scale=tuple(scale))  # fmt: skip
        made |= {"importance": {p.name: p.importance for p in matrix.points},
            "quadrant": {p.name: p.quarter for p in matrix.points},
                 "performance": {p.name: p.performance for p in matrix.points},
                 "cross": [matrix.importance, matrix.performance]}  # fmt: skip
    try:
        pairs = drivers(y, x, method="johnson", missing="pairwise", draws=0)
    except NotPossible:
        return made
    made |= {"pairwise_r": {d.name: d.correlation for d in pairs}, "r2_pairwise": pairs.r2}
    if few:
        made["lmg_pairwise"] = {d.name: d.contribution for d in drivers(y, x, missing="pairwise", draws=0)}
    return made


@adapter(
    lambda c: c.area(3) and not c.has("data") and (c.get("R", "correlations", "r_xx", "Rxx", "rxx", "r12") is not None)
)
def from_correlations(c):
    """A whole matrix (drivers, then the outcome, or the outcome first), or r_xx with r_xy, or r1, r2 and r12."""
    if c.has("r12"):
        within, outcome = (
            [[1, c.input["r12"]], [c.input["r12"], 1]],
            [c.get("r1", "ry1", "r_y1"), c.get("r2", "ry2", "r_y2")],
        )
    elif c.get("r_xx", "Rxx", "rxx") is not None:
        within, outcome = c.get("r_xx", "Rxx", "rxx"), c.get("r_xy", "rxy", "r_y", "ry")
    else:
        whole = np.array(c.get("R", "correlations"), float)
        first = str(c.get("order", "y_position", default="")).startswith(("y", "first", "outcome"))
        whole = np.roll(np.roll(whole, -1, 0), -1, 1) if first else whole
        within, outcome = whole[:-1, :-1].tolist(), whole[-1, :-1].tolist()
    outcome = list(outcome.values()) if isinstance(outcome, dict) else list(outcome)
    names = c.get("x", "names", "drivers", default=[f"x{i + 1}" for i in range(len(outcome))])
    table = np.block([[np.array(within, float), np.array([outcome]).T], [np.array([outcome]), np.ones((1, 1))]])
    n = c.get("n", default=1000)
    by = [drivers_of_correlations(names, table, n=n, method=m) for m in ("lmg", "johnson")]
    made = described(*by)
    return (
        made | {f"{key}_list": list(v.values()) for key, v in made.items() if isinstance(v, dict)} | _as_asked(c, made)
    )


def _as_asked(c, made):
    """Where a case asks for lists, the values in the order of the drivers."""
    return {key: list(value.values()) for key, value in made.items()
            if isinstance(value, dict) and isinstance(c.expected.get(key), list)}  # fmt: skip


def tested(table):
    found, yates = association(table, exact=True), association(table, yates=True, exact=False)
    due, residuals = expected(np.array(table, float)), adjusted_residuals(table)
    return {
        "chi2": found.statistic, "df": found.degrees, "p": found.chi2_p, "min_expected": found.smallest_expected,
        "share_expected_below_5": found.share_below_5, "warn_small_cells": found.is_sparse, "expected": due.tolist(),
        "fisher_exact_p": found.exact_p, "fisher_two_sided_p": found.exact_p, "fisher_p": found.exact_p,
        "cramers_v": found.effect, "phi": found.effect, "chi2_yates": yates.statistic, "p_yates": yates.chi2_p,
        "chi2_no_correction": found.statistic, "p_no_correction": found.chi2_p, "n": found.n,
        "adjusted_residuals": residuals.tolist(), "adj_residuals": residuals.tolist(),
        "cells_below_5": int((due < 5).sum()),
        "contingency_coefficient": (found.statistic / (found.statistic + found.n)) ** 0.5,
        "cohens_w": (found.statistic / found.n) ** 0.5,
    }  # fmt: skip


def table_of(value):
    return list(value.values()) if isinstance(value, dict) else value


@adapter(lambda c: c.area(4) and isinstance(c.get("rows", "table", "observed"), list | dict)
         and isinstance(table_of(c.get("rows", "table", "observed"))[0], list))  # fmt: skip
def contingency_table(c):
    """Residuals of a table with names are asked for by the name of the row, or of row and column."""
    given = c.get("rows", "table", "observed")
    made = tested(table_of(given))
    rows, columns = (
        c.get("row_names", default=list(given) if isinstance(given, dict) else None),
        c.get("col_names", "columns"),
    )
    for key in ("adjusted_residuals", "adj_residuals", "expected"):
        if isinstance(c.expected.get(key), dict) and rows:
            by_row = dict(zip(rows, made[key], strict=True))
            flat = {
                f"{r}{mark}{q}": v
                for r in by_row
                for q, v in zip(columns or (), by_row[r], strict=False)
                for mark in "|-_:"
            }
            made[key] = {r: dict(zip(columns, v, strict=True)) if isinstance(c.expected[key].get(r), dict) else v
                         for r, v in by_row.items()} | flat  # fmt: skip
    return made


@adapter(lambda c: c.area(4) and c.has("data") and c.get("rows", "row") and c.get("columns", "cols", "column", "col")
         and not c.get("weights", "weight"))  # fmt: skip
def table_of_data(c):
    rows, columns = c.get("rows", "row"), c.get("columns", "cols", "column", "col")
    found = crosstab(c.table.texts(rows), c.table.texts(columns))
    return tested(found.counts.tolist()) | {"counts": found.counts.tolist()}


@adapter(
    lambda c: c.area(4) and isinstance(c.get("x", "k"), list) and isinstance(c.get("n"), list) and not c.has("data")
)
def shares_of_groups(c):
    k, n = c.get("x", "k"), c.input["n"]
    names = c.get("columns", "names", "groups", default=[chr(65 + i) for i in range(len(k))])
    by = {name: compare_shares(k, n, correction=method) for name, method in CORRECTIONS.items()}
    pairs = [(a, b) for b in range(len(k)) for a in range(b)]
    made = {f"p_{name}": {f"{names[a]}{mark}{names[b]}": found.p[a, b] for a, b in pairs for mark in ("-", " - ", "|")}
            | {f"{names[b]}-{names[a]}": found.p[a, b] for a, b in pairs} for name, found in by.items()}  # fmt: skip
    equal = by["raw"].equality
    made |= {
        "shares": [a / b for a, b in zip(k, n, strict=True)],
        "chi2": equal.statistic,
        "df": equal.degrees,
        "p": equal.chi2_p,
    }
    try:
        rising = cochran_armitage(k, n, c.get("scores", "score"))
    except NotPossible:
        return made
    over = {"chi2_trend": rising.statistic, "p_trend": rising.p, "z": rising.z, "trend_chi2": rising.statistic,
            "slope": rising.slope, "z_trend": rising.z}  # fmt: skip
    is_trend = re.search("armitage|trend|ordered", c.title) or c.get("scores", "score")
    plain = (
        {}
        if not is_trend
        else {"chi2": rising.statistic, "df": 1, "p": rising.p, "chi2_heterogeneity": equal.statistic}
    )
    return made | over | plain


@adapter(lambda c: c.area(4) and c.has("counts"))
def letters(c):
    """Letters for each correction; with two levels capitals stand for the stricter one."""
    given = c.input["counts"]
    rows = (
        list(given)
        if isinstance(given, dict)
        else c.get("rows", "row_names", default=[str(i) for i in range(len(given))])
    )
    counts, alpha = table_of(given), c.get("alpha", default=0.05)
    levels = c.get("alphas", "levels", default=[alpha, c.get("alpha_strict", "alpha2", "strict")])
    alpha, strict = max(a for a in levels if a), min(a for a in levels if a)
    columns = c.get("columns", "col_names", default=[chr(65 + i) for i in range(len(counts[0]))])
    made = {}
    for name, method in (*CORRECTIONS.items(), ("unadjusted", "none")):
        found = crosstab_of(counts, rows, columns, correction=method, alpha=alpha)
        made[f"letters_{name}"] = dict(zip(rows, found.letters, strict=True))
        if strict < alpha:
            both = crosstab_of(counts, rows, columns, correction=method, alpha=alpha, strict=strict)
            for ending in ("two_levels", "strict", "both", "two_alphas"):
                made[f"letters_{name}_{ending}"] = dict(zip(rows, both.letters, strict=True))
            made[f"letters_{name}"] = made[f"letters_{name}_both"]
    table = crosstab_of(counts, rows, columns)
    return tested(counts) | made | {
        "letters": made["letters_bonferroni"], "letters_none": made["letters_unadjusted"],
        "bases": table.bases, "col_percent": dict(zip(rows, table.percent, strict=True)), "chi2": table.test.statistic,
        "column_percent": dict(zip(rows, table.percent, strict=True)), "p": table.test.chi2_p, "df": table.test.degrees,
        "adjusted_residuals": dict(zip(rows, table.residuals.tolist(), strict=True)),
    }  # fmt: skip


@adapter(lambda c: isinstance(c.get("p", "p_values", "raw_p"), list) and not c.has("n"))
def corrected(c):
    p = c.get("p", "p_values", "raw_p")
    made = {method: adjust(p, method) for method in ("bonferroni", "holm", "bh")}
    alpha = c.get("alpha", default=0.05)
    counts = {f"n_significant_{name}": int((np.array(values) < alpha).sum()) for name, values in made.items()}
    return made | {f"p_{name}": values for name, values in made.items()} | counts | {"fdr": made["bh"]}


@adapter(lambda c: c.area(4) and c.has("observed") and c.get("shares", "probabilities", "expected_share"))
def fit_to_shares(c):
    observed, shares = c.input["observed"], c.get("shares", "probabilities", "expected_share")
    found = goodness_of_fit(table_of(observed), table_of(shares))
    return {"chi2": found.statistic, "df": found.degrees, "p": found.p}
