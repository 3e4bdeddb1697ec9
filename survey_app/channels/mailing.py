"""What the channels that write mails share: whom they reach, and at which address."""

from .. import crypto
from .base import Addressed, Channel
from .mime import is_addr_spec


class MailChannel(Channel):
    """A channel that reaches people at their e-mail address."""

    def address_of(self, customer: Addressed) -> str | None:
        return customer.email

    def index_of(self, address: str) -> str:
        return crypto.blind_index(address, "customer.email")

    def is_address(self, text: str) -> bool:
        return is_addr_spec(text)
