"""Net promoter question: how likely to recommend, 0 to 10."""

from typing import Any

from ...errors import N_
from ._rating import Rating
from ._shapes import Fit, Scale


class Nps(Rating):
    name = "nps"
    label = N_("NPS (0–10)")
    order = 10
    score = "nps"
    low = 0
    low_words = {"zh": "完全不可能", "en": "Not at all likely"}  # noqa: RUF012
    high_words = {"zh": "非常可能", "en": "Extremely likely"}  # noqa: RUF012

    @property
    def tones(self) -> tuple[str, ...]:
        return ("negative",) * 7 + ("neutral",) * 2 + ("positive",) * 2

    @property
    def high(self) -> int:
        return 10

    @property
    def score_options(self) -> dict[str, Any]:
        return {}  # its scale is always 0 to 10

    @classmethod
    def scaled(cls, shape: Scale) -> Fit | None:
        return Fit({}, 3) if shape.high == 10 and not shape.easy else None
