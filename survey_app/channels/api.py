"""API: answers that another program hands in."""

from ..errors import N_
from .base import Channel


class Api(Channel):
    name = "api"
    label = N_("API")
    is_campaign = False
