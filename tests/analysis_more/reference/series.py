"""Cases of area 4b: control charts, CUSUM, run rules, forecasts."""

import numpy as np

from survey_app.analysis import (
    accuracy,
    cusum,
    ewma,
    forecast,
    laney_p_chart,
    p_chart,
    run_rules,
    seasonal_naive,
)

from . import adapter


def from_one(places):
    return [place + 1 for place in places]


@adapter(lambda c: c.has("data", "defectives", "n"))
def shares_with_one_base(c):
    kept = np.array(c.table["trial"]) == "TRUE" if "trial TRUE" in c.input.get("use", "") else slice(None)
    chart = p_chart(c.table.numbers(c.input["defectives"])[kept], c.input["n"])
    return {"center": chart.centre / 100, "lcl": chart.lower[0] / 100, "ucl": chart.upper[0] / 100,
            "beyond": from_one(chart.outside)}  # fmt: skip


@adapter(lambda c: c.area(4) and c.has("data", "x", "n"))
def laney(c):
    k, n = c.table.numbers(c.input["x"]), c.table.numbers(c.input["n"])
    plain, prime = p_chart(k, n), laney_p_chart(k, n)
    made = {"center": prime.centre / 100, "sigma_z": prime.sigma_z, "points_outside_p_chart": from_one(plain.outside),
            "points_outside_p_prime": from_one(prime.outside)}  # fmt: skip
    for name, chart in (("p", plain), ("pp", prime)):
        for place, at in (("first", 0), ("last", -1)):
            made[f"{place}_lcl_{name}"], made[f"{place}_ucl_{name}"] = chart.lower[at] / 100, chart.upper[at] / 100
    return made


@adapter(lambda c: c.area(4) and c.has("x", "target", "k", "h"))
def sums(c):
    found = cusum(c.input["x"], target=c.input["target"], k=c.input["k"], h=c.input["h"], sigma=c.input.get("sigma"))
    return {"upper": found.upper, "lower": found.lower, "direction": {1: "up", -1: "down", 0: None}[found.direction],
            "first_signal_index_1based": None if found.first is None else found.first + 1}  # fmt: skip


@adapter(lambda c: c.area(4) and c.has("x", "lambda"))
def weighted_moving(c):
    target, sigma = c.input.get("target", c.input.get("center")), c.input.get("sigma", c.input.get("sd"))
    chart = ewma(c.input["x"], target=target, sigma=sigma, weight=c.input["lambda"])
    return {"ewma": chart.values, "z": chart.values, "lcl": chart.lower[-1], "ucl": chart.upper[-1]}


@adapter(lambda c: "longest_run" in c.expected and "crossings" in c.expected)
def anhoej(c):
    found = run_rules(c.input["x"])
    return {"median": found.median, "n_useful": found.n, "longest_run": found.longest, "shift": found.has_shift,
            "limit_longest": found.longest_limit, "crossings": found.crossings,
            "limit_crossings": found.crossings_limit}  # fmt: skip


@adapter(lambda c: c.has("x", "h", "model") and "ANN" in c.input["model"].replace(",", ""))
def smoothing(c):
    found = forecast(c.input["x"], horizon=c.input["h"], model="level")
    return {"alpha": found.smoothed.alpha, "level0": found.smoothed.first[0], "sigma": found.sigma,
            "mean": found.points[0].value, "lo95": [p.low for p in found.points],
            "hi95": [p.high for p in found.points]}  # fmt: skip


@adapter(lambda c: c.has("data", "period", "train", "test"))
def naive(c):
    months, values = c.table["month"], c.table.numbers(next(k for k in c.table if k != "month"))
    first, last = c.input["train"].split("..")
    train = values[[first <= month <= last for month in months]]
    test = values[[month.startswith(c.input["test"]) for month in months]]
    said = seasonal_naive(train, c.input["period"], horizon=len(test))
    off = accuracy(test, said, train, period=c.input["period"])
    return {"forecast": said, "mae_test": off.mae, "mape_test": off.mape, "mase_test": off.mase}
