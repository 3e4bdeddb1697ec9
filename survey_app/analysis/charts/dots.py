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
    words = wrapped(labels, 8)
    dots = trace(
        "scatter", x=list(performance), y=list(importance), mode="markers+text", text=words,
        textposition=_places(words, list(zip(performance, importance, strict=True))),
        textfont={"size": 12}, cliponaxis=False,
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


PLACES = {"top center": (0, 1), "bottom center": (0, -1), "middle right": (1, 0), "middle left": (-1, 0)}
PHONE = (290.0, 280.0)  # the plot's width and height there, in pixels
Box = tuple[float, float, float, float]


def _places(words: Sequence[str], points: Sequence[tuple[float, float]]) -> list[str]:
    """Where the words of each dot stand, so that as few as can be cover each other or a dot on a phone's width."""
    spans = [max(values) - min(values) or 1.0 for values in zip(*points, strict=True)]
    dots = [(x / spans[0] * PHONE[0] / 1.4, y / spans[1] * PHONE[1] / 1.28) for x, y in points]
    taken: list[Box] = [(x - 6, y - 6, x + 6, y + 6) for x, y in dots]
    chosen = []
    for word, dot in zip(words, dots, strict=True):
        place = min(PLACES, key=lambda name: sum(_shared(_box(word, dot, PLACES[name]), box) for box in taken))
        chosen.append(place)
        taken.append(_box(word, dot, PLACES[place]))
    return chosen


def _box(word: str, dot: tuple[float, float], side: tuple[int, int]) -> Box:
    """The pixels that words take on one side of their dot: left, bottom, right, top."""
    lines = word.split("<br>")
    wide, high = 6.0 * max(sum(1 + (ord(one) >= 0x2E80) for one in line) for line in lines), 16.0 * len(lines)
    x, y = dot[0] + side[0] * (wide / 2 + 7), dot[1] + side[1] * (high / 2 + 7)
    return x - wide / 2, y - high / 2, x + wide / 2, y + high / 2


def _shared(one: Box, other: Box) -> float:
    across, up = min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1])
    return across * up if across > 0 and up > 0 else 0.0


def _wide(values: Sequence[float], share: float) -> list[float]:
    """A range with room for the words at its outermost dots."""
    low, high = min(values), max(values)
    room = (high - low or 1.0) * share
    return [low - room, high + room]


def _named(name: str) -> Json:
    return {"text": name, "font": {"size": 12, "color": colour("ink-2")}, "standoff": 8}
