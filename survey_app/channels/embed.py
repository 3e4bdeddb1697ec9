"""Embedded: the survey on a page of another site, in place or in a small window."""

from ..errors import N_
from .base import Channel


class Embed(Channel):
    name = "embed"
    label = N_("Embedded")
    is_campaign = False
    piece = "framed"
    is_framed = True
