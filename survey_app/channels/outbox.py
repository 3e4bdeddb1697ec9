"""Outbox: messages are kept here instead of sent. The fake that ships, for trying out and for the demo."""

from .. import crypto
from ..errors import N_
from .base import Addressed, Before, Carrier, Channel, Keep, Message, Receipt, Sender, Withdrawn
from .mime import compose, is_addr_spec


class OutboxCarrier:
    """Keeps what it is given."""

    def __init__(self, sender: Sender, keep: Keep) -> None:
        self.sender, self.keep = sender, keep

    def deliver(self, message: Message, before: Before) -> Receipt:
        raw = compose(message, self.sender)
        if not before():
            raise Withdrawn
        self.keep(message, raw)
        return Receipt(250, "kept in the outbox")

    def close(self) -> None:
        pass


class Outbox(Channel):
    name = "outbox"
    label = N_("Outbox (for trying out)")

    def address_of(self, customer: Addressed) -> str | None:
        return customer.email

    def index_of(self, address: str) -> str:
        return crypto.blind_index(address, "customer.email")

    def is_address(self, text: str) -> bool:
        return is_addr_spec(text)

    def connect(self, sender: Sender, keep: Keep) -> Carrier:
        return OutboxCarrier(sender, keep)
