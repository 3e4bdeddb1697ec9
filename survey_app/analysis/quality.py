"""Careful or careless: signs of how somebody answered closed questions, and of how fast."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .columns import MISSING
from .inputs import Values, finite_numbers
from .notes import NotPossible
from .scores.base import Floats

Flags = npt.NDArray[np.bool_]
Rows = Sequence[Sequence[float | None]] | npt.NDArray[np.generic]
"""Answers, one row per person and one column per item in the order of the page; None, NaN or MISSING for none."""


def answers(rows: Rows) -> Floats:
    """A matrix people × items with NaN for missing. ValueError for ragged rows, text or infinite numbers."""
    try:
        made = np.array(rows, np.float64)
    except (TypeError, ValueError) as error:
        raise NotPossible("Answers must be equally long rows of numbers") from error
    made = np.where(made == MISSING, np.nan, made)
    if made.ndim != 2 or np.isinf(made).any():
        raise NotPossible("Answers must be equally long rows of numbers")
    return made


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs of equal answers of each person: the longest, and the average length; None without an answer."""

    longest: tuple[int | None, ...]
    average: tuple[float | None, ...]


def runs(rows: Rows) -> Runs:
    """The longest and the average run of equal neighbouring answers; missing ones are left out, not a break.

    (R's careless::longstring breaks a run at a missing answer.)

    >>> runs([[3, 3, None, 3, 1]]).longest
    (3,)
    """
    longest: list[int | None] = []
    average: list[float | None] = []
    for row in answers(rows):
        given = row[~np.isnan(row)]
        if not len(given):
            longest.append(None)
            average.append(None)
            continue
        ends = np.concatenate([np.flatnonzero(np.diff(given)), [len(given) - 1]])
        lengths = np.diff(ends, prepend=-1)
        longest.append(int(lengths.max()))
        average.append(float(lengths.mean()))
    return Runs(tuple(longest), tuple(average))


def irv(rows: Rows) -> tuple[float | None, ...]:
    """Intra-individual response variability: each person's standard deviation (n − 1); None for fewer than 2 answers.

    Dunn et al. (2018). Very low: hardly any difference between answers.

    >>> irv([[1, 2, 3], [4, None, None]])
    (1.0, None)
    """
    made = answers(rows)
    n = (~np.isnan(made)).sum(axis=1)
    sums = np.nansum(made, axis=1)
    off = np.nan_to_num(made - (sums / np.maximum(n, 1))[:, np.newaxis])
    spread = np.sqrt((off**2).sum(axis=1) / np.maximum(n - 1, 1))
    return tuple(float(s) if k > 1 else None for s, k in zip(spread, n, strict=True))


def straight_lines(rows: Rows, *, least: int = 4) -> Flags:
    """Who gave one and the same answer to all items of a grid that they answered, at least `least` of them.

    Only for grids whose items do not all point in one direction. Diagonals and zig-zags escape it.

    >>> straight_lines([[3, 3, 3, 3], [3, 3, 3, 4], [3, 3, None, None]]).tolist()
    [True, False, False]
    """
    made = answers(rows)
    n = (~np.isnan(made)).sum(axis=1)
    if not made.size:
        return np.zeros(len(made), bool)
    highest = np.where(np.isnan(made), -np.inf, made).max(axis=1)
    lowest = np.where(np.isnan(made), np.inf, made).min(axis=1)
    return np.asarray((n >= least) & (highest == lowest))


@dataclass(frozen=True, slots=True)
class Outliers:
    """Squared Mahalanobis distances (None where an answer is missing), the cut, and who lies beyond."""

    distances: tuple[float | None, ...]
    cut: float
    flags: Flags


def mahalanobis(rows: Rows, *, confidence: float = 0.99) -> Outliers:
    """D² = (x − mean)′S⁻¹(x − mean) of each complete row; flagged beyond the chi-squared quantile for k items.

    ValueError for fewer complete rows than items + 2; items that others determine are handled by a pseudo-inverse.
    """
    from scipy.special import chdtri  # type: ignore[import-untyped]

    made = answers(rows)
    complete = ~np.isnan(made).any(axis=1)
    kept = made[complete]
    if len(kept) < made.shape[1] + 2:
        raise NotPossible("%(n)s complete rows are too few for %(k)s items", n=len(kept), k=made.shape[1])
    off = kept - kept.mean(axis=0)
    inverse = np.linalg.pinv(np.atleast_2d(np.cov(kept, rowvar=False)), hermitian=True)
    found = np.full(len(made), np.nan)
    found[complete] = np.einsum("ij,jk,ik->i", off, inverse, off)
    cut = float(chdtri(made.shape[1], 1 - confidence))
    return Outliers(tuple(None if np.isnan(d) else float(d) for d in found), cut, np.nan_to_num(found) > cut)


def even_odd(rows: Rows, factors: Sequence[int]) -> tuple[float | None, ...]:
    """Inconsistency over scales: minus the (Spearman–Brown) correlation of even and odd item means of each person.

    `factors`: items per scale, in the order of the columns. −1 is consistent, high is careless (R's careless from
    1.2.0 on). None where it is not defined: no variation, or fewer than 3 scales.
    """
    made = answers(rows)
    if sum(factors) != made.shape[1] or min(factors, default=0) < 2:
        raise NotPossible("The scales must cover all items, two or more each")
    starts = np.concatenate([[0], np.cumsum(factors)[:-1]])
    pairs = [(made[:, s + 1 : s + k : 2], made[:, s : s + k : 2]) for s, k in zip(starts, factors, strict=True)]
    even, odd = (np.column_stack([_row_means(pair[side]) for pair in pairs]) for side in (0, 1))
    found = []
    for r in _row_correlations(even, odd):
        corrected = None if r is None else -1.0 if r <= -1 else max(-1.0, 2 * r / (1 + r))
        found.append(None if corrected is None else -corrected)
    return tuple(found)


def _row_means(block: Floats) -> Floats:
    n = (~np.isnan(block)).sum(axis=1)
    return np.where(n > 0, np.nansum(block, axis=1) / np.maximum(n, 1), np.nan)


def _row_correlations(a: Floats, b: Floats) -> list[float | None]:
    """Pearson's r of each row of a with the same row of b, over pairs that are both there; None if undefined."""
    found: list[float | None] = []
    for left, right in zip(a, b, strict=True):
        both = ~np.isnan(left) & ~np.isnan(right)
        x, y = left[both], right[both]
        if len(x) < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
            found.append(None)
            continue
        x, y = x - x.mean(), y - y.mean()
        found.append(float(np.clip(x @ y / np.sqrt((x @ x) * (y @ y)), -1, 1)))
    return found


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Within-person correlation over pairs of items that go together (None if undefined), and those pairs."""

    values: tuple[float | None, ...]
    pairs: tuple[tuple[int, int], ...]


def synonyms(rows: Rows, *, critical: float = 0.60, are_opposite: bool = False) -> Synonyms:
    """Psychometric synonyms: over item pairs with r above `critical`, how a person's answers go together.

    Low is careless. `are_opposite`: pairs with r below −`critical` instead (antonyms; then high is careless).
    Nothing is drawn at random: undefined stays None (careless::psychsyn(resample_na = FALSE)).
    """
    made = answers(rows)
    complete = made[~np.isnan(made).any(axis=1)]
    if len(complete) < 3:
        raise NotPossible("At least three complete answers are needed")
    spread = complete.std(axis=0)
    scaled = np.divide(complete - complete.mean(axis=0), spread, out=np.zeros_like(complete), where=spread > 0)
    r = scaled.T @ scaled / len(complete)
    found = np.argwhere(np.tril(r < -critical if are_opposite else r > critical, -1))
    pairs = tuple((int(j), int(i)) for i, j in found)
    first, second = (made[:, [pair[side] for pair in pairs]] for side in (0, 1))
    return Synonyms(tuple(_row_correlations(first, second)), pairs)


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast each person was: median time over their time (above 1 is faster), and who counts as speeding."""

    index: tuple[float | None, ...]
    flags: Flags
    median: float | None
    cut: float | None


def speeding(seconds: Values, *, share: float = 0.4) -> Speed:
    """Who took less than `share` (0.3, 0.4 or 0.5 are usual) of the median time (Greszki et al. 2015).

    The index is median/time (Leiner 2019: above 2 is doubtful). Not mean − 2 SD: for skewed times that is negative
    and never flags anybody. Times of 0 or below are missing.

    >>> speeding([100, 110, 90, 20]).flags.tolist()
    [False, False, False, True]
    """
    if not 0 < share < 1:
        raise NotPossible("The share of the median must lie between 0 and 1")
    times = finite_numbers(seconds, "seconds")
    there = times > 0
    if not there.any():
        return Speed((None,) * len(times), np.zeros(len(times), bool), None, None)
    median = float(np.median(times[there]))
    index = tuple(median / float(t) if ok else None for t, ok in zip(times, there, strict=True))
    return Speed(index, there & (times < share * median), median, share * median)


def seconds_per_item(seconds: Values, items: Values, *, floor: float = 2.0) -> tuple[Floats, Flags]:
    """Time on a page per item, and where it is below `floor` (2 s: Huang et al. 2012). NaN-free: 0 items give 0.

    >>> seconds_per_item([15, 30], [10, 10])[1].tolist()
    [True, False]
    """
    times, counts = finite_numbers(seconds, "seconds"), finite_numbers(items, "items")
    if len(times) != len(counts):
        raise NotPossible("All columns must be equally long")
    there = (counts > 0) & ~np.isnan(times)
    made = np.divide(times, counts, out=np.zeros(len(times)), where=there)
    return made, there & (made < floor)


@dataclass(frozen=True, slots=True)
class QualityScore:
    """How many signs each person shows, which, and who shows at least two: marked, never deleted by itself."""

    points: npt.NDArray[np.int64]
    signs: Mapping[str, Flags]
    is_doubtful: Flags
    version: str


def quality_score(signs: Mapping[str, Flags], *, least: int = 2) -> QualityScore:
    """Several signs together, e.g. straight lines, speed and outliers; doubtful from `least` signs on.

    One sign alone is weak evidence: keep such answers, show numbers with and without them, and check that short
    unhappy answers are not marked more often than happy ones (`flag_rates`).
    """
    if not signs or len({len(flags) for flags in signs.values()}) > 1:
        raise NotPossible("All columns must be equally long")
    points = np.sum([np.asarray(flags, bool) for flags in signs.values()], axis=0)
    return QualityScore(points.astype(np.int64), dict(signs), points >= least, f"signs-1 {'+'.join(signs)} {least}")
