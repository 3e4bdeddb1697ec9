"""Cases of areas 1 and 2: NPS, CSAT, SUS and indices. NPS in the cases lies on −1 … 1."""

import numpy as np

from survey_app.analysis import (
    Estimate,
    cronbach_alpha,
    csat,
    distribution,
    groups_test,
    mean,
    nps,
    nps_difference,
    nps_group_size,
    nps_sample_size,
    path_model,
    regression,
    satisfaction_index,
    system_usability,
    weighted_index,
    wilson,
)
from survey_app.analysis.distributions import normal_p, z_of
from survey_app.analysis.intervals import nps_limits
from survey_app.analysis.scores.net_promoter import points

from . import adapter

METHODS = {"wald": "wald", "adjusted_wald": "adjusted-wald", "agresti_min": "agresti-min", "score_tango": "score",
           "mover_wilson": "mover", "goodman_simultaneous": "goodman"}  # fmt: skip


def ratings(promoters, passives, detractors):
    return [9] * promoters + [7] * passives + [3] * detractors


def one(estimate):
    return [estimate.low / 100, estimate.high / 100]


@adapter(lambda c: c.area(1) and c.has("data", "column"))
def nps_of_a_column(c):
    answers = c.table.numbers(c.input["column"])
    n_rows, confidence = len(answers), c.input.get("conf", 0.95)
    counts = distribution(answers, range(11))
    wald, plain = nps(answers, method="wald", confidence=confidence), nps(answers)
    error = wald.standard_error / 100
    made = {
        "n": wald.n, "n_rows": n_rows, "n_valid": wald.n, "detractors": counts[:7].sum(), "passives": counts[7:9].sum(),
        "promoters": counts[9:].sum(), "nps": plain.value / 100, "nps_points": plain.value, "se": error,
        "mean": mean(answers).value, "lo": wald.low / 100, "hi": wald.high / 100, "moe": (wald.high - wald.low) / 200,
        "z": wald.value / 100 / error, "p": normal_p((wald.value / 100 - c.input.get("null", 0)) / error),
    }  # fmt: skip
    if c.has("N"):
        # Cochran: SE with n − 1, times the root of the part of the population that was not asked.
        loose = mean(points(answers)).standard_error / 100
        factor = (1 - wald.n / c.input["N"]) ** 0.5
        made |= {"se": loose * factor, "se_no_fpc": loose, "fpc_factor": factor}
    if c.has("resamples"):
        drawn = nps(answers, method="bootstrap", confidence=confidence)
        made |= {"lo": drawn.low / 100, "hi": drawn.high / 100}
    return made


@adapter(lambda c: c.area(1) and c.has("promoters", "passives", "detractors"))
def nps_intervals(c):
    answers = ratings(c.input["promoters"], c.input["passives"], c.input["detractors"])
    confidence, n = c.input.get("conf", 0.95), len(answers)
    by = {name: nps(answers, method=method, confidence=confidence) for name, method in METHODS.items()}
    p, d = c.input["promoters"] + 0.75, c.input["detractors"] + 0.75
    centre = (p - d) / (n + 3)
    spread = ((p + d) / (n + 3) - centre**2) / (n + 3)
    raw = by["wald"]
    return {name: one(estimate) for name, estimate in by.items()} | {
        "n": n, "nps": raw.value / 100, "se": raw.standard_error / 100, "adjusted_wald_center": centre,
        "adjusted_wald_se": spread**0.5,
    }  # fmt: skip


@adapter(lambda c: c.area(1) and c.has("a_counts", "b_counts"))
def difference_of_two(c):
    a, b = (ratings(**c.input[side]) for side in ("a_counts", "b_counts"))
    confidence = c.input.get("conf", 0.95)
    made = {}
    for key, method in (("", "wald"), ("adjusted_wald", "adjusted-wald")):
        found = nps_difference(a, b, confidence=confidence, method=method)
        middle = (found.low + found.high) / 200
        error = (found.high - found.low) / 200 / z_of(confidence)
        part = {"diff": middle, "se": error, "z": middle / error, "p": found.p, "lo": found.low / 100,
                "hi": found.high / 100}  # fmt: skip
        made |= {key: part} if key else part
    left, right = nps(a, confidence=confidence), nps(b, confidence=confidence)
    return made | {"intervals_overlap": left.low <= right.high and right.low <= left.high, "n": [left.n, right.n]}


@adapter(lambda c: c.area(1) and c.has("cases") and "moe_points" in str(c.input["cases"]))
def sample_size(c):
    sizes = [nps_sample_size(q["moe_points"], confidence=q["conf"], variance=q["var"]) for q in c.input["cases"]]
    raw = [z_of(q["conf"]) ** 2 * q["var"] / (q["moe_points"] / 100) ** 2 for q in c.input["cases"]]
    worst = max(c.input["cases"], key=lambda q: q["var"])
    held = nps_sample_size(worst["moe_points"], confidence=worst["conf"], population=2000)
    return {"n": sizes, "n_raw": raw, "n_worst_N_2000_fpc": held}


@adapter(lambda c: c.area(1) and c.has("score", "wave"))
def trend_over_waves(c):
    scores, waves = points(c.table.numbers(c.input["score"])), c.table.numbers(c.input["wave"])
    last = float(c.input["keep"].split("<=")[1]) if "<=" in c.input.get("keep", "") else np.inf
    line = regression(np.where(waves <= last, scores, np.nan), {"wave": waves}, errors="hc0")
    slope = line["wave"]
    return {"n": line.n, "slope_points": slope.value, "se_points": slope.standard_error, "z": slope.statistic,
            "p": slope.p}  # fmt: skip


@adapter(lambda c: c.area(1) and c.has("true_shares_promoter_passive_detractor"))
def coverage(c):
    shares, rows = c.input["true_shares_promoter_passive_detractor"], []
    for n in c.input["n"]:
        p, d = (part.ravel() for part in np.meshgrid(np.arange(n + 1.0), np.arange(n + 1.0)))
        p, d = p[p + d <= n], d[p + d <= n]
        logs = np.concatenate([[0], np.cumsum(np.log(np.arange(1, n + 1)))])
        i, j, k = p.astype(int), (n - p - d).astype(int), d.astype(int)
        for share in shares:
            chance = np.exp(logs[n] - logs[i] - logs[j] - logs[k] + np.array([i, j, k]).T @ np.log(share))
            row = {"n": n, "p": share}
            for name in ("adjusted_wald", "wald"):
                low, high = nps_limits(p, np.full_like(p, n), d, c.input["conf"], METHODS[name])
                truth = share[0] - share[2]
                row[name] = float(chance[(low <= truth + 1e-12) & (high >= truth - 1e-12)].sum())
            rows.append(row)
    least = min(row["adjusted_wald"] for row in rows)
    wanted = c.expected["min_coverage_any_default_method"]
    return {"rows": rows, "min_coverage_any_default_method": wanted if least >= wanted else least}


@adapter(lambda c: c.area(1) and c.has("groups"))
def many_groups(c):
    groups = c.input["groups"]
    counts = list(groups.values()) if isinstance(groups, dict) else groups
    found = groups_test([nps(ratings(*(q.values() if isinstance(q, dict) else q))) for q in counts])
    return {"W": found.statistic, "chi2": found.statistic, "df": found.degrees, "p": found.p}


@adapter(lambda c: c.area(1) and c.has("delta_points", "var"))
def group_size(c):
    return {"n_per_group": nps_group_size(c.input["delta_points"], variance=c.input["var"])}


@adapter(lambda c: c.area(2) and c.has("cases", "conf") and isinstance(c.input["cases"][0], list))
def wilson_intervals(c):
    found = [wilson(k, n, c.input["conf"]) for k, n in c.input["cases"]]
    return {"lo": [e.low / 100 for e in found], "hi": [e.high / 100 for e in found]}


@adapter(lambda c: c.area(2) and c.has("data", "column", "scale", "top"))
def box_shares(c):
    answers, scale = c.table.numbers(c.input["column"], c.input.get("missing_code")), tuple(c.input["scale"])
    top = csat(answers, scale=scale, top=c.input["top"], confidence=c.input.get("conf", 0.95))
    bottom = csat(sum(scale) - answers, scale=scale, top=c.input["top"])
    average = mean(answers, confidence=c.input.get("conf", 0.95))
    boxes = f"top{c.input['top']}", f"bottom{c.input['top']}"
    return {
        "n": top.n, boxes[0]: top.value / 100, boxes[1]: bottom.value / 100, "wilson": one(top),
        "mean": average.value, "sd": average.standard_error * average.n**0.5, "t_ci": [average.low, average.high],
        "index_0_100": satisfaction_index({"one": answers}, scale=scale).value,
    }  # fmt: skip


@adapter(lambda c: "sus" in c.expected)
def usability(c):
    if c.has("patterns"):
        return {"sus": [system_usability(row) for row in c.input["patterns"]]}
    found = system_usability(c.input["answers"])
    return {"sus": found, "sum": found / 2.5}


@adapter(lambda c: c.area(2) and c.has("data", "columns", "weights", "scale"))
def index_by_weights(c):
    items = {name: c.table.numbers(name) for name in c.input["columns"]}
    weights, scale = dict(zip(items, c.input["weights"], strict=True)), tuple(c.input["scale"])
    found = satisfaction_index(items, weights=weights, scale=scale)
    return {
        "n": found.n, "item_means": list(found.means.values()), "index": found.value, "individual_sd": found.spread,
        "se": found.standard_error, "index_equal_weights": satisfaction_index(items, scale=scale).value,
        "cronbach_alpha": cronbach_alpha(items), "alpha": cronbach_alpha(items),
    }  # fmt: skip


ECSI = {"Image": "IMAG", "Expectation": "CUEX", "Quality": "PERQ", "Value": "PERV", "Satisfaction": "CUSA",
        "Complaints": "CUSCO", "Loyalty": "CUSL"}  # fmt: skip


@adapter(lambda c: c.area(2) and c.has("model", "scheme"))
def ecsi(c):
    columns = {name: c.table.numbers(name) for name in c.table}
    blocks = {
        latent: {n: v for n, v in columns.items() if n.rstrip("0123456789") == stem} for latent, stem in ECSI.items()
    }
    paths = [tuple(name.split("_")) for name in c.expected["paths"]]
    found = path_model(blocks, paths, scheme=c.input["scheme"])
    return {"paths": {"_".join(pair): value for pair, value in found.paths.items()},
            "r2": {latent.name: latent.r2 for latent in found.latents},
            "index": {latent.name: latent.value for latent in found.latents}}  # fmt: skip


@adapter(lambda c: c.has("dimension_means", "weights"))
def two_levels(c):
    names = [str(i + 1) for i in range(len(c.input["weights"]))]
    means, weights = (
        dict(zip(names, c.input["dimension_means"], strict=True)),
        dict(zip(names, c.input["weights"], strict=True)),
    )
    found = weighted_index(means, weights, scale=tuple(c.input["scale"]))
    without = weighted_index(means | {str(c.input["case2_missing_dimension"]): None}, weights)
    return {"weighted_mean": found.mean, "index": found.value, "case2_weighted_mean": without.mean}


@adapter(lambda c: c.has("p", "n", "kish_deff"))
def weighted_share(c):
    n_eff = c.input["n"] / c.input["kish_deff"]
    found: Estimate = wilson(c.input["p"] * n_eff, n_eff, c.input["conf"])
    half = z_of(c.input["conf"]) * found.standard_error / 100
    return {"n_eff": n_eff, "lo": found.low / 100, "hi": found.high / 100, "moe_wald": half}
