"""What the way in changes about an answer page: a kiosk starts anew and keeps nothing, other sites may frame theirs."""

import re
from dataclasses import dataclass

from ..channels import CHANNELS
from ..errors import N_
from .headers import framed_by
from .respondent_asking import Asking

IDLE, AFTER = (30, 45, 60, 90, 120, 180, 300), (5, 8, 12, 20, 30)
"""Seconds without a touch until an unfinished page starts anew, and seconds that the thank-you stays."""
USUAL_IDLE, USUAL_AFTER = 60, 8
SETTINGS = "k"
"""The parameter of a kiosk's address with its settings: seconds, seconds and the language it starts in."""
_KIOSK = re.compile(r"(\d{1,3})-(\d{1,3})(?:-([a-z]{2}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Way:
    """`piece` names the template and the script; `language` is the one a new visitor is greeted in; `start`, `next`
    and `done` are where to go after an answer, the words on the way there, and what is said then."""

    piece: str
    is_shared: bool = False
    is_framed: bool = False
    sites: tuple[str, ...] = ()
    idle: int = USUAL_IDLE
    after: int = USUAL_AFTER
    language: str = ""
    title: str = ""
    """What is entered here, for staff who enter it."""
    start: str = ""
    next: str = N_("Next person")
    done: str = ""

    @property
    def next_is_offered(self) -> bool:
        return self.is_shared or bool(self.start)

    @property
    def headers(self) -> dict[str, str]:
        """What every page of the way is sent with, besides what all answer pages are sent with."""
        return (framed_by(self.sites) if self.is_framed else {}) | (
            {"Cache-Control": "no-store"} if self.is_shared else {}
        )

    @property
    def settings(self) -> str | None:
        """What stands in the address of a kiosk.

        >>> Way("kiosk", is_shared=True, idle=60, after=8, language="zh").settings
        '60-8-zh'
        """
        parts = [str(self.idle), str(self.after), *([self.language] if self.language else [])]
        return "-".join(parts) if self.is_shared else None


def way_in(channel: str, asking: Asking) -> Way | None:
    """The way of a channel, None where its pages are like all others."""
    kind = CHANNELS.get(channel)
    if kind is None or not kind.piece:
        return None
    if not kind.is_shared:
        return Way(kind.piece, is_framed=kind.is_framed)
    found = _KIOSK.fullmatch(asking.args.get(SETTINGS, ""))
    idle, after, language = found.groups() if found else ("", "", "")
    return Way(
        kind.piece,
        is_shared=True,
        idle=_one_of(IDLE, idle, USUAL_IDLE),
        after=_one_of(AFTER, after, USUAL_AFTER),
        language=language or "",
    )


def _one_of(offered: tuple[int, ...], text: str, usual: int) -> int:
    return int(text) if text and int(text) in offered else usual
