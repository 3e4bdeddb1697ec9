"""The joint moments of several columns in one pass over the rows, and bootstrap samples of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .inputs import Values, finite_numbers, raw, weights_of
from .notes import NotPossible
from .scores.base import Floats

CHUNK = 65_536
SAMPLE = 5_000
"""Rows that bootstrap samples are drawn from: enough for an interval to within a few percent of its width."""


@dataclass(frozen=True, slots=True)
class Joint:
    """Means and covariances of the complete rows, and (a random sample of) those rows themselves."""

    n: int
    rows: int
    means: Floats
    covariances: Floats
    held: Floats
    weights: Floats

    @property
    def size(self) -> int:
        return len(self.means)

    def correlations(self) -> tuple[Floats, Floats]:
        """The matrix of correlations, and which columns vary at all (0 with the others where not)."""
        return correlations_of(self.covariances, self.means)

    def sample(self, seed: int) -> "Joint":
        """At most SAMPLE of the complete rows, chosen at random."""
        if len(self.held) <= SAMPLE:
            return joint_of(self.held, self.weights, self.rows)
        chosen = np.random.default_rng(seed).choice(len(self.held), SAMPLE, replace=False)
        return joint_of(self.held[chosen], self.weights[chosen], self.rows)

    def draws(self, count: int, seed: int, batch: int) -> Iterator[Floats]:
        """Correlation matrices of `count` samples with replacement, `batch` at a time."""
        random = np.random.default_rng([seed, 1])
        with_one = np.column_stack([np.ones(self.n), self.held - self.means])
        upper = np.triu_indices(self.size + 1)
        products = with_one[:, upper[0]] * with_one[:, upper[1]] * self.weights[:, np.newaxis]
        for start in range(0, count, batch):
            size = min(batch, count - start)
            times = [np.bincount(random.integers(0, self.n, self.n), minlength=self.n) for _ in range(size)]
            sums = np.array(times, np.float64) @ products
            full = np.zeros((size, self.size + 1, self.size + 1))
            full[:, upper[0], upper[1]] = full[:, upper[1], upper[0]] = sums
            total = full[:, :1, :1]
            means = full[:, 0, 1:] / total[:, 0]
            spread = full[:, 1:, 1:] / total - means[:, :, np.newaxis] * means[:, np.newaxis, :]
            yield correlations_of(spread, np.broadcast_to(self.means, means.shape))[0]


def correlations_of(covariances: Floats, means: Floats) -> tuple[Floats, Floats]:
    """Covariances → correlations, for one matrix or many; a column without spread correlates with nothing."""
    spread = np.diagonal(covariances, axis1=-2, axis2=-1)
    is_varying = spread > 1e-12 * np.maximum(1e-12, means**2)
    scale = np.where(is_varying, 1 / np.sqrt(np.where(is_varying, spread, 1)), 0)
    made = covariances * scale[..., :, np.newaxis] * scale[..., np.newaxis, :]
    made = np.clip((made + np.swapaxes(made, -1, -2)) / 2, -1, 1)
    diagonal = np.arange(covariances.shape[-1])
    made[..., diagonal, diagonal] = 1
    return made, np.asarray(is_varying)


def joint_of(held: Floats, weights: Floats, rows: int) -> Joint:
    """The moments of complete rows."""
    if not len(held):
        return Joint(0, rows, np.zeros(held.shape[1]), np.zeros((held.shape[1],) * 2), held, weights)
    means = weights @ held / weights.sum()
    centred = held - means
    covariances = (centred * weights[:, np.newaxis]).T @ centred / weights.sum()
    return Joint(len(held), rows, means, covariances, held, weights)


def joint(columns: Mapping[str, Values], weights: Values | None) -> Joint:
    """Moments of the rows where every column is answered and the weight is above 0.

    Goes over the rows in blocks, so that ten million rows need little more memory than their columns; keeps all
    complete rows of the first blocks and a thinned part of the later ones for drawing samples.
    """
    bare = {name: raw(values) for name, values in columns.items()}
    rows = len(next(iter(bare.values())))
    given = weights_of(weights, rows)
    stride = max(1, rows // (20 * SAMPLE))
    shift: Floats | None = None
    kept, kept_weights = [], []
    n, total, sums, products = 0, 0.0, np.zeros(len(bare)), np.zeros((len(bare), len(bare)))
    for start in range(0, rows, CHUNK):
        block, weight = _complete(bare, given, slice(start, start + CHUNK))
        if not block.shape[1]:
            continue
        shift = block.mean(axis=1) if shift is None else shift
        kept.append(block[:, ::stride].T.copy())
        kept_weights.append(weight[::stride].copy())
        block -= shift[:, np.newaxis]
        n, total = n + len(weight), total + weight.sum()
        weighted = block if given is None else block * weight
        sums += weighted.sum(axis=1)
        products += weighted @ block.T
    if shift is None:
        return joint_of(np.zeros((0, len(bare))), np.zeros(0), rows)
    offset = sums / total
    covariances = products / total - np.outer(offset, offset)
    return Joint(n, rows, shift + offset, covariances, np.concatenate(kept), np.concatenate(kept_weights))


def _complete(bare: Mapping[str, npt.NDArray[Any]], given: Floats | None, part: slice) -> tuple[Floats, Floats]:
    """One block of rows as floats, shape (columns, complete rows), and their weights."""
    block = np.array([finite_numbers(values[part], name or "outcome") for name, values in bare.items()])
    weight = np.ones(block.shape[1]) if given is None else given[part]
    is_complete = ~np.isnan(block.sum(axis=0)) & (weight > 0)
    return (block, weight) if is_complete.all() else (block[:, is_complete], weight[is_complete])


def pairwise(columns: Mapping[str, Values], weights: Values | None) -> Joint:
    """Correlations each from all rows where both columns are answered, as a Joint with unit variances.

    `n` is the smallest base of a pair. ValueError when the matrix is not positive definite: then no regression
    belongs to it.
    """
    block = np.column_stack([finite_numbers(v, k or "outcome") for k, v in columns.items()])
    given = weights_of(weights, len(block))
    w = np.ones(len(block)) if given is None else given
    size = block.shape[1]
    made, base = np.eye(size), len(block)
    for i in range(size):
        for j in range(i):
            both = ~np.isnan(block[:, [i, j]]).any(axis=1) & (w > 0)
            pair = joint_of(block[both][:, [i, j]], w[both], len(block))
            made[i, j] = made[j, i] = pair.correlations()[0][0, 1]
            base = min(base, pair.n)
    if np.linalg.eigvalsh(made)[0] <= 1e-10:
        raise NotPossible("The pairwise correlations contradict each other: use complete rows")
    there = ~np.isnan(block)
    means = np.array([np.average(block[t, j], weights=w[t]) if w[t].any() else 0 for j, t in enumerate(there.T)])
    return Joint(base, len(block), means, made, np.zeros((0, size)), np.zeros(0))
