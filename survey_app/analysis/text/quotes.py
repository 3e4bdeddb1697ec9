"""Quotes that stand for many: a few texts which, between them, are as near as possible to all the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from zlib import crc32

import numpy as np
import numpy.typing as npt

from .finding import fold

Floats = npt.NDArray[np.float32]
SIZE = 2048
"""Buckets of characters and their pairs."""
NEAR = 0.2
"""From this likeness (cosine) on a text counts as resembling a quote."""
SHORT, LONG = 6, 60
"""Characters between which a text reads well as a quote; others are chosen only where they say much more."""


@dataclass(frozen=True, slots=True)
class Picked:
    """A chosen text by its place among those given, and the places of the texts it stands for, itself included."""

    place: int
    speaks_for: tuple[int, ...]


def picked(texts: Sequence[str], k: int = 6, kinds: Sequence[int] = ()) -> list[Picked]:
    """At most k texts, typical and diverse, the one that adds most first.

    Chosen greedily for the facility-location function f(S) = Σ_i max_{j∈S} sim(i, j) (Nemhauser, Wolsey, Fisher
    1978), sim the cosine of tf-idf vectors of characters and their pairs: what resembles many adds most. What is NEAR a
    chosen text is not chosen, so that the choice is diverse. Texts of different `kinds` (such as polarities, one number
    a text) resemble each other not at all; those outside SHORT..LONG characters count half. Every text belongs to the
    nearest chosen one, where that is NEAR. Time grows with the square of the number of texts: give at most a thousand.
    Same input, same result.

    >>> said = ["物流太慢了", "物流实在太慢了", "觉得物流太慢", "客服态度真好", "客服态度很好"]
    >>> [(said[one.place], len(one.speaks_for)) for one in picked(said, 2)]
    [('物流实在太慢了', 3), ('客服态度真好', 2)]
    """
    if not texts or k < 1:
        return []
    rows = vectors(texts)
    likeness: Floats = rows @ rows.T
    if kinds:
        likeness *= np.equal.outer(kinds, kinds)
    fits = np.array([1.0 if SHORT <= len(text.strip()) <= LONG else 0.5 for text in texts], np.float32)
    best = np.zeros(len(texts), np.float32)
    chosen: list[int] = []
    while len(chosen) < min(k, len(texts)):
        gains = fits * np.maximum(likeness - best[:, None], 0).sum(axis=0)
        gains[best >= NEAR] = 0
        place = int(gains.argmax())
        if gains[place] <= 1e-6:
            break  # all that is left is said already
        chosen.append(place)
        best = np.maximum(best, likeness[:, place])
    return _shared(likeness, chosen)


def _shared(likeness: Floats, chosen: Sequence[int]) -> list[Picked]:
    if not chosen:
        return []
    near = likeness[:, chosen]
    nearest = np.where(near.max(axis=1) >= NEAR, near.argmax(axis=1), -1)
    nearest[list(chosen)] = np.arange(len(chosen))
    return [Picked(place, tuple(np.flatnonzero(nearest == at).tolist())) for at, place in enumerate(chosen)]


def vectors(texts: Sequence[str]) -> Floats:
    """One row a text, of length 1: hashed characters and pairs of them, each once, weighed by 1 + ln(n / texts
    that have it). A text without letters is a row of zeros."""
    rows = np.zeros((len(texts), SIZE), np.float32)
    for at, text in enumerate(texts):
        rows[at, list(_buckets(text))] = 1
    rows *= np.log(len(texts) / np.maximum(1, rows.sum(axis=0))) + 1
    lengths = np.sqrt((rows * rows).sum(axis=1, keepdims=True))
    made: Floats = rows / np.maximum(lengths, 1 / sqrt(SIZE))
    return made


def _buckets(text: str) -> set[int]:
    letters = "".join(c for c in fold(text) if c.isalnum())
    pairs = [letters[at : at + 2] for at in range(len(letters) - 1)]
    return {crc32(part.encode("utf-8", "surrogatepass")) % SIZE for part in (*letters, *pairs)}
