"""Mails of this stage, written down first and sent by the worker: one for a person and a reason, never a second."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import update
from sqlmodel import Session, col, select

from .. import clock
from ..errors import N_
from ..store import due
from ..store.addresses import suppressed
from ..tables import Case, Customer, Due, Notice, Survey, User

KIND = "notice"

STATES = {
    "queued": N_("to be sent"), "sending": N_("being sent"), "sent": N_("sent"), "failed": N_("not delivered"),
    "skipped": N_("not sent"), "unknown": N_("may have arrived"),
}  # fmt: skip

NO_ADDRESS = "no-address"


@dataclass(frozen=True, slots=True)
class Letter:
    """What one person is written."""

    subject: str
    text: str
    language: str


def write_to_customers(
    session: Session, action_id: int, letters: Mapping[int, Letter], *, user_id: int | None
) -> list[Notice]:
    """Queue a letter for each customer; who has one already gets none, but what was surely not delivered goes again."""
    known = {
        notice.customer_id: notice
        for notice in session.exec(select(Notice).where(Notice.action_id == action_id))
        if notice.customer_id is not None
    }
    queued = []
    for customer_id, letter in letters.items():
        notice = known.get(customer_id)
        if notice is None:
            notice = Notice(action_id=action_id, customer_id=customer_id, message_id="", asked_by=user_id)
        elif notice.state not in ("failed", "skipped"):
            continue
        else:
            notice.tries += 1
        queued.append(_queue(session, notice, letter))
    return queued


def _queue(session: Session, notice: Notice, letter: Letter) -> Notice:
    # A new id for a new try: the one before was surely not delivered, and a mailbox may know its id.
    notice.message_id = secrets.token_hex(16)
    notice.subject, notice.text, notice.language = letter.subject, letter.text, letter.language
    notice.state, notice.reason, notice.created_at = "queued", "", clock.now()
    session.add(notice)
    session.flush()
    assert notice.id is not None
    due.hand_over(session, KIND, [notice.id], revision=notice.tries)
    return notice


def obstacles(session: Session, customers: Iterable[Customer]) -> dict[int, str]:
    """Why customers cannot be written to; those who can are not in it."""
    people = list(customers)
    blocked = suppressed(session, [key for one in people for key in (one.email_index, one.phone_index)])
    why = {}
    for one in people:
        reason = (
            NO_ADDRESS if not one.email else blocked.get(one.email_index or "") or blocked.get(one.phone_index or "")
        )
        if reason and one.id is not None:
            why[one.id] = reason
    return why


WARNING = {
    "zh": Letter(
        "{urgent}工单 #{id}：首次联系时间已用 {step}%",
        "工单 #{id}（{survey}）距首次联系时限已用去 {step}%，截止 {due}。\n负责人：{owner}\n\n{link}\n", "zh",
    ),
    "en": Letter(
        "{urgent}Case #{id}: {step}% of the time to the first contact is gone",
        "Case #{id} ({survey}): {step}% of the time to the first contact is gone; it is due on {due}.\n"
        "In charge: {owner}\n\n{link}\n", "en",
    ),
}  # fmt: skip
URGENT = {"zh": "【紧急】", "en": "Urgent: "}
NOBODY = {"zh": "未分配", "en": "nobody yet"}
LINK = "{link}"
"""Filled when it is sent: only then the public address is known."""


def warn(session: Session, case: Case, step: int, users: Iterable[User]) -> None:
    """Queue a mail about a case for colleagues, each once for a step. It names no customer: mails travel."""
    written = select(Notice.user_id).where(Notice.case_id == case.id, Notice.step == step)
    known = set(session.exec(written))
    survey = session.get_one(Survey, case.survey_id)
    owner = session.get(User, case.owner_id) if case.owner_id else None
    for user in users:
        if user.id in known or not user.email:
            continue
        spoken = user.language if user.language in WARNING else "en"
        values = {
            "urgent": URGENT[spoken] if case.severity == "urgent" else "", "id": case.id, "step": step,
            "survey": survey.name, "due": f"{case.due_at.astimezone(clock.zone()):%Y-%m-%d %H:%M}",
            "owner": owner.name if owner else NOBODY[spoken], "link": LINK,
        }  # fmt: skip
        made = WARNING[spoken]
        letter = Letter(made.subject.format(**values), made.text.format(**values), spoken)
        _queue(session, Notice(case_id=case.id, user_id=user.id, step=step, message_id=""), letter)


def of_action(session: Session, action_id: int) -> dict[int, Notice]:
    """The letters about an action by customer."""
    wanted = select(Notice).where(Notice.action_id == action_id)
    return {notice.customer_id: notice for notice in session.exec(wanted) if notice.customer_id is not None}


def begin_sending(session: Session, notice_id: int, row: Due) -> bool:
    """Right before a mail is handed over for good: False where it was taken back, or another worker has it."""
    mine = select(Due.id).where(Due.id == row.id, Due.attempts == row.attempts, col(Due.done_at).is_(None))
    done = session.execute(
        update(Notice)
        .where(col(Notice.id) == notice_id, col(Notice.state) == "queued", mine.exists())
        .values(state="sending")
    )
    return bool(getattr(done, "rowcount", 0))
