"""Numbers and text: pure functions over columns. Imports nothing of ours outside this package."""

from .columns import MISSING, Column, Estimate, Frame
from .compare import (
    Difference,
    Verdict,
    difference,
    groups_test,
    nps_difference,
    nps_sample_size,
    score_difference,
)
from .intervals import wilson
from .scores import SCORES, Score, ces, csat, mean, nps
from .summary import distribution, shares
from .trends import Trend, control_limits, trend

__all__ = [
    "MISSING", "SCORES", "Column", "Difference", "Estimate", "Frame", "Score", "Trend", "Verdict", "ces",
    "control_limits", "csat", "difference", "distribution", "groups_test", "mean", "nps",
    "nps_difference", "nps_sample_size", "score_difference", "shares", "trend", "wilson",
]  # fmt: skip
