"""Logistic regression: what goes with a yes, as odds ratios with intervals."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .distributions import normal_p, z_of
from .inputs import Values, equally_long, finite_numbers
from .linear import INTERCEPT
from .notes import NotPossible
from .scores.base import Floats

STEPS = 50
SEPARATED = 30.0
"""A linear predictor beyond this means that the columns tell yes from no without error: no coefficient is finite."""


@dataclass(frozen=True, slots=True)
class Odds:
    """One coefficient b as an odds ratio exp(b) with its interval: above 1 more yes per unit, all others held."""

    name: str
    value: float
    low: float
    high: float
    n: int
    coefficient: float
    standard_error: float
    p: float


@dataclass(frozen=True, slots=True)
class Logistic:
    """A fitted model: odds ratios (the intercept first), log likelihood, McFadden's R², and the share of yes."""

    odds: tuple[Odds, ...]
    n: int
    yes: int
    log_likelihood: float
    r2: float

    def __getitem__(self, name: str) -> Odds:
        return next(one for one in self.odds if one.name == name)

    def chance(self, at: Mapping[str, float]) -> float:
        """The chance of a yes in percent at one point (name → number, all columns)."""
        line = sum(one.coefficient * (1.0 if one.name == INTERCEPT else float(at[one.name])) for one in self.odds)
        return 100 / (1 + float(np.exp(-line)))


def logistic(outcome: Values, columns: Mapping[str, Values], *, confidence: float = 0.95) -> Logistic:
    """Maximum likelihood of log(p/(1 − p)) = Σ b·x over the complete rows, `outcome` 0 or 1 (Cox 1958).

    Newton's method; Wald intervals. ValueError for an outcome other than 0 and 1 or all alike, fewer rows than
    columns + 2, columns that determine each other, and columns that separate yes from no.

    >>> made = logistic([0, 0, 1, 0, 1, 1, 0, 1], {"x": [1, 2, 3, 4, 5, 6, 2, 4]})
    >>> made.yes, made["x"].value > 1
    (4, True)
    """
    equally_long({"outcome": outcome, **columns})
    block = np.column_stack([finite_numbers(outcome, "outcome"), *(finite_numbers(v, k) for k, v in columns.items())])
    kept = block[~np.isnan(block).any(axis=1)]
    y, x = kept[:, 0], np.column_stack([np.ones(len(kept)), kept[:, 1:]])
    n, k = x.shape
    if not np.isin(y, (0, 1)).all():
        raise NotPossible("The outcome must be 0 or 1")
    if n < k + 1:
        raise NotPossible("%(n)s complete answers are too few for %(p)s drivers", n=n, p=k - 1)
    if y.min() == y.max():
        raise NotPossible("Every answer to the outcome is the same: nothing goes along with it")
    scale = np.sqrt((x**2).mean(axis=0))
    if (scale == 0).any() or np.linalg.matrix_rank(x / scale, tol=1e-9) < k:
        raise NotPossible("Some columns determine each other: leave one out")
    betas, spread, best = _newton(y, x / scale)
    share = y.mean()
    none = float(n * (share * np.log(share) + (1 - share) * np.log1p(-share)))
    odds = _odds((INTERCEPT, *columns), betas / scale, np.sqrt(np.diag(spread)) / scale, n, confidence)
    return Logistic(odds, n, int(y.sum()), best, 1 - best / none)


def _newton(y: Floats, x: Floats) -> tuple[Floats, Floats, float]:
    betas = np.zeros(x.shape[1])
    for _ in range(STEPS):
        line = x @ betas
        if np.abs(line).max() > SEPARATED:
            break
        p = 1 / (1 + np.exp(-line))
        information = (x * (p * (1 - p))[:, np.newaxis]).T @ x
        step = np.linalg.solve(information, x.T @ (y - p))
        betas = betas + step
        if np.abs(step).max() < 1e-10:
            likelihood = float(np.sum(y * line - np.logaddexp(0, line)))
            return betas, np.asarray(np.linalg.inv(information), np.float64), likelihood
    raise NotPossible("The columns tell yes from no without error: there are no finite odds")


def _odds(names: tuple[str, ...], betas: Floats, errors: Floats, n: int, confidence: float) -> tuple[Odds, ...]:
    z, made = z_of(confidence), []
    for name, b, error in zip(names, betas.tolist(), errors.tolist(), strict=True):
        value, low, high = (float(np.exp(b + side * z * error)) for side in (0, -1, 1))
        made.append(Odds(name, value, low, high, n, b, error, normal_p(b / error)))
    return tuple(made)
