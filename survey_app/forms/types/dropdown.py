"""One choice from a list that unfolds: for many options."""

from ...errors import N_
from .single import Single


class Dropdown(Single):
    name = "dropdown"
    label = N_("Drop-down list")
    order = 55
    widget = "dropdown"
    looks = "dropdown"
