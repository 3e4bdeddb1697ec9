"""The outbox: mails that were kept instead of sent, to be opened like received ones."""

import email
import email.policy
from email.message import EmailMessage

from flask import Blueprint, render_template, request
from sqlalchemy import func
from sqlmodel import Session, col, select
from werkzeug.wrappers import Response as Answer

from ..errors import N_, NotFound
from ..store.settings import load_mail
from ..tables import OutboxMail
from .access import needs
from .campaign_views import mail_page
from .database import reading

bp = Blueprint("outbox", __name__, url_prefix="/outbox")
PER_PAGE = 50


@bp.get("")
@needs("send")
def index() -> str:
    page = max(1, min(request.args.get("page", 1, type=int), 10**6))
    with reading() as db:
        total = db.exec(select(func.count()).select_from(OutboxMail)).one()
        wanted = select(OutboxMail.id, OutboxMail.at, OutboxMail.address, OutboxMail.subject)
        rows = db.exec(wanted.order_by(col(OutboxMail.id).desc()).offset((page - 1) * PER_PAGE).limit(PER_PAGE)).all()
        is_set = load_mail(db).is_set
    return render_template(
        "outbox/index.html", rows=rows, total=total, page=page, pages=max(1, -(-total // PER_PAGE)), is_set=is_set
    )


@bp.get("/<int:mail_id>")
@needs("send")
def show(mail_id: int) -> str:
    with reading() as db:
        mail = _mail(db, mail_id)
    parsed = _parsed(mail)
    headers = [(name, str(value)) for name, value in parsed.items()] if _is_mail(mail) else []
    return render_template("outbox/show.html", mail=mail, headers=headers, text=_part(parsed, "plain") or _raw(mail))


@bp.get("/<int:mail_id>/page")
@needs("send")
def page(mail_id: int) -> Answer:
    """The mail's own page for the frame: it can run nothing, and its links open in the whole window."""
    with reading() as db:
        mail = _mail(db, mail_id)
    parsed = _parsed(mail)
    return mail_page(_part(parsed, "html"), _part(parsed, "plain") or _raw(mail))


def _mail(db: Session, mail_id: int) -> OutboxMail:
    found = db.get(OutboxMail, mail_id) if 0 < mail_id < 2**31 else None
    if found is None:
        raise NotFound("outbox", N_("There is no such mail."))
    return found


def _parsed(mail: OutboxMail) -> EmailMessage:
    return email.message_from_bytes(mail.raw, policy=email.policy.default)


def _is_mail(mail: OutboxMail) -> bool:
    """A short text has no headers."""
    return mail.raw.startswith(b"From:")


def _part(parsed: EmailMessage, kind: str) -> str:
    if "Content-Type" not in parsed:
        return ""
    part = parsed.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


def _raw(mail: OutboxMail) -> str:
    return mail.raw.decode("utf-8", "replace")
