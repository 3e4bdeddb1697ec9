"""Bars: how often something was answered, shares with intervals, and opinions left and right of zero."""

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

SEEN_THROUGH = 0.7
"""Opacity of a bar that carries its interval."""
ROW = 34
"""Height of one horizontal bar in pixels, thumb-friendly."""


def distribution_bars(labels: Sequence[str], counts: Sequence[int], tones: Sequence[str] | None = None) -> Json | None:
    """Upright bars of counts with the share written on each. None where nothing was counted."""
    total = sum(counts)
    if not total:
        return None
    fills = [colour(tone) for tone in tones] if tones else colour("series-2")
    shares = [count / total * 100 for count in counts]
    bars = trace(
        "bar", x=wrapped(labels, 5), y=list(counts), marker={"color": fills},
        text=[f"{share:.0f}%" if len(counts) <= 12 else "" for share in shares], textposition="outside",
        textfont={"size": 12}, cliponaxis=False,
        hovertext=[f"<b>{count:,}</b> ({share:.1f}%)" for count, share in zip(counts, shares, strict=True)],
        hovertemplate="%{x}: %{hovertext}<extra></extra>",
    )  # fmt: skip
    top = max(counts) * 1.15
    return figure([bars], height=240, bargap=0.25, xaxis=categories(), yaxis=axis(range=[0, top], visible=False))


def share_bars(labels: Sequence[str], estimates: Sequence[Estimate], tones: Sequence[str] | None = None) -> Json | None:
    """Lying bars of shares in percent with their intervals, first label on top. None where nobody answered."""
    if not any(e.n for e in estimates):
        return None
    highest = max((e.high or e.value or 0.0) for e in estimates)
    return _lying(labels, estimates, tones, (0.0, min(100.0, max(10.0, highest * 1.12))))


def estimate_bars(
    labels: Sequence[str], estimates: Sequence[Estimate], tones: Sequence[str] | None = None
) -> Json | None:
    """Lying bars from zero with intervals, for scores of few things side by side; small bases grey."""
    if all(e.value is None for e in estimates):
        return None
    low, high = span_of(estimates)
    return _lying(labels, estimates, tones, (min(0.0, low), max(0.0, high)))


def _lying(
    labels: Sequence[str], estimates: Sequence[Estimate], tones: Sequence[str] | None, room: tuple[float, float]
) -> Json:
    given, rows = list(tones) if tones else ["series-2"] * len(estimates), wrapped(labels)
    bars = trace(
        "bar", orientation="h", y=rows, x=[e.value for e in estimates],
        marker={"opacity": SEEN_THROUGH, "color": [
            colour(tone if e.n >= SMALL_BASE else "neutral") for tone, e in zip(given, estimates, strict=True)
        ]},
        error_x=error_bars(estimates), hovertext=notes(estimates),
        hovertemplate="%{y}<br>%{hovertext}<extra></extra>",
    )  # fmt: skip
    return figure(
        [bars],
        height=40 + rows_height(rows, ROW),
        bargap=0.4,
        xaxis=axis(range=list(room), nticks=5, ticksuffix=unit_suffix(estimates), zeroline=room[0] < 0,
                   zerolinecolor=colour("ink-2")),
        yaxis=categories(autorange="reversed"),
    )  # fmt: skip


def pair_bars(
    labels: Sequence[str],
    first: Sequence[Estimate],
    second: Sequence[Estimate],
    names: tuple[str, str],
    addresses: Sequence[Sequence[str]] = ((), ()),
) -> Json | None:
    """Upright bars of shares in percent of two sides, pair by pair, with intervals. None where nobody answered."""
    sides = (first, second)
    if not any(e.n for side in sides for e in side):
        return None
    shown = wrapped(labels, 5)
    bars = [
        trace(
            "bar", name=name, x=shown, y=[e.value for e in side], error_y=error_bars(side),
            marker={"color": colour(tone), "opacity": SEEN_THROUGH}, hovertext=notes(side),
            hovertemplate="%{x}<br>%{hovertext}<extra></extra>", **({"customdata": list(to)} if any(to) else {}),
        )
        for side, name, tone, to in zip(sides, names, ("primary", "neutral"), addresses, strict=True)
    ]  # fmt: skip
    return figure(
        bars,
        height=300,
        barmode="group",
        bargap=0.3,
        bargroupgap=0.06,
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"size": 13}},
        margin={"l": 8, "r": 12, "t": 36, "b": 8},
        xaxis=categories(),
        yaxis=axis(rangemode="tozero", ticksuffix="%", nticks=5),
    )  # fmt: skip


def aspect_bars(
    labels: Sequence[str], positive: Sequence[int], negative: Sequence[int], neutral: Sequence[int] | None = None
) -> Json | None:
    """Opinions per aspect: negative ones to the left of zero, positive ones to the right, counts at the ends.

    `neutral` ones are only told by the pointer: they belong to neither side.
    """
    if not sum(positive) + sum(negative):
        return None
    rest = list(neutral) if neutral is not None else [0] * len(labels)
    rows = wrapped(labels, 8)
    hover = [f"− {bad:,} · + {good:,} · 0 {plain:,}" for good, bad, plain in zip(positive, negative, rest, strict=True)]
    traces = [
        trace(
            "bar", orientation="h", y=rows, x=[sign * count for count in counts], marker={"color": colour(tone)},
            text=[f"{count:,}" if count else "" for count in counts], textposition="outside", cliponaxis=False,
            textfont={"size": 12}, hovertext=hover, hovertemplate="%{y}<br>%{hovertext}<extra></extra>",
        )
        for sign, counts, tone in ((-1, negative, "negative"), (1, positive, "positive"))
    ]  # fmt: skip
    widest = max(*positive, *negative) * 1.2
    return figure(
        traces,
        height=24 + ROW * len(labels),
        barmode="relative",
        bargap=0.4,
        xaxis=axis(range=[-widest, widest], showticklabels=False, showgrid=False, zeroline=True,
                   zerolinecolor=colour("ink-2")),
        yaxis=categories(autorange="reversed"),
    )  # fmt: skip
