"""Tables of n-gram weights learned from texts with targets: logistic regression, from nothing or from what is known."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .grams import SIZE, buckets
from .table import Table

Floats = NDArray[np.float64]


BIAS = 20.0
"""How much harder than a weight the bias is held beside a prior: few lessons must not sway what they do not name."""


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


class Prior(NamedTuple):
    """What is known of each text before: log odds = `odds` + `trust` × those of the table that is learned."""

    odds: Floats
    trust: Floats


def fit(lessons: Lessons, *, firmness: float, prior: Prior | None = None, rounds: int = 100) -> Table:
    """The table of least loss: weighted log loss of the lessons + firmness / 2 × its squared weights.

    With a prior the table is what must be added to it, and its bias is held BIAS times as hard as a weight. Without one
    rare n-grams are let move more (by their inverse document frequency), as in tf-idf. Deterministic. Raises ValueError
    for lessons without any text.
    """
    from scipy.optimize import minimize  # type: ignore[import-untyped]  # here: half a second to load

    if not lessons.texts:
        raise ValueError("nothing to learn from")
    rows, seen = _rows(lessons.texts)
    spread = _spread(rows) if prior is None else np.ones(len(seen))
    rows.data *= spread[rows.indices]
    nothing = np.zeros(len(lessons.texts))
    start, trust = prior or (nothing, nothing + 1)
    rows.data *= np.repeat(trust, np.diff(rows.indptr))
    columns = rows.T.tocsr()
    targets, weights = lessons.targets, lessons.weights
    held = BIAS * firmness if prior else 0.0

    def loss(point: Floats) -> tuple[float, Floats]:
        moved, bias = point[:-1], point[-1]
        odds = start + rows @ moved + trust * bias
        each = np.logaddexp(0, odds) - targets * odds
        slope = weights * (1 / (1 + np.exp(-np.clip(odds, -700, 700))) - targets)
        value = float(weights @ each + firmness / 2 * (moved @ moved) + held / 2 * bias**2)
        return value, np.append(columns @ slope + firmness * moved, (trust * slope).sum() + held * bias)

    found = minimize(loss, np.zeros(len(seen) + 1), jac=True, method="L-BFGS-B", options={"maxiter": rounds}).x
    learned = np.zeros(SIZE)
    learned[seen] = found[:-1] * spread
    return Table.rounded(learned, float(found[-1]))


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
