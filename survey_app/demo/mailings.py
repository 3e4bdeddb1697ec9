"""The demo's two campaigns: one that has finished, and one that is going out now and fills the outbox."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, col, select

from .. import clock, inviting
from ..channels import channel
from ..inviting.links import NewToken, mail_id, new_token
from ..store import addresses
from ..store.database import reading, writing
from ..tables import Campaign, CampaignStep, Click, Invitation, Message, Suppression
from . import plan, story
from .people import Person
from .plan import Visit
from .progress import Demo
from .responses import customer_ids
from .times import ZONE

DOMAIN = "example.com"
REMIND_AFTER = 7
PER_ANSWER = {"finished": 4.2, "running": 5.0}
"""So many were asked for each who answered."""
WAITING = 60
"""Messages of the running campaign that have yet to go out."""
UNSUBSCRIBED, BOUNCED = 0.009, 0.006
REPLIES = {True: (250, "2.0.0 OK"), False: (550, "5.1.1 No such user")}


@dataclass(frozen=True, slots=True)
class Mailing:
    """A campaign as it was ordered."""

    key: str
    days_ago: int
    state: str

    def begun(self, now: datetime) -> datetime:
        """In the morning of its day, when people read mail."""
        day = now.astimezone(ZONE) - timedelta(days=self.days_ago)
        return day.replace(hour=10, minute=0, second=0, microsecond=0).astimezone(now.tzinfo)

    def name(self, begun: datetime) -> str:
        return f"客户关系调查 {begun.year} 年 {begun.month} 月"


MAILINGS = (
    Mailing("finished", 152, "finished"),
    Mailing("running", 3, "running"),
)


@dataclass(frozen=True, slots=True)
class Letter:
    """What became of one message: the step, the state, when, and why it was skipped."""

    step: int
    state: str
    at: datetime
    reason: str = ""


def make(demo: Demo, visits: Sequence[Visit]) -> None:
    """Both campaigns with their ledgers; the running one still has mails that the worker really sends."""
    with reading(demo.engine) as session:
        customers = customer_ids(session)
    with writing(demo.engine) as session:
        _stop_some(session, demo)
        ids = {mailing.key: _campaign(session, demo, mailing, customers, visits) for mailing in MAILINGS}
        demo.mark(session, campaigns=ids)


def _stop_some(session: Session, demo: Demo) -> None:
    """Some have unsubscribed and some mailboxes do not exist any more."""
    over, rows = channel("email"), []
    for person in demo.people:
        if days := _stopped(demo, person):
            reason = addresses.UNSUBSCRIBED if days < 5 + UNSUBSCRIBED * 30_000 else addresses.BOUNCED
            at = story.days_before(demo.now, days)
            rows.append({"address_index": over.index_of(person.email), "reason": reason, "at": at})
    if rows:
        session.execute(insert(Suppression), rows)


def _campaign(
    session: Session, demo: Demo, mailing: Mailing, customers: Mapping[str, int], visits: Sequence[Visit]
) -> int:
    """The campaign's row and steps by its own stage, at the time it was ordered; then its ledger."""
    begun = mailing.begun(demo.now)
    users, surveys = demo.ids("users"), demo.ids("surveys")
    with clock.at(begun - timedelta(days=1)):
        order = inviting.Order(
            survey_id=surveys["relationship"], name=mailing.name(begun), starts_at=begun, per_minute=60,
            min_days_between=90, steps=inviting.default_steps("email", reminder_after=REMIND_AFTER),
        )  # fmt: skip
        campaign = inviting.create_campaign(session, order, user_id=users["analyst"])
    assert campaign.id is not None
    campaign.created_at = begun - timedelta(days=1)
    campaign.state = mailing.state
    came = plan.answered(visits, mailing.key)
    asked = _asked(demo, mailing, came)
    campaign.audience = campaign.audience | _left_out(demo, asked, customers)
    session.add(campaign)
    session.flush()
    _write(session, demo, mailing, campaign, asked, came, customers)
    return campaign.id


def _left_out(demo: Demo, asked: Sequence[Person], customers: Mapping[str, int]) -> dict[str, Any]:
    """What the preview had said about who is not asked: everybody else, each with one reason."""
    invited = {person.number for person in asked}
    found: dict[str, list[int]] = {}
    for person in demo.people:
        if person.number not in invited:
            drawn = demo.random("left out", person.number).random()
            reason = "suppressed" if _stopped(demo, person) else "answered" if drawn < 0.14 else "recent"
            found.setdefault(reason, []).append(customers[person.reference])
    return {"counts": {reason: len(ids) for reason, ids in found.items()},
            "left_out": {reason: ids[:1000] for reason, ids in found.items()}}  # fmt: skip


def _stopped(demo: Demo, person: Person) -> float:
    """Days since somebody unsubscribed or bounced, 0 for most."""
    drawn = demo.random("stopped", person.number).random()
    return 5 + drawn * 30_000 if drawn < UNSUBSCRIBED + BOUNCED else 0.0


def _asked(demo: Demo, mailing: Mailing, came: Mapping[int, Visit]) -> list[Person]:
    """Who was invited: those who answered and many more."""
    rng = demo.random("asked", mailing.key)
    others = [
        person
        for person in demo.people
        if person.number not in came and not _stopped(demo, person) and person.joined_days_ago > mailing.days_ago + 5
    ]
    wanted = round(len(came) * (PER_ANSWER[mailing.key] - 1)) + (demo.size(WAITING) if _is_running(mailing) else 0)
    chosen = rng.sample(others, min(len(others), wanted))
    answered = [visit.person for visit in came.values()]
    return sorted(answered + chosen, key=lambda person: person.number)


def _is_running(mailing: Mailing) -> bool:
    return mailing.state == "running"


def _write(
    session: Session, demo: Demo, mailing: Mailing, campaign: Campaign, asked: Sequence[Person],
    came: Mapping[int, Visit], customers: Mapping[str, int],
) -> None:  # fmt: skip
    """Invitations, their messages and visits, in three statements."""
    begun = mailing.begun(demo.now)
    rng = demo.random("ledger", mailing.key)
    waiting = _waiting(demo, mailing, asked, came)
    nonces, rows = {}, []
    for person in asked:
        fresh = new_token()
        nonces[person.number] = fresh.nonce
        rows.append(_invitation(campaign, person, customers[person.reference], fresh, begun))
    written = insert(Invitation).returning(col(Invitation.id), sort_by_parameter_order=True)
    ids = [int(row_id) for (row_id,) in session.execute(written, rows)]
    found = session.exec(select(CampaignStep.number, CampaignStep.id).where(CampaignStep.campaign_id == campaign.id))
    steps = {number: int(row_id or 0) for number, row_id in found}
    messages, clicks = [], []
    for person, row_id in zip(asked, ids, strict=True):
        visit = came.get(person.number)
        letters = _letters(rng, begun, visit, is_waiting=person.number in waiting, until=demo.now)
        messages += [_message(letter, row_id, steps, nonces[person.number]) for letter in letters]
        clicks += _clicks(rng, row_id, letters, visit, demo.now)
    session.execute(insert(Message), messages)
    if clicks:
        session.execute(insert(Click), clicks)


def _waiting(demo: Demo, mailing: Mailing, asked: Sequence[Person], came: Mapping[int, Visit]) -> set[int]:
    if not _is_running(mailing):
        return set()
    quiet = [person.number for person in asked if person.number not in came]
    return set(demo.random("waiting").sample(quiet, min(len(quiet), demo.size(WAITING))))


def _invitation(
    campaign: Campaign, person: Person, customer_id: int, fresh: NewToken, begun: datetime
) -> dict[str, Any]:
    return {
        "survey_id": campaign.survey_id, "campaign_id": campaign.id, "customer_id": customer_id,
        "channel": campaign.channel, "language": person.language, "nonce": fresh.nonce,
        "token_hash": fresh.token_hash, "created_at": begun,
    }  # fmt: skip


def _letters(
    rng: random.Random, begun: datetime, visit: Visit | None, *, is_waiting: bool, until: datetime
) -> list[Letter]:
    """The invitation and, days later, the reminder to those who had not answered."""
    sent = begun + timedelta(seconds=rng.uniform(0, 9000))
    if is_waiting:
        return [Letter(1, "queued", until)]
    drawn = rng.random()
    if visit is None and drawn < 0.035:
        return [Letter(1, "failed" if drawn < 0.022 else "skipped", sent, "" if drawn < 0.022 else "unsubscribed")]
    first, remind = Letter(1, "sent", sent), sent + timedelta(days=REMIND_AFTER)
    if remind > until:
        return [first, Letter(2, "queued", remind)]
    if visit is not None and visit.is_submitted and visit.at < remind:
        return [first, Letter(2, "skipped", remind, "answered")]
    return [first, Letter(2, "sent", remind)]


def _message(letter: Letter, invitation_id: int, steps: Mapping[int, int], nonce: str) -> dict[str, Any]:
    is_out, is_failed = letter.state == "sent", letter.state == "failed"
    code, text = REPLIES[not is_failed] if is_out or is_failed else (None, "")
    return {
        "invitation_id": invitation_id, "step_id": steps[letter.step],
        "message_id": mail_id(nonce, letter.step, DOMAIN), "state": letter.state,
        "skip_reason": letter.reason, "due_at": letter.at, "claimed_by": "", "attempts": int(is_out or is_failed),
        "reply_code": code, "reply_text": text, "sent_at": letter.at if is_out else None,
    }  # fmt: skip


def _clicks(
    rng: random.Random, invitation_id: int, letters: Iterable[Letter], visit: Visit | None, now: datetime
) -> list[dict[str, Any]]:
    """Who answered has opened the link; some only looked."""
    sent = [letter.at for letter in letters if letter.state == "sent"]
    if visit is not None:
        at = visit.at - timedelta(minutes=rng.uniform(1.5, 6))
    elif sent and rng.random() < 0.11:
        at = min(sent[0] + timedelta(hours=rng.expovariate(1 / 20)), now)
    else:
        return []
    return [{"invitation_id": invitation_id, "at": at, "method": "GET", "score": None, "verdict": "human"}]
