"""Tests of tables of counts: chi-squared, Fisher's exact test, effect sizes, residuals, trends over ordered groups."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .distributions import chi2_p, normal_p
from .fisher import QUICK, THOROUGH, fisher_p
from .notes import Note, NotPossible
from .scores.base import Floats

Table = Sequence[Sequence[float]] | npt.NDArray[np.generic]
Numbers = Sequence[float] | npt.NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class Association:
    """A test of "nothing goes along": statistic, degrees of freedom, p, and how strong it is (Cramér's V, 0 … 1).

    `p` is the one to use: that of `method`. `smallest_expected` and `share_below_5` (of the cells' expected
    counts) say whether the chi-squared approximation holds; `exact_p` is Fisher's where it was asked for or needed.
    """

    statistic: float
    degrees: int
    p: float
    method: str
    effect: float
    n: float
    smallest_expected: float
    share_below_5: float
    chi2_p: float
    exact_p: float | None = None

    @property
    def is_sparse(self) -> bool:
        """More than a fifth of the cells expect fewer than 5, or one fewer than 1 (Cochran's rule)."""
        return self.share_below_5 > 0.2 or self.smallest_expected < 1

    @property
    def notes(self) -> tuple[Note, ...]:
        if not self.is_sparse:
            return ()
        share = round(100 * self.share_below_5)
        return (Note("%(share)s%% of the cells have an expected count below 5", {"share": share}),)


def counts_of(table: Table) -> Floats:
    """A table as floats. ValueError unless it is a rectangle of finite counts of at least 0."""
    try:
        made = np.asarray(table, np.float64)
    except (TypeError, ValueError) as error:
        raise NotPossible("A table needs equally long rows of numbers") from error
    if made.ndim != 2 or not np.isfinite(made).all() or (made < 0).any():
        raise NotPossible("A table needs equally long rows of counts of at least 0")
    return made


def expected(table: Floats) -> Floats:
    """Row total × column total / n: what each cell would hold if nothing went along."""
    n = table.sum()
    return np.outer(table.sum(axis=1), table.sum(axis=0)) / n if n else np.zeros_like(table)


def association(
    table: Table, *, yates: bool = False, exact: bool | None = None, draws: int = 20_000, seed: int = 1
) -> Association:
    """Pearson's chi-squared test of a table; with Fisher's exact test when the table is sparse or `exact` is True.

    Σ(O − E)²/E with (r − 1)(c − 1) degrees of freedom over the rows and columns that are not empty; `yates`
    corrects 2×2 tables for continuity (off by default, unlike scipy). Effect: √(χ²/(n·min(r − 1, c − 1))). Fisher
    is exact where the table can be counted out, else a Monte Carlo p value from `draws` tables with `seed`.
    ValueError when fewer than two rows or columns hold anything.

    >>> found = association([[3, 1], [1, 3]])
    >>> found.statistic, round(found.exact_p, 4)
    (2.0, 0.4857)
    """
    full = counts_of(table)
    kept = full[full.sum(axis=1) > 0][:, full.sum(axis=0) > 0]
    rows, columns = kept.shape
    if min(rows, columns) < 2:
        raise NotPossible("A test needs answers in at least two rows and two columns")
    due, n = expected(kept), float(kept.sum())
    away = np.abs(kept - due)
    pearson = float(np.sum(away**2 / due))
    if yates and (rows, columns) == (2, 2):
        away = np.maximum(0, away - 0.5)
    statistic, degrees = float(np.sum(away**2 / due)), (rows - 1) * (columns - 1)
    p = chi2_p(statistic, degrees)
    effect = min(1.0, math.sqrt(pearson / (n * (min(rows, columns) - 1))))
    below, least = float(np.mean(due < 5)), float(due.min())
    is_whole = bool((kept == np.round(kept)).all())
    is_wanted = (below > 0.2 or least < 1) if exact is None else exact
    work = THOROUGH if exact else QUICK
    fisher = fisher_p(kept.astype(np.int64), work=work, draws=draws, seed=seed) if is_wanted and is_whole else None
    method = "chi-squared" if fisher is None else "fisher"
    return Association(statistic, degrees, p if fisher is None else fisher, method, effect, n, least, below, p, fisher)


def adjusted_residuals(table: Table) -> Floats:
    """(O − E)/√(E(1 − row share)(1 − column share)): beyond ±2 a cell stands out. 0 where E is 0.

    >>> adjusted_residuals([[10, 20], [20, 10]]).round(2).tolist()
    [[-2.58, 2.58], [2.58, -2.58]]
    """
    observed = counts_of(table)
    n = observed.sum()
    if not n:
        return np.zeros_like(observed)
    due = expected(observed)
    rest = np.outer(1 - observed.sum(axis=1) / n, 1 - observed.sum(axis=0) / n)
    spread = np.sqrt(np.maximum(0, due * rest))
    return np.divide(observed - due, spread, out=np.zeros_like(observed), where=spread > 0)


@dataclass(frozen=True, slots=True)
class TrendTest:
    """Does a share rise or fall over ordered groups: z (its sign is the direction), chi-squared = z², p."""

    z: float
    statistic: float
    p: float
    slope: float
    n: int


def cochran_armitage(k: Numbers, n: Numbers, scores: Numbers | None = None) -> TrendTest:
    """The Cochran–Armitage test: do the shares k_i/n_i follow the scores (default 1, 2, 3 …)?

    `slope` is the change of the share in percent per unit of score, from weighted least squares.

    >>> round(cochran_armitage([83, 90, 129, 70], [86, 93, 136, 82]).statistic, 4)
    8.2249
    """
    hits, bases = _hits(k, n)
    x = np.arange(1.0, len(hits) + 1) if scores is None else np.asarray(scores, np.float64)
    if len(x) != len(hits):
        raise NotPossible("There must be one score per group")
    total, share = float(bases.sum()), float(hits.sum() / bases.sum())
    centred = x - bases @ x / total
    spread = float(bases @ centred**2)
    if not spread or not 0 < share < 1:
        raise NotPossible("A trend needs groups that differ in score and answers that are not all alike")
    top = float(hits @ centred)
    z = top / math.sqrt(share * (1 - share) * spread)
    return TrendTest(z, z * z, normal_p(z), 100 * top / spread, int(total))


def _hits(k: Numbers, n: Numbers) -> tuple[Floats, Floats]:
    hits, bases = np.asarray(k, np.float64), np.asarray(n, np.float64)
    if hits.shape != bases.shape or hits.ndim != 1 or len(hits) < 2:
        raise NotPossible("k and n must be equally long, with at least two groups")
    if (bases <= 0).any() or (hits < 0).any() or (hits > bases).any():
        raise NotPossible("k must lie between 0 and n, and n above 0")
    return hits, bases


@dataclass(frozen=True, slots=True)
class Fit:
    """How well counts fit the shares of the population: chi-squared, degrees of freedom, p, expected counts."""

    statistic: float
    degrees: int
    p: float
    n: float
    expected: Floats


def goodness_of_fit(observed: Numbers, shares: Numbers) -> Fit:
    """Do the observed counts come from the given shares (they must add up to 1)? Σ(O − E)²/E, k − 1 degrees.

    >>> round(goodness_of_fit([180, 150, 70], [0.35, 0.40, 0.25]).statistic, 3)
    21.054
    """
    counts, wanted = np.asarray(observed, np.float64), np.asarray(shares, np.float64)
    if counts.shape != wanted.shape or counts.ndim != 1 or len(counts) < 2:
        raise NotPossible("There must be one share per count, and at least two")
    if abs(wanted.sum() - 1) > 1e-6:
        raise NotPossible("The shares add up to %(sum)s, not to 1", sum=f"{wanted.sum():g}")
    if (wanted <= 0).any() or (counts < 0).any() or not counts.sum():
        raise NotPossible("Shares must be above 0 and counts at least 0, not all of them 0")
    due = wanted * counts.sum()
    statistic = float(np.sum((counts - due) ** 2 / due))
    return Fit(statistic, len(counts) - 1, chi2_p(statistic, len(counts) - 1), float(counts.sum()), due)
