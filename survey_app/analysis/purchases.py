"""From single purchases to one row per customer, and how well a churn score sorts them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from .columns import MISSING
from .inputs import Values, categories, finite_numbers
from .notes import NotPossible
from .scores.base import Floats
from .trends import Days, as_days


@dataclass(frozen=True, slots=True)
class History:
    """One row per customer: repeat purchases, time from first to last and to the end, mean spend of the repeats.

    `monetary` is 0 for customers without a repeat purchase. Times in the unit that was asked for.
    """

    customers: tuple[Any, ...]
    frequency: Floats
    recency: Floats
    age: Floats
    monetary: Floats


def purchase_history(customers: Values, days: Days, amounts: Values, *, end: date | int, unit: float = 7.0) -> History:
    """Purchases (customer, day, amount) up to `end` → what `bg_nbd` and `gamma_gamma` take.

    Purchases on one day are one transaction; the first is left out of frequency and of the mean spend. `unit`: days
    per unit of time (7: weeks). ValueError for unlike lengths or nothing before the end.

    >>> made = purchase_history(["a", "a", "b"], [date(2026, 1, 1), date(2026, 1, 15), date(2026, 1, 8)], [5, 9, 7],
    ...                end=date(2026, 1, 29))
    >>> made.frequency.tolist(), made.recency.tolist(), made.age.tolist(), made.monetary.tolist()
    ([1.0, 0.0], [2.0, 0.0], [4.0, 3.0], [9.0, 0.0])
    """
    codes, labels = categories(customers)
    when, money = as_days(days), finite_numbers(amounts, "amounts")
    last = int(as_days([end])[0]) if isinstance(end, date) else end
    if not len(codes) == len(when) == len(money):
        raise NotPossible("All columns must be equally long")
    kept = (codes >= 0) & (when != MISSING) & (when <= last) & ~np.isnan(money)
    if not kept.any():
        raise NotPossible("There are no purchases before the end")
    pairs, place = np.unique(np.column_stack([codes[kept], when[kept]]), axis=0, return_inverse=True)
    spent = np.bincount(place.ravel(), money[kept], len(pairs))
    who, start, times = np.unique(pairs[:, 0], return_index=True, return_counts=True)
    first, final = pairs[start, 1], pairs[start + times - 1, 1]
    repeat = times - 1.0
    later = np.add.reduceat(spent, start) - spent[start]
    mean = np.divide(later, repeat, out=np.zeros(len(who)), where=repeat > 0)
    names = tuple(labels[code] for code in who)
    return History(names, repeat.astype(np.float64), (final - first) / unit, (last - first) / unit, mean)


@dataclass(frozen=True, slots=True)
class ScoreQuality:
    """How well a score foresees an event: AUC (0.5 is chance, 1 perfect), Brier (0 is perfect), and lift."""

    auc: float
    brier: float | None
    n: int
    events: int
    order: npt.NDArray[np.intp]
    happened: Floats

    def lift(self, percent: float) -> float:
        """The rate of events among the `percent` with the highest scores, over the rate of all."""
        top = max(1, round(self.n * percent / 100))
        return float(self.happened[self.order[:top]].mean() / self.happened.mean())


def score_quality(scores: Values, happened: Values | Sequence[bool]) -> ScoreQuality:
    """AUC by ranks (ties count half), Brier score Σ(score − event)²/n (None unless scores lie within 0 … 1), lift.

    Judge on a later time than the score was made from. ValueError unless some events happened and some did not.

    >>> found = score_quality([0.9, 0.8, 0.3, 0.1], [1, 0, 1, 0])
    >>> found.auc, found.lift(50)
    (0.75, 1.0)
    """
    s, y = finite_numbers(scores, "scores"), finite_numbers(happened, "events")
    if len(s) != len(y):
        raise NotPossible("All columns must be equally long")
    kept = ~np.isnan(s) & ~np.isnan(y)
    s, y = s[kept], (y[kept] != 0).astype(float)
    events = int(y.sum())
    if not 0 < events < len(y):
        raise NotPossible("Some events must have happened and some not")
    _, place, times = np.unique(s, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(times) - (times - 1) / 2)[place]
    others = len(y) - events
    auc = float((ranks @ y - events * (events + 1) / 2) / (events * others))
    is_chance = bool(((s >= 0) & (s <= 1)).all())
    brier = float(np.mean((s - y) ** 2)) if is_chance else None
    return ScoreQuality(auc, brier, len(y), events, np.argsort(-s, kind="stable"), y)
