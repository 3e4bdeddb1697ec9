"""Mail over SMTP on a kept connection, and what the answers of mail servers mean."""

import re
import smtplib
import socket
import ssl
from contextlib import suppress
from functools import cache
from typing import Any

from ..errors import N_
from .base import Before, ChannelError, Message, Receipt, Sender, Server, Withdrawn
from .mime import compose

# QQ and 163 answer 5xx for rate limits and policy; these say nothing about the mailbox.
_RATE = re.compile(
    r"frequency limit|too many|rate limit|try (again )?later|temporar|throttl|quota exceeded for sender|"
    r"connection.{0,12}limited|HL:|MI:|RP:|DT:SPM|\b4\.\d+\.\d+\b",
    re.I,
)
_POLICY = re.compile(r"DMARC|\bSPF\b|DKIM|spam|blocked|blacklist|reputation|policy|suspected|5\.7\.\d+", re.I)
_DEAD = re.compile(
    r"mailbox (is )?(not found|unavailable: not)|user (is )?unknown|unknown user|no such (user|mailbox)|"
    r"(user|account|recipient|mailbox) (does not|doesn't|not) exist|user not found|用户不存在|5\.1\.[1236]\b",
    re.I,
)


def judge(code: int, text: str, stage: str) -> ChannelError:
    """What a server's refusal means: by its reason, never by its first digit alone."""
    told: dict[str, Any] = {"reply_code": code, "reply_text": text[:300], "text": text[:300]}
    if code == 421:
        return ChannelError("smtp-busy", N_("The mail server closes the line: %(text)s"), **told)
    if _RATE.search(text):
        return ChannelError("smtp-rate", N_("The mail server limits the rate: %(text)s"), is_recipient=True, **told)
    if stage == "mail" and code >= 500:
        return ChannelError(
            "smtp-sender", N_("The mail server refuses the sender: %(text)s"),
            N_("Check the sender address in the mail settings."), is_permanent=True, **told,
        )  # fmt: skip
    if _DEAD.search(text) and code >= 500:
        return ChannelError(
            "smtp-dead", N_("The mailbox does not exist: %(text)s"), is_permanent=True, is_recipient=True,
            is_dead=True, **told,
        )  # fmt: skip
    if code < 500 or _POLICY.search(text):
        return ChannelError("smtp-later", N_("Not taken for now: %(text)s"), is_recipient=True, **told)
    return ChannelError(
        "smtp-refused", N_("The mail server refuses: %(text)s"), is_permanent=True, is_recipient=True, **told
    )


class SmtpCarrier:
    """One connection, opened with the first mail and renewed after a number of them."""

    def __init__(self, sender: Sender, server: Server) -> None:
        self.sender, self.server = sender, server
        self._line: smtplib.SMTP | None = None
        self._used = 0

    def deliver(self, message: Message, before: Before) -> Receipt:
        raw = compose(message, self.sender)
        line = self._open()
        is_handed_over = False
        try:
            self._ask(line, *line.mail(self.sender.address), stage="mail")
            self._ask(line, *line.rcpt(message.address), stage="rcpt")
            if not before():
                line.rset()
                raise Withdrawn
            is_handed_over = True
            code, text = line.data(raw)
        except smtplib.SMTPDataError as refused:  # the server would not even begin to take it
            raise self._refused(line, refused.smtp_code, _words(refused.smtp_error), "data") from None
        except (smtplib.SMTPException, OSError) as broken:
            self.close()
            raise self._lost(broken, is_handed_over=is_handed_over) from broken
        if code != 250:
            raise self._refused(line, code, _words(text), "data")
        self._used += 1
        return Receipt(code, _words(text)[:300])

    def _ask(self, line: smtplib.SMTP, code: int, text: bytes, *, stage: str) -> None:
        if code not in (250, 251):
            raise self._refused(line, code, _words(text), stage)

    def _refused(self, line: smtplib.SMTP, code: int, text: str, stage: str) -> ChannelError:
        if code == 421:
            self.close()
        else:
            with suppress(smtplib.SMTPException, OSError):
                line.rset()
        return judge(code, text, stage)

    def _lost(self, broken: Exception, *, is_handed_over: bool) -> ChannelError:
        if is_handed_over:
            return ChannelError(
                "smtp-unknown", N_("The line broke after the mail was handed over; it may have arrived."),
                is_unknown=True, is_recipient=True, reply_text=str(broken)[:300],
            )  # fmt: skip
        return _explain(broken, self.server)

    def _open(self) -> smtplib.SMTP:
        if self._line is not None and self._used < self.sender.per_connection:
            return self._line
        self.close()
        try:
            self._line = _dial(self.server)
        except (smtplib.SMTPException, OSError) as error:
            raise _explain(error, self.server) from error
        self._used = 0
        return self._line

    def check(self) -> None:
        """Connect and sign in, then hang up."""
        self._open().noop()
        self.close()

    def close(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            with suppress(smtplib.SMTPException, OSError):
                line.quit()
            line.close()


@cache
def _trusted() -> ssl.SSLContext:
    """Who is trusted: read from the system once, because that takes a tenth of a second."""
    return ssl.create_default_context()


def _dial(server: Server) -> smtplib.SMTP:
    line: smtplib.SMTP
    if server.security == "tls":
        line = smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout, context=_trusted())
    else:
        line = smtplib.SMTP(server.host, server.port, timeout=server.timeout)
    try:
        if server.security == "starttls":
            line.starttls(context=_trusted())
        line.ehlo_or_helo_if_needed()
        if server.user:
            line.login(server.user, server.password)
    except BaseException:
        line.close()
        raise
    return line


def _explain(error: Exception, server: Server) -> ChannelError:
    """Why there is no line to the server, in words and with what to do."""
    where: dict[str, Any] = {"host": server.host, "port": server.port, "reply_text": str(error)[:300]}
    match error:
        case smtplib.SMTPAuthenticationError():
            return ChannelError(
                "smtp-login", N_("%(host)s refuses the user name or the password."),
                N_("QQ, 163 and others want an authorisation code instead of the password."),
                is_permanent=True, reply_code=error.smtp_code, **where,
            )  # fmt: skip
        case ssl.SSLCertVerificationError():
            return ChannelError(
                "smtp-certificate", N_("The certificate of %(host)s cannot be trusted."),
                N_("Check the server's name; it must be the one in the certificate."), is_permanent=True, **where,
            )  # fmt: skip
        case ssl.SSLError() | smtplib.SMTPNotSupportedError():
            return ChannelError(
                "smtp-security", N_("%(host)s does not speak this kind of encryption on port %(port)s."),
                N_("Usual are TLS on port 465 and STARTTLS on port 587."), is_permanent=True, **where,
            )  # fmt: skip
        case socket.gaierror():
            return ChannelError(
                "smtp-host", N_("There is no mail server called %(host)s."), N_("Check the spelling."), **where
            )
        case ConnectionRefusedError() | TimeoutError():
            return ChannelError(
                "smtp-connect", N_("%(host)s does not answer on port %(port)s."),
                N_("Check the port and whether a firewall is in the way."), **where,
            )  # fmt: skip
    return ChannelError("smtp-line", N_("The line to %(host)s broke: %(reply)s"), reply=str(error)[:200], **where)


def _words(reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return " ".join(text.split())
