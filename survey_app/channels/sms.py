"""SMS: one short text with the link. The outbox stands behind it until a provider's carrier takes its place."""

from dataclasses import replace

from .. import crypto
from ..errors import N_
from .base import Addressed, Before, Carrier, Channel, Keep, Message, Receipt, Sender, Withdrawn
from .outbox import KEPT

SEGMENT = 70
"""Characters in one SMS with Chinese in it (67 each when there are several)."""


def short_text(message: Message) -> str:
    """The text as it goes out: signature first as Chinese operators want it, the link at the end, on one line."""
    words = " ".join(message.text.split())
    return f"{words} {message.link}".strip()


def segments(text: str) -> int:
    """How many SMS a text is charged as."""
    single, several = (160, 153) if text.isascii() else (SEGMENT, 67)
    return 1 if len(text) <= single else -(-len(text) // several)


class SmsOutbox:
    """Keeps the text as it would go out."""

    def __init__(self, keep: Keep) -> None:
        self.keep = keep

    def deliver(self, message: Message, before: Before) -> Receipt:
        text = short_text(message)
        if not before():
            raise Withdrawn
        self.keep(replace(message, subject=text[:60]), text.encode())
        return Receipt(0, KEPT)

    def close(self) -> None:
        pass


class Sms(Channel):
    name = "sms"
    label = N_("SMS")
    has_subject = False
    max_text = 300

    def address_of(self, customer: Addressed) -> str | None:
        return customer.phone

    def index_of(self, address: str) -> str:
        return crypto.blind_index(address, "customer.phone")

    def is_address(self, text: str) -> bool:
        return text.removeprefix("+").isdigit()

    def is_kept(self, *, has_server: bool) -> bool:
        return True

    def shown(self, message: Message) -> str:
        return short_text(message)

    def parts(self, text: str) -> int:
        return segments(text)

    def connect(self, sender: Sender, keep: Keep) -> Carrier:
        return SmsOutbox(keep)
