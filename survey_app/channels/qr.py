"""QR code: a link to point a phone at, as a drawing for print or screen."""

import io

import segno

from ..errors import N_
from .base import Channel


class Qr(Channel):
    name = "qr"
    label = N_("QR code")
    is_campaign = False


def svg(link: str, *, scale: int = 6) -> str:
    """The code as an SVG drawing, with the quiet zone that scanners need."""
    drawn = io.BytesIO()
    segno.make(link, error="m", micro=False).save(drawn, kind="svg", scale=scale, border=4, xmldecl=False, light="#fff")
    return drawn.getvalue().decode()


def png(link: str, *, scale: int = 12) -> bytes:
    """The code as a picture."""
    drawn = io.BytesIO()
    segno.make(link, error="m", micro=False).save(drawn, kind="png", scale=scale, border=4)
    return drawn.getvalue()


def data_uri(link: str) -> str:
    """The code as an address of its own, for a page that shows it as large as it likes."""
    return segno.make(link, error="m", micro=False).svg_data_uri(border=2, omitsize=True, light="#fff")
