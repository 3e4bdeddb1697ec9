"""Cases of area 2: CSAT, CES, SUS, rescaling, reliability and indices."""

import re

import numpy as np

from survey_app.analysis import (
    Estimate,
    ces,
    cronbach_alpha,
    csat,
    mean,
    path_model,
    rescale,
    satisfaction_index,
    system_usability,
    weighted_index,
    wilson,
)
from survey_app.analysis.distributions import z_of

from . import adapter
from .nps import one


@adapter(lambda c: c.area(2) and isinstance(c.get("cases", "pairs"), list) and not c.has("scale")
         and isinstance(c.get("cases", "pairs")[0], list | dict))  # fmt: skip
def wilson_intervals(c):
    cases = [list(q.values())[:2] if isinstance(q, dict) else q for q in c.get("cases", "pairs")]
    found = [wilson(k, n, c.confidence) for k, n in cases]
    return {"lo": [e.low / 100 for e in found], "hi": [e.high / 100 for e in found],
            "p": [e.value / 100 for e in found], "share": [e.value / 100 for e in found]}  # fmt: skip


@adapter(lambda c: c.area(2) and isinstance(c.get("k", "x", "successes"), int) and c.has("n"))
def one_wilson(c):
    found = wilson(c.get("k", "x", "successes"), c.input["n"], c.confidence)
    return {"n": found.n, "share": found.value / 100, "p": found.value / 100, "lo": found.low / 100,
            "hi": found.high / 100, "wilson": one(found)}  # fmt: skip


@adapter(lambda c: c.area(2) and (c.has("data", "column") or isinstance(c.get("ratings", "answers", "x"), list))
         and c.has("scale"))  # fmt: skip
def box_shares(c):
    listed = c.get("ratings", "answers", "x")
    answers = (
        c.numbers(c.input["column"]) if c.has("data") else np.array([np.nan if v is None else v for v in listed], float)
    )
    scale, confidence = tuple(c.input["scale"]), c.confidence
    answers = np.where((answers >= scale[0]) & (answers <= scale[1]), answers, np.nan)
    average = mean(answers, confidence=confidence)
    made = {
        "n": average.n, "mean": average.value, "t_ci": [average.low, average.high], "se": average.standard_error,
        "sd": average.standard_error * average.n**0.5, "mean_ci": [average.low, average.high], "n_rows": len(answers),
        "index_0_100": satisfaction_index({"one": answers}, scale=scale).value,
    }  # fmt: skip
    for top in range(1, int(scale[1] - scale[0]) + 1):
        made |= _boxes(answers, scale, top, confidence)
    if c.get("easy", "direction"):
        effort = ces(answers, scale=scale, easy=c.get("easy", "direction"), confidence=confidence)
        made |= {"ces": effort.value, "ces_ci": [effort.low, effort.high]}
    chosen = csat(answers, scale=scale, top=c.get("top", "boxes", default=2), confidence=confidence)
    return made | {"wilson": one(chosen), "csat": chosen.value / 100, "lo": chosen.low / 100, "hi": chosen.high / 100,
                   "k": round(chosen.value * chosen.n / 100)}  # fmt: skip


def _boxes(answers, scale, top, confidence):
    made = {}
    for name, values in (("top", answers), ("bottom", sum(scale) - answers)):
        found = csat(values, scale=scale, top=top, confidence=confidence)
        made |= {
            f"{name}{top}": found.value / 100,
            f"{name}{top}_wilson": one(found),
            f"{name}_{top}": found.value / 100,
        }
    low = scale[1] - top + 1
    return made | {
        f"share_{low:g}_{scale[1]:g}": made[f"top{top}"],
        f"share_{low:g}_to_{scale[1]:g}": made[f"top{top}"],
    }


@adapter(lambda c: c.area(2) and (c.asks("sus") or c.has("patterns")))
def usability(c):
    rows = c.get("patterns", "rows", "respondents")
    if rows is None:
        found = system_usability(c.get("answers", "x"))
        return {"sus": found, "sum": found / 2.5, "score": found}
    made = [system_usability(row) for row in rows]
    return {"sus": made, "sum": [v / 2.5 for v in made], "mean": mean(made).value,
        "sd": mean(made).standard_error * len(made) ** 0.5}  # fmt: skip


@adapter(lambda c: c.area(2) and c.has("data", "columns"))
def index_by_weights(c):
    items = {name: c.numbers(name) for name in c.input["columns"]}
    scale = tuple(c.get("scale", default=(1, 10)))
    given = c.get("weights")
    named = given if isinstance(given, dict) else dict(zip(items, given, strict=True)) if given else None
    found, equal = satisfaction_index(items, weights=named, scale=scale), satisfaction_index(items, scale=scale)
    alpha = cronbach_alpha(items)
    return {
        "n": found.n, "item_means": list(found.means.values()), "index": found.value, "individual_sd": found.spread,
        "se": found.standard_error, "index_equal_weights": equal.value, "cronbach_alpha": alpha, "alpha": alpha,
        "lo": found.low, "hi": found.high, "means": dict(found.means), "n_items": len(items),
        "se_equal_weights": equal.standard_error, "individual_sd_equal_weights": equal.spread,
        "index_0_10": found.value / 10,
    }  # fmt: skip


@adapter(lambda c: c.area(2) and isinstance(c.get("means", "x_means", "item_means"), (list, dict)) and c.has("weights"))
def index_of_means(c):
    means, weights = c.get("means", "x_means", "item_means"), c.input["weights"]
    means, weights = (list(v.values()) if isinstance(v, dict) else v for v in (means, weights))
    scale = tuple(c.get("scale", default=(1, 10)))
    names = [str(i) for i in range(len(means))]
    held = {name: [value] for name, value in zip(names, means, strict=True)}
    found = satisfaction_index(held, weights=dict(zip(names, weights, strict=True)), scale=scale)
    plain = satisfaction_index(held, scale=scale)
    return {"index": found.value, "score": found.value, "acsi": found.value, "index_equal_weights": plain.value,
            "shortcut": plain.value, "equal_weights": plain.value, "simple": plain.value}  # fmt: skip


BLOCK = re.compile(r"(\w+)\s*\(([A-Za-z_.]+?)(\d+)?(?:-(\d+))?\)")
PATHS = [
    "Image_Expectation",
    "Image_Satisfaction",
    "Image_Loyalty",
    "Expectation_Quality",
    "Expectation_Value",
    "Expectation_Satisfaction",
    "Quality_Value",
    "Quality_Satisfaction",
    "Value_Satisfaction",
    "Satisfaction_Complaints",
    "Satisfaction_Loyalty",
    "Complaints_Loyalty",
]


@adapter(lambda c: c.area(2) and c.has("data", "model"))
def path_models(c):
    """Blocks as the model's text lists them: Image(IMAG1-5) Complaints(CUSCO); paths from what is expected."""
    blocks = {}
    for latent, stem, first, last in BLOCK.findall(c.input["model"]):
        names = [f"{stem}{i}" for i in range(int(first), int(last or first) + 1)] if first else [stem]
        if all(name in c.table for name in names):
            blocks[latent] = {name: c.numbers(name) for name in names}
    asked = c.expected.get("paths")
    given = c.get("paths", default=list(asked) if isinstance(asked, dict) else PATHS)
    paths = [tuple(re.split(r"_|->|→", p)) if isinstance(p, str) else tuple(p) for p in given]
    scheme = next((s for s in ("centroid", "factorial") if s in str(c.get("scheme", "model"))), "centroid")
    scale = tuple(c.get("scale", default=(1, 10)))
    found = path_model(blocks, [tuple(part.strip() for part in p) for p in paths], scheme=scheme, scale=scale)
    latents = {latent.name: latent for latent in found.latents}
    return {"paths": {"_".join(pair): value for pair, value in found.paths.items()},
            "r2": {name: latent.r2 for name, latent in latents.items()},
            "index": {name: latent.value for name, latent in latents.items()},
            "n": found.n,
            "weights": {name: dict(latent.weights) for name, latent in latents.items()}}  # fmt: skip


@adapter(lambda c: c.has("dimension_means", "weights"))
def two_levels(c):
    names = [str(i + 1) for i in range(len(c.input["weights"]))]
    means, weights = (dict(zip(names, c.input[key], strict=True)) for key in ("dimension_means", "weights"))
    scale = tuple(c.get("scale", default=(1, 10)))
    found = weighted_index(means, weights, scale=scale)
    made = {"weighted_mean": found.mean, "index": found.value}
    if c.has("case2_missing_dimension"):
        without = weighted_index(means | {str(c.input["case2_missing_dimension"]): None}, weights, scale=scale)
        made |= {"case2_weighted_mean": without.mean, "case2_index": without.value}
    return made


TWINS = {"imag": "ima", "cuex": "exp", "perq": "qua", "perv": "val", "cusa": "sat", "cusco": "comp", "cusl": "loy"}


def _bare(name):
    """IMAG1 and ima1 are the same item: the blocks of the European index have two sets of names."""
    letters, number = re.fullmatch(r"(\D*)(\d*)", name.lower()).groups()
    return TWINS.get(letters, letters) + number


@adapter(lambda c: c.area(2) and ("rescal" in c.title or "twin" in c.title or c.get("to", "target_scale")))
def rescaled(c):
    scale, to = tuple(c.get("scale", "from", default=(1, 10))), tuple(c.get("to", "target_scale", default=(0, 100)))
    twin = c.get("twin", "compare", "compare_with", "data2", "other", "published_data")
    if c.has("data") and isinstance(twin, str):
        other = {_bare(name): column for name, column in c.file(twin).items()}
        off = [
            float(np.nanmax(np.abs(rescale(c.numbers(name), scale=scale, to=to) - np.array(other[_bare(name)], float))))
            for name in c.table
            if _bare(name) in other
        ]
        return {name: max(off) for name in ("max_difference", "max_abs_difference", "max_abs_diff", "max_diff")}
    made = rescale(c.get("x", "values", "answers", "ratings"), scale=scale, to=to).tolist()
    return {key: made for key in c.expected if not isinstance(c.expected[key], dict)}


@adapter(lambda c: c.get("p", "share") is not None and c.has("n") and c.get("kish_deff", "deff"))
def weighted_share(c):
    n_eff = c.input["n"] / c.get("kish_deff", "deff")
    share = c.get("p", "share")
    found: Estimate = wilson(share * n_eff, n_eff, c.confidence)
    half = z_of(c.confidence) * found.standard_error / 100
    return {"n_eff": n_eff, "lo": found.low / 100, "hi": found.high / 100, "moe_wald": half, "moe": half,
            "se": found.standard_error / 100, "wald": [share - half, share + half]}  # fmt: skip
