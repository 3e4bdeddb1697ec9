"""Weights that make the answers look like the population: raking, post-stratification, response classes, trimming."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .inputs import Codes, Values, categories, equally_long, weights_of
from .notes import Note, NotPossible
from .scores.base import Floats

Targets = Mapping[str, Mapping[Any, float]]
"""Variable → category → share of the population."""


@dataclass(frozen=True, slots=True)
class Margin:
    """One category of one variable: its share in the population, in the answers before and after, all in percent."""

    variable: str
    category: Any
    target: float
    before: float
    after: float
    n: int


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights with mean 1, and what they cost.

    `deff` is Kish's design effect n·Σw²/(Σw)², `n_eff` = n/deff the number of equal answers that would be worth as
    much. `capped` is the share of answers held at the cap, in percent. `has_converged` is False when weights
    were still moving after `iterations`, or a margin is not met (notes say which): do not use such weights.
    """

    weights: Floats
    has_converged: bool
    iterations: int
    change: float
    margins: tuple[Margin, ...]
    capped: float
    notes: tuple[Note, ...]

    @property
    def n(self) -> int:
        return int((self.weights > 0).sum())

    @property
    def deff(self) -> float:
        return design_effect(self.weights)

    @property
    def n_eff(self) -> float:
        return effective_n(self.weights)

    @property
    def smallest(self) -> float:
        return float(self.weights.min())

    @property
    def largest(self) -> float:
        return float(self.weights.max())


def design_effect(weights: Values) -> float:
    """Kish's design effect n·Σw²/(Σw)² = 1 + cv²; answers without weight are not counted. At least 1.

    >>> round(design_effect([1, 1, 2]), 4)
    1.125
    """
    w = _positive(weights)
    return max(1.0, float(len(w) * (w @ w) / w.sum() ** 2))


def effective_n(weights: Values) -> float:
    """Kish's effective base (Σw)²/Σw²: how many equally weighted answers would be as sure.

    >>> round(effective_n([1, 1, 2]), 4)
    2.6667
    """
    w = _positive(weights)
    return float(w.sum() ** 2 / (w @ w))


def _positive(weights: Values) -> Floats:
    made = weights_of(weights, len(np.asarray(weights)))
    if made is None or not len(made):
        raise NotPossible("There are no weights")
    return made[made > 0]


def rake(
    columns: Mapping[str, Values],
    targets: Targets,
    *,
    base: Values | None = None,
    tolerance: float = 1e-8,
    cap: float | None = None,
    iterations: int = 1000,
) -> Weights:
    """Weights whose weighted margins meet all `targets` at once (Deming & Stephan 1940).

    `columns`: variable → categories, row by row. `targets`: variable → category → share, adding up to 1. Margin after
    margin is scaled in turn, until no weight changes by more than `tolerance` (of the mean weight) in a round. `base`:
    weights to start from. `cap`: no weight above so many times the mean. A row that misses a variable is left alone
    by that variable. ValueError for shares that do not add up to 1, categories without answers or without target.

    >>> made = rake({"sex": ["f", "f", "f", "m"]}, {"sex": {"f": 0.5, "m": 0.5}})
    >>> made.weights.round(4).tolist(), round(made.deff, 4)
    ([0.6667, 0.6667, 0.6667, 2.0], 1.3333)
    """
    n = equally_long(columns)
    if set(columns) != set(targets):
        raise NotPossible("Every variable needs both a column and targets: %(names)s",
                          names=", ".join(sorted(set(columns) ^ set(targets))))  # fmt: skip
    if cap is not None and cap < 1:
        raise NotPossible("The cap must be at least 1, the mean weight")
    start = weights_of(base, n)
    start = np.ones(n) if start is None else start
    if not n:
        raise NotPossible("There are no answers to weight")
    coded = {name: _coded(name, columns[name], targets[name], start) for name in targets}
    w, rounds, change, is_capped = _cycled(start / start[start > 0].mean(), coded, tolerance, cap, iterations)
    margins = tuple(margin for name in targets for margin in _margins(name, coded[name], targets[name], start, w))
    capped = 100 * float(np.mean(is_capped))
    off = _unmet(margins)
    notes = (*_notes(coded, change > tolerance, rounds, capped), *off)
    return Weights(w, change <= tolerance and not off, rounds, change, margins, capped, notes)


Coded = tuple[Codes, Floats]
"""Category number of each row (−1 for none) and the target share of each category."""


def _coded(name: str, column: Values, target: Mapping[Any, float], weights: Floats) -> Coded:
    codes, labels = categories(column)
    goal = np.array([float(share) for share in target.values()])
    if not np.isfinite(goal).all() or (goal < 0).any() or abs(goal.sum() - 1) > 1e-6:
        raise NotPossible("The targets of %(name)s add up to %(sum)s, not to 1", name=name, sum=f"{goal.sum():.6g}")
    places = {label: place for place, label in enumerate(target)}
    held = np.bincount(codes[codes >= 0], weights[codes >= 0], len(labels))
    for label, weight in zip(labels, held, strict=True):
        if label not in places and weight > 0:
            raise NotPossible("%(name)s: there is no target for %(category)s", name=name, category=label)
    table = np.array([places.get(label, -1) for label in labels] + [-1], np.intp)
    made = table[codes]
    there = np.bincount(made[made >= 0], weights[made >= 0], len(goal))
    for label, share, weight in zip(target, goal, there, strict=True):
        if share > 0 and not weight > 0:
            raise NotPossible("%(name)s: nobody answered as %(category)s, so it cannot be weighted up",
                              name=name, category=label)  # fmt: skip
    return made, goal / goal.sum()


def _cycled(
    start: Floats, coded: Mapping[str, Coded], tolerance: float, cap: float | None, iterations: int
) -> tuple[Floats, int, float, npt.NDArray[np.bool_]]:
    w, change, is_capped = start, np.inf, np.zeros(len(start), bool)
    for done in range(1, iterations + 1):
        before = w
        for codes, goal in coded.values():
            w = w * _factors(w, codes, goal)
        w = w / w[start > 0].mean()
        if cap is not None:
            is_capped = w > cap * (1 - 1e-12)
            w = np.minimum(w, cap)
        change = float(np.abs(w - before).max())
        if change <= tolerance:
            return w, done, change, is_capped
    return w, iterations, change, is_capped


def _factors(w: Floats, codes: Codes, goal: Floats) -> Floats:
    """What one margin multiplies each row by; 1 where the row misses the variable."""
    known = codes >= 0
    held = np.bincount(codes[known], w[known], len(goal))
    wanted = goal * held.sum()
    factors = np.divide(wanted, held, out=np.ones_like(goal), where=held > 0)
    return np.where(known, factors[codes], 1.0)


def _margins(name: str, coded: Coded, target: Mapping[Any, float], start: Floats, w: Floats) -> list[Margin]:
    codes, goal = coded
    known = codes >= 0
    n, before, after = (np.bincount(codes[known], part[known], len(goal)) for part in (np.sign(start), start, w))
    rows = zip(target, goal * 100, 100 * before / before.sum(), 100 * after / after.sum(), n, strict=True)
    return [Margin(name, label, float(t), float(b), float(a), int(k)) for label, t, b, a, k in rows]


def _unmet(margins: tuple[Margin, ...]) -> tuple[Note, ...]:
    return tuple(
        Note(
            "%(name)s, %(category)s: %(points)s points off its target, which the other targets or the cap rule out",
            {"name": m.variable, "category": m.category, "points": f"{m.after - m.target:+.1f}"},
        )
        for m in margins
        if abs(m.after - m.target) > 1e-4
    )


def _notes(coded: Mapping[str, Coded], is_moving: bool, rounds: int, capped: float) -> tuple[Note, ...]:  # noqa: FBT001
    notes = [
        Note("%(n)s answers miss %(name)s: it does not change their weight", {"n": missing, "name": name})
        for name, (codes, _) in coded.items()
        if (missing := int((codes < 0).sum()))
    ]
    if is_moving:
        notes.append(Note("The weights did not settle in %(n)s rounds: do not use them", {"n": rounds}))
    if capped:
        notes.append(Note("%(share)s%% of the weights are held at the cap", {"share": f"{capped:.1f}"}))
    return tuple(notes)


def post_stratify(column: Values, targets: Mapping[Any, float], *, base: Values | None = None) -> Floats:
    """Base weight × population size / weighted answers of each category: weights that add up to the population.

    `targets` are sizes N_h (or shares: then the weights add up to 1). Rows without a category get 0. ValueError as
    for `rake`, except that targets need not add up to 1.

    >>> post_stratify(["E", "E", "H"], {"E": 100, "H": 30}).tolist()
    [50.0, 50.0, 30.0]
    """
    n = len(categories(column)[0])
    start = weights_of(base, n)
    start = np.ones(n) if start is None else start
    total = sum(targets.values())
    if not total > 0:
        raise NotPossible("The targets must be above 0")
    codes, goal = _coded("", column, {label: size / total for label, size in targets.items()}, start)
    held = np.bincount(codes[codes >= 0], start[codes >= 0], len(goal))
    factors = np.divide(goal * total, held, out=np.zeros_like(goal), where=held > 0)
    return np.where(codes >= 0, start * np.append(factors, 0)[codes], 0.0)


def trim(weights: Values, *, cap: float = 5.0) -> Weights:
    """Weights of at most `cap` times the mean; what is cut off is spread over the others in proportion.

    >>> trim([1, 1, 1, 9], cap=2).weights.round(4).tolist()
    [0.6667, 0.6667, 0.6667, 2.0]
    """
    made = weights_of(weights, len(np.asarray(weights)))
    if made is None or not len(made):
        raise NotPossible("There are no weights")
    if cap < 1:
        raise NotPossible("The cap must be at least 1, the mean weight")
    start = made / made.mean()
    w, rounds, change, is_capped = _cycled(start, {}, 1e-12, cap, 10_000)
    capped = 100 * float(np.mean(is_capped))
    return Weights(w, change <= 1e-12, rounds, change, (), capped, _notes({}, change > 1e-12, rounds, capped))


@dataclass(frozen=True, slots=True)
class ResponseClass:
    """Customers that answer alike: how many were asked, how many answered, in percent, and the factor 1/rate."""

    name: str
    invited: int
    answered: int
    rate: float
    factor: float


def response_classes(
    names: Sequence[str], invited: Sequence[int], answered: Sequence[int]
) -> tuple[ResponseClass, ...]:
    """Weighting classes against non-response: each answer stands for invited/answered customers of its class.

    ValueError for a class that nobody answered (put it together with a similar one) or more answers than invitations.

    >>> response_classes(["new"], [400], [40])[0].factor
    10.0
    """
    if not len(names) == len(invited) == len(answered):
        raise NotPossible("All columns must be equally long")
    made = []
    for name, asked, got in zip(names, invited, answered, strict=True):
        if not 0 < got <= asked:
            raise NotPossible("%(name)s: %(answered)s of %(invited)s answered, which gives no weight",
                              name=name, answered=got, invited=asked)  # fmt: skip
        made.append(ResponseClass(name, int(asked), int(got), 100 * got / asked, asked / got))
    return tuple(made)
