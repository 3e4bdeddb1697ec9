"""The page ticket: CSRF token and idempotency key in one signed value that travels through the page, not a cookie."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from .. import clock, crypto

PURPOSE = "page-ticket"


@dataclass(frozen=True)
class Ticket:
    """One visitor's right to write one response, on the version shown first.

    `key` is what the response row keeps (unique): the same page sent twice, or from two tabs, is the same response.
    `scope` is the link the ticket was made for; a ticket of another link does not open this one.
    """

    key: str
    version_id: int
    started_at: datetime
    scope: str

    @cached_property
    def text(self) -> str:
        """The form that travels: payload and signature, safe in addresses and forms."""
        payload = f"{self.key}.{self.version_id}.{int(self.started_at.timestamp())}"
        return f"{payload}.{crypto.sign(f'{self.scope}|{payload}', PURPOSE)}"


def issue(scope: str, version_id: int, *, key: str = "", started_at: datetime | None = None) -> Ticket:
    """A ticket for a first visit; personal links pass the invitation's own key, so that all tabs share it."""
    return Ticket(key or secrets.token_urlsafe(16), version_id, started_at or clock.now(), scope)


def read(text: str, scope: str) -> Ticket | None:
    """The ticket of a page, None where it was changed, made up, or belongs to another link."""
    if len(text) > 200 or not text.isascii():
        return None
    payload, _, signature = text.rpartition(".")
    if not crypto.is_signed(f"{scope}|{payload}", signature, PURPOSE):
        return None
    key, version_id, started = payload.split(".")
    return Ticket(key, int(version_id), datetime.fromtimestamp(int(started), UTC), scope)
