"""What the overview says: headline numbers, their change, the trend, aspects, segments and what changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from .. import clock
from ..analysis.charts import Piece, strip, trend
from ..analysis.columns import Estimate
from ..analysis.compare import Difference, difference
from ..forms.definition import Text
from ..store import metrics
from ..store.columns import Answers
from ..store.cuts import Cut, select
from ..store.metrics import Metric
from ..store.opinions import AspectRow, aspects
from ..store.questionnaires import Asked
from .changes import Changes, changes

MONTHS = 24
GROUPS = ("segment", "tier", "channel", "version", "language")


@dataclass(frozen=True, slots=True)
class Kpi:
    """A headline number; `change` is against the period before, None where there is none."""

    metric: Metric
    estimate: Estimate
    change: Difference | None


@dataclass(frozen=True, slots=True)
class Step:
    """One part of the distribution strip: a value of the scale, how many chose it, its tone and its address."""

    code: str
    label: Text
    tone: str
    piece: Piece


@dataclass(frozen=True, slots=True)
class Overview:
    n: int
    before_n: int | None
    kpis: tuple[Kpi, ...]
    headline: Metric | None
    steps: tuple[Step, ...]
    figure: dict[str, Any] | None
    is_partial: bool
    """Whether the last month of the figure is not over yet."""
    group: str
    """The column by which `segments` splits: the first that tells answers apart, "" where none does."""
    segments: tuple[tuple[str, Estimate], ...]
    aspects: tuple[AspectRow, ...]
    changes: Changes

    @property
    def whole(self) -> Estimate | None:
        return self.kpis[0].estimate if self.kpis else None

    @property
    def shares(self) -> dict[str, Piece]:
        """The strip summed up by tone."""
        made: dict[str, Piece] = {}
        for step in self.steps:
            held = made.get(step.tone, Piece(step.piece.start, 0, 0))
            made[step.tone] = Piece(held.start, held.width + step.piece.width, held.count + step.piece.count)
        return made


def build(frame: Answers, cut: Cut, asked: Asked | None, events: Sequence[tuple[date, str]] = ()) -> Overview:
    """The overview of a cut of a survey's answers."""
    chosen = select(frame, cut)
    earlier = cut.previous()
    before = select(frame, earlier) if earlier else None
    measured = metrics.of(asked) if asked else []
    headline = metrics.headline(measured)
    ordered = [m for m in measured if m == headline] + [m for m in measured if m != headline]
    kpis = tuple(_kpi(chosen, before, metric) for metric in ordered)
    rows = aspects(chosen, headline)
    figure, is_partial = _trend(frame, cut, headline, events)
    group, by_group = _split(chosen, headline)
    return Overview(
        n=len(chosen),
        before_n=len(before) if before is not None else None,
        kpis=kpis,
        headline=headline,
        steps=_steps(chosen, headline),
        figure=figure,
        is_partial=is_partial,
        group=group,
        segments=tuple(sorted(by_group, key=lambda pair: (pair[0] == "", -pair[1].n))),
        aspects=tuple(rows),
        changes=changes(chosen, before, headline) if before is not None else Changes(),
    )


def _kpi(chosen: Answers, before: Answers | None, metric: Metric) -> Kpi:
    estimate = metrics.estimate(chosen, metric)
    change = difference(estimate, metrics.estimate(before, metric)) if before is not None else None
    return Kpi(metric, estimate, change if change and change.value is not None else None)


def _split(chosen: Answers, metric: Metric | None) -> tuple[str, list[tuple[str, Estimate]]]:
    for column in GROUPS if metric else ():
        found = metrics.by(chosen, metric, column) if metric else []
        if len(found) > 1:
            return column, found
    return "", []


def _steps(frame: Answers, metric: Metric | None) -> tuple[Step, ...]:
    if metric is None:
        return ()
    summary = metric.question.summarise(frame.of(metric.question))
    tones = metric.question.tones or ("neutral",) * len(summary.rows)
    return tuple(
        Step(row.code, row.label, tone, piece)
        for row, tone, piece in zip(summary.rows, tones, strip([row.count for row in summary.rows]), strict=False)
    )


def trend_start(cut: Cut) -> date:
    """A trend shows 24 months whatever the period: one number alone says little about a change."""
    end = cut.until or clock.today()
    month = end.year * 12 + end.month - MONTHS
    return min(date(month // 12, month % 12 + 1, 1), cut.since or end)


def _trend(
    frame: Answers, cut: Cut, metric: Metric | None, events: Sequence[tuple[date, str]]
) -> tuple[dict[str, Any] | None, bool]:
    if metric is None:
        return None, False
    since = trend_start(cut)
    shown = select(frame, cut.with_(since=since, until=cut.until))
    if not len(shown) and cut.since is None and len(frame):
        shown = select(frame, cut.with_(since=None, until=None))
    found = metrics.trend(shown, metric)
    if sum(1 for one in found.estimates if one.n) < 2:
        return None, False  # one point is no trend
    today = clock.today()
    is_partial = found.periods[-1] == today.replace(day=1) and (today + timedelta(1)).day != 1
    last = found.periods[-1] + timedelta(31)
    marked = [(day, text) for day, text in events if found.periods[0] <= day <= last]
    return trend(found.periods, found.estimates, found.limits, marked, is_partial=is_partial), is_partial


def heard(frame: Answers) -> "np.ndarray[Any, np.dtype[np.int64]]":
    """The customers who answered, each once."""
    if not len(frame):
        return np.empty(0, np.int64)
    return np.flatnonzero(np.bincount(frame["customer"].answered))
