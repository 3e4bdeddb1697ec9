"""Opinions on a cut: how often each aspect is praised and criticised, and what goes with the criticism."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from sqlmodel import Session, col, select

from ..analysis.columns import Estimate
from ..analysis.compare import Difference, difference
from ..analysis.intervals import wilson
from ..analysis.scores import Moments
from ..tables import Opinion
from . import metrics
from .columns import Answers
from .columns.frames import Numbers
from .metrics import Metric


@dataclass(frozen=True, slots=True)
class AspectRow:
    """An aspect on a cut. Counts are opinions; `critical` is the share of answers that criticise it; `effect` is
    the metric among these answers minus the metric among all others."""

    aspect: str
    positive: int
    neutral: int
    negative: int
    responses: int
    critical: Estimate
    effect: Difference | None

    @property
    def n(self) -> int:
        return self.positive + self.neutral + self.negative


def aspects(frame: Answers, metric: Metric | None) -> list[AspectRow]:
    """A row per aspect that anybody spoke of, the most spoken of first."""
    said = frame.opinions
    if not len(said):
        return []
    codes: tuple[str, ...] = said["aspect"].codes
    numbers: Numbers = said["aspect"].values
    polarity: Numbers = said["polarity"].values
    counts = np.bincount(numbers * 3 + polarity + 1, minlength=3 * len(codes)).reshape(-1, 3)
    rows = frame.places(said["response"].values)
    of, _where = _pairs(numbers, rows, np.ones(len(rows), np.bool_))
    heard = np.bincount(of, minlength=len(codes))
    critics, places = _pairs(numbers, rows, polarity == -1)
    critical = np.bincount(critics, minlength=len(codes))
    effects = _effects(frame, metric, critics, places, len(codes))
    made = [
        AspectRow(
            code, int(counts[i, 2]), int(counts[i, 1]), int(counts[i, 0]), int(heard[i]),
            wilson(int(critical[i]), len(frame)), effects[i],
        )
        for i, code in enumerate(codes)
        if heard[i]
    ]  # fmt: skip
    return sorted(made, key=lambda row: (row.aspect == "", -row.n, row.aspect))


def critics(frame: Answers, polarity: int) -> tuple[Numbers, Numbers, tuple[str, ...]]:
    """Who holds an opinion of a polarity on which aspect, each pair once: aspect numbers, rows, and the aspects."""
    said = frame.opinions
    if not len(said):
        return np.empty(0, np.intp), np.empty(0, np.intp), ()
    rows = frame.places(said["response"].values)
    numbers, places = _pairs(said["aspect"].values, rows, said["polarity"].values == polarity)
    return numbers, places, said["aspect"].codes


def _pairs(numbers: Numbers, rows: Numbers, mask: Numbers) -> tuple[Numbers, Numbers]:
    """(aspect, row) of the opinions under the mask, each pair once: who says a thing twice is one critic."""
    # By row first: opinions lie almost in that order, which a merging sort goes through in one pass.
    width = int(numbers.max()) + 1 if len(numbers) else 1
    pairs = np.sort(rows[mask].astype(np.int64) * width + numbers[mask], kind="stable")
    pairs = pairs[np.flatnonzero(np.diff(pairs, prepend=-1))]
    return pairs % width, pairs // width


def _effects(
    frame: Answers, metric: Metric | None, critics: Numbers, places: Numbers, count: int
) -> Sequence[Difference | None]:
    """Critics against all others, for every aspect at once: the others are everybody less the critics."""
    if metric is None or not len(values := metrics.ratings(frame, metric)):
        return [None] * count
    those = metric.kind.moments(values[places], critics, count, **metric.options)
    whole = metric.kind.moments(values, None, 1, **metric.options)
    n, total, squares = whole.n - those.n, whole.total - those.total, whole.squares - those.squares
    mean = np.divide(total, n, out=np.zeros(count), where=n > 0)
    others = Moments(n, total, np.maximum(squares - total * mean, 0.0))
    pairs = zip(
        metric.kind.estimates(those, **metric.options), metric.kind.estimates(others, **metric.options), strict=True
    )
    return [difference(a, b) if a.n and b.n else None for a, b in pairs]


def of_responses(session: Session, ids: Iterable[int]) -> dict[int, list[Opinion]]:
    """The opinions about some answers, in the order of the text."""
    found: dict[int, list[Opinion]] = {}
    rows = session.exec(
        select(Opinion).where(col(Opinion.response_id).in_(list(ids))).order_by(col(Opinion.start), col(Opinion.id))
    )
    for opinion in rows:
        found.setdefault(opinion.response_id, []).append(opinion)
    return found
