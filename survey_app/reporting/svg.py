"""Small figures that the server draws as SVG, so that a page says something before any script has come."""

from collections.abc import Sequence

from markupsafe import Markup

from ..analysis.columns import Estimate

SMALL_BASE = 30
Span = tuple[float, float]


def span_of(pairs: Sequence[tuple[str, Estimate]]) -> Span:
    """The range on which all values and intervals can be drawn."""
    ends = [x for _, e in pairs for x in (e.low, e.value, e.high) if x is not None]
    if not ends:
        return 0.0, 1.0
    low, high = min(ends), max(ends)
    room = (high - low) * 0.04 or 1.0
    return low - room, high + room


def interval(estimate: Estimate, span: Span, whole: Estimate | None = None) -> Markup:
    """A dot with its interval on a hairline; a tick shows where everybody is. Grey on a small base."""
    if estimate.value is None:
        return Markup()
    tone = "small" if estimate.n < SMALL_BASE else ""
    parts = [Markup('<line class="hair" x1="0" x2="100%" y1="10" y2="10"/>')]
    if whole is not None and whole.value is not None:
        x = _place(whole.value, span)
        parts.append(Markup('<line class="whole" x1="{0}%" x2="{0}%" y1="2" y2="18"/>').format(x))
    if estimate.low is not None and estimate.high is not None:
        ends = _place(estimate.low, span), _place(estimate.high, span)
        parts.append(Markup('<line class="reach" x1="{}%" x2="{}%" y1="10" y2="10"/>').format(*ends))
    parts.append(Markup('<circle cx="{}%" cy="10" r="4.5"/>').format(_place(estimate.value, span)))
    return Markup('<svg class="interval {}" width="100%" height="20" aria-hidden="true">{}</svg>').format(
        tone, Markup("").join(parts)
    )


def _place(value: float, span: Span) -> float:
    low, high = span
    return round(max(0.0, min(100.0, 100 * (value - low) / (high - low))), 2)
