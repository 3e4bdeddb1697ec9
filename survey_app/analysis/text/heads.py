"""Aspects learned from examples: for each a linear head over a clause's n-grams and what the taxonomy finds in it."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .aspects import Mention, Taxonomy
from .grams import BITS, buckets

Floats = NDArray[np.float64]
FEW = 14
"""Bits of a head's buckets: the words of one trade fit into a small table."""
SIZE = 1 << FEW
FOUND = 0.8
"""What a find of the taxonomy counts as beside the n-grams, which together are of length 1."""
FIRMNESS = 0.05
ROUNDS = 60
LEAST, MOST = 5, 60
"""Texts that an aspect needs, and how many aspects are learned at most: those of the most texts."""


class Heads(NamedTuple):
    """`weights[k]` are those of aspect `names[k]`: SIZE buckets, then one for each of `codes`; it is in a clause where
    they and `bias[k]` add up to more than `edges[k]`. `replaced` are the taxonomy's aspects that they stand in for."""

    names: tuple[str, ...]
    codes: tuple[str, ...]
    replaced: frozenset[str]
    weights: NDArray[np.float32]
    bias: Floats
    edges: Floats

    def scores(self, clauses: Sequence[str], found: Mapping[int, Sequence[Mention]]) -> Floats:
        """One row a clause, one column an aspect."""
        places, bounds, values = _places(clauses, found, self.codes)
        made = np.zeros((len(clauses), len(self.names)))
        for k, weights in enumerate(self.weights):
            made[:, k] = np.add.reduceat(weights[places] * values, bounds[:-1]) if len(clauses) else 0
        return made + self.bias

    def mentions(self, clauses: Sequence[str], found: Mapping[int, Sequence[Mention]]) -> dict[int, list[Mention]]:
        """The aspects of clauses: those of the heads, and what the taxonomy found of those that they leave to it."""
        made: dict[int, list[Mention]] = {
            i: kept for i, mine in found.items() if (kept := [one for one in mine if one.code not in self.replaced])
        }
        for i, k in np.argwhere(self.scores(clauses, found) > self.edges).tolist():
            made.setdefault(i, []).append(Mention(self.names[k], 0, len(clauses[i])))
        return made

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The heads as arrays for a file."""
        return {
            "heads": self.weights.astype(np.float16), "head_numbers": np.stack((self.bias, self.edges)),
            "head_names": np.array(self.names), "head_codes": np.array(self.codes),
            "head_replaced": np.array(sorted(self.replaced), dtype=str),
        }  # fmt: skip

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> "Heads":
        """Heads from such arrays. KeyError or ValueError where they do not fit together."""
        names, codes, replaced = (
            tuple(str(one) for one in arrays[key]) for key in ("head_names", "head_codes", "head_replaced")
        )
        weights, numbers = arrays["heads"].astype(np.float32), arrays["head_numbers"].astype(float)
        if weights.shape != (len(names), SIZE + len(codes)) or numbers.shape != (2, len(names)):
            raise ValueError("the heads do not fit together")
        return cls(names, codes, frozenset(replaced), weights, numbers[0], numbers[1])


class Examples(NamedTuple):
    """Clauses in the form for matching, the number of the text each is from, and the aspects of each text."""

    clauses: Sequence[str]
    texts: NDArray[np.int64]
    aspects: Sequence[frozenset[str]]


def fit_heads(examples: Examples, taxonomy: Taxonomy, replaced: frozenset[str]) -> Heads | None:
    """Heads for the aspects that enough texts have; None where there are none.

    Which clause of a text names its aspect is not known: a text has it with the probability 1 − Π (1 − p) over its
    clauses, p = 1 / (1 + exp(−score)). Minimises log loss + FIRMNESS / 2 × the squared weights; the edge of an aspect
    is the one of the best F1 on texts that weights of the other half have not seen. Deterministic.
    """
    counts = {name: sum(name in one for one in examples.aspects) for name in sorted(set().union(*examples.aspects))}
    names = sorted((name for name, n in counts.items() if n >= LEAST), key=lambda name: (-counts[name], name))[:MOST]
    if not names:
        return None
    codes = tuple(one.code for one in taxonomy.aspects)
    rows = _rows(examples.clauses, taxonomy, codes)
    half = np.arange(len(examples.aspects)) % 2
    weights, bias, edges = [], [], []
    for name in names:
        wanted = np.array([float(name in one) for one in examples.aspects])
        point = _fitted(rows, examples.texts, wanted)
        unseen = np.full(len(wanted), -np.inf)
        for one in (0, 1):
            seen = half != one
            if wanted[seen].any():
                at = seen[examples.texts]
                part = _fitted(rows[at], np.cumsum(seen)[examples.texts[at]] - 1, wanted[seen])
                ask = ~at
                np.maximum.at(unseen, examples.texts[ask], rows[ask] @ part[:-1] + part[-1])
        weights.append(point[:-1])
        bias.append(point[-1])
        edges.append(_edge(unseen, wanted))
    made = np.array(weights, np.float16).astype(np.float32)
    return Heads(tuple(names), codes, replaced, made, np.array(bias), np.array(edges))


def _places(
    clauses: Sequence[str], found: Mapping[int, Sequence[Mention]], codes: Sequence[str]
) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """The columns of each clause, where each clause's begin, and their values."""
    grams, bounds = buckets(clauses)
    number = {code: SIZE + i for i, code in enumerate(codes)}
    extra = [(i, number[one.code]) for i, mine in sorted(found.items()) for one in mine if one.code in number]
    owners = np.repeat(np.arange(len(clauses)), np.diff(bounds))
    mine = np.array(extra, np.int64).reshape(-1, 2)
    pairs = np.unique(owners * SIZE + (grams.astype(np.int64) >> (BITS - FEW)))  # each bucket of a clause once
    owner, place = pairs // SIZE, pairs % SIZE
    sizes = np.bincount(owner, minlength=len(clauses))
    all_owners, places = np.concatenate((owner, mine[:, 0])), np.concatenate((place, mine[:, 1]))
    values = np.concatenate((1 / np.sqrt(sizes[owner]), np.full(len(mine), FOUND)))
    order = np.argsort(all_owners, kind="stable")
    ends = np.cumsum(np.bincount(all_owners, minlength=len(clauses)))
    return places[order], np.concatenate(([0], ends)), values[order]


def _rows(clauses: Sequence[str], taxonomy: Taxonomy, codes: Sequence[str]) -> Any:
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]  # here: half a second to load

    places, bounds, values = _places(clauses, taxonomy.find_all(clauses), codes)
    return csr_matrix((values, places, bounds), shape=(len(clauses), SIZE + len(codes)))


def _fitted(rows: Any, texts: NDArray[np.int64], wanted: Floats) -> Floats:
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    columns = rows.T.tocsr()

    def loss(point: Floats) -> tuple[float, Floats]:
        odds = rows @ point[:-1] + point[-1]
        none = np.maximum(np.bincount(texts, np.logaddexp(0, odds), len(wanted)), 1e-9)  # −ln Π (1 − p)
        each = np.where(wanted == 1, -np.log(-np.expm1(-none)), none)
        slope = np.where(wanted == 1, np.exp(-none) / np.expm1(-none), 1.0)[texts] / (1 + np.exp(-odds))
        value = float(each.sum() + FIRMNESS / 2 * (point[:-1] @ point[:-1]))
        return value, np.append(columns @ slope + FIRMNESS * point[:-1], slope.sum())

    start = np.append(np.zeros(rows.shape[1]), -3.0)
    found: Floats = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS}).x
    return found


def _edge(scores: Floats, wanted: Floats) -> float:
    """The score from which on an aspect is said to be there: the best F1, between −3 and 1; of equals the middle."""
    edges = np.arange(-3.0, 1.01, 0.1)
    said = scores[:, None] > edges
    right = (said & (wanted[:, None] == 1)).sum(axis=0)
    rates = 2 * right / (said.sum(axis=0) + wanted.sum())
    best = np.flatnonzero(rates >= rates.max() - 1e-12)
    return float(edges[best[len(best) // 2]])
