"""Interview: somebody of the staff asks on the telephone or face to face and writes down the answers."""

from .. import crypto
from ..errors import N_
from .base import Addressed, Channel


class Interview(Channel):
    name = "interview"
    label = N_("Interview")
    is_campaign = False
    piece = "entry"

    def address_of(self, customer: Addressed) -> str | None:
        return customer.phone

    def index_of(self, address: str) -> str:
        return crypto.blind_index(address, "customer.phone")
