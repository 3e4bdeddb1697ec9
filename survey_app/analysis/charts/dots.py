"""Dots with intervals: segments side by side, and what matters against how well it is done."""

from collections.abc import Sequence

from ..columns import Estimate
from .style import (
    SMALL_BASE,
    Json,
    axis,
    categories,
    colour,
    error_bars,
    figure,
    notes,
    rows_height,
    span_of,
    trace,
    unit_suffix,
    wrapped,
)


def segments(labels: Sequence[str], estimates: Sequence[Estimate], whole: Estimate | None = None) -> Json | None:
    """One dot and interval per segment in the order given; small bases grey. `whole` draws everybody's value."""
    if all(e.value is None for e in estimates):
        return None
    rows = wrapped(labels)
    tones = ["primary" if e.n >= SMALL_BASE else "neutral" for e in estimates]
    dots = trace(
        "scatter", x=[e.value for e in estimates], y=rows, mode="markers",
        marker={"size": 10, "color": [colour(tone) for tone in tones]}, error_x=error_bars(estimates),
        hovertext=notes(estimates), hovertemplate="%{y}<br>%{hovertext}<extra></extra>",
    )  # fmt: skip
    shown = [*estimates, whole] if whole is not None else list(estimates)
    low, high = span_of(shown)
    shapes = []
    if whole is not None and whole.value is not None:
        shapes.append(
            {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": whole.value, "x1": whole.value,
             "layer": "below", "line": {"width": 1, "color": colour("ink-2"), "dash": "dot"}}
        )  # fmt: skip
    return figure(
        [dots],
        height=44 + rows_height(rows, 32),
        shapes=shapes,
        xaxis=axis(range=[low, high], nticks=5, ticksuffix=unit_suffix(estimates)),
        yaxis=categories(autorange="reversed", showgrid=True),
    )


def importance(
    labels: Sequence[str],
    importance: Sequence[float],
    performance: Sequence[float],
    names: tuple[str, str] = ("", ""),
) -> Json | None:
    """Importance (up) against performance (right), both 0–100; the cross-hairs are the means. `names` of the axes."""
    if not labels:
        return None
    across, up = sum(performance) / len(labels), sum(importance) / len(labels)
    dots = trace(
        "scatter", x=list(performance), y=list(importance), mode="markers+text", text=wrapped(labels, 8),
        textposition="top center", textfont={"size": 12}, cliponaxis=False,
        marker={"size": 10, "color": [
            colour("negative" if x < across and y >= up else "primary")
            for x, y in zip(performance, importance, strict=True)
        ]},
        hovertemplate="%{text}<br>%{x:.1f} · %{y:.1f}<extra></extra>",
    )  # fmt: skip
    line = {"width": 1, "color": colour("ink-2"), "dash": "dot"}
    shapes = [
        {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": across, "x1": across, "line": line},
        {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": up, "y1": up, "line": line},
    ]
    return figure([dots], height=360, shapes=shapes, margin={"l": 8, "r": 24, "t": 24, "b": 8},
                  xaxis=axis(nticks=5, range=_wide(performance, 0.2), title=_named(names[1])),
                  yaxis=axis(nticks=5, range=_wide(importance, 0.14), title=_named(names[0])))  # fmt: skip


def _wide(values: Sequence[float], share: float) -> list[float]:
    """A range with room for the words at its outermost dots."""
    low, high = min(values), max(values)
    room = (high - low or 1.0) * share
    return [low - room, high + room]


def _named(name: str) -> Json:
    return {"text": name, "font": {"size": 12, "color": colour("ink-2")}, "standoff": 8}
