"""Cases of area 6: response quality."""

import numpy as np

from survey_app.analysis import even_odd, irv, mahalanobis, runs, seconds_per_item, straight_lines, synonyms

from . import adapter


def matrix(c):
    return np.column_stack([c.table.numbers(name) for name in c.table])


@adapter(lambda c: "longstr" in c.expected)
def long_strings(c):
    found, rows = runs(matrix(c)), [place - 1 for place in c.input["rows_1based"]]
    return {"longstr": [found.longest[i] for i in rows], "avgstr": [found.average[i] for i in rows],
            "max": max(found.longest), "row_of_max": int(np.argmax(found.longest)) + 1,
            "n_ge_10": sum(length >= 10 for length in found.longest)}  # fmt: skip


@adapter(lambda c: c.area(6) and c.has("data", "confidence", "df"))
def outliers(c):
    found = mahalanobis(matrix(c), confidence=c.input["confidence"])
    return {"cutoff": found.cut, "d2_first5": found.distances[:5], "n_flagged": int(found.flags.sum()),
            "flagged_rows": (np.flatnonzero(found.flags) + 1).tolist()}  # fmt: skip


@adapter(lambda c: c.area(6) and c.has("data", "factors"))
def consistency(c):
    found = even_odd(matrix(c), c.input["factors"])
    return {"first10": found[:10], "mean": float(np.mean([value for value in found if value is not None]))}


@adapter(lambda c: "pure_straightline" in c.expected)
def straight(c):
    rows = c.input["rows"]
    return {"pure_straightline": straight_lines(rows).tolist(), "longest_run_missing_skipped": runs(rows).longest,
            "sd": irv(rows), "n_answered": [sum(v is not None for v in row) for row in rows]}  # fmt: skip


@adapter(lambda c: c.has("page_seconds", "items_on_page"))
def pace(c):
    each, flags = seconds_per_item(c.input["page_seconds"], c.input["items_on_page"])
    return {"sec_per_item": each, "flag_below_2": flags.tolist()}


@adapter(lambda c: c.area(6) and "irv" in c.title and c.has("data"))
def variability(c):
    found = irv(matrix(c))
    return {"first3": found[:3], "first5": found[:5], "first10": found[:10]}


@adapter(lambda c: c.area(6) and "synonym" in c.title and c.has("data"))
def pairs(c):
    found = synonyms(matrix(c), critical=c.input.get("critical", 0.6))
    return {"n_pairs": len(found.pairs), "first5": found.values[:5], "first10": found.values[:10]}
