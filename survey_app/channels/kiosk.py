"""Kiosk: a screen in a shop or hall at which one person after the other answers."""

from ..errors import N_
from .base import Channel


class Kiosk(Channel):
    name = "kiosk"
    label = N_("Kiosk")
    is_campaign = False
    piece = "kiosk"
    is_shared = True
