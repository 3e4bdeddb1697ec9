"""What every channel knows: whom it can reach, and how one message is handed over, with the error's decision."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from .. import crypto
from ..errors import SurveyError


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one person, in words. The channel makes of it what its medium needs."""

    message_id: str
    """Without angle brackets; the same for every attempt, so that a mailbox can drop a second copy."""
    address: str
    name: str
    subject: str
    text: str
    html: str = ""
    language: str = "zh"
    link: str = ""
    unsubscribe_url: str = ""
    list_id: str = ""


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server to hand messages to."""

    host: str
    port: int = 465
    security: str = "tls"
    user: str = ""
    password: str = ""
    timeout: float = 30.0


@dataclass(frozen=True, slots=True)
class Sender:
    """Who the messages are from and over what they go. Without a server they are kept in the outbox."""

    name: str
    address: str
    reply_to: str = ""
    server: Server | None = None
    connections: int = 2
    per_connection: int = 50
    name_in: Callable[[str], str] | None = None
    """The name for who reads another language, where the sender has one for each."""

    def called(self, language: str) -> str:
        return self.name_in(language) if self.name_in else self.name


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the other side said when it took the message."""

    code: int = 250
    text: str = ""


class ChannelError(SurveyError):
    """A message that was not handed over, and what that means.

    `is_permanent`: trying again will not help. `is_recipient`: it is about this address and not about us, the
    server or the line, which must never count against the recipient. `is_unknown`: it may have been taken.
    """

    def __init__(
        self, code: str, message: str, hint: str = "", *, is_permanent: bool = False, is_recipient: bool = False,
        is_unknown: bool = False, is_dead: bool = False, reply_code: int | None = None, reply_text: str = "",
        **values: Any,
    ) -> None:  # fmt: skip
        super().__init__(code, message, hint, **values)
        self.is_permanent, self.is_recipient, self.is_unknown = is_permanent, is_recipient, is_unknown
        self.is_dead = is_dead
        """The mailbox does not exist: do not write to it again."""
        self.reply_code, self.reply_text = reply_code, reply_text


class Addressed(Protocol):
    """What a channel looks at to find an address: a customer, or the columns of one."""

    @property
    def email(self) -> str | None: ...
    @property
    def phone(self) -> str | None: ...
    @property
    def attributes(self) -> Mapping[str, Any]: ...


Keep = Callable[[Message, bytes], None]
"""Stores a message in the outbox."""

Before = Callable[[], bool]
"""Called when the other side has agreed to take the message, right before it is handed over for good.
False: the message was withdrawn meanwhile, do not send it."""


class Withdrawn(Exception):
    """The ledger took the message back before it was handed over."""


class Carrier(Protocol):
    """An open line that messages go over, used by one thread."""

    def deliver(self, message: Message, before: Before) -> Receipt: ...
    def close(self) -> None: ...


class Channel:
    """One way to reach people. A subclass states a name and a label and says how it delivers."""

    name: ClassVar[str]
    label: ClassVar[str]
    is_campaign: ClassVar[bool] = True
    """Messages are sent for it; otherwise it only gives links to hand out."""
    has_subject: ClassVar[bool] = True
    max_text: ClassVar[int] = 20_000
    piece: ClassVar[str] = ""
    """What its answer pages carry besides: templates/respondent/ways/<piece>.html and static/<piece>.js."""
    is_framed: ClassVar[bool] = False
    """Its pages stand inside pages of the sites that the survey names."""
    is_shared: ClassVar[bool] = False
    """One person after the other answers on the same screen: nothing of one may be there for the next."""

    def address_of(self, customer: Addressed) -> str | None:
        """The customer's address on this channel, None where there is none."""
        return None

    def index_of(self, address: str) -> str:
        """The keyed hash by which an address is found on the list of those not to be written to."""
        return crypto.blind_index(address, f"address.{self.name}")

    def is_address(self, text: str) -> bool:
        """Whether something can be sent to this address at all."""
        return bool(text)

    def connect(self, sender: Sender, keep: Keep) -> Carrier:
        """A line to send over; opened when the first message goes."""
        raise NotImplementedError

    def is_kept(self, *, has_server: bool) -> bool:
        """Whether messages only go to the outbox and reach nobody, with or without a mail server set."""
        return False

    def shown(self, message: Message) -> str:
        """The words as they arrive, for looking at where there is no laid-out mail."""
        return f"{message.text}\n{message.link}".strip()

    def parts(self, text: str) -> int:
        """How many messages a text is charged as; 0 where length costs nothing."""
        return 0

    def check(self, sender: Sender) -> None:
        """Try the line without sending anything; ChannelError says what is wrong."""
