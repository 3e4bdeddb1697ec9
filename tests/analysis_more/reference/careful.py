"""Cases of area 6: response quality."""

import re

import numpy as np

from survey_app.analysis import (
    even_odd,
    irv,
    mahalanobis,
    runs,
    seconds_per_item,
    speeding,
    straight_lines,
    synonyms,
)

from . import adapter


def matrix(c):
    """The grid of a case: a file, some of its columns, or rows in the case itself."""
    if c.has("data"):
        names = c.get("columns", "items", default=list(c.table))
        names = list(c.table)[:names] if isinstance(names, int) else names
        return np.column_stack([c.numbers(name) for name in names])
    return c.input["rows"]


def rows_of(c):
    return [place - 1 for place in c.get("rows_1based", default=[])]


def average(values):
    kept = [value for value in values if value is not None]
    return float(np.mean(kept)) if kept else None


@adapter(lambda c: c.area(6) and c.has("data") and (c.asks("longstr", "avgstr") or "longstring" in c.title))
def long_strings(c):
    found, rows = runs(matrix(c)), rows_of(c)
    made = {"longstr": [found.longest[i] for i in rows], "avgstr": [found.average[i] for i in rows],
            "max": max(found.longest), "row_of_max": int(np.argmax(found.longest)) + 1,
            "mean": average(found.longest)}  # fmt: skip
    for key in c.expected:
        if at := re.fullmatch(r"(n|rows)_ge_(\d+)", key):
            places = [i + 1 for i, length in enumerate(found.longest) if length >= int(at[2])]
            made[key] = len(places) if at[1] == "n" else places
    return made | c.firsts("longstr", found.longest) | c.firsts("avgstr", found.average) | c.firsts("", found.longest)


@adapter(lambda c: c.area(6) and c.has("data") and (c.has("df") or "mahalanobis" in c.title))
def outliers(c):
    found = mahalanobis(matrix(c), confidence=c.get("confidence", "conf", default=0.99))
    flagged = (np.flatnonzero(found.flags) + 1).tolist()
    made = {"cutoff": found.cut, "n_flagged": len(flagged), "flagged_rows": flagged, "max": max(found.distances),
            "mean": average(found.distances), "row_of_max": int(np.argmax(found.distances)) + 1,
            "d2": [found.distances[i] for i in rows_of(c)]}  # fmt: skip
    return made | c.firsts("d2", found.distances) | c.firsts("", found.distances)


@adapter(lambda c: c.area(6) and c.has("data", "factors"))
def consistency(c):
    found = even_odd(matrix(c), c.input["factors"])
    return (
        {"mean": average(found), "n_na": sum(v is None for v in found)}
        | c.firsts("", found)
        | c.firsts("even_odd", found)
    )


@adapter(lambda c: c.area(6) and c.has("rows"))
def straight(c):
    rows = c.input["rows"]
    least = c.get("min_items", "least", default=4)
    flags = straight_lines(rows, least=least).tolist()
    return {"pure_straightline": flags, "straightline": flags, "flag": flags,
        "longest_run_missing_skipped": runs(rows).longest,
            "longest_run": runs(rows).longest, "longstr": runs(rows).longest, "avgstr": runs(rows).average,
            "sd": irv(rows), "irv": irv(rows), "n_answered": [sum(v is not None for v in row)
            for row in rows]}  # fmt: skip


@adapter(lambda c: c.has("page_seconds", "items_on_page"))
def pace(c):
    floor = c.get("floor", "seconds_per_item", "cut", default=2.0)
    each, flags = seconds_per_item(c.input["page_seconds"], c.input["items_on_page"], floor=floor)
    below = {key: flags.tolist() for key in c.expected if key.startswith("flag")}
    return {"sec_per_item": each, "n_flagged": int(flags.sum())} | below


@adapter(lambda c: c.area(6) and c.has("data") and ("irv" in c.title or "variability" in c.title or c.asks("irv")))
def variability(c):
    found = irv(matrix(c))
    return {"mean": average(found), "irv": [found[i] for i in rows_of(c)], "min": min(v for v in found
        if v is not None),
            "n_zero": sum(v == 0 for v in found)} | c.firsts("irv", found) | c.firsts("", found)  # fmt: skip


@adapter(lambda c: c.area(6) and c.has("data") and re.search("synonym|antonym", c.title))
def pairs(c):
    opposite = "antonym" in c.title
    found = synonyms(matrix(c), critical=abs(c.get("critical", "critval", "r", default=0.6)), are_opposite=opposite)
    missing = sum(v is None for v in found.values)
    return {
        "n_pairs": len(found.pairs),
        "mean": average(found.values),
        "n_na": missing,
        "n_missing": missing,
    } | c.firsts("", found.values)


@adapter(lambda c: c.area(6) and isinstance(c.get("seconds", "durations", "times", "t", "page_seconds",
        "duration_seconds"), list)
         and not c.has("items_on_page"))  # fmt: skip
def haste(c):
    """Flags by share of the median: keys say which share (flag_below_0.4, flag_40pct), else the case's own."""
    seconds = c.get("seconds", "durations", "times", "t", "page_seconds", "duration_seconds")
    share = c.get("share", "threshold", "factor", "cut", default=0.4)
    shares = share if isinstance(share, list) else [share]
    found = speeding(seconds, share=shares[0])
    made = {"median": found.median, "cut": found.cut, "cutoff": found.cut, "index": found.index, "rsi": found.index,
            "relative_speed_index": found.index, "flag": found.flags.tolist(), "flags": found.flags.tolist(),
            "n_flagged": int(found.flags.sum()),
            "flagged_1based": (np.flatnonzero(found.flags) + 1).tolist()}  # fmt: skip
    for each in {*shares, 0.3, 0.4, 0.5}:
        other = speeding(seconds, share=each)
        for key in (f"{each:g}", f"{each * 100:g}pct", f"{each * 100:g}", f"{each:g}".replace(".", "")):
            made |= {f"flag_{key}": other.flags.tolist(), f"flag_below_{key}": other.flags.tolist(),
                     f"n_below_{key}": int(other.flags.sum()), f"n_flagged_{key}": int(other.flags.sum()),
                     f"cut_{key}": other.cut, f"cutoff_{key}": other.cut}  # fmt: skip
    doubtful = [v is not None and v > 2 for v in found.index]
    return made | {"flag_rsi_above_2": doubtful, "rsi_above_2": doubtful, "flag_rsi_gt_2": doubtful}
