"""Cases of area 8: RFM, ABC, lifetime value, churn scores."""

import re
from datetime import date

import numpy as np

from survey_app.analysis import (
    abc,
    bg_nbd,
    constant_retention_value,
    gamma_gamma,
    pareto_nbd,
    purchase_history,
    rfm,
    rfm_segments,
    score_quality,
)
from survey_app.analysis.lifetime import BgNbd, GammaGamma, ParetoNbd
from survey_app.analysis.value import Segment

from . import Case, adapter

USUAL_RFM = {"data": "rfm_orders.csv", "analysis_date": "2006-12-31", "bins": 5}


def named(c, *names):
    """The name of a column: as the case says, else the first of the usual ones that the file has."""
    return next((str(c.input[n]) for n in names if isinstance(c.get(n), str) and c.input[n] in c.table),
                next((n for n in names if n in c.table), None))  # fmt: skip


def scored(c):
    """Customers in the order of their names, their orders, and their RFM scores."""
    who = c.table[named(c, "id", "customer", "customer_id", "ID")]
    names = sorted(set(who))
    places = {name: place for place, name in enumerate(names)}
    rows = np.array([places[name] for name in who])
    days = np.array(c.table[named(c, "date", "order_date")], "datetime64[D]")
    money = c.table.numbers(named(c, "amount", "monetary", "revenue", "dollars"))
    last = np.full(len(names), np.datetime64("1900-01-01"))
    np.maximum.at(last, rows, days)
    recency = (np.datetime64(c.input["analysis_date"]) - last).astype(int)
    revenue = np.bincount(rows, money)
    return names, len(rows), revenue, rfm(recency, np.bincount(rows), revenue, bins=c.get("bins", default=5))


@adapter(lambda c: c.has("data", "analysis_date") and not c.has("segments"))
def rfm_scores(c):
    names, orders, revenue, found = scored(c)
    made = {"customers": len(names), "transactions": orders, "revenue": float(revenue.sum())}
    for key in c.expected:
        if at := re.fullmatch(r"n_(\d{3})", key):
            made[key] = int((found.codes == int(at[1])).sum())
        if at := re.fullmatch(r"(first|last)(\d+)", key):
            part = slice(int(at[2])) if at[1] == "first" else slice(-int(at[2]), None)
            made[key] = {"customer": names[part], "rfm": found.codes[part].tolist(), "revenue": revenue[part].tolist()}
    for part in ("recency", "frequency", "monetary"):
        made[f"{part}_cuts"] = getattr(found, f"{part}_cuts")
        counts = np.bincount(getattr(found, part), minlength=found.bins + 1)
        made[f"{part}_score_counts"] = {str(score): int(counts[score]) for score in range(1, found.bins + 1)}
    return made


@adapter(lambda c: c.has("segments") and (c.has("scores") or c.has("data", "analysis_date")))
def segments(c):
    """The scores are those of another case of the file; where it is not there, of the usual orders."""
    given = c.get("scores")
    beside = c.others.get(given, {"input": USUAL_RFM}) if isinstance(given, str) else c.raw
    _, _, revenue, found = scored(Case(beside, c.folder))
    rules = [Segment(s["name"], tuple(s["R"]), tuple(s["F"]), tuple(s["M"])) for s in c.input["segments"]]
    made = rfm_segments(found, rules)
    counts = {"Others": 0, **made.counts}
    return {
        "customers": counts,
        "revenue": made.sums(revenue),
        "others": counts["Others"],
        "n": sum(made.counts.values()),
    }


def history(c):
    """Frequency, recency and age: the columns that the case names, else the usual names of the file."""
    names = c.get("columns", default=["frequency", "recency", "T"])
    return [c.table.numbers(name) for name in names]


@adapter(lambda c: c.area(8) and c.has("data") and c.asks("r") and c.asks("a") and not c.has("params"))
def bg_nbd_fit(c):
    found = bg_nbd(*history(c)[:3])
    return {"r": found.r, "alpha": found.alpha, "a": found.a, "b": found.b, "log_likelihood": found.log_likelihood}


@adapter(lambda c: c.area(8) and c.has("data") and c.asks("s") and c.asks("beta") and not c.has("params"))
def pareto_nbd_fit(c):
    found = pareto_nbd(*history(c)[:3])
    return {
        "r": found.r,
        "alpha": found.alpha,
        "s": found.s,
        "beta": found.beta,
        "log_likelihood": found.log_likelihood,
    }


@adapter(lambda c: c.area(8) and c.has("data") and c.asks("q") and c.asks("v") and not c.has("params"))
def spend_fit(c):
    names = c.get("columns", default=["frequency", "monetary_value"])
    money = next(n for n in (*names, "monetary_value", "monetary") if n in c.table and "monet" in n.lower())
    found = gamma_gamma(c.table.numbers("frequency"), c.table.numbers(money))
    return {"p": found.p, "q": found.q, "v": found.v, "n": found.n, "log_likelihood": found.log_likelihood,
            "mean": found.mean, "expected_mean": found.mean, "population_mean": found.mean}  # fmt: skip


def model(params):
    kinds = {"a": BgNbd, "s": ParetoNbd, "q": GammaGamma}
    return next(kind(**params) for key, kind in kinds.items() if key in params)


@adapter(
    lambda c: c.has("params") and c.get("t_weeks", "t", "times") is not None and not c.get("customers", "customer")
)
def new_customers(c):
    asked = c.get("t_weeks", "t", "times")
    found = np.asarray(model(c.input["params"]).expected(np.atleast_1d(asked))).tolist()
    return {"expected": found if isinstance(asked, list) else found[0]}


def customers(c, *keys):
    """The named numbers of the customers of a case; one alone may be given by itself."""
    given = c.get("customers", "customer")
    rows = given if isinstance(given, list) else [given or c.input]
    aliases = {
        "x": ("x", "frequency"),
        "t_x": ("t_x", "tx", "recency"),
        "T": ("T", "age"),
        "m": ("m", "m_x", "mx", "monetary"),
    }
    return [np.array([next(q[a] for a in aliases[key] if a in q) for q in rows], float) for key in keys], isinstance(
        given, list
    )


@adapter(lambda c: c.has("params") and not c.has("data") and re.search(r"\bt_?x\b|recency", str(c.input)))
def alive(c):
    (x, tx, age), many = customers(c, "x", "t_x", "T")
    made = model(c.input["params"])
    out = {"p_alive": np.asarray(made.alive(x, tx, age)).tolist()}
    if (t := c.get("t", "t_weeks", "horizon", "weeks")) is not None:
        found = np.asarray(made.purchases(t, x, tx, age)).tolist()
        out |= {
            "expected": found,
            "expected_purchases": found,
            "conditional_expected": found,
            "expected_transactions": found,
        }
        out |= {f"expected_{t:g}": found, f"expected_{t:g}_weeks": found, f"expected_in_{t:g}_weeks": found}
    return out if many else {key: value[0] for key, value in out.items()}


@adapter(lambda c: c.has("params") and not c.has("data") and {"p", "q", "v"} <= set(c.input["params"]))
def spend(c):
    (x, m), many = customers(c, "x", "m")
    made = model(c.input["params"])
    found = np.asarray(made.expected(x, m)).tolist()
    return {"expected": found if many else found[0], "mean": made.mean, "population_mean": made.mean}


@adapter(lambda c: c.area(8) and c.has("data", "period_end"))
def from_purchases(c):
    money = c.table.numbers(named(c, "amount", "monetary", "dollars", "revenue"))
    days = np.array(c.table[named(c, "date", "order_date")], "datetime64[D]")
    unit = float(re.search(r"[\d.]+", str(c.get("unit", default="1")))[0])
    who = c.table[named(c, "id", "sample_id", "customer_id")]
    found = purchase_history(who, days, money, end=date.fromisoformat(c.input["period_end"]), unit=unit)
    order = sorted(range(len(found.customers)), key=lambda i: _natural(found.customers[i]))
    rows = np.column_stack([found.frequency, found.recency, found.age, found.monetary])[order]
    made = {"customers": len(found.customers), "customers_with_repeat": int((found.frequency > 0).sum()),
            "total_repeat": int(found.frequency.sum())}  # fmt: skip
    for key in c.expected:
        if re.fullmatch(r"rows(_\d+)+", key):
            made[key] = [rows[int(place) - 1].tolist() for place in key.split("_")[1:]]
    return made


def _natural(name):
    return (0, int(name), "") if str(name).isdigit() else (1, 0, str(name))


@adapter(lambda c: c.get("score", "scores", "p") is not None and c.get("churned", "y", "label") is not None)
def churn(c):
    found = score_quality(c.get("score", "scores", "p"), c.get("churned", "y", "label"))
    made = {"auc": found.auc, "brier": found.brier}
    for key in c.expected:
        if at := re.fullmatch(r"lift(?:_top)?_(\d+)(?:pct|_percent)?", key):
            made[key] = found.lift(int(at[1]))
    return made


@adapter(
    lambda c: c.area(8) and (c.has("revenue") or c.has("values")) and ("abc" in c.title or c.asks("classes", "class"))
)
def by_size(c):
    given = c.get("revenue", "values")
    values = list(given.values()) if isinstance(given, dict) else given
    cuts = [100 * q if q <= 1 else q for q in c.get("cuts", "thresholds", default=[80, 95])]
    found = abc(values, cuts=cuts)
    classes = dict(zip(given, found.classes, strict=True)) if isinstance(given, dict) else list(found.classes)
    return {"classes": classes, "class": classes, "counts": dict(found.counts), "n": dict(found.counts),
        "shares": dict(found.shares),
            **{f"n_{name}": k for name, k in found.counts.items()}}  # fmt: skip


@adapter(lambda c: c.area(8) and c.has("data") and "abc" in c.title)
def abc_of_orders(c):
    who, money = c.table[named(c, "id", "customer_id")], c.table.numbers(named(c, "amount", "revenue", "dollars"))
    names, places = np.unique(who, return_inverse=True)
    found = abc(np.bincount(places, money))
    return {"customers": dict(found.counts), "counts": dict(found.counts), "shares": dict(found.shares),
        "revenue_share": dict(found.shares),
            "n": len(names), **{f"n_{name}": k for name, k in found.counts.items()}}  # fmt: skip


@adapter(lambda c: c.area(8) and c.get("retention", "r") is not None and c.get("discount", "d") is not None)
def kept_customers(c):
    margin, keep, rate = c.get("margin", "m"), c.get("retention", "r"), c.get("discount", "d")
    periods = c.get("periods", "n", "years", "T")
    ever = constant_retention_value(margin, keep, rate)
    made = {"infinite": ever, "clv_infinite": ever, "clv": ever, "value_infinite": ever, "clv_inf": ever}
    if periods is not None:
        some = constant_retention_value(margin, keep, rate, periods=periods)
        made |= {"finite": some, "clv": some, f"clv_{periods}": some, "clv_finite": some, "value": some}
    for key in c.expected:
        if at := re.fullmatch(r"clv_(\d+)(?:_?(?:periods|years|y))?", key):
            made[key] = constant_retention_value(margin, keep, rate, periods=int(at[1]))
    return made
