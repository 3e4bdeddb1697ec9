"""Where somebody is or lives, in words."""

from ...errors import N_
from ._shapes import Fit, Shape
from .short_text import ShortText


class Location(ShortText):
    name = "location"
    label = N_("Address or place")
    order = 84
    base_seconds = 15.0
    autocomplete = "street-address"

    def shape(self) -> None:  # type: ignore[override]
        """No other tool has such a question."""

    @classmethod
    def fits(cls, shape: Shape) -> Fit | None:
        return None
