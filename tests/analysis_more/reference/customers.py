"""Cases of area 8: RFM, lifetime value, churn scores."""

from datetime import date

import numpy as np

from survey_app.analysis import bg_nbd, gamma_gamma, purchase_history, rfm, rfm_segments, score_quality
from survey_app.analysis.lifetime import BgNbd, GammaGamma, ParetoNbd
from survey_app.analysis.value import Segment

from . import Case, adapter


def scored(c):
    """Customers in the order of their names, their orders, and their RFM scores."""
    names = sorted(set(c.table["customer_id"]))
    places = {name: place for place, name in enumerate(names)}
    who = np.array([places[name] for name in c.table["customer_id"]])
    days, money = np.array(c.table["order_date"], "datetime64[D]"), c.table.numbers("revenue")
    last = np.full(len(names), np.datetime64("1900-01-01"))
    np.maximum.at(last, who, days)
    recency = (np.datetime64(c.input["analysis_date"]) - last).astype(int)
    revenue = np.bincount(who, money)
    return names, len(who), revenue, rfm(recency, np.bincount(who), revenue, bins=c.input["bins"])


@adapter(lambda c: c.has("data", "analysis_date", "bins"))
def rfm_scores(c):
    names, orders, _, found = scored(c)
    made = {"customers": len(names), "transactions": orders, "n_555": int((found.codes == 555).sum()),
            "n_111": int((found.codes == 111).sum()),
            "first5": {"customer": names[:5], "rfm": found.codes[:5].tolist()}}  # fmt: skip
    for part in ("recency", "frequency", "monetary"):
        made[f"{part}_cuts"] = getattr(found, f"{part}_cuts")
        counts = np.bincount(getattr(found, part), minlength=found.bins + 1)
        made[f"{part}_score_counts"] = {str(score): int(counts[score]) for score in range(1, found.bins + 1)}
    return made


@adapter(lambda c: c.has("scores", "segments"))
def segments(c):
    beside = Case(c.others[c.input["scores"]], c.folder)
    _, _, revenue, found = scored(beside)
    rules = [Segment(s["name"], tuple(s["R"]), tuple(s["F"]), tuple(s["M"])) for s in c.input["segments"]]
    made = rfm_segments(found, rules)
    return {"customers": dict(made.counts), "revenue": made.sums(revenue)}


@adapter(lambda c: c.area(8) and c.has("data", "columns") and "r" in c.expected)
def bg_nbd_fit(c):
    found = bg_nbd(*(c.table.numbers(name) for name in c.input["columns"]))
    return {"r": found.r, "alpha": found.alpha, "a": found.a, "b": found.b, "log_likelihood": found.log_likelihood}


def model(params):
    kinds = {"a": BgNbd, "s": ParetoNbd, "q": GammaGamma}
    return next(kind(**params) for key, kind in kinds.items() if key in params)


@adapter(lambda c: c.has("params", "t_weeks"))
def new_customers(c):
    return {"expected": model(c.input["params"]).expected(c.input["t_weeks"])}


@adapter(lambda c: c.has("params", "customers") and "m" not in c.input["customers"][0])
def alive(c):
    x, tx, age = (np.array([q[key] for q in c.input["customers"]], float) for key in ("x", "t_x", "T"))
    return {"p_alive": model(c.input["params"]).alive(x, tx, age)}


@adapter(lambda c: c.has("params", "customers") and "m" in c.input["customers"][0])
def spend(c):
    x, m = (np.array([q[key] for q in c.input["customers"]], float) for key in ("x", "m"))
    return {"expected": model(c.input["params"]).expected(x, m)}


@adapter(lambda c: c.area(8) and c.has("data", "columns") and {"p", "q", "v"} <= set(c.expected))
def spend_fit(c):
    found = gamma_gamma(*(c.table.numbers(name) for name in c.input["columns"][:2]))
    return {"p": found.p, "q": found.q, "v": found.v, "n": found.n, "log_likelihood": found.log_likelihood}


@adapter(lambda c: c.has("data", "id", "period_end", "unit"))
def from_purchases(c):
    money = c.table.numbers("dollars")
    days = np.array(c.table["date"], "datetime64[D]")
    end, unit = date.fromisoformat(c.input["period_end"]), float(c.input["unit"].split()[0])
    found = purchase_history(c.table[c.input["id"]], days, money, end=end, unit=unit)
    order = np.argsort([int(name) for name in found.customers])[:3]
    rows = np.column_stack([found.frequency, found.recency, found.age, found.monetary])[order]
    return {"customers": len(found.customers), "customers_with_repeat": int((found.frequency > 0).sum()),
            "total_repeat": int(found.frequency.sum()), "rows_1_2_3": rows.tolist()}  # fmt: skip


@adapter(lambda c: c.has("score", "churned"))
def churn(c):
    found = score_quality(c.input["score"], c.input["churned"])
    return {"auc": found.auc, "brier": found.brier, "lift_top_10pct": found.lift(10), "lift_top_30pct": found.lift(30)}
