"""Customer effort as it was first asked: how much effort it took, 1 to 5, where little is good."""

from typing import Any

from ...errors import N_
from ._rating import Rating
from ._shapes import Fit, Scale


class CesEffort(Rating):
    name = "ces_effort"
    label = N_("Effort spent (1–5)")
    order = 31
    score = "ces"
    low_words = {"zh": "非常少", "en": "Very low effort"}  # noqa: RUF012
    high_words = {"zh": "非常多", "en": "Very high effort"}  # noqa: RUF012

    @property
    def high(self) -> int:
        return 5

    @classmethod
    def scaled(cls, shape: Scale) -> Fit | None:
        return Fit({}, 4) if shape.easy == "low" and shape.high == 5 else None

    @property
    def score_options(self) -> dict[str, Any]:
        return super().score_options | {"easy": "low"}
