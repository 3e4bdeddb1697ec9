"""How common something is when what counts it makes mistakes: shares corrected by a checked sample."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from .columns import Estimate
from .distributions import z_of
from .intervals import wilson
from .notes import NotPossible
from .scores.base import Floats

Counts = Sequence[Sequence[float]] | npt.NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class ClassQuality:
    """How one class was found in a checked sample; shares in percent with Wilson intervals.

    `precision`: of those said to be of the class, how many are. `recall`: of those that are, how many were said to be.
    `f1` is on 0 … 100, None where the class neither occurred nor was said.
    """

    precision: Estimate
    recall: Estimate
    f1: float | None


def class_quality(confusion: Counts, *, confidence: float = 0.95) -> list[ClassQuality]:
    """Precision and recall of each class. `confusion[i, j]` counts things of true class i that were said to be j.

    >>> [round(one.recall.value) for one in class_quality([[8, 2], [5, 15]])]
    [80, 75]
    """
    table = _table(confusion)
    made = []
    for place in range(len(table)):
        hit, said, true = table[place, place], table[:, place].sum(), table[place].sum()
        f1 = float(200 * hit / (said + true)) if said + true else None
        made.append(ClassQuality(wilson(hit, said, confidence), wilson(hit, true, confidence), f1))
    return made


def rogan_gladen(
    positive: float, n: float, *, sensitivity: tuple[float, float], specificity: tuple[float, float],
    confidence: float = 0.95,
) -> Estimate:  # fmt: skip
    """The true share in percent behind `positive` of `n`: (p + Sp − 1)/(Se + Sp − 1), held inside 0 … 100.

    `sensitivity` and `specificity` are (hits, checked) of a sample. The interval is that of Lang & Reiczigel (2014)
    Prev Vet Med 113:13, which allows for the uncertainty of all three shares. Rogan & Gladen (1978) Am J Epidemiol
    107:71. The estimate is empty where nothing was checked or the reading tells nothing (Se + Sp ≤ 1).

    >>> round(rogan_gladen(30, 100, sensitivity=(80, 100), specificity=(90, 100)).value, 2)
    28.57
    """
    (hits, those), (rights, others) = sensitivity, specificity
    if not 0 <= positive <= n or not 0 <= hits <= those or not 0 <= rights <= others:
        raise NotPossible("A count must lie between 0 and its base")
    empty = Estimate(None, None, None, round(n), "percent", confidence=confidence)
    if not n or not those or not others or hits / those + rights / others <= 1:
        return empty
    z = z_of(confidence)
    value = _unmixed(positive / n, hits / those, rights / others)
    size = n + z * z
    p, se, sp = (positive + z * z / 2) / size, (hits + 1) / (those + 2), (rights + 1) / (others + 2)
    slope = se + sp - 1
    if slope <= 0:
        return empty
    centre = _unmixed(p, se, sp)
    shift = 2 * z * z * (centre * se * (1 - se) / (those + 2) - (1 - centre) * sp * (1 - sp) / (others + 2))
    spread = (
        p * (1 - p) / size + centre**2 * se * (1 - se) / (those + 2) + (1 - centre) ** 2 * sp * (1 - sp) / (others + 2)
    )
    half = z / slope * float(np.sqrt(spread))
    low, high, value = (min(1.0, max(0.0, one)) for one in (centre + shift - half, centre + shift + half, value))
    return Estimate(
        100 * value, 100 * min(low, value), 100 * max(high, value), round(n), "percent", confidence=confidence
    )


def _unmixed(p: float, se: float, sp: float) -> float:
    return (p + sp - 1) / (se + sp - 1)


def corrected_shares(
    counts: Sequence[float], confusion: Counts, *, confidence: float = 0.95, draws: int = 2000, seed: int = 1
) -> list[Estimate]:
    """The true shares of k classes in percent behind the counts of a fallible reading.

    Solves Mᵀ·share = counts/n for shares that are no less than 0 and add up to 1 (least squares), where
    M[i, j] = P(said j | true i) comes from `confusion[i, j]`, the checked sample. Percentile interval over both
    samples drawn again (multinomial; same `seed` same limits). With two classes the value is Rogan and Gladen's.
    Buonaccorsi (2010) Measurement Error, chapter 2. Empty estimates where a class was never checked or the
    matrix says too little to be turned around.

    >>> [round(one.value, 2) for one in corrected_shares([30, 70], [[80, 20], [10, 90]], draws=0)]
    [28.57, 71.43]
    """
    table, said = _table(confusion), np.asarray(counts, np.float64)
    if len(said) != len(table) or (said < 0).any():
        raise NotPossible("There must be one count per class, none below 0")
    n, checked = said.sum(), table.sum(axis=1)
    empty = [Estimate(None, None, None, round(float(n)), "percent", confidence=confidence) for _ in said]
    if not n or not checked.all() or np.linalg.cond(table / checked[:, None]) > 50:
        return empty
    value = _solved(said / n, table / checked[:, None])
    found = _drawn(np.random.default_rng(seed), said, table, draws)
    if not len(found):
        return [replace(one, value=100 * float(v)) for one, v in zip(empty, value, strict=True)]
    low, high = np.quantile(found, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
    limits = zip(100 * value, 100 * np.minimum(low, value), 100 * np.maximum(high, value), strict=True)
    return [
        replace(one, value=float(v), low=float(a), high=float(b)) for one, (v, a, b) in zip(empty, limits, strict=True)
    ]


def _drawn(random: np.random.Generator, said: Floats, table: Floats, draws: int) -> Floats:
    """The shares of `draws` pairs of samples drawn again, a row each."""
    n, checked = said.sum(), table.sum(axis=1)
    # One thing more of the right class per row: a class seen rarely is not thought to be read without fault.
    shares = (table + np.eye(len(table)) * 0.5 + 0.5 / len(table)) / (checked + 1)[:, None]
    sizes = np.round(checked).astype(np.int64)
    rows = [
        random.multinomial(size, share, draws) / max(int(size), 1) for size, share in zip(sizes, shares, strict=True)
    ]
    rates = np.stack(rows, axis=1)
    again = random.multinomial(round(float(n)), said / n, draws) / n
    usable = np.linalg.cond(rates) < 1e6
    rates, again = rates[usable], again[usable]
    made: Floats = np.linalg.solve(np.swapaxes(rates, 1, 2), again[:, :, None])[:, :, 0]
    for place in np.flatnonzero((made < 0).any(axis=1)):
        made[place] = _solved(again[place], rates[place])
    return made


def _solved(said: Floats, rates: Floats) -> Floats:
    """Least squares on the simplex: the plain inverse where it has no share below 0, else without those classes."""
    active = np.ones(len(said), np.bool_)
    for _ in range(len(said)):
        part = rates[active].T
        size = int(active.sum())
        system = np.zeros((size + 1, size + 1))
        system[:size, :size], system[:size, size], system[size, :size] = part.T @ part, 1, 1
        found = np.linalg.solve(system, np.append(part.T @ said, 1.0))[:size]
        if (found >= -1e-12).all():
            break
        active[np.flatnonzero(active)[found < 0]] = False
    made = np.zeros(len(said))
    made[active] = np.maximum(0, found)
    whole: Floats = made / made.sum()
    return whole


def _table(confusion: Counts) -> Floats:
    table = np.asarray(confusion, np.float64)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or (table < 0).any():
        raise NotPossible("The checked sample must be a square table of counts")
    return table
