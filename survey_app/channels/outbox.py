"""Outbox: messages are kept here instead of sent. The fake that ships, for trying out and for the demo."""

from ..errors import N_
from .base import Before, Carrier, Keep, Message, Receipt, Sender, Withdrawn
from .mailing import MailChannel
from .mime import compose

KEPT = "kept in the outbox"
"""What the outbox says as its receipt; it stands in the ledger."""


class OutboxCarrier:
    """Keeps what it is given."""

    def __init__(self, sender: Sender, keep: Keep) -> None:
        self.sender, self.keep = sender, keep

    def deliver(self, message: Message, before: Before) -> Receipt:
        raw = compose(message, self.sender)
        if not before():
            raise Withdrawn
        self.keep(message, raw)
        return Receipt(250, KEPT)

    def close(self) -> None:
        pass


class Outbox(MailChannel):
    name = "outbox"
    label = N_("Outbox (for trying out)")

    def is_kept(self, *, has_server: bool) -> bool:
        return True

    def connect(self, sender: Sender, keep: Keep) -> Carrier:
        return OutboxCarrier(sender, keep)
