"""Themes that nobody named before: clauses grouped by their words, named by what is typical, followed over periods."""

from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .clauses import cut
from .clean import clean
from .segmenting import segmented
from .themes import tells

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
WORDS, FEWEST = 3_000, 5
"""Words that clauses are grouped by at most, and in how many clauses one must stand."""
FITTED = 20_000
"""Clauses that the groups are found among: spread evenly where there are more."""
ROUNDS = 60
SURE = 0.25
"""How alike (cosine) a clause must be to a group to belong to it."""
NAMED = 3
TOGETHER = 1_000


class Grouping(NamedTuple):
    """`weights[g]` are those of the words of group g. `clauses` are (number of the text, group); a text is in each
    group that one of its clauses is in."""

    words: tuple[str, ...]
    weights: Floats
    clauses: Ints

    @property
    def names(self) -> list[tuple[str, ...]]:
        """The most typical words of each group."""
        return [tuple(self.words[i] for i in np.argsort(-row, kind="stable")[:NAMED]) for row in self.weights]

    def counts(self, periods: Sequence[int]) -> Ints:
        """How many texts of each period (numbered from 0, one number a text) are in each group: one row a period."""
        made = np.zeros((max(periods, default=-1) + 1, len(self.weights)), np.int64)
        for text, group in np.unique(self.clauses, axis=0).tolist():
            made[periods[text], group] += 1
        return made


def grouped(texts: Sequence[str], k: int = 20, seed: int = 0) -> Grouping:
    """At most k groups of clauses that use the same words.

    Non-negative factors of the clauses' tf-idf rows, each of length 1, from the start of Boutsidis and Gallopoulos
    (2008, NNDSVDa) by Lee and Seung's steps (2001); `seed` starts the search for singular vectors and changes next to
    nothing. A clause belongs to the group whose words are most like its own, if any is. Deterministic.
    """
    bags, owners = _bags(texts)
    df = Counter(chain.from_iterable(bags))
    words = sorted((w for w, n in df.items() if n >= FEWEST), key=lambda w: (-df[w], w))[:WORDS]
    k = min(k, len(words) - 1)
    if k < 1:
        return Grouping((), np.zeros((0, 0)), np.zeros((0, 2), np.int64))
    rows = _rows(bags, words, df)
    some = np.unique(np.linspace(0, rows.shape[0] - 1, FITTED).astype(int)) if rows.shape[0] > FITTED else slice(None)
    weights = _factors(rows[some], k, seed)
    weights /= np.maximum(np.linalg.norm(weights, axis=1, keepdims=True), 1e-12)
    like = np.asarray(rows @ weights.T)
    best = like.argmax(axis=1)
    kept = like[np.arange(len(best)), best] >= SURE
    return Grouping(tuple(words), weights, np.stack((owners[kept], best[kept]), axis=1))


def matched(before: Grouping, after: Grouping, at_least: float = 0.4) -> dict[int, int]:
    """Which group of `after` goes on as which of `before`: the most alike pairs (cosine of their words) first."""
    if not before.words or not after.words:
        return {}
    number = {word: i for i, word in enumerate(before.words)}
    known = [i for i, word in enumerate(after.words) if word in number]
    shared = before.weights[:, [number[after.words[i]] for i in known]] @ after.weights[:, known].T
    made: dict[int, int] = {}
    for at in np.argsort(-shared, axis=None, kind="stable").tolist():
        old, new = divmod(at, shared.shape[1])
        if shared[old, new] < at_least:
            break
        if new not in made and old not in made.values():
            made[new] = old
    return made


def _bags(texts: Sequence[str]) -> tuple[list[tuple[str, ...]], Ints]:
    """The telling words of each clause that has any, and the number of its text."""
    bags: list[tuple[str, ...]] = []
    owners: list[int] = []
    for first in range(0, len(texts), TOGETHER):
        for number, mine in enumerate(cut(clean(texts[first : first + TOGETHER])), first):
            for _, _, clause, _, _ in mine:
                found = tuple(dict.fromkeys(word for word in segmented(clause) if tells(word)))
                if found:
                    bags.append(found)
                    owners.append(number)
    return bags, np.array(owners, np.int64)


def _rows(bags: Sequence[tuple[str, ...]], words: Sequence[str], df: Counter[str]) -> Any:
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]  # here: half a second to load

    number = {word: i for i, word in enumerate(words)}
    places = [[number[word] for word in bag if word in number] for bag in bags]
    bounds = np.concatenate(([0], np.cumsum([len(one) for one in places])))
    columns = np.fromiter(chain.from_iterable(places), np.int64, int(bounds[-1]))
    spread = np.array([np.log(len(bags) / df[word]) + 1 for word in words])
    values = spread[columns]
    squares = np.add.reduceat(np.append(values**2, 0.0), bounds[:-1]) * (np.diff(bounds) > 0)
    values = values / np.repeat(np.sqrt(np.maximum(squares, 1e-12)), np.diff(bounds))
    return csr_matrix((values, columns, bounds), shape=(len(bags), len(words)))


def _factors(rows: Any, k: int, seed: int) -> Floats:
    from scipy.sparse.linalg import svds  # type: ignore[import-untyped]

    start = np.random.default_rng(seed).uniform(size=min(rows.shape))
    left, sizes, right = svds(rows, k=min(k, min(rows.shape) - 1), v0=start)
    order = np.argsort(-sizes)
    w, h = np.zeros((rows.shape[0], len(order))), np.zeros((len(order), rows.shape[1]))
    for g, i in enumerate(order.tolist()):
        sides = [(np.maximum(sign * left[:, i], 0), np.maximum(sign * right[i], 0)) for sign in (1, -1)]
        u, v = max(sides, key=lambda pair: float(np.linalg.norm(pair[0]) * np.linalg.norm(pair[1])))
        scale = np.sqrt(sizes[i] * np.linalg.norm(u) * np.linalg.norm(v))
        w[:, g], h[g] = scale * u / max(np.linalg.norm(u), 1e-12), scale * v / max(np.linalg.norm(v), 1e-12)
    mean = float(rows.mean())
    w[w == 0], h[h == 0] = mean, mean
    columns = rows.T.tocsr()
    for _ in range(ROUNDS):
        h *= np.asarray((columns @ w).T) / np.maximum(w.T @ w @ h, 1e-12)
        w *= np.asarray(rows @ h.T) / np.maximum(w @ (h @ h.T), 1e-12)
    return h
