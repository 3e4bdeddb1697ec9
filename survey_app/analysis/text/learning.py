"""Tables of n-gram weights learned from texts with targets: logistic regression, from nothing or from a prior table."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .grams import SIZE, buckets
from .table import Table

Floats = NDArray[np.float64]


class Lessons(NamedTuple):
    """Texts in the form for matching, how likely praise each is (0 to 1), and how much each counts."""

    texts: Sequence[str]
    targets: Floats
    weights: Floats

    def __add__(self, other: "Lessons") -> "Lessons":  # type: ignore[override]
        return Lessons(
            [*self.texts, *other.texts], np.concatenate((self.targets, other.targets)),
            np.concatenate((self.weights, other.weights)),
        )  # fmt: skip


def fit(lessons: Lessons, *, firmness: float, prior: Table | None = None, rounds: int = 100) -> Table:
    """The table of least loss: weighted log loss of the lessons + firmness / 2 × the squared distance from the prior.

    Without a prior rare n-grams are let move more (by their inverse document frequency), as in tf-idf. Deterministic.
    Raises ValueError for lessons without any text.
    """
    from scipy.optimize import minimize  # type: ignore[import-untyped]  # here: half a second to load

    if not lessons.texts:
        raise ValueError("nothing to learn from")
    rows, seen = _rows(lessons.texts)
    spread = _spread(rows) if prior is None else np.ones(len(seen))
    rows.data *= spread[rows.indices]
    columns = rows.T.tocsr()
    start = prior.log_odds(lessons.texts) if prior else np.zeros(len(lessons.texts))
    targets, weights = lessons.targets, lessons.weights

    def loss(point: Floats) -> tuple[float, Floats]:
        moved, bias = point[:-1], point[-1]
        odds = start + rows @ moved + bias
        each = np.logaddexp(0, odds) - targets * odds
        slope = weights * (1 / (1 + np.exp(-np.clip(odds, -700, 700))) - targets)
        value = float(weights @ each + firmness / 2 * (moved @ moved))
        return value, np.append(columns @ slope + firmness * moved, slope.sum())

    found = minimize(loss, np.zeros(len(seen) + 1), jac=True, method="L-BFGS-B", options={"maxiter": rounds}).x
    learned, bias = (prior.exact, prior.bias) if prior else (np.zeros(SIZE), 0.0)
    learned[seen] += found[:-1] * spread
    return Table.rounded(learned, bias + float(found[-1]))


def _rows(texts: Sequence[str]) -> tuple[Any, NDArray[np.int32]]:
    """One sparse row a text: how often each bucket occurs, over the root of the number of n-grams; and which buckets
    the columns are (those that occur)."""
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

    places, bounds = buckets(texts)
    sizes = np.diff(bounds)
    seen, column = np.unique(places, return_inverse=True)
    found = csr_matrix((np.repeat(1 / np.sqrt(sizes), sizes), column, bounds), shape=(len(texts), len(seen)))
    found.sum_duplicates()
    return found, seen


def _spread(rows: Any) -> Floats:
    """How far each column's weight may move: the inverse document frequency, in the mean over the texts 1."""
    spread = np.log(rows.shape[0] / (1 + np.bincount(rows.indices))) + 1
    length = float(np.sqrt((spread[rows.indices] ** 2 * rows.data**2).sum() / rows.shape[0]))
    scaled: Floats = spread / length
    return scaled
