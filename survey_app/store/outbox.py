"""The outbox: messages that are kept here instead of sent, each once by constraint."""

from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from .. import clock
from ..tables import OutboxMail
from .database import writing


class Kept(Protocol):
    """What the outbox lists of a message."""

    @property
    def message_id(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def subject(self) -> str: ...


def keep_in(engine: Engine) -> Callable[[Kept, bytes], None]:
    """What stores messages in the outbox."""

    def keep(message: Kept, raw: bytes) -> None:
        row = OutboxMail(
            message_id=message.message_id, address=message.address, subject=message.subject, raw=raw, at=clock.now()
        )
        with suppress(IntegrityError), writing(engine) as session:
            session.add(row)

    return keep
