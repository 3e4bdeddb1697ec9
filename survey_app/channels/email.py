"""E-mail: over the configured SMTP server, or into the outbox where there is none yet."""

from .. import crypto
from ..errors import N_
from .base import Addressed, Carrier, Channel, Keep, Sender
from .mime import is_addr_spec
from .outbox import OutboxCarrier
from .smtp import SmtpCarrier


class Email(Channel):
    name = "email"
    label = N_("Mail")

    def address_of(self, customer: Addressed) -> str | None:
        return customer.email

    def index_of(self, address: str) -> str:
        return crypto.blind_index(address, "customer.email")

    def is_address(self, text: str) -> bool:
        return is_addr_spec(text)

    def connect(self, sender: Sender, keep: Keep) -> Carrier:
        return SmtpCarrier(sender, sender.server) if sender.server else OutboxCarrier(sender, keep)

    def check(self, sender: Sender) -> None:
        if sender.server:
            SmtpCarrier(sender, sender.server).check()
