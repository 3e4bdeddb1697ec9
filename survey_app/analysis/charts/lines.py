"""A score over time: line, interval band, control limits and marked events."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from ..columns import Estimate
from ..trends import Limits
from .style import SMALL_BASE, Json, axis, colour, faint, figure, notes, span_of, trace, unit_suffix

MONTH = 28
"""Days of the shortest month."""


def trend(
    periods: Sequence[date],
    estimates: Sequence[Estimate],
    limits: Limits | None = None,
    events: Sequence[tuple[date, str]] = (),
    *,
    is_partial: bool = False,
) -> Json | None:
    """The line of the values with its interval as a band; gaps where nobody answered. None without any answer.

    `periods` are first days; each point stands in the middle of its period, so that an event is neither before nor
    after all the answers of its month. Control limits are dashed lines, points outside them are larger and orange,
    small bases grey. `events` are (day, text) pairs, marked by a vertical line with the text on top. `is_partial`: the
    last period is not over yet; its point is hollow and the line to it dotted.
    """
    middles = _middles(periods)
    known = [(day, e) for day, e in zip(middles, estimates, strict=True) if e.value is not None]
    if not known:
        return None
    traces = [*_band(known), *_limits(middles, limits), *_lines(periods, estimates, limits, is_partial)]
    low, high = span_of([e for _, e in known])
    shapes = [
        {"type": "line", "xref": "x", "yref": "paper", "x0": day.isoformat(), "x1": day.isoformat(), "y0": 0,
         "y1": 1, "line": {"width": 1, "color": colour("ink-2"), "dash": "dot"}}
        for day, _ in events
    ]  # fmt: skip
    marks = [
        {"x": day.isoformat(), "yref": "paper", "y": 1, "text": text[:24].replace("<", "‹"), "showarrow": False,
         "yanchor": "bottom", "font": {"size": 12, "color": colour("ink-2")}}
        for day, text in events
    ]  # fmt: skip
    return figure(
        traces, height=300,
        margin={"l": 8, "r": 16, "t": 26 if events else 10, "b": 8},
        shapes=shapes, annotations=marks,
        xaxis=axis(type="date", showgrid=False, nticks=8, tickformatstops=_TICKS, ticklabelmode="period"),
        yaxis=axis(range=[low, high], nticks=6, ticksuffix=unit_suffix(estimates), zeroline=low < 0 < high,
                   zerolinecolor=colour("ink-2")),
    )  # fmt: skip


_TICKS = [
    {"dtickrange": [None, 86_400_000 * 27], "value": "%m-%d"},
    {"dtickrange": [86_400_000 * 27, None], "value": "%Y-%m"},
]
"""Ticks as numbers, which read the same in Chinese and English."""


def _middles(periods: Sequence[date]) -> list[date]:
    """The day in the middle of each period, from their first days; the last is as long as the one before."""
    lengths = [after - day for day, after in pairwise(periods)]
    lengths.append(lengths[-1] if lengths else timedelta(0))
    return [day + timedelta(length.days // 2) for day, length in zip(periods, lengths, strict=False)]


def _named(periods: Sequence[date]) -> list[str]:
    """A period by its first day; months and longer ones without the day."""
    shortest = min((after - day for day, after in pairwise(periods)), default=timedelta(0))
    return [f"{day:%Y-%m}" if shortest.days >= MONTH else day.isoformat() for day in periods]


def _band(known: Sequence[tuple[date, Estimate]]) -> list[Json]:
    days = [day.isoformat() for day, e in known if e.low is not None and e.high is not None]
    lows = [e.low for _, e in known if e.low is not None and e.high is not None]
    highs = [e.high for _, e in known if e.low is not None and e.high is not None]
    edge = {"width": 0, "color": colour("primary")}
    return [
        trace("scatter", x=days, y=lows, mode="lines", line=edge, hoverinfo="skip"),
        trace("scatter", x=days, y=highs, mode="lines", line=edge, fill="tonexty", fillcolor=faint("primary"),
              hoverinfo="skip"),
    ]  # fmt: skip


def _limits(periods: Sequence[date], limits: Limits | None) -> list[Json]:
    if limits is None or limits.centre is None:
        return []
    days = [day.isoformat() for day in periods]
    centre = [limits.centre] * len(days)
    return [
        trace("scatter", x=days, y=list(row), mode="lines", hoverinfo="skip", connectgaps=True,
                   line={"width": 1, "dash": dash, "color": colour("ink-2")})
        for row, dash in ((centre, "solid"), (limits.lower, "dash"), (limits.upper, "dash"))
    ]  # fmt: skip


def _lines(
    periods: Sequence[date],
    estimates: Sequence[Estimate],
    limits: Limits | None,
    is_partial: bool,  # noqa: FBT001
) -> list[Json]:
    outside, last = _outside(estimates, limits), len(estimates) - 1
    tones = [
        "negative" if i in outside else "primary" if e.n >= SMALL_BASE else "neutral" for i, e in enumerate(estimates)
    ]
    days, values = [day.isoformat() for day in _middles(periods)], [e.value for e in estimates]
    line = {"width": 2, "color": colour("primary")}
    is_open = [is_partial and i == last for i in range(last + 1)]
    points = trace(
        "scatter",
        x=days, y=values, mode="markers" if is_partial else "lines+markers", line=line,
        marker={"size": [9 if i in outside else 8 if is_open[i] else 5 for i in range(last + 1)],
                "symbol": ["circle-open" if one else "circle" for one in is_open],
                "color": [colour(tone) for tone in tones]},
        text=_named(periods), hovertext=notes(estimates), hovertemplate="%{text}<br>%{hovertext}<extra></extra>",
    )  # fmt: skip
    if not is_partial:
        return [points]
    done = trace("scatter", x=days[:last], y=values[:last], mode="lines", line=line, hoverinfo="skip")
    going = trace(
        "scatter",
        x=days[last - 1 :],
        y=values[last - 1 :],
        mode="lines",
        line={**line, "dash": "dot"},
        hoverinfo="skip",
    )
    return [done, going, points] if last else [points]


def _outside(estimates: Sequence[Estimate], limits: Limits | None) -> set[int]:
    if limits is None:
        return set()
    rows = enumerate(zip(estimates, limits.lower, limits.upper, strict=True))
    return {
        i
        for i, (e, low, high) in rows
        if e.value is not None and low is not None and high is not None and not low <= e.value <= high
    }
