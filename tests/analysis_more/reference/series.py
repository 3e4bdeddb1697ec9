"""Cases of area 4b: control charts, CUSUM, run rules, shifts, seasons, forecasts."""

import re

import numpy as np

from survey_app.analysis import (
    accuracy,
    cusum,
    decompose,
    ewma,
    forecast,
    laney_p_chart,
    p_chart,
    regression,
    run_rules,
    seasonal_naive,
    shift_date,
    u_chart,
)

from . import adapter


def from_one(places):
    return [place + 1 for place in places]


def column_or_list(c, *names):
    """A column of the data by its name, one number for all, or a list in the case."""
    given = c.get(*names)
    if isinstance(given, str):
        return c.table.numbers(given)
    return np.array(given, float) if isinstance(given, list) else given


def limits(chart, factor):
    made = {"center": chart.centre / factor, "beyond": from_one(chart.outside), "n_beyond": len(chart.outside)}
    for name, values in (("lcl", chart.lower), ("ucl", chart.upper)):
        scaled = (values / factor).tolist()
        alike = len(set(chart.n.tolist())) == 1
        made |= {
            name: scaled[0] if alike else scaled,
            f"{name}s": scaled,
            f"first_{name}": scaled[0],
            f"last_{name}": scaled[-1],
        }
    return made


@adapter(lambda c: c.area(4) and c.get("defectives", "x", "k", "r") is not None and c.get("n", "size",
        "sizes") is not None
         and (c.has("data") or "chart" in c.title or c.asks("lcl", "ucl", "sigma_z")))  # fmt: skip
def shares_in_time(c):
    k, n = column_or_list(c, "defectives", "x", "k", "r"), column_or_list(c, "n", "size", "sizes")
    unit = re.search(r"\bu[- ]chart|nonconformities|per unit", c.title)
    if unit or (k > n).any():
        return limits(u_chart(k, n if isinstance(n, int | float) else np.array(n)), 1)
    plain, prime = p_chart(k, n), laney_p_chart(k, n)
    made = limits(prime if re.search("laney|p'|p′|prime", c.title) else plain, 100) | {
        "sigma_z": prime.sigma_z, "points_outside_p_chart": from_one(plain.outside),
        "points_outside_p_prime": from_one(prime.outside), "values": (plain.values / 100).tolist(),
    }  # fmt: skip
    for name, chart in (("p", plain), ("pp", prime)):
        for place, at in (("first", 0), ("last", -1)):
            made[f"{place}_lcl_{name}"], made[f"{place}_ucl_{name}"] = chart.lower[at] / 100, chart.upper[at] / 100
    return made


@adapter(lambda c: c.area(4) and c.has("target", "k", "h") and c.get("x", "values") is not None)
def sums(c):
    found = cusum(column_or_list(c, "x", "values"), target=c.input["target"], k=c.input["k"], h=c.input["h"],
                  sigma=c.get("sigma", "sd"))  # fmt: skip
    first = None if found.first is None else found.first + 1
    return {"upper": found.upper, "lower": found.lower, "direction": {1: "up", -1: "down", 0: None}[found.direction],
            "first_signal_index_1based": first, "signal": first is not None, "any_signal": first is not None,
            "first_signal": first, "max_upper": max(found.upper), "max_lower": max(found.lower),
            "signals_1based": from_one(found.signals)}  # fmt: skip


@adapter(lambda c: c.area(4) and c.get("x", "values") is not None and c.get("lambda", "weight", "lam") is not None)
def weighted_moving(c):
    target, sigma = c.get("target", "center", "mean"), c.get("sigma", "sd", "s")
    exact = bool(c.get("exact", default=False))
    width = c.get("width", "nsigmas", "L", default=3.0)
    chart = ewma(column_or_list(c, "x", "values"), target=target, sigma=sigma, weight=c.get("lambda", "weight", "lam"),
                 width=width, exact=exact)  # fmt: skip
    return {"ewma": chart.values, "z": chart.values, "lcl": chart.lower[-1], "ucl": chart.upper[-1],
            "center": chart.centre, "beyond": from_one(chart.outside),
            "out_of_control": from_one(chart.outside)}  # fmt: skip


@adapter(lambda c: c.area(4) and c.asks("longest_run", "crossings") and c.get("x", "values") is not None)
def anhoej(c):
    found = run_rules(column_or_list(c, "x", "values"), centre=c.get("center", "centre", "median"))
    return {"median": found.median, "n_useful": found.n, "longest_run": found.longest, "shift": found.has_shift,
            "limit_longest": found.longest_limit, "crossings": found.crossings, "signal": found.has_shift,
            "limit_crossings": found.crossings_limit}  # fmt: skip


@adapter(
    lambda c: c.area(4) and re.search("shift|break|change ?point", c.title) and c.get("x", "values", "y") is not None
)
def shifted(c):
    x = column_or_list(c, "x", "values", "y")
    found = shift_date(x, draws=99)
    start = c.get("start", "first_year", "start_year")
    named = {"break_after_index": found.index, "break_index": found.index, "index": found.index,
        "breakpoint": found.index,
             "break_after": found.index, "mean_before": found.before, "mean_after": found.after,
             "break_index_1based": found.index, "last_before": found.index}  # fmt: skip
    return named | ({} if start is None else {"break_year": start + found.index - 1, "year": start + found.index - 1})


@adapter(lambda c: c.area(4) and (c.has("x") or c.has("data")) and re.search("decompos|season", c.title)
        and c.has("period")
         and not c.has("train"))  # fmt: skip
def seasons(c):
    x = column_or_list(c, "x", "values", "y", "column") if c.get("x", "values", "y", "column") else _only_numbers(c)
    multiplies = "mult" in str(c.get("type", "model", default="")) + c.title
    found = decompose(x, c.input["period"], multiplicative=multiplies)
    figure = list(found.seasonal)
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    made = {"seasonal": figure, "figure": figure, "seasonal_factors": figure, "indices": figure, "factors": figure,
            "trend": list(found.trend), "random": list(found.rest),
            "adjusted_last": float(found.adjusted[-1])}  # fmt: skip
    made |= dict(zip(months, figure, strict=False)) if c.input["period"] == 12 else {}
    for name in ("seasonal", "figure", "seasonal_factors", "indices", "factors"):
        if isinstance(c.expected.get(name), dict):
            made[name] = dict(zip(months, figure, strict=False)) | {str(i + 1): v for i, v in enumerate(figure)}
    kept = [v for v in found.trend if v is not None]
    return made | {"trend_first": kept[0], "trend_last": kept[-1]}


@adapter(lambda c: c.has("h", "model") and "ANN" in str(c.input["model"]).replace(",", ""))
def smoothing(c):
    found = forecast(column_or_list(c, "x", "values"), horizon=c.input["h"], model="level", confidence=c.confidence)
    return {"alpha": found.smoothed.alpha, "level0": found.smoothed.first[0], "sigma": found.sigma,
            "mean": found.points[0].value, "lo95": [p.low for p in found.points], "lo": [p.low for p in found.points],
            "hi95": [p.high for p in found.points], "hi": [p.high for p in found.points]}  # fmt: skip


def _only_numbers(c):
    return c.table.numbers(next(name for name in c.table if c.table.is_numeric(name)))


@adapter(lambda c: c.has("data", "period", "train", "test"))
def naive(c):
    when = next(name for name in c.table if not c.table.is_numeric(name))
    value = c.get("column", "y", "x", default=next(name for name in c.table if c.table.is_numeric(name)))
    times, values = c.table[when], c.table.numbers(value)
    train, test = (values[[_within(time, c.input[key]) for time in times]] for key in ("train", "test"))
    said = seasonal_naive(train, c.input["period"], horizon=len(test))
    off = accuracy(test, said, train, period=c.input["period"])
    return {"forecast": said, "mae_test": off.mae, "mape_test": off.mape, "mase_test": off.mase, "rmse_test": off.rmse,
            "mae": off.mae, "mape": off.mape, "mase": off.mase, "rmse": off.rmse}  # fmt: skip


def _within(time, asked):
    """Whether a time lies in "1949-01..1959-12" or starts with "1960"."""
    first, _, last = str(asked).partition("..")
    return first <= time <= last + "~" if last else time.startswith(first)


@adapter(lambda c: c.area(4) and c.get("x", "speed") is not None and c.get("y", "dist") is not None
         and c.get("at", "x0", "x_new", "new_x", "newdata", "predict_at") is not None)  # fmt: skip
def predicted(c):
    x, y = column_or_list(c, "x", "speed"), column_or_list(c, "y", "dist")
    found = regression(y, {"x": x}, confidence=c.confidence)
    at = c.get("at", "x0", "x_new", "new_x", "newdata", "predict_at")
    points = [found.predict({"x": float(v)}) for v in np.atleast_1d(at)]
    made = {
        "fit": [p.value for p in points],
        "ci": [[p.low, p.high] for p in points],
        "pi": [[p.one_low, p.one_high] for p in points],
    }
    made |= {"pi_lo": [p.one_low for p in points], "pi_hi": [p.one_high for p in points], "ci_lo": [p.low
        for p in points],
             "ci_hi": [p.high for p in points]}  # fmt: skip
    made = {key: v if isinstance(at, list) else v[0] for key, v in made.items()}
    line = {"slope": found["x"].value, "intercept": found["intercept"].value, "r2": found.r2, "sigma": found.sigma}
    return (
        made | line | {"prediction": made["fit"], "prediction_interval": made["pi"], "confidence_interval": made["ci"]}
    )
