"""What a regression takes for granted, looked at: spread and shape of residuals, overlap, single rows that steer."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .distributions import chi2_p
from .importance import inflation
from .inputs import Values, equally_long, finite_numbers
from .joint import joint_of
from .linear import INTERCEPT, Regression, fit
from .notes import Note
from .scores.base import Floats

LEVEL = 0.05
MOST = 20
"""Rows that are named as influential."""


@dataclass(frozen=True, slots=True)
class Check:
    """One test of an assumption; a small `p` says that it does not hold. None where it cannot be tested."""

    statistic: float | None
    p: float | None

    @property
    def is_doubtful(self) -> bool:
        return self.p is not None and self.p < LEVEL


@dataclass(frozen=True, slots=True)
class CheckedRegression:
    """A regression with what it assumes. Iterate `model.coefficients`; `notes` say what a reader must know.

    `normality`: Jarque & Bera (1987), n/6·(skew² + (kurtosis − 3)²/4), chi² with 2. `spread`: Koenker (1981), n·R² of
    the squared residuals on the columns, chi² with p. `vif` by name, None where the others determine a column.
    `influential`: rows (of those given, from 0) with Cook's distance above 4/n, the largest first, at most 20, and the
    largest `distance`. `skew` and `kurtosis` (3 for the normal) are of the residuals.
    """

    model: Regression
    normality: Check
    spread: Check
    skew: float | None
    kurtosis: float | None
    vif: Mapping[str, float | None]
    influential: tuple[int, ...]
    distance: float | None
    notes: tuple[Note, ...]


def checked_regression(
    outcome: Values, columns: Mapping[str, Values], *, errors: str = "hc3", confidence: float = 0.95
) -> CheckedRegression:
    """`regression` with robust errors (default hc3) and its assumptions tested, over the complete rows.

    ValueError as in `regression`. A regression of answers tells what goes together, not what comes of what.

    >>> x, y = [1, 2, 3, 4, 5, 6, 7, 8], [2.1, 3.9, 6.2, 7.8, 10.1, 12.2, 13.8, 16.1]
    >>> made = checked_regression(y, {"x": x})
    >>> made.spread.is_doubtful, made.vif, made.normality.is_doubtful
    (False, {'x': 1.0}, False)
    """
    equally_long({"outcome": outcome, **columns})
    block = np.column_stack([finite_numbers(outcome, "outcome"), *(finite_numbers(v, k) for k, v in columns.items())])
    places = np.flatnonzero(~np.isnan(block).any(axis=1))
    y, x = block[places, 0], block[places, 1:]
    design = np.column_stack([np.ones(len(y)), x])
    model = fit(y, design, (INTERCEPT, *columns), errors=errors, lags=None, confidence=confidence)
    within = float(model.residuals @ model.residuals)
    is_exact = within <= 1e-20 * max(1e-300, float(((y - y.mean()) ** 2).sum()))
    skew, kurtosis, normality = (None, None, Check(None, None)) if is_exact else _shape(model.residuals)
    spread = Check(None, None) if is_exact else _spread(model.residuals, design)
    cook = np.zeros(len(y)) if is_exact else _cook(model, design)
    steering = np.argsort(-cook, kind="stable")[: int(min(MOST, (cook > 4 / len(y)).sum()))]
    vif = dict(zip(columns, inflation(_correlations(x)), strict=True))
    notes = _notes(model, normality, spread, vif, float(cook.max(initial=0.0)))
    return CheckedRegression(
        model, normality, spread, skew, kurtosis, vif, tuple(places[steering].tolist()),
        None if is_exact else float(cook.max()), notes,
    )  # fmt: skip


def _correlations(x: Floats) -> Floats:
    """The correlations of the columns, with a row for an outcome that the factors do not look at."""
    made = np.eye(x.shape[1] + 1)
    made[:-1, :-1] = joint_of(x, np.ones(len(x)), len(x)).correlations()[0]
    return made


def _shape(residuals: Floats) -> tuple[float, float, Check]:
    n, two = len(residuals), float(np.mean(residuals**2))
    skew, kurtosis = float(np.mean(residuals**3)) / two**1.5, float(np.mean(residuals**4)) / two**2
    statistic = n / 6 * (skew**2 + (kurtosis - 3) ** 2 / 4)
    return skew, kurtosis, Check(statistic, chi2_p(statistic, 2))


def _spread(residuals: Floats, design: Floats) -> Check:
    squares = residuals**2
    about = squares - squares.mean()
    total = float(about @ about)
    if total <= 1e-20 * float(squares @ squares):
        return Check(0.0, 1.0)
    fitted = design @ np.linalg.lstsq(design, squares, rcond=None)[0]
    statistic = max(0.0, len(squares) * (1 - float(((squares - fitted) ** 2).sum()) / total))
    return Check(statistic, chi2_p(statistic, design.shape[1] - 1))


def _cook(model: Regression, design: Floats) -> Floats:
    """Cook's (1977) distances e²h/(kσ²(1 − h)²): how far all coefficients move when one row is left out."""
    leverage = np.clip(np.einsum("ij,jk,ik->i", design, model.inverse, design), 0, 1 - 1e-12)
    return np.asarray(model.residuals**2 * leverage / (design.shape[1] * model.sigma**2 * (1 - leverage) ** 2))


def _notes(
    model: Regression, normality: Check, spread: Check, vif: Mapping[str, float | None], distance: float
) -> tuple[Note, ...]:
    notes = []
    if spread.is_doubtful and model.errors == "classical":
        notes.append(Note("The residuals spread unevenly: use robust errors"))
    if normality.is_doubtful and model.n < 200:
        notes.append(Note("The residuals are not normal: intervals from %(n)s answers are rough", {"n": model.n}))
    for name, factor in vif.items():
        if factor is None or factor > 5:
            notes.append(Note("%(name)s overlaps strongly with the other drivers", {"name": name}))
    if distance > 1:
        notes.append(Note("Single answers move the line: look at those with the largest distance"))
    return tuple(notes)
