"""Results as figures: each function gives Plotly JSON, or None where there is nothing to draw."""

from .bars import aspect_bars, distribution_bars, estimate_bars, pair_bars, share_bars
from .dots import importance, segments
from .heat import heat
from .lines import trend
from .small import Piece, spark, strip
from .style import TONES, linked

__all__ = [
    "TONES", "Piece", "aspect_bars", "distribution_bars", "estimate_bars", "heat", "importance",
    "linked", "pair_bars", "segments",
    "share_bars", "spark", "strip", "trend",
]  # fmt: skip
