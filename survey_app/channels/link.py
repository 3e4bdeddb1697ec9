"""Link: a public or personal address that is handed out by other means."""

from ..errors import N_
from .base import Channel


class Link(Channel):
    name = "link"
    label = N_("Link")
    is_campaign = False
