"""How all figures look: transparent, quiet, one palette whose colours carry their names for dark mode."""

from collections.abc import Sequence
from typing import Any

from ..columns import Estimate

TONES = {
    "positive": "#2563a8",
    "neutral": "#9aa5b1",
    "negative": "#c2500c",
    "ink": "#1d2730",
    "ink-2": "#52606d",
    "line": "#e3e6e8",
    "primary": "#0f6e66",
    "series-1": "#0f6e66",
    "series-2": "#2563a8",
    "series-3": "#c2500c",
    "series-4": "#8a6d1d",
    "series-5": "#7a4988",
    "series-6": "#9aa5b1",
}
"""Tone → literal colour of the light page. `layout.meta.tones` maps each colour back to its CSS custom property
(`--positive` …), so that the page's script can recolour a figure for dark mode without knowing the figure."""

SMALL_BASE = 30
"""Estimates of fewer answers are drawn grey (never hidden)."""

NOTHING = "\u200b"
"""A character without width."""
LINE = 17
"""Height of a line of a label in pixels."""

Json = dict[str, Any]


def colour(tone: str) -> str:
    """The light colour of a tone; ValueError for a tone that is not in the palette."""
    if tone not in TONES:
        raise ValueError(f"no tone is called {tone}; use one of {', '.join(TONES)}")
    return TONES[tone]


def faint(tone: str, opacity: float = 0.16) -> str:
    """A tone as a transparent fill, which suits light and dark paper alike."""
    red, green, blue = (int(colour(tone)[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def trace(kind: str, **values: Any) -> Json:
    """One layer of a figure, as Plotly names its kinds and settings."""
    return {"type": kind, **values}


def figure(traces: Sequence[Json], *, height: int, **layout: Any) -> Json:
    """A figure as Plotly JSON: `data` and `layout`, checked by Plotly, ready to be put into a page."""
    # Loaded when the first figure is drawn: a second of work that pages without figures need not wait for.
    import plotly.graph_objects as go

    base: Json = {
        "template": "none",
        "height": height,
        "autosize": True,
        "margin": {"l": 8, "r": 12, "t": 8, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif",
                 "size": 13, "color": TONES["ink"]},
        "showlegend": False,
        "hovermode": "closest",
        "hoverlabel": {"font": {"size": 13}},
        "meta": {"tones": {value: f"--{tone}" for tone, value in reversed(TONES.items())}},
    }  # fmt: skip
    made: Json = go.Figure(data=list(traces), layout={**base, **layout}).to_plotly_json()
    made["layout"]["template"] = {}
    return made


def linked(made: Json | None, addresses: Sequence[str]) -> Json | None:
    """The figure with an address behind each mark: of every trace that has as many marks as there are addresses."""
    for layer in made["data"] if made is not None and any(addresses) else ():
        if len(layer.get("hovertext", ())) == len(addresses):
            layer["customdata"] = list(addresses)
    return made


def axis(**more: Any) -> Json:
    """An axis with a hairline grid that makes room for its labels and cannot be dragged by accident on a phone."""
    return {
        "automargin": True, "fixedrange": True, "showline": False, "zeroline": False, "ticks": "",
        "gridcolor": TONES["line"], "tickfont": {"size": 12, "color": TONES["ink-2"]}, **more,
    }  # fmt: skip


def categories(**more: Any) -> Json:
    """An axis of words: no grid, taken as text even where they look like numbers."""
    return axis(**{"type": "category", "showgrid": False, "tickfont": {"size": 13, "color": TONES["ink"]}} | more)


def wrapped(labels: Sequence[str], width: int = 10) -> list[str]:
    """Labels broken into at most three lines of `width` Chinese (twice as many Latin) characters, for phones."""
    seen: dict[str, int] = {}
    made = []
    for label in (_wrap(label, width) for label in labels):
        seen[label] = seen.get(label, 0) + 1
        made.append(label + NOTHING * (seen[label] - 1))  # two labels that read alike are two places on an axis
    return made


def _wrap(label: str, width: int) -> str:
    label = label.replace("<", "‹").replace(">", "›")  # Plotly would read tags
    lines, line, room = [], "", 0.0
    for character in label:
        room += 0.5 if ord(character) < 0x2E80 else 1
        if room > width and (ord(character) >= 0x2E80 or line.endswith(" ")):
            lines.append(line)
            line, room = "", 1.0
        line += character
    lines.append(line)
    return "<br>".join(part.strip() for part in (lines if len(lines) <= 3 else [*lines[:2], lines[2][:-1] + "…"]))


def rows_height(labels: Sequence[str], row: int) -> int:
    """How high lying rows with these wrapped labels are in pixels: more where a label has three lines."""
    lines = max((label.count("<br>") for label in labels), default=0)
    return len(labels) * (row if lines < 2 else max(row, LINE * (lines + 1)))


def unit_suffix(estimates: Sequence[Estimate]) -> str:
    return "%" if any(e.unit == "percent" for e in estimates) else ""


def span_of(estimates: Sequence[Estimate], *, pad: float = 0.08) -> tuple[float, float]:
    """The range that shows all values with their intervals."""
    known = [e for e in estimates if e.value is not None]
    lows = [e.value if e.low is None else e.low for e in known]
    highs = [e.value if e.high is None else e.high for e in known]
    low, high = min(x for x in lows if x is not None), max(x for x in highs if x is not None)
    room = (high - low or abs(high) or 1.0) * pad
    return low - room, high + room


def error_bars(estimates: Sequence[Estimate]) -> Json:
    """Intervals as Plotly error bars, which may be longer on one side."""
    return {
        "type": "data", "symmetric": False, "thickness": 1.5, "width": 0, "color": TONES["ink-2"],
        "array": [_gap(e.high, e.value) for e in estimates],
        "arrayminus": [_gap(e.value, e.low) for e in estimates],
    }  # fmt: skip


def _gap(far: float | None, near: float | None) -> float:
    return 0.0 if far is None or near is None else max(0.0, far - near)


def notes(estimates: Sequence[Estimate]) -> list[str]:
    """What the pointer shows: value, interval and base."""
    return [note(e) for e in estimates]


def note(estimate: Estimate) -> str:
    if estimate.value is None:
        return "n = 0"
    sign = "%" if estimate.unit == "percent" else ""
    interval = (
        f" ({estimate.low:.1f}{sign} – {estimate.high:.1f}{sign})"
        if estimate.low is not None and estimate.high is not None
        else ""
    )
    return f"<b>{estimate.value:.1f}{sign}</b>{interval}<br>n = {estimate.n:,}"
