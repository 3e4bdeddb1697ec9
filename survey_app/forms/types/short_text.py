"""An answer of one line, such as a name or an order number; not judged for opinions unless told to."""

from pydantic import Field

from ...errors import N_
from ._open import Open, OpenOptions


class ShortText(Open):
    name = "short_text"
    label = N_("Short text")
    order = 80
    widget = "line"
    base_seconds = 12.0
    is_one_line = True

    class Options(OpenOptions):
        max_length: int = Field(default=200, ge=1, le=1000, title=N_("Longest answer, in characters"))
        is_opinion: bool = Field(default=False, title=N_("Look for opinions in the answers"))
