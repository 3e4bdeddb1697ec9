"""Satisfaction indices on 0 … 100: by given weights, over two levels, and whether the items belong together."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .distributions import t_of
from .inputs import Values, equally_long, finite_numbers
from .notes import Note, NotPossible
from .scores.base import Floats, within

Scale = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Index:
    """An index on 0 … 100 with a t interval; None where nobody answered all items.

    `spread` is the standard deviation between people, `means` the items' means on their scale, `weights` add up to 1.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    standard_error: float | None
    spread: float | None
    means: Mapping[str, float]
    weights: Mapping[str, float]
    confidence: float = 0.95


def satisfaction_index(
    items: Mapping[str, Values],
    *,
    weights: Mapping[str, float] | None = None,
    scale: Scale = (1, 10),
    confidence: float = 0.95,
) -> Index:
    """100·(Σ w·x − min)/(max − min) per person, averaged: the form of ACSI, ECSI and CCSI.

    `items`: name → answers; `weights`: name → weight, by default equal, normalised to 1. min and max are those of the
    scale, not of the data. People who miss an item are left out. Fornell et al. (1996) J Marketing 60(4):7.
    ValueError for answers outside the scale, unlike names, or weights below 0.

    >>> satisfaction_index({"overall": [10, 7], "ideal": [8, 5]}, weights={"overall": 3, "ideal": 1}).value
    77.77777777777777
    """
    equally_long(items)
    shares = _shares(tuple(items), weights)
    block = _on_scale(items, scale)
    kept = block[~np.isnan(block).any(axis=1)]
    n = len(kept)
    if not n:
        return Index(None, None, None, 0, None, None, {}, shares, confidence)
    scores = 100 * (kept @ np.array(list(shares.values())) - scale[0]) / (scale[1] - scale[0])
    value = float(scores.mean())
    means = dict(zip(items, kept.mean(axis=0).tolist(), strict=True))
    if n < 2:
        return Index(value, None, None, n, None, None, means, shares, confidence)
    spread = float(scores.std(ddof=1))
    error = spread / math.sqrt(n)
    half = t_of(confidence, n - 1) * error
    return Index(value, max(0.0, value - half), min(100.0, value + half), n, error, spread, means, shares, confidence)


def _shares(names: tuple[str, ...], weights: Mapping[str, float] | None) -> dict[str, float]:
    given = dict.fromkeys(names, 1.0) if weights is None else {name: float(w) for name, w in weights.items()}
    if set(given) != set(names):
        raise NotPossible("There must be one weight per item")
    total = sum(given.values())
    if not math.isfinite(total) or min(given.values()) < 0 or not total > 0:
        raise NotPossible("Weights must be at least 0 and not all of them 0")
    return {name: given[name] / total for name in names}


def _on_scale(items: Mapping[str, Values], scale: Scale) -> Floats:
    if not scale[0] < scale[1]:
        raise NotPossible("The scale must rise")
    block = np.column_stack([finite_numbers(values, name) for name, values in items.items()])
    if ((block < scale[0]) | (block > scale[1])).any():
        raise NotPossible("There are answers outside the scale %(low)s to %(high)s",
                          low=f"{scale[0]:g}", high=f"{scale[1]:g}")  # fmt: skip
    return np.asarray(block, np.float64)


@dataclass(frozen=True, slots=True)
class TwoLevel:
    """The weighted mean of dimensions on their scale, the index on 0 … 100, and the weights that were used."""

    mean: float | None
    value: float | None
    weights: Mapping[str, float]
    notes: tuple[Note, ...]


def weighted_index(
    means: Mapping[str, float | None], weights: Mapping[str, float], *, scale: Scale = (1, 10)
) -> TwoLevel:
    """Σ w·mean over dimensions; a dimension without answers (None) leaves, and the other weights are scaled up to 1.

    The index is 100·(mean − min)/(max − min); mean × 10 is another number: say which one is shown.

    >>> found = weighted_index({"goods": 8.0, "staff": 6.0, "site": None}, {"goods": 0.5, "staff": 0.3, "site": 0.2})
    >>> round(found.mean, 2), round(found.value, 2)
    (7.25, 69.44)
    """
    if not scale[0] < scale[1]:
        raise NotPossible("The scale must rise")
    _shares(tuple(means), weights)
    known = {name: float(mean) for name, mean in means.items() if mean is not None and mean == mean}
    if not known or not sum(weights[name] for name in known) > 0:
        return TwoLevel(None, None, {}, ())
    if any(not scale[0] <= mean <= scale[1] for mean in known.values()):
        raise NotPossible("There are answers outside the scale %(low)s to %(high)s",
                          low=f"{scale[0]:g}", high=f"{scale[1]:g}")  # fmt: skip
    shares = _shares(tuple(known), {name: weights[name] for name in known})
    mean = sum(shares[name] * value for name, value in known.items())
    left = ", ".join(name for name in means if name not in known)
    notes = (Note("%(names)s: no answers, the other weights were scaled up", {"names": left}),) if left else ()
    return TwoLevel(mean, 100 * (mean - scale[0]) / (scale[1] - scale[0]), shares, notes)


def rescale(values: Values, *, scale: Scale = (1, 10), to: Scale = (0, 100)) -> Floats:
    """Answers on `scale` → the same answers on `to`: (x − min)/(max − min) of the scale, stretched; missing stays NaN.

    x/max·100 is another number (the worst of five would be 20). ValueError for answers off the scale. An NPS of a
    stretched 5-point scale is none.

    >>> rescale([1, 3, 5], scale=(1, 5)).tolist()
    [0.0, 50.0, 100.0]
    """
    share = (within(finite_numbers(values), scale) - scale[0]) / (scale[1] - scale[0])
    return np.asarray(to[0] + share * (to[1] - to[0]))


def cronbach_alpha(items: Mapping[str, Values]) -> float | None:
    """How well items measure one thing: k/(k − 1)·(1 − Σ variances/variance of the sum), over complete rows.

    None where the sum does not vary. ValueError for fewer than two items or three complete rows.

    >>> round(cronbach_alpha({"a": [1, 2, 3, 4], "b": [2, 2, 4, 5], "c": [1, 3, 3, 5]}), 4)
    0.9589
    """
    equally_long(items)
    if len(items) < 2:
        raise NotPossible("At least two items are needed")
    block = np.column_stack([finite_numbers(values, name) for name, values in items.items()])
    kept = block[~np.isnan(block).any(axis=1)]
    if len(kept) < 3:
        raise NotPossible("At least three complete answers are needed")
    whole = float(kept.sum(axis=1).var(ddof=1))
    parts, k = float(kept.var(axis=0, ddof=1).sum()), len(items)
    return k / (k - 1) * (1 - parts / whole) if whole > 1e-12 else None


@dataclass(frozen=True, slots=True)
class ImportancePoint:
    """One item in the matrix of importance and performance, with the quarter it lies in (a message id)."""

    name: str
    importance: float
    performance: float
    quarter: str


@dataclass(frozen=True, slots=True)
class ImportanceMatrix:
    """Points and where the lines cross: the mean importance and the mean performance."""

    points: tuple[ImportancePoint, ...]
    importance: float
    performance: float


QUARTERS = {
    (True, True): "Strength",
    (True, False): "Improve first",
    (False, False): "Opportunity",
    (False, True): "Maintain",
}
"""(important, performing) → quarter: 优势区, 改进区, 机会区, 维持区."""


def importance_performance(
    importance: Mapping[str, float], means: Mapping[str, float], *, scale: Scale | Mapping[str, Scale] = (1, 10)
) -> ImportanceMatrix:
    """Importance (e.g. shares of `drivers`) against performance (mean − min)/(max − min)·100; lines cross at the means.

    `scale`: one for all items or one each. A point on a line counts as important or performing.

    >>> made = importance_performance({"speed": 60, "shade": 40}, {"speed": 5.5, "shade": 9.1})
    >>> [(point.name, point.quarter) for point in made.points]
    [('speed', 'Improve first'), ('shade', 'Maintain')]
    """
    if not importance or set(importance) != set(means):
        raise NotPossible("There must be one mean per driver")
    scales = {name: scale[name] if isinstance(scale, Mapping) else scale for name in importance}
    performance = {name: 100 * (means[name] - low) / (high - low) for name, (low, high) in scales.items()}
    middle, centre = _mean(list(importance.values())), _mean(list(performance.values()))
    points = tuple(
        ImportancePoint(name, float(value), performance[name], QUARTERS[value >= middle, performance[name] >= centre])
        for name, value in importance.items()
    )
    return ImportanceMatrix(points, middle, centre)


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def system_usability(answers: Sequence[float | None]) -> float | None:
    """SUS of one person's ten answers on 1 … 5: (Σ(odd − 1) + Σ(5 − even))·2.5, 0 … 100; None if one is missing.

    Brooke (1996). All 5s give 50, not 100: even items point the other way.

    >>> system_usability([5, 4, 2, 1, 2, 3, 2, 4, 5, 2])
    55.0
    """
    given = finite_numbers(answers, "answers")
    if len(given) != 10:
        raise NotPossible("SUS has ten items, not %(n)s", n=len(given))
    if np.isnan(given).any():
        return None
    _on_scale({"answers": given}, (1, 5))
    return 2.5 * float((given[0::2] - 1).sum() + (5 - given[1::2]).sum())
