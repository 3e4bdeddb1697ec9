"""Which columns differ: pairwise tests of shares within a row, and the letters that tables print for them."""

import string
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .contingency import Association, association
from .corrections import adjust
from .notes import NotPossible
from .scores.base import Floats

Letters = tuple[tuple[str, ...], ...]


def names(count: int) -> tuple[str, ...]:
    """A … Z, then AA, AB …

    >>> names(28)[-3:]
    ('Z', 'AA', 'AB')
    """
    made = [*string.ascii_uppercase]
    while len(made) < count:
        made += [first + second for first in made[:26] for second in string.ascii_uppercase]
    return tuple(made[:count])


@dataclass(frozen=True, slots=True)
class Pairs:
    """All pairs of columns, tested within each row.

    `p` and `raw_p` have shape (rows, columns, columns), symmetric, 1 on the diagonal and where nothing was tested.
    `letters` stand in the cell with the higher share and name the columns with lower ones.
    """

    p: Floats
    raw_p: Floats
    letters: Letters


def compare_columns(
    counts: Floats, bases: Floats, *, correction: str = "holm", alpha: float = 0.05, strict: float | None = None
) -> Pairs:
    """Pooled two-proportion z tests of all pairs of columns in each row, without continuity correction.

    z = (p_a − p_b)/√(p(1 − p)(1/n_a + 1/n_b)). `counts` has shape (rows, columns); `bases` are the columns' bases
    (for weighted tables: counts and bases at the effective base), or a base per cell. A share of 0 or 1 and a base
    below 2 are not tested, as in SPSS Custom Tables; the family of a correction is the tested pairs of one row. With
    `strict` (say 0.01) a capital letter stands for p < strict and a small one for p < alpha.
    """
    if not 0 < alpha < 1:
        raise ValueError("alpha must lie between 0 and 1")
    rows, size = counts.shape
    n = np.broadcast_to(bases, counts.shape)
    shares = np.divide(counts, n, out=np.zeros((rows, size)), where=n > 0)
    is_tested = (shares > 0) & (shares < 1) & (n >= 2)
    raw, adjusted = np.ones((rows, size, size)), np.ones((rows, size, size))
    for row in range(rows):
        places = np.flatnonzero(is_tested[row])
        a, b = (places[index] for index in np.triu_indices(len(places), 1))
        p = _pooled(shares[row], n[row], a, b)
        raw[row, a, b] = raw[row, b, a] = p
        adjusted[row, a, b] = adjusted[row, b, a] = adjust(p, correction)
    return Pairs(adjusted, raw, _letters(adjusted, shares, alpha, strict))


def _pooled(shares: Floats, n: Floats, a: npt.NDArray[np.intp], b: npt.NDArray[np.intp]) -> Floats:
    from scipy.special import erfc  # type: ignore[import-untyped]

    pooled = (shares[a] * n[a] + shares[b] * n[b]) / (n[a] + n[b])
    error = np.sqrt(pooled * (1 - pooled) * (1 / n[a] + 1 / n[b]))
    return np.asarray(erfc(np.abs(shares[a] - shares[b]) / error / np.sqrt(2)), np.float64)


def _letters(p: Floats, shares: Floats, alpha: float, strict: float | None) -> Letters:
    size = shares.shape[1]
    named = names(size)
    gap = " " if size > 26 else ""
    is_below = (p < alpha) & (shares[:, :, np.newaxis] > shares[:, np.newaxis, :])
    cells: list[tuple[str, ...]] = []
    for row in range(len(shares)):
        made = []
        for column in range(size):
            found = np.flatnonzero(is_below[row, column])
            made.append(gap.join(_letter(named[i], float(p[row, column, i]), strict) for i in found))
        cells.append(tuple(made))
    return tuple(cells)


def _letter(name: str, p: float, strict: float | None) -> str:
    return name if strict is None or p < strict else name.lower()


@dataclass(frozen=True, slots=True)
class ShareTest:
    """k shares against each other: are they all equal, and which pairs differ (rows and columns = groups)."""

    equality: Association
    p: Floats
    raw_p: Floats
    letters: tuple[str, ...]


def compare_shares(
    k: Sequence[float], n: Sequence[float], *, correction: str = "holm", alpha: float = 0.05
) -> ShareTest:
    """Are the shares k_i/n_i of independent groups equal: chi-squared, then pairwise pooled z tests with letters.

    >>> found = compare_shares([83, 90, 129, 70], [86, 93, 136, 82])
    >>> round(found.equality.chi2_p, 6), round(float(found.p[1, 3]), 6), found.letters
    (0.005585, 0.042846, ('', 'D', '', ''))
    """
    hits, bases = np.asarray(k, np.float64), np.asarray(n, np.float64)
    if hits.shape != bases.shape or hits.ndim != 1 or (hits < 0).any() or (hits > bases).any():
        raise NotPossible("k must lie between 0 and n, and n above 0")
    pairs = compare_columns(hits[np.newaxis], bases, correction=correction, alpha=alpha)
    return ShareTest(association(np.array([hits, bases - hits])), pairs.p[0], pairs.raw_p[0], pairs.letters[0])
