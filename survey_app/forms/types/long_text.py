"""An open answer of several lines, judged for opinions."""

from ...errors import N_
from ._open import Open


class LongText(Open):
    name = "long_text"
    label = N_("Long text")
    order = 70
    widget = "paragraph"
    base_seconds = 35.0
    is_open = True
