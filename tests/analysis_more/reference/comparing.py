"""Compares what an adapter made with what a case expects, leaf by leaf, each within its tolerance."""

import math
import re
from fnmatch import fnmatchcase

import numpy as np

LEFT_OUT = ("published*", "formula*", "equals_published_file", "*wrong*", "*naive*")

SAME = (
    ("lo", "low", "lower", "ci_low", "ci_lo", "ci_lower", "lwr"),
    ("hi", "high", "upper", "ci_high", "ci_hi", "ci_upper", "upr"),
    ("p", "p_value", "pvalue", "p_chi2"),
    ("chi2", "x2", "X2", "X_squared", "chisq", "statistic", "W"),
    ("df", "dof", "degrees"),
    ("se", "std_error", "standard_error"),
    ("n", "n_valid", "n_complete", "n_used", "n_answers", "base"),
    ("center", "centre", "cl", "p_bar", "pbar", "mean_share"),
    ("deff", "kish_deff", "design_effect", "deff_kish"),
    ("n_eff", "neff", "effective_n", "n_effective"),
    ("min", "min_weight", "weight_min", "smallest"),
    ("max", "max_weight", "weight_max", "largest"),
    ("diff", "difference", "delta"),
    ("ci", "interval", "ci95", "conf_int"),
    ("cronbach_alpha", "alpha"),
    ("r2", "R2", "r_squared"),
    ("log_likelihood", "LL", "loglik"),
    ("lmg", "shapley", "shapley_lmg"),
    ("raw", "rel_weights", "relative_weights", "johnson"),
    ("beyond", "points_outside", "outside", "signals"),
    ("odds_ratio", "or"),
)
ALIKE = {name: names for names in SAME for name in names}


def left_out(about):
    """The patterns of keys that a file of cases does not ask for: as its `about` names them, else the usual ones."""
    found = re.search(r"except(?: the)? keys named (.+?)(?:\.(?:\s|$)|$)", about or "")
    if not found:
        return LEFT_OUT
    return tuple(word.strip(" `\"'") for word in re.split(r",|\band\b|\bor\b", found[1]) if word.strip())


def compare(expected, got, tolerance, skipped=LEFT_OUT):
    """The wrong leaves as lines "path: got is not expected"."""
    wrong: list[str] = []
    _compare(expected, got, tolerance, (), skipped, wrong)
    return wrong


def _compare(expected, got, tolerance, path, skipped, wrong):
    here = "/".join(("", *path))
    if isinstance(expected, dict):
        for key, value in expected.items():
            if any(fnmatchcase(key, pattern) for pattern in skipped):
                continue
            found, it = _taken(got, key)
            if found:
                _compare(value, it, tolerance, (*path, key), skipped, wrong)
            else:
                wrong.append(f"{here}/{key}: not produced")
    elif isinstance(expected, list):
        if not isinstance(got, list | tuple | np.ndarray) or len(got) != len(expected):
            wrong.append(f"{here}: {got} is not {expected}")
        else:
            for i, (e, g) in enumerate(zip(expected, got, strict=True)):
                _compare(e, g, tolerance, (*path, str(i)), skipped, wrong)
    elif not _equal(expected, got, _allowed(tolerance, path)):
        wrong.append(f"{here}: {got} is not {expected}")


def _taken(got, key):
    """A leaf by its name, by another usual name of the same thing, or in points or percent of a share."""
    if not isinstance(got, dict):
        return False, None
    for name in (key, *ALIKE.get(key, ())):
        if name in got:
            return True, got[name]
    for ending in ("_points", "_percent", "_pct"):
        bare = key.removesuffix(ending)
        if bare != key and bare in got:
            return True, _hundredfold(got[bare])
    if key in ALIKE["ci"] and {"lo", "hi"} <= set(got):
        return True, [got["lo"], got["hi"]]
    return False, None


def _hundredfold(value):
    if isinstance(value, dict):
        return {key: _hundredfold(part) for key, part in value.items()}
    return value if value is None else (np.asarray(value) * 100).tolist()


def _allowed(tolerance, path):
    """The tolerance of a leaf: that of the innermost key that has one, else the default of the case."""
    if not isinstance(tolerance, dict):
        return tolerance
    return next((tolerance[key] for key in reversed(path) if key in tolerance), tolerance.get("default", 1e-9))


def _equal(expected, got, allowed):
    if expected is None or isinstance(expected, str):
        return type(got) is type(expected) and got == expected
    if isinstance(expected, bool):
        return isinstance(got, bool | np.bool_) and bool(got) == expected
    if got is None or isinstance(got, str | bool | np.bool_ | dict | list | tuple):
        return False
    return math.isfinite(got) and abs(float(got) - expected) <= allowed + 1e-15


def matches(line):
    """How much a wrong leaf weighs when adapters are compared: a whole failure more than one leaf."""
    return 1 if line.startswith("/") else 1000
