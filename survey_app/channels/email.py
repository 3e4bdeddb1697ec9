"""E-mail: over the configured SMTP server, or into the outbox where there is none yet."""

from ..errors import N_
from .base import Carrier, Keep, Sender
from .mailing import MailChannel
from .outbox import OutboxCarrier
from .smtp import SmtpCarrier


class Email(MailChannel):
    name = "email"
    label = N_("Mail")

    def is_kept(self, *, has_server: bool) -> bool:
        return not has_server

    def connect(self, sender: Sender, keep: Keep) -> Carrier:
        return SmtpCarrier(sender, sender.server) if sender.server else OutboxCarrier(sender, keep)

    def check(self, sender: Sender) -> None:
        if sender.server:
            SmtpCarrier(sender, sender.server).check()
