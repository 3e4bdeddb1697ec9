"""The worker's turn at this stage's mails: over the installation's mail server, or into the outbox."""

import logging

from sqlalchemy import Engine
from sqlmodel import Session

from .. import clock
from ..channels import Carrier, ChannelError, Message, Sender, channel
from ..channels.base import Withdrawn
from ..channels.senders import mail_domain, sender_of
from ..config import Config
from ..store import due
from ..store.addresses import BOUNCED, leave_link, suppress
from ..store.database import reading, writing
from ..store.outbox import keep_in
from ..store.settings import load_company, load_mail
from ..tables import Customer, Due, Notice, User
from . import notices, telling
from .notices import KIND, LINK, NO_ADDRESS

log = logging.getLogger(__name__)
BATCH = 10
TRIES = 8
OVER = "email"
LEAVE = {"zh": "不想再收到此类邮件：", "en": "To stop receiving these mails: "}


def send_due(engine: Engine, config: Config) -> int:
    """Send what waits; how many due rows were looked at."""
    rows = due.take(engine, KIND, limit=BATCH)
    if not rows:
        return 0
    with reading(engine) as session:
        sender = sender_of(load_mail(session), load_company(session), config.public_url)
    carrier = channel(OVER).connect(sender, keep_in(engine))
    try:
        for number, row in enumerate(rows):
            if error := _send(engine, carrier, sender, config, row):
                # The line or the server is at fault: the others would fare no better now.
                for other in rows[number + 1 :]:
                    due.put_back(engine, other, error.code)
                break
    finally:
        carrier.close()
    return len(rows)


def _send(engine: Engine, carrier: Carrier, sender: Sender, config: Config, row: Due) -> ChannelError | None:
    """One mail; the error, if it was not about this person."""
    with writing(engine) as session:
        message = _message(session, sender, config, row)
        if message is None:
            due.finish(session, row)
            return None
    try:
        carrier.deliver(message, lambda: _begin(engine, row))
    except Withdrawn:
        with writing(engine) as session:
            due.finish(session, row)
        return None
    except ChannelError as error:
        _refused(engine, row, error)
        return None if error.is_recipient else error
    with writing(engine) as session:
        _sent(session, row)
    return None


def _begin(engine: Engine, row: Due) -> bool:
    with writing(engine) as session:
        return notices.begin_sending(session, row.subject, row)


def _message(session: Session, sender: Sender, config: Config, row: Due) -> Message | None:
    """The mail as it goes out; None where it must not, with the reason written down."""
    notice = session.get(Notice, row.subject)
    if notice is None or notice.state not in ("queued", "sending"):
        return None
    if notice.state == "sending":
        # A worker died after handing it over: it may have arrived, and a second one never goes.
        notice.state = "unknown"
        return None
    customer = session.get(Customer, notice.customer_id) if notice.customer_id else None
    user = session.get(User, notice.user_id) if notice.user_id else None
    why = notices.obstacles(session, [customer]).get(customer.id or 0, "") if customer else ""
    address = customer.email if customer else user.email if user and user.is_active else None
    if why or not address:
        notice.state, notice.reason = "skipped", why or NO_ADDRESS
        return None
    if "@" not in notice.message_id:
        notice.message_id += f"@{mail_domain(sender.address, config.public_url)}"
    link = f"{config.public_url}/cases/{notice.case_id}"
    text, leave = notice.text.replace(LINK, link) if notice.case_id else notice.text, ""
    if customer and customer.id is not None:
        leave = leave_link(config.public_url, customer.id)
        text = f"{text.rstrip()}\n\n{LEAVE.get(notice.language, LEAVE['en'])}{leave}\n"
    return Message(
        message_id=notice.message_id, address=address,
        name=(customer.name if customer else user.name if user else "").strip(), subject=notice.subject,
        text=text, language=notice.language, unsubscribe_url=leave,
    )  # fmt: skip


def _sent(session: Session, row: Due) -> None:
    """Delivered: the customer counts as told."""
    notice = session.get_one(Notice, row.subject)
    notice.state, notice.sent_at, notice.reason = "sent", clock.now(), ""
    due.finish(session, row)
    if notice.action_id is not None and notice.customer_id is not None:
        telling.record(session, notice.action_id, [notice.customer_id], OVER, user_id=notice.asked_by)


def _refused(engine: Engine, row: Due, error: ChannelError) -> None:
    is_over = error.is_permanent or row.attempts >= TRIES
    with writing(engine) as session:
        notice = session.get_one(Notice, row.subject)
        notice.reason = error.code
        if error.is_unknown:
            notice.state = "unknown"
        elif is_over:
            notice.state = "failed"
        else:
            notice.state = "queued"
        if error.is_dead and notice.customer_id is not None:
            customer = session.get(Customer, notice.customer_id)
            suppress(session, [customer.email_index if customer else None], BOUNCED)
        if notice.state != "queued":
            due.finish(session, row)
            return
    log.info("notice %s put back (%s)", row.subject, error.code)
    due.put_back(engine, row, error.code)
