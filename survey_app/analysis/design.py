"""Standard errors that follow from weights, clusters and strata: Taylor linearisation as in R's survey package."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .columns import Estimate
from .contingency import Association, association
from .distributions import z_of
from .inputs import Codes, Values, categories, finite_numbers, weights_of
from .notes import NotPossible
from .scores.base import Floats


@dataclass(frozen=True, slots=True)
class Design:
    """How the answers were drawn: a weight each, and what else applies.

    `clusters` were drawn together, `strata` apart; `fpc` is the number of units in the population (per row);
    the weights meet the totals of `post_strata` by construction.
    """

    weights: Floats
    clusters: Codes | None = None
    strata: Codes | None = None
    fpc: Floats | None = None
    post_strata: Codes | None = None


def design(
    weights: Values, *, clusters: Values | None = None, strata: Values | None = None, fpc: Values | None = None,
    post_strata: Values | None = None,
) -> Design:  # fmt: skip
    """A Design from columns in any form. ValueError for unlike lengths or bad weights."""
    n = len(finite_numbers(weights, "weights"))
    made = weights_of(weights, n)
    parts = [None if part is None else categories(part)[0] for part in (clusters, strata, post_strata)]
    sizes = None if fpc is None else finite_numbers(fpc, "fpc")
    if made is None or any(part is not None and len(part) != n for part in (*parts, sizes)):
        raise NotPossible("All columns must be equally long")
    return Design(made, parts[0], parts[1], sizes, parts[2])


def covariance(scores: Floats, of: Design) -> Floats:
    """The covariance of the column sums of `scores` (n × k, linearised values times weight).

    Sums of clusters within strata: Σ_h (1 − f_h) m_h/(m_h − 1) Σ (z_hi − z̄_h)(z_hi − z̄_h)′; without clusters every
    answer is one. Post-strata first lose their mean: what weighting fixes does not vary.
    """
    z = scores if of.post_strata is None else _without_means(scores, of)
    n = len(z)
    clusters = np.arange(n) if of.clusters is None else of.clusters
    strata = np.zeros(n, np.intp) if of.strata is None else of.strata
    made = np.zeros((z.shape[1], z.shape[1]))
    for stratum in np.unique(strata):
        inside = strata == stratum
        _, index = np.unique(clusters[inside], return_inverse=True)
        sums = np.array([np.bincount(index, column) for column in z[inside].T]).T
        m = len(sums)
        if m < 2:
            raise NotPossible("A stratum with one unit gives no standard error")
        drawn = 1.0 if of.fpc is None else 1 - m / float(of.fpc[inside][0])
        centred = sums - sums.mean(axis=0)
        made += drawn * m / (m - 1) * centred.T @ centred
    return made


def _without_means(scores: Floats, of: Design) -> Floats:
    assert of.post_strata is not None
    count = int(of.post_strata.max()) + 1
    weight = np.bincount(of.post_strata, of.weights, count)
    means = np.array(
        [np.bincount(of.post_strata, column, count) / np.where(weight > 0, weight, 1) for column in scores.T]
    )
    return np.asarray(scores - of.weights[:, np.newaxis] * means.T[of.post_strata])


def weighted_mean(values: Values, of: Design, *, confidence: float = 0.95) -> Estimate:
    """The weighted mean Σwy/Σw with its linearised error: √covariance of w(y − mean)/Σw. Unit "scale".

    Missing values leave the base. `effective_n` is Kish's (Σw)²/Σw². None where nobody answered.
    """
    y = finite_numbers(values)
    w = np.where(np.isnan(y), 0, of.weights)
    n = int((w > 0).sum())
    if not n:
        return Estimate(None, None, None, 0, "scale", confidence=confidence)
    y = np.nan_to_num(y)
    mean = float(w @ y / w.sum())
    if n < 2:
        return Estimate(mean, None, None, n, "scale", confidence=confidence, effective_n=1.0)
    error = float(np.sqrt(covariance((w * (y - mean) / w.sum())[:, np.newaxis], of)[0, 0]))
    half = z_of(confidence) * error
    return Estimate(mean, mean - half, mean + half, n, "scale", error, confidence, float(w.sum() ** 2 / (w @ w)))


def weighted_total(values: Values, of: Design, *, confidence: float = 0.95) -> Estimate:
    """The weighted total Σwy with its error. None where nobody answered."""
    y = finite_numbers(values)
    n = int((~np.isnan(y)).sum())
    if not n:
        return Estimate(None, None, None, 0, "scale", confidence=confidence)
    y = np.nan_to_num(y)
    total = float(of.weights @ y)
    error = float(np.sqrt(covariance((of.weights * y)[:, np.newaxis], of)[0, 0]))
    half = z_of(confidence) * error
    return Estimate(total, total - half, total + half, n, "scale", error, confidence)


def rao_scott(
    cells: npt.NDArray[np.intp], shape: tuple[int, int], weights: Floats, of: Design | None = None
) -> Association:
    """The chi-squared test of a weighted table, corrected for what weighting does to its spread (second order).

    `cells` number the answers' cells row by row. X² of the weighted shares at the unweighted n, divided by the mean
    generalised design effect, against F(d, d·ν) with Satterthwaite's d and ν = units − strata (Rao & Scott 1984;
    Thomas & Rao 1987; R's svychisq). `degrees` is that of the table, (r − 1)(c − 1).
    """
    from scipy.special import fdtrc  # type: ignore[import-untyped]

    full = np.bincount(cells, weights, shape[0] * shape[1]).reshape(shape)
    rows, columns = np.flatnonzero(full.sum(axis=1) > 0), np.flatnonzero(full.sum(axis=0) > 0)
    kept = full[np.ix_(rows, columns)]
    n, share = len(cells), (kept / kept.sum()).ravel()
    plain = association(kept * n / kept.sum(), exact=False)
    numbered = (rows[:, np.newaxis] * shape[1] + columns).ravel()
    spread = _of_shares(cells, numbered, share, weights, of)
    inner = _interaction(len(rows), len(columns))
    inverse = np.divide(1, share, out=np.zeros_like(share), where=share > 0)
    simple = inner.T @ (inverse[:, np.newaxis] / n * inner)
    real = inner.T @ (inverse[:, np.newaxis] * spread * inverse) @ inner
    delta = np.linalg.solve(simple, real)
    trace, d = float(np.trace(delta)), float(np.trace(delta)) ** 2 / float(np.trace(delta @ delta))
    statistic = plain.statistic / trace
    p = float(fdtrc(d, d * _freedom(of, n), statistic))
    return Association(statistic, plain.degrees, p, "rao-scott", plain.effect, float(n), plain.smallest_expected,
                       plain.share_below_5, plain.chi2_p)  # fmt: skip


def _interaction(rows: int, columns: int) -> Floats:
    """The part of the cells that rows and columns alone do not explain, shape (cells, (r − 1)(c − 1))."""
    main = np.column_stack([np.kron(np.eye(rows), np.ones((columns, 1))), np.kron(np.ones((rows, 1)), np.eye(columns))])
    both = np.kron(np.eye(rows)[:, 1:], np.eye(columns)[:, 1:])
    return np.asarray(both - main @ np.linalg.lstsq(main, both, rcond=None)[0])


def _of_shares(cells: Codes, numbered: Codes, share: Floats, weights: Floats, of: Design | None) -> Floats:
    """The covariance of the weighted shares of the cells."""
    if of is not None:
        is_in = (cells[:, np.newaxis] == numbered).astype(np.float64)
        return covariance(weights[:, np.newaxis] * (is_in - share) / weights.sum(), of)
    # Without clusters and strata the sums over rows have a closed form in Σw² per cell.
    squares = np.bincount(cells, weights**2, int(numbered.max()) + 1)[numbered]
    crossed = np.outer(squares, share)
    spread = np.diag(squares) - crossed - crossed.T + squares.sum() * np.outer(share, share)
    return np.asarray(spread / weights.sum() ** 2 * (len(cells) / (len(cells) - 1)))


def _freedom(of: Design | None, n: int) -> int:
    if of is None:
        return n - 1
    units = n if of.clusters is None else len(np.unique(of.clusters))
    return units - (1 if of.strata is None else len(np.unique(of.strata)))
