"""Key drivers: how much of an outcome goes along with each driver, with direction, collinearity and certainty."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .importance import METHODS, MOST_FOR_LMG, inflation, last, standardised
from .inputs import Values, equally_long, share_of
from .joint import Joint, joint, pairwise
from .notes import Note, NotPossible
from .scores.base import Floats

ENOUGH = 100
ENOUGH_PER_DRIVER = 10
"""House rule: below these bases importance is shown with a warning."""


@dataclass(frozen=True, slots=True)
class Driver:
    """One driver. `value`, `low` and `high` are its share of the importance of all drivers, in percent.

    `contribution` is its part of R² (for method "regression" the size of `beta`). `beta` carries the direction,
    given the other drivers; `correlation` is the direction of the simple correlation, which can differ. `alone` is
    its R² without and `last` its gain in R² after all other drivers. `vif`: above 5 worth a look, above 10 a
    problem, None when the others determine it. `mean` is the average answer. `rank` is the range of places that
    the intervals allow: (1, 1) is surely first, (2, 4) is second to fourth.
    """

    name: str
    value: float
    low: float | None
    high: float | None
    n: int
    contribution: float
    beta: float
    correlation: float
    alone: float
    last: float
    vif: float | None
    mean: float
    rank: tuple[int, int]

    @property
    def direction(self) -> int:
        """1 where more goes with a better outcome given the others, −1 where with a worse, 0 for no relation."""
        return int(np.sign(round(self.beta, 12)))


@dataclass(frozen=True, slots=True)
class Drivers:
    """All drivers of one outcome in the given order. Iterate, or take one by name."""

    drivers: tuple[Driver, ...]
    r2: float
    n: int
    rows: int
    method: str
    confidence: float
    notes: tuple[Note, ...]

    def __iter__(self) -> Iterator[Driver]:
        return iter(self.drivers)

    def __len__(self) -> int:
        return len(self.drivers)

    def __getitem__(self, name: str) -> Driver:
        return next(driver for driver in self.drivers if driver.name == name)

    @property
    def ranked(self) -> tuple[Driver, ...]:
        """The most important first."""
        return tuple(sorted(self.drivers, key=lambda driver: -driver.value))


def drivers(
    outcome: Values,
    drivers: Mapping[str, Values],
    *,
    method: str = "lmg",
    weights: Values | None = None,
    missing: str = "listwise",
    confidence: float = 0.95,
    draws: int = 500,
    seed: int = 1,
) -> Drivers:
    """The relative importance of `drivers` (name → column) for `outcome`, from a linear regression.

    `method`: "lmg" averages the gain in R² over all orders (Lindeman, Merenda & Gold 1980; up to 15 drivers),
    "johnson" gives relative weights (Johnson 2000; any number), "regression" the sizes of the standardised
    coefficients, which do not add up to R². `missing`: "listwise" uses rows where all is answered; "pairwise" all
    rows each correlation can use, refused when the matrix is not positive definite. Intervals are percentiles of
    `draws` bootstrap samples with `seed` (above 5,000 rows of a sample of rows, scaled by √(m/n)); 0 draws, or
    "pairwise": none. Importance is association, not proof of cause. ValueError for unknown names, text, constants
    as outcome, or fewer complete rows than drivers + 2.

    >>> found = drivers([1, 2, 3, 4, 5, 6], {"speed": [1, 2, 3, 4, 5, 6], "shade": [1, 0, 0, 1, 0, 0]}, draws=0)
    >>> round(found.r2, 6), found.ranked[0].name
    (1.0, 'speed')
    """
    _check(drivers, method, missing)
    equally_long({"outcome": outcome, **drivers})
    columns = {**drivers, "": outcome}
    held = joint(columns, weights) if missing == "listwise" else pairwise(columns, weights)
    _check_base(held, len(drivers))
    spread = _bootstrap(held, method, draws, seed) if missing == "listwise" and draws else None
    return _found(tuple(drivers), held, method, spread, confidence)


def _found(
    names: tuple[str, ...], held: Joint, method: str, spread: tuple[Floats, float] | None, confidence: float
) -> Drivers:
    correlations, is_varying = held.correlations()
    parts, shares = _importance(correlations, method)
    limits = _limits(shares, spread, held.n, confidence)
    found = _described(names, held, correlations, parts, shares, limits)
    r2 = share_of(float(standardised(correlations) @ correlations[:-1, -1]))
    notes = _notes(found, held, names, is_varying, method)
    return Drivers(found, r2, held.n, held.rows, method, confidence, notes)


def drivers_of_correlations(
    names: Sequence[str], correlations: Sequence[Sequence[float]] | Floats, *, n: int, method: str = "lmg",
    means: Sequence[float] | None = None, confidence: float = 0.95,
) -> Drivers:  # fmt: skip
    """`drivers` from a ready matrix of correlations of shape (p + 1, p + 1), the outcome last; without intervals.

    For millions of rows the matrix is all that is needed: `n` complete rows and the drivers' `means` are told along.
    ValueError for a matrix that is not one of correlations.

    >>> found = drivers_of_correlations(["a", "b"], [[1, 0, 0.6], [0, 1, 0.3], [0.6, 0.3, 1]], n=500)
    >>> [round(driver.contribution, 4) for driver in found]
    [0.36, 0.09]
    """
    made = np.asarray(correlations, float)
    size = len(names) + 1
    _check(dict.fromkeys(names, ()), method, "listwise")
    if made.shape != (size, size) or not np.allclose(made, made.T) or not np.allclose(np.diag(made), 1):
        raise NotPossible("Correlations must be one square table with the outcome last")
    if np.linalg.eigvalsh(made)[0] < -1e-8:
        raise NotPossible("The correlations contradict each other")
    averages = np.zeros(size) if means is None else np.append(np.asarray(means, float), 0.0)
    held = Joint(n, n, averages, made, np.zeros((0, size)), np.zeros(0))
    _check_base(held, len(names))
    return _found(tuple(names), held, method, None, confidence)


def _check(drivers: Mapping[str, Values], method: str, missing: str) -> None:
    if method not in METHODS:
        raise ValueError(f"no method is called {method}; use one of {', '.join(METHODS)}")
    if missing not in ("listwise", "pairwise"):
        raise ValueError("missing must be listwise or pairwise")
    if not drivers:
        raise NotPossible("At least one driver is needed")
    if METHODS[method] is METHODS["lmg"] and len(drivers) > MOST_FOR_LMG:
        raise NotPossible(
            "LMG takes at most %(most)s drivers, not %(n)s: use relative weights", most=MOST_FOR_LMG, n=len(drivers)
        )


def _check_base(held: Joint, p: int) -> None:
    if held.n < p + 2:
        raise NotPossible("%(n)s complete answers are too few for %(p)s drivers", n=held.n, p=p)
    if not held.correlations()[1][-1]:
        raise NotPossible("Every answer to the outcome is the same: nothing goes along with it")


def _importance(correlations: Floats, method: str) -> tuple[Floats, Floats]:
    """Contributions and their shares in percent, for one matrix or many."""
    parts = np.maximum(METHODS[method](correlations), 0)
    total = parts.sum(-1, keepdims=True)
    shares = np.divide(100 * parts, total, out=np.zeros_like(parts), where=total > 1e-15)
    return parts, shares


def _bootstrap(held: Joint, method: str, draws: int, seed: int) -> tuple[Floats, float]:
    """Shares of every draw minus those of the sample of rows they come from, and the factor √(m/n)."""
    sample = held.sample(seed)
    own = _importance(sample.correlations()[0], method)[1]
    batch = max(1, 2**21 // (4 * 2 ** min(held.size - 1, MOST_FOR_LMG)))
    made = [_importance(drawn, method)[1] for drawn in sample.draws(draws, seed, batch)]
    return np.concatenate(made) - own, float(np.sqrt(sample.n / held.n))


def _limits(
    shares: Floats, spread: tuple[Floats, float] | None, n: int, confidence: float
) -> list[tuple[float | None, float | None]]:
    if not 0 < confidence < 1:
        raise ValueError("confidence must lie between 0 and 1")
    if spread is None:
        return [(None, None)] * len(shares)
    tail = (1 - confidence) / 2
    low, high = shares + spread[1] * np.quantile(spread[0], [tail, 1 - tail], axis=0)
    low, high = np.maximum(0, np.minimum(low, shares)), np.minimum(100, np.maximum(high, shares))
    return [(float(a), float(b)) for a, b in zip(low, high, strict=True)]


def _described(
    names: tuple[str, ...], held: Joint, correlations: Floats, parts: Floats, shares: Floats,
    limits: list[tuple[float | None, float | None]],
) -> tuple[Driver, ...]:  # fmt: skip
    betas, factors = standardised(correlations), inflation(correlations)
    simple = correlations[:-1, -1]
    own = last(correlations) if len(names) <= MOST_FOR_LMG else _last(betas, factors)
    made = tuple(
        Driver(
            name, float(shares[j]), *limits[j], held.n, float(parts[j]), float(betas[j]), float(simple[j]),
            float(simple[j] ** 2), max(0.0, float(own[j])), factors[j], float(held.means[j]), (1, len(names)),
        )
        for j, name in enumerate(names)
    )  # fmt: skip
    return tuple(replace(driver, rank=_places(driver, made)) for driver in made)


def _last(betas: Floats, factors: list[float | None]) -> list[float]:
    return [float(beta**2 / factor) if factor else 0.0 for beta, factor in zip(betas, factors, strict=True)]


def _places(driver: Driver, others: tuple[Driver, ...]) -> tuple[int, int]:
    low = driver.value if driver.low is None else driver.low
    high = driver.value if driver.high is None else driver.high
    above = sum((o.value if o.low is None else o.low) > high for o in others)
    below = sum((o.value if o.high is None else o.high) < low for o in others)
    return 1 + above, len(others) - below


def _notes(
    found: tuple[Driver, ...], held: Joint, names: tuple[str, ...], is_varying: Floats, method: str
) -> tuple[Note, ...]:
    notes = [
        Note("Every answer to %(name)s is the same: it cannot explain anything", {"name": name})
        for name, varies in zip(names, is_varying, strict=False)
        if not varies
    ]
    if held.n < max(ENOUGH, ENOUGH_PER_DRIVER * len(names)):
        least = max(ENOUGH, ENOUGH_PER_DRIVER * len(names))
        notes.append(
            Note("Importance from %(n)s answers is uncertain: wait for %(least)s", {"n": held.n, "least": least})
        )
    for driver in found:
        if driver.vif is None:
            notes.append(Note("The other drivers determine %(name)s", {"name": driver.name}))
        elif driver.vif > 5:
            notes.append(Note("%(name)s overlaps strongly with the other drivers", {"name": driver.name}))
    if held.n < held.rows:
        notes.append(Note("%(left)s rows without all answers are left out", {"left": held.rows - held.n}))
    if METHODS[method] is METHODS["regression"]:
        notes.append(Note("Sizes of coefficients do not add up to the share explained"))
    return tuple(notes)
