"""Exponential smoothing in state-space form: level, damped trend and season, fitted by maximum likelihood."""

import math
from dataclasses import dataclass

import numpy as np

from .scores.base import Floats


@dataclass(frozen=True, slots=True)
class Shape:
    """Which parts a model has. `period` 1 means no season."""

    has_trend: bool
    period: int

    @property
    def parameters(self) -> int:
        """alpha, (beta, phi), (gamma), and the starting states that are free."""
        return 2 + 3 * self.has_trend + (self.period if self.period > 1 else 0)


@dataclass(frozen=True, slots=True)
class Smoothed:
    """A fitted additive model: what it smooths with, its last state, its errors, and how good it is (AICc).

    x_t = w·s_(t−1) + e_t, s_t = F·s_(t−1) + g·e_t with e ~ N(0, σ²) (Hyndman, Koehler, Ord & Snyder 2008).
    """

    shape: Shape
    alpha: float
    beta: float
    phi: float
    gamma: float
    first: Floats
    last: Floats
    errors: Floats
    sigma: float
    aicc: float

    def ahead(self, horizon: int) -> tuple[Floats, Floats]:
        """Point forecasts and their standard deviations: σ_h² = σ²(1 + Σ_(j<h) (w·F^(j−1)·g)²)."""
        w, f, g = matrices(self.shape, self.alpha, self.beta, self.phi, self.gamma)
        state, effect, total = self.last, g, 1.0
        points, spreads = [], []
        for _ in range(horizon):
            points.append(float(w @ state))
            spreads.append(self.sigma * math.sqrt(total))
            total += float(w @ effect) ** 2
            state, effect = f @ state, f @ effect
        return np.array(points), np.array(spreads)


def matrices(shape: Shape, alpha: float, beta: float, phi: float, gamma: float) -> tuple[Floats, Floats, Floats]:
    """w, F and g of the model; the state is level, (slope), (season now, season before, …)."""
    trend, season = int(shape.has_trend), shape.period if shape.period > 1 else 0
    size = 1 + trend + season
    w, f, g = np.zeros(size), np.zeros((size, size)), np.zeros(size)
    w[0] = f[0, 0] = 1
    g[0] = alpha
    if trend:
        w[1] = f[0, 1] = f[1, 1] = phi
        g[1] = beta
    if season:
        at = 1 + trend
        w[-1] = f[at, -1] = 1
        g[at] = gamma
        f[np.arange(at + 1, size), np.arange(at, size - 1)] = 1
    return w, f, g


def smooth(x: Floats, shape: Shape) -> Smoothed:
    """The model of this shape under which `x` is most likely.

    Given alpha, (beta, phi) and (gamma), the errors are linear in the starting state, which therefore comes from
    least squares; the few smoothing parameters are searched. σ² = Σe²/(n − free parameters).
    """
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    def loss(free: Floats) -> float:
        found = _errors(x, shape, *_unfolded(free, shape))
        return math.log(max(float(found[0] @ found[0]), 1e-300)) if found is not None else 1e10

    # The surface has several hollows: the best two of some places fixed once for all are searched.
    places = np.random.default_rng(1).uniform(-3, 3, (24, _size(shape)))
    starts = sorted(places, key=loss)[:2]
    options = {"maxiter": 600, "xatol": 1e-4, "fatol": 1e-8}
    tries = [minimize(loss, start, method="Nelder-Mead", options=options) for start in starts]
    best = min(tries, key=lambda found: float(found.fun))
    alpha, beta, phi, gamma = _unfolded(best.x, shape)
    made = _errors(x, shape, alpha, beta, phi, gamma)
    assert made is not None
    errors, first = made
    last = _run(first, errors, shape, alpha, beta, phi, gamma)
    n, k = len(x), shape.parameters
    within = max(float(errors @ errors), 1e-300)
    sigma = math.sqrt(float(errors @ errors) / max(1, n - k))
    aic = n * math.log(within / n) + 2 * (k + 1)
    aicc = aic + 2 * (k + 1) * (k + 2) / (n - k - 2) if n > k + 2 else math.inf
    return Smoothed(shape, alpha, beta, phi, gamma, first, last, errors, sigma, aicc)


def _size(shape: Shape) -> int:
    return 1 + 2 * shape.has_trend + (shape.period > 1)


def _unfolded(free: Floats, shape: Shape) -> tuple[float, float, float, float]:
    """Any numbers → 0 < alpha < 1, 0 < beta < alpha, 0.8 < phi < 0.98, 0 < gamma < 1 − alpha."""
    share = [1 / (1 + math.exp(-min(30.0, max(-30.0, float(v))))) for v in free]
    alpha = share[0]
    beta, phi = (share[1] * alpha, 0.8 + 0.18 * share[2]) if shape.has_trend else (0.0, 1.0)
    gamma = share[-1] * (1 - alpha) if shape.period > 1 else 0.0
    return alpha, beta, phi, gamma


def _errors(
    x: Floats, shape: Shape, alpha: float, beta: float, phi: float, gamma: float
) -> tuple[Floats, Floats] | None:
    """One-step errors with the best starting state, and that state."""
    w, f, g = matrices(shape, alpha, beta, phi, gamma)
    inner = f - np.outer(g, w)
    n, size = len(x), len(w)
    own, link = np.zeros(n), np.zeros((n, size))
    at, row = np.zeros(size), w
    for t in range(n):
        own[t] = x[t] - w.dot(at)
        link[t] = row
        at, row = inner.dot(at) + g * x[t], row.dot(inner)
    if not np.isfinite(link).all():
        return None
    first = np.asarray(np.linalg.lstsq(link, own, rcond=1e-10)[0], np.float64)
    return own - link @ first, first


def _run(first: Floats, errors: Floats, shape: Shape, alpha: float, beta: float, phi: float, gamma: float) -> Floats:
    """The last state, from the first one and the errors."""
    _, f, g = matrices(shape, alpha, beta, phi, gamma)
    state = first
    for error in errors:
        state = f.dot(state) + g * error
    return np.asarray(state)
