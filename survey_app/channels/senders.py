"""Who messages are from: a sender profile as the channels want it, and the domain that Message-IDs end in."""

from typing import Protocol
from urllib.parse import urlsplit

from .base import Sender, Server


class Company(Protocol):
    """Whom the messages are from, in the language of who reads them."""

    @property
    def name(self) -> str: ...
    def name_in(self, language: str) -> str: ...


class Profile(Protocol):
    """What the installation is set to for sending mail."""

    @property
    def from_name(self) -> str: ...
    @property
    def from_address(self) -> str: ...
    @property
    def reply_to(self) -> str: ...
    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def security(self) -> str: ...
    @property
    def user(self) -> str: ...
    @property
    def password(self) -> str: ...
    @property
    def connections(self) -> int: ...
    @property
    def per_connection(self) -> int: ...
    @property
    def is_set(self) -> bool: ...


def sender_of(mail: Profile, company: Company, public_url: str) -> Sender:
    """The sender of a profile. Without a server, an address that only the outbox sees.

    A sender's name of its own is the same in every language; the company's is written as each reader knows it.
    """
    server = Server(mail.host, mail.port, mail.security, mail.user, mail.password) if mail.is_set else None
    address = mail.from_address or f"survey@{mail_domain('', public_url)}"
    if "." not in address.rpartition("@")[2]:
        address = f"{address}.invalid"
    is_company = mail.from_name in ("", company.name)
    return Sender(
        mail.from_name or company.name, address, mail.reply_to, server, mail.connections, mail.per_connection,
        company.name_in if is_company else None,
    )  # fmt: skip


def mail_domain(from_address: str, public_url: str) -> str:
    """The domain that Message-IDs end in: the sender's, else that of the public address."""
    return from_address.rpartition("@")[2] or urlsplit(public_url).hostname or "localhost"
