"""Cases of area 7: verification of actions."""

import math

import numpy as np

from survey_app.analysis import (
    Estimate,
    adjust,
    before_after,
    difference_in_differences,
    interrupted_time_series,
    nps,
    nps_power,
    paired_did,
    rate_changes,
    regression,
    smallest_nps_difference,
)

from . import adapter
from .scores import ratings

SIDES = ("treated_before", "treated_after", "control_before", "control_after")


@adapter(lambda c: c.has(*SIDES))
def did(c):
    sides = [ratings(*c.input[side]) for side in SIDES]
    found = difference_in_differences(*sides)
    scores = [(np.array(side) == 9) * 1.0 - (np.array(side) == 3) for side in sides]
    treated = np.repeat([1.0, 1.0, 0.0, 0.0], [len(s) for s in scores])
    late = np.repeat([0.0, 1.0, 0.0, 1.0], [len(s) for s in scores])
    line = regression(np.concatenate(scores), {"treated": treated, "late": late, "both": treated * late})
    return {
        "nps": [nps(side).value / 100 for side in sides], "did": found.value / 100, "se": found.standard_error / 100,
        "z": found.value / found.standard_error, "p": found.p, "lo": found.low / 100, "hi": found.high / 100,
        "se_classical_ols": line["both"].standard_error, "simple_before_after": before_after(*sides[:2]).value / 100,
    }  # fmt: skip


@adapter(lambda c: c.has("means", "se", "published_diff_se"))
def did_of_means(c):
    means, errors, changes = c.input["means"], c.input["se"], c.input["published_diff_se"]
    made = {k: Estimate(means[k], None, None, 100, "scale", errors[k]) for k in means}
    found = difference_in_differences(made["NJ_before"], made["NJ_after"], made["PA_before"], made["PA_after"])
    change = [Estimate(means[f"{s}_after"] - means[f"{s}_before"], None, None, 100, "scale", changes[s])
              for s in changes]  # fmt: skip
    same = paired_did(*change)
    return {"did_from_rounded_means": found.value, "se_from_published_diff_se": same.standard_error,
            "se_if_waves_independent": found.standard_error}  # fmt: skip


@adapter(lambda c: c.has("themes", "before", "after", "n_before", "n_after"))
def themes(c):
    i = c.input
    found = rate_changes(i["themes"], i["before"], i["n_before"], i["after"], i["n_after"])
    raw = [change.raw_p for change in found]
    made = {"diff_points": [q.change.value for q in found], "p_raw": raw, "p_fisher": [q.exact_p for q in found]}
    for name, method in (("raw", "none"), ("holm", "holm"), ("bh", "bh")):
        p = adjust(raw, method)
        made[f"p_{name}"] = p
        real = [q.name for q, value in zip(found, p, strict=True) if value < 0.05]
        made[f"significant_{name}"] = real[0] if len(real) == 1 else real
    return made


@adapter(lambda c: c.has("n1", "n2", "var") and "mde" in c.expected)
def detectable(c):
    i, confidence = c.input, 1 - c.input["alpha"]
    found = smallest_nps_difference(i["n1"], i["n2"], variance=i["var"], power=100 * i["power"], confidence=confidence)
    power = nps_power(100 * i["delta_for_power"], i["n1"], i["n2"], variance=i["var"], confidence=confidence)
    return {"mde": found / 100, "power": power / 100}


@adapter(lambda c: c.has("data", "law_first_row_1based"))
def interruption(c):
    name = c.input["y"].removeprefix("log(").removesuffix(")")
    y = c.table.numbers(name)
    found = interrupted_time_series(
        np.log(y) if c.input["y"].startswith("log") else y, c.input["law_first_row_1based"] - 1, period=12, lags=12
    )
    return {
        "level_change": found.level.value, "slope_change": found.slope.value, "slope_before": found.slope_before,
        "se_nw": {"level": found.level.standard_error, "slope": found.slope.standard_error},
        "se_ols": {name: found.model[name].standard_error for name in ("level", "slope")},
        "percent_level": 100 * math.expm1(found.level.value), "durbin_watson": found.durbin_watson,
    }  # fmt: skip
