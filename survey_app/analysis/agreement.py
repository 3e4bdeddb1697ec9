"""How far people who coded the same things agree: Krippendorff's alpha for any number of coders and missing codes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .notes import NotPossible
from .scores.base import Floats

Code = Any
Units = Sequence[Sequence[Code | None]]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Krippendorff's alpha: 1 is full agreement, 0 what chance gives. None where nothing can be compared.

    `n` counts the units that at least two coders coded; `low` and `high` come from drawing these units again.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    confidence: float = 0.95


def _nominal(values: Floats, _margins: Floats) -> Floats:
    return np.asarray(values[:, None] != values[None, :], np.float64)


def _ordinal(values: Floats, margins: Floats) -> Floats:
    before = np.cumsum(margins) - margins / 2
    made: Floats = (before[:, None] - before[None, :]) ** 2
    return made


def _interval(values: Floats, _margins: Floats) -> Floats:
    made: Floats = (values[:, None] - values[None, :]) ** 2
    return made


METRICS: Mapping[str, Callable[[Floats, Floats], Floats]] = {
    "nominal": _nominal, "ordinal": _ordinal, "interval": _interval,
}  # fmt: skip
"""Squared difference of two codes, from their values and how often each occurs."""


def krippendorff(
    units: Units, *, metric: str = "nominal", confidence: float = 0.95, draws: int = 1000, seed: int = 1
) -> Agreement:
    """α = 1 − D_observed/D_expected over the coincidences of codes within units.

    `units`: one sequence of codes per thing coded, None where a coder skipped it; coders need not be the same.
    Ordinal and interval metrics need numbers. The interval holds percentiles over units drawn again with
    replacement (`draws` times, same `seed` same limits). NotPossible for an unknown metric.
    Krippendorff (2011) Computing Krippendorff's Alpha-Reliability.

    >>> a, b = "aabbdcccedda", "babbbccceddd"
    >>> round(krippendorff(list(zip(a, b))).value, 3)
    0.692
    """
    if metric not in METRICS:
        raise NotPossible("There is no such way to compare codes: %(metric)s", metric=metric)
    kept = [present for unit in units if len(present := [code for code in unit if code is not None]) > 1]
    if not kept:
        return Agreement(None, None, None, 0, confidence)
    tables, values = _coincidences(kept, is_number=metric != "nominal")
    value = _alpha(tables.sum(axis=0), values, metric)
    random = np.random.default_rng(seed)
    weights = random.multinomial(len(kept), np.full(len(kept), 1 / len(kept)), draws)
    drawn = np.tensordot(weights, tables, 1) if draws else ()
    found = [one for table in drawn if (one := _alpha(table, values, metric)) is not None]
    if value is None or not found:
        return Agreement(value, None, None, len(kept), confidence)
    low, high = np.quantile(found, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Agreement(value, float(low), float(high), len(kept), confidence)


def _coincidences(units: Sequence[Sequence[Code]], *, is_number: bool) -> tuple[Floats, Floats]:
    """A table of pairs per unit (each pair counted 1/(m − 1) in both orders), and the values of its rows."""
    codes = sorted({code for unit in units for code in unit}, key=lambda code: (str(type(code)), code))
    places = {code: place for place, code in enumerate(codes)}
    tables = np.zeros((len(units), len(codes), len(codes)))
    for table, unit in zip(tables, units, strict=True):
        counts = np.bincount([places[code] for code in unit], minlength=len(codes)).astype(np.float64)
        table += (np.outer(counts, counts) - np.diag(counts)) / (len(unit) - 1)
    return tables, np.array([float(code) if is_number else place for place, code in enumerate(codes)])


def _alpha(table: Floats, values: Floats, metric: str) -> float | None:
    margins = table.sum(axis=1)
    total = margins.sum()
    apart = METRICS[metric](values, margins)
    expected = float((np.outer(margins, margins) * apart).sum() / (total - 1)) if total > 1 else 0.0
    if expected <= 0:
        return None  # one code only: there was nothing to disagree about
    return 1 - float((table * apart).sum()) / expected
