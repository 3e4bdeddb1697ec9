"""Linear regression for those who know: coefficients, robust and autocorrelation-proof errors, predictions."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .distributions import normal_p, t_of, t_p, z_of
from .inputs import Values, equally_long, finite_numbers
from .notes import NotPossible
from .scores.base import Floats

ERRORS = ("classical", "hc0", "hc3", "newey-west")


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One coefficient b: the change of the outcome per unit of its column, all others held."""

    name: str
    value: float
    low: float
    high: float
    n: int
    standard_error: float
    statistic: float
    p: float


@dataclass(frozen=True, slots=True)
class Regression:
    """A fitted line: coefficients (the intercept first), what is left over, and how well it holds.

    `durbin_watson` near 2 means that neighbouring residuals do not follow each other (for rows in time order).
    """

    coefficients: tuple[Coefficient, ...]
    r2: float
    adjusted_r2: float
    sigma: float
    n: int
    degrees: int
    residuals: Floats
    fitted: Floats
    durbin_watson: float | None
    inverse: Floats
    errors: str
    confidence: float

    def __getitem__(self, name: str) -> Coefficient:
        return next(c for c in self.coefficients if c.name == name)

    def predict(self, at: Mapping[str, float]) -> "Prediction":
        """The outcome at one point (name → number, all columns): for the mean there, and for one new case.

        ŷ ± t·σ·√(x′(X′X)⁻¹x) and ŷ ± t·σ·√(1 + x′(X′X)⁻¹x).
        """
        x = np.array([1.0 if c.name == INTERCEPT else float(at[c.name]) for c in self.coefficients])
        value = float(x @ [c.value for c in self.coefficients])
        spread = float(x @ self.inverse @ x)
        t = t_of(self.confidence, self.degrees) * self.sigma
        mean, one = t * spread**0.5, t * (1 + spread) ** 0.5
        return Prediction(value, value - mean, value + mean, value - one, value + one)


@dataclass(frozen=True, slots=True)
class Prediction:
    """A predicted value, the confidence interval of its mean, and the (wider) prediction interval of one case."""

    value: float
    low: float
    high: float
    one_low: float
    one_high: float


INTERCEPT = "intercept"


def regression(
    outcome: Values,
    columns: Mapping[str, Values],
    *,
    errors: str = "classical",
    lags: int | None = None,
    confidence: float = 0.95,
) -> Regression:
    """Least squares of `outcome` on `columns` (name → numbers) with an intercept, over the complete rows.

    `errors`: classical (t, equal spread), hc0 or hc3 (z, any spread: White 1980; MacKinnon & White 1985), newey-west
    (z, neighbours in time that depend on each other over `lags` rows, default 4(n/100)^(2/9); Bartlett weights, no
    small-sample factor). ValueError for columns that determine each other and fewer rows than coefficients + 1.

    >>> fit = regression([1, 3, 5, 7.5], {"x": [0, 1, 2, 3]})
    >>> round(fit["x"].value, 2), round(fit.r2, 4)
    (2.15, 0.9968)
    """
    if errors not in ERRORS:
        raise ValueError(f"errors must be one of {', '.join(ERRORS)}")
    equally_long({"outcome": outcome, **columns})
    y = finite_numbers(outcome, "outcome")
    made = [np.ones(len(y)), *(finite_numbers(column, name) for name, column in columns.items())]
    block = np.column_stack([y, *made])
    kept = block[~np.isnan(block).any(axis=1)]
    return fit(kept[:, 0], kept[:, 1:], (INTERCEPT, *columns), errors=errors, lags=lags, confidence=confidence)


def fit(
    y: Floats, x: Floats, names: tuple[str, ...], *, errors: str, lags: int | None, confidence: float
) -> Regression:
    """`regression` of complete rows with a ready design matrix, one column per name."""
    n, k = x.shape
    if n < k + 1:
        raise NotPossible("%(n)s complete answers are too few for %(p)s drivers", n=n, p=k - 1)
    scale = np.sqrt((x**2).sum(axis=0))
    if (scale == 0).any() or np.linalg.matrix_rank(x / scale, tol=1e-9) < k:
        raise NotPossible("Some columns determine each other: leave one out")
    inverse = np.linalg.inv((x / scale).T @ (x / scale)) / np.outer(scale, scale)
    betas = inverse @ (x.T @ y)
    fitted = x @ betas
    left = y - fitted
    degrees, within = n - k, float(left @ left)
    total = float(((y - y.mean()) ** 2).sum())
    r2 = max(0.0, 1 - within / total) if total else 0.0
    spread = _spread(x, left, inverse, degrees, errors, lags)
    coefficients = _coefficients(names, betas, spread, n, degrees, errors, confidence)
    watson = float((np.diff(left) ** 2).sum() / within) if within > 1e-12 * max(total, 1e-300) else None
    return Regression(coefficients, r2, 1 - (1 - r2) * (n - 1) / degrees, (within / degrees) ** 0.5, n, degrees,
                      left, fitted, watson, inverse, errors, confidence)  # fmt: skip


def _spread(x: Floats, left: Floats, inverse: Floats, degrees: int, errors: str, lags: int | None) -> Floats:
    """The covariance of the coefficients under the named assumption."""
    if errors == "classical":
        return np.asarray(inverse * (left @ left) / degrees)
    if errors == "hc3":
        leverage = np.einsum("ij,jk,ik->i", x, inverse, x)
        left = left / np.maximum(1e-12, 1 - leverage)
    scores = x * left[:, np.newaxis]
    middle = scores.T @ scores
    if errors == "newey-west":
        reach = int(4 * (len(x) / 100) ** (2 / 9)) if lags is None else lags
        for lag in range(1, min(reach, len(x) - 1) + 1):
            crossed = scores[lag:].T @ scores[:-lag]
            middle = middle + (1 - lag / (reach + 1)) * (crossed + crossed.T)
    return np.asarray(inverse @ middle @ inverse)


def _coefficients(
    names: tuple[str, ...], betas: Floats, spread: Floats, n: int, degrees: int, errors: str, confidence: float
) -> tuple[Coefficient, ...]:
    is_t = errors == "classical"
    quantile = t_of(confidence, degrees) if is_t else z_of(confidence)
    made = []
    for name, value, variance in zip(names, betas, np.diag(spread), strict=True):
        error, value = max(0.0, float(variance)) ** 0.5, float(value)
        statistic = value / error if error else 0.0
        p = (t_p(statistic, degrees) if is_t else normal_p(statistic)) if error else float(value == 0)
        half = quantile * error
        made.append(Coefficient(name, value, value - half, value + half, n, error, statistic, p))
    return tuple(made)
