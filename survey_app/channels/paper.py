"""Paper: a printed form, filled in by hand and entered by staff."""

from ..errors import N_
from .base import Channel


class Paper(Channel):
    name = "paper"
    label = N_("Paper form")
    is_campaign = False
    piece = "entry"
