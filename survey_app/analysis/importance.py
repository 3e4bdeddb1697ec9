"""How much of R² belongs to each driver: LMG (Shapley), Johnson's relative weights, standardised coefficients."""

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from .scores.base import Floats

SMALLEST_PIVOT = 1e-9
"""A driver of which less than this share is its own, given the others, adds nothing to them."""

MOST_FOR_LMG = 15


def explained(correlations: Floats) -> Floats:
    """R² of every subset of drivers, shape (…, 2^p); driver 0 is the highest bit of the subset's number.

    `correlations` has shape (…, p + 1, p + 1), the outcome last. Each level takes one driver out of the matrices,
    once leaving it aside and once sweeping it in, so that all 2^p regressions cost about 2^p small steps.
    """
    at = correlations[..., np.newaxis, :, :]
    for size in range(correlations.shape[-1] - 1, 0, -1):
        pivot, column, rest = at[..., 0, 0], at[..., 1:, 0], at[..., 1:, 1:]
        is_own = pivot > SMALLEST_PIVOT
        scale = np.where(is_own, 1 / np.where(is_own, pivot, 1), 0)[..., np.newaxis, np.newaxis]
        swept = rest - scale * column[..., :, np.newaxis] * column[..., np.newaxis, :]
        both = np.stack([rest, swept], axis=-3)
        at = both.reshape(*correlations.shape[:-2], -1, size, size)
    return np.asarray(1 - at[..., 0, 0])


def lmg(correlations: Floats) -> Floats:
    """The gain in R² averaged over all orders in which drivers can enter; they add up to R².

    Lindeman, Merenda & Gold (1980); equals the Shapley value of R². Shape (…, p).
    """
    return np.asarray(explained(correlations) @ _shapley(correlations.shape[-1] - 1))


def last(correlations: Floats) -> Floats:
    """What each driver adds to R² after all others, shape (…, p)."""
    p = correlations.shape[-1] - 1
    every = explained(correlations)
    without = [2**p - 1 - 2 ** (p - 1 - j) for j in range(p)]
    return np.asarray(every[..., -1:] - every[..., without])


@lru_cache(maxsize=MOST_FOR_LMG)
def _shapley(p: int) -> Floats:
    """How much R² of each subset counts for each driver, shape (2^p, p).

    A subset S with driver j counts (|S| − 1)!(p − |S|)!/p!, one without it −|S|!(p − |S| − 1)!/p!.
    """
    subsets = np.arange(2**p)
    sizes = np.array([int(subset).bit_count() for subset in subsets])
    shares = np.array([1 / (p * math.comb(p - 1, size)) for size in range(p)] + [0.0])
    has = (subsets[:, np.newaxis] >> np.arange(p - 1, -1, -1)) & 1 == 1
    return np.asarray(np.where(has, shares[np.maximum(sizes - 1, 0)][:, np.newaxis], -shares[sizes][:, np.newaxis]))


def johnson(correlations: Floats) -> Floats:
    """Relative weights: regress on the closest uncorrelated versions of the drivers, and hand the parts back.

    R = VΔ²V′, Λ = VΔV′, β = Λ⁻¹r, ε = (Λ∘Λ)(β∘β) (Johnson 2000; the same as Genizi 1993). They add up to R².
    """
    within, with_outcome = correlations[..., :-1, :-1], correlations[..., :-1, -1]
    values, vectors = np.linalg.eigh(within)
    roots = np.sqrt(np.maximum(values, 0))
    is_there = roots > math.sqrt(SMALLEST_PIVOT)
    inverse = np.where(is_there, 1 / np.where(is_there, roots, 1), 0)
    turned = np.swapaxes(vectors, -1, -2)
    links = (vectors * roots[..., np.newaxis, :]) @ turned
    betas = ((vectors * inverse[..., np.newaxis, :]) @ turned @ with_outcome[..., np.newaxis])[..., 0]
    return np.asarray(((links**2) @ (betas**2)[..., np.newaxis])[..., 0])


def standardised(correlations: Floats) -> Floats:
    """Coefficients of the regression of the standardised outcome on all standardised drivers, shape (…, p).

    Where drivers determine each other, the shortest solution (pseudo-inverse).
    """
    within, with_outcome = correlations[..., :-1, :-1], correlations[..., :-1, -1]
    inverse = np.linalg.pinv(within, rcond=SMALLEST_PIVOT, hermitian=True)
    return np.asarray((inverse @ with_outcome[..., np.newaxis])[..., 0])


def size_of_betas(correlations: Floats) -> Floats:
    """The sizes of the standardised coefficients. They do not add up to R²."""
    return np.abs(standardised(correlations))


METHODS: dict[str, Callable[[Floats], Floats]] = {"lmg": lmg, "johnson": johnson, "regression": size_of_betas}


def inflation(correlations: Floats) -> list[float | None]:
    """The variance inflation factor of each driver, 1/(1 − R² on the others); None where the others determine it."""
    within = correlations[:-1, :-1]
    factors: list[float | None] = []
    for place in range(len(within)):
        order = [other for other in range(len(within)) if other != place] + [place]
        own = float(_last_residual(within[np.ix_(order, order)]))
        factors.append(1 / own if own > SMALLEST_PIVOT else None)
    return factors


def _last_residual(matrix: Floats) -> float:
    at = matrix
    while len(at) > 1:
        scale = 1 / at[0, 0] if at[0, 0] > SMALLEST_PIVOT else 0.0
        at = at[1:, 1:] - scale * np.outer(at[1:, 0], at[0, 1:])
    return float(at[0, 0])
