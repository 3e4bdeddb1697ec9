"""Summing up columns into the rows of a table, with a share or a mean and its interval on each."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...analysis import charts
from ...analysis.columns import Estimate, Frame, Mask
from ...analysis.intervals import wilson
from ..definition import LANGUAGES, Text, say
from .base import Summary, SummaryRow

Draw = Callable[[Sequence[str], Sequence[Estimate]], dict[str, Any] | None]


def answered(frame: Frame, key: str) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """The values that are there, as numbers; none where the frame does not have the column."""
    return frame[key].answered.astype(np.float64) if key in frame else np.empty(0)


def share_rows(
    codes: Sequence[str], labels: Sequence[Text], counts: Sequence[int], n: int,
    spans: Sequence[tuple[int, int] | None] = (),
) -> tuple[SummaryRow, ...]:  # fmt: skip
    """One row per code with its count and its share of `n`."""
    return tuple(
        SummaryRow(code, label, int(count), wilson(int(count), n), span)
        for code, label, count, span in zip(codes, labels, counts, spans or [None] * len(codes), strict=True)
    )


def any_answered(frame: Frame, keys: Sequence[str]) -> int:
    """How many responses have a value in at least one of the columns."""
    masks: list[Mask] = [frame[key].is_answered for key in keys if key in frame]
    return int(np.logical_or.reduce(masks).sum()) if masks else 0


def same_in_all(words: str) -> Text:
    """Digits and the like, which read the same in every language."""
    return dict.fromkeys(LANGUAGES, words)


def month_rows(moments: "np.ndarray[tuple[int], np.dtype[np.datetime64]]") -> Summary:
    """How many moments each month has, of the months that have any."""
    months, counts = np.unique(moments.astype("datetime64[M]"), return_counts=True)
    names = [str(month) for month in months]
    first, after = (edge.astype(moments.dtype).astype(np.int64) for edge in (months, months + 1))
    spans = list(zip(first.tolist(), (after - 1).tolist(), strict=True))
    rows = share_rows(names, [same_in_all(name) for name in names], counts.tolist(), len(moments), spans)
    return Summary(len(moments), rows)


def distribution(summary: Summary, language: str, tones: Sequence[str] = ()) -> dict[str, Any] | None:
    """The rows as upright bars, in their own order."""
    labels = [say(row.label, language) or row.code for row in summary.rows]
    return charts.distribution_bars(labels, [row.count for row in summary.rows], tones or None)


def lying(summary: Summary, language: str, draw: Draw) -> dict[str, Any] | None:
    """The rows as lying bars with their intervals."""
    rows = [(say(row.label, language) or row.code, row.estimate) for row in summary.rows if row.estimate]
    return draw([label for label, _ in rows], [estimate for _, estimate in rows])
