"""What customers are worth, by rules: recency, frequency and money scores, segments of them, and ABC classes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from .inputs import Codes, Values, finite_numbers, weights_of
from .notes import NotPossible
from .scores.base import Floats

Scores = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rfm:
    """Scores 1 (worst) … bins (best) of each customer, 0 where a number is missing, and the cuts between them.

    A customer scores i where cut i−1 ≤ value < cut i; for recency the other way round.
    """

    recency: Scores
    frequency: Scores
    monetary: Scores
    recency_cuts: tuple[float, ...]
    frequency_cuts: tuple[float, ...]
    monetary_cuts: tuple[float, ...]
    bins: int

    @property
    def codes(self) -> Scores:
        """The three scores as one number, 111 … 555; 0 where one is missing."""
        made = 100 * self.recency + 10 * self.frequency + self.monetary
        return np.where((self.recency > 0) & (self.frequency > 0) & (self.monetary > 0), made, 0)

    @property
    def n(self) -> int:
        return int((self.codes > 0).sum())


def rfm(recency: Values, frequency: Values, monetary: Values, *, bins: int = 5) -> Rfm:
    """Scores from days since the last purchase, number of purchases and money, one of each per customer.

    Cut at the quantiles (R type 7) of the values, so that equal customers get equal scores: ties make the classes
    unequal, on purpose. For whole numbers a cut is its quantile + 1, as R's package rfm has it. ValueError for
    fewer than 2 or more than 9 bins, unlike lengths or no complete customer.

    >>> made = rfm([5, 40, 90, 200, 400], [9, 5, 4, 2, 1], [900, 300, 400, 80, 10])
    >>> made.codes.tolist()
    [555, 433, 324, 212, 111]
    """
    if not 2 <= bins <= 9:
        raise NotPossible("There must be 2 to 9 classes, not %(bins)s", bins=bins)
    parts = [finite_numbers(v, n) for v, n in ((recency, "recency"), (frequency, "frequency"), (monetary, "monetary"))]
    if len({len(part) for part in parts}) > 1:
        raise NotPossible("All columns must be equally long")
    if not (~np.isnan(np.column_stack(parts))).all(axis=1).any():
        raise NotPossible("No customer has recency, frequency and money")
    cuts = [_cuts(part, bins) for part in parts]
    scores = [_scored(part, cut) for part, cut in zip(parts, cuts, strict=True)]
    scores[0] = np.where(scores[0] > 0, bins + 1 - scores[0], 0)
    at = [tuple(cut.tolist()) for cut in cuts]
    return Rfm(scores[0], scores[1], scores[2], at[0], at[1], at[2], bins)


def _cuts(values: Floats, bins: int) -> Floats:
    there = values[~np.isnan(values)]
    is_whole = bool((there == np.floor(there)).all())
    quantiles = np.quantile(there, np.arange(1, bins) / bins)
    return np.asarray(quantiles + 1) if is_whole else np.nextafter(quantiles, np.inf)


def _scored(values: Floats, cuts: Floats) -> Scores:
    made = np.searchsorted(cuts, values, side="right") + 1
    return np.where(np.isnan(values), 0, made).astype(np.int64)


Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Segment:
    """A named range of R, F and M scores, ends included. The first segment that fits a customer takes it."""

    name: str
    recency: Range
    frequency: Range
    monetary: Range


SEGMENTS = (
    Segment("Champions", (5, 5), (5, 5), (5, 5)),
    Segment("Potential Loyalist", (3, 5), (3, 5), (2, 5)),
    Segment("Loyal Customers", (2, 4), (2, 4), (2, 4)),
    Segment("Promising", (3, 4), (1, 3), (3, 5)),
    Segment("New Customers", (4, 5), (1, 3), (1, 5)),
    Segment("Can't Lose Them", (1, 2), (3, 4), (4, 5)),
    Segment("At Risk", (1, 2), (2, 5), (4, 5)),
    Segment("Need Attention", (1, 3), (3, 5), (3, 5)),
    Segment("About To Sleep", (2, 3), (1, 3), (1, 4)),
    Segment("Lost", (1, 1), (1, 5), (1, 5)),
)
"""The segments of the R package rfm for five classes, in its order; the ranges overlap, so the order decides."""

OTHERS = "Others"


@dataclass(frozen=True, slots=True)
class Segmented:
    """The place of each customer's segment in `names` (−1 without scores); who fits none is in "Others", the last."""

    places: Codes
    names: tuple[str, ...]
    counts: Mapping[str, int] = field(default_factory=dict)

    def sums(self, values: Values) -> dict[str, float]:
        """What the customers of each segment add up to, e.g. revenue."""
        numbers = np.nan_to_num(finite_numbers(values))
        known = self.places >= 0
        added = np.bincount(self.places[known], numbers[known], len(self.names))
        return {name: float(total) for name, total in zip(self.names, added, strict=True) if name in self.counts}


def rfm_segments(scores: Rfm, segments: Sequence[Segment] = SEGMENTS) -> Segmented:
    """The first segment that fits each customer's scores; whom none fits is shown as "Others".

    >>> found = rfm_segments(rfm([5, 40, 90, 200, 400], [9, 5, 4, 2, 1], [900, 300, 400, 80, 10]))
    >>> dict(found.counts)
    {'Champions': 1, 'Potential Loyalist': 1, 'Loyal Customers': 1, 'About To Sleep': 1, 'Lost': 1}
    """
    places = np.full(len(scores.recency), len(segments), np.intp)
    for place in range(len(segments) - 1, -1, -1):
        at = segments[place]
        pairs = ((scores.recency, at.recency), (scores.frequency, at.frequency), (scores.monetary, at.monetary))
        is_in = np.logical_and.reduce([(score >= low) & (score <= high) for score, (low, high) in pairs])
        places[is_in] = place
    places[scores.codes == 0] = -1
    names = (*(segment.name for segment in segments), OTHERS)
    counted = np.bincount(places[places >= 0], minlength=len(names))
    return Segmented(places, names, {name: int(k) for name, k in zip(names, counted, strict=True) if k})


@dataclass(frozen=True, slots=True)
class Abc:
    """The class of each customer ("" without a value), and per class how many and what share, in percent."""

    classes: tuple[str, ...]
    counts: Mapping[str, int]
    shares: Mapping[str, float]


def abc(values: Values, *, cuts: Sequence[float] = (80, 95)) -> Abc:
    """A, B, C … by the share, in percent, of all value that larger customers hold already: below 80 A, below 95 B.

    So the customer who passes 80 % is still A, and equal values share a class. Settle returns first: ValueError for
    values below 0 or all 0.

    >>> abc([100, 500, 50, 300, 50]).classes
    ('B', 'A', 'B', 'A', 'B')
    """
    numbers = finite_numbers(values)
    there = ~np.isnan(numbers)
    held = weights_of(values, len(numbers)) if there.any() and (numbers[there] >= 0).all() else None
    if held is None:
        raise NotPossible("Values must be at least 0 and not all missing: settle returns first")
    if list(cuts) != sorted(set(cuts)) or not all(0 < cut < 100 for cut in cuts):
        raise NotPossible("Cuts must rise between 0 and 100 percent")
    total = held.sum()
    ordered = np.sort(held)[::-1]
    above = np.concatenate([[0.0], np.cumsum(ordered)])
    before = 100 * above[np.searchsorted(-ordered, -held, side="left")] / total
    places = np.searchsorted(np.asarray(cuts, float), np.round(before, 9), side="right")
    names = [chr(ord("A") + place) for place in range(len(cuts) + 1)]
    known = places[there]
    counted = np.bincount(known, minlength=len(names))
    shared = np.bincount(known, held[there], len(names)) / total * 100
    return Abc(
        tuple(names[place] if is_there else "" for place, is_there in zip(places, there, strict=True)),
        {name: int(k) for name, k in zip(names, counted, strict=True)},
        {name: float(share) for name, share in zip(names, shared, strict=True)},
    )
