"""Campaigns: made as drafts, started with a frozen audience, paused, resumed, cancelled."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, update
from sqlalchemy.engine import Engine
from sqlmodel import Session, col, select

from .. import clock
from ..channels import channel as channel_named
from ..channels.senders import mail_domain
from ..config import Config
from ..errors import N_, Conflict, NotFound, SurveyError
from ..store.database import reading, writing
from ..store.questionnaires import latest
from ..store.settings import load_mail
from ..tables import Campaign, CampaignStep, Customer, Invitation, Message, Survey
from .audience import Audience, Plan, plan
from .links import mail_id, new_token
from .texts import Words, check, defaults

CHUNK = 500
MAX_PER_MINUTE = 6000


@dataclass(frozen=True, slots=True)
class StepTexts:
    """One step: when, and with which words."""

    subject: Words = field(default_factory=dict)
    body: Words = field(default_factory=dict)
    delay_days: int = 0


@dataclass(frozen=True, slots=True)
class Order:
    """What a campaign is to be: everything its form asks for."""

    survey_id: int
    name: str
    channel: str = "email"
    audience: Audience = field(default_factory=Audience)
    steps: tuple[StepTexts, ...] = ()
    starts_at: datetime | None = None
    per_minute: int = 60
    min_days_between: int = 30
    window_start: int = 0
    window_end: int = 24


def default_steps(channel: str, *, reminder_after: int = 7) -> tuple[StepTexts, ...]:
    """An invitation and a reminder in the default words."""
    has_subject = channel_named(channel).has_subject
    first, second = (defaults(number=number, has_subject=has_subject) for number in (1, 2))
    invitation = StepTexts(*first)
    return (invitation, StepTexts(*second, delay_days=reminder_after)) if reminder_after else (invitation,)


def create_campaign(session: Session, order: Order, *, user_id: int | None = None) -> Campaign:
    """A draft campaign with its steps."""
    _check(session, order)
    campaign = Campaign(created_by=user_id, **columns(order))
    session.add(campaign)
    session.flush()
    _write_steps(session, campaign, order)
    return campaign


def change_campaign(session: Session, campaign_id: int, order: Order) -> Campaign:
    """Put a draft's new form in place of the old."""
    campaign = get_campaign(session, campaign_id)
    if campaign.state != "draft":
        raise Conflict("campaign-state", N_("This campaign has started and cannot be changed any more."))
    _check(session, order)
    for key, value in columns(order).items():
        setattr(campaign, key, value)
    for step in steps_of(session, campaign_id):
        session.delete(step)
    session.flush()
    _write_steps(session, campaign, order)
    return campaign


def get_campaign(session: Session, campaign_id: int) -> Campaign:
    found = session.get(Campaign, campaign_id) if 0 < campaign_id < 2**31 else None
    if found is None:
        raise NotFound("campaign", N_("There is no such campaign."))
    return found


def steps_of(session: Session, campaign_id: int) -> list[CampaignStep]:
    wanted = select(CampaignStep).where(CampaignStep.campaign_id == campaign_id)
    return list(session.exec(wanted.order_by(col(CampaignStep.number))))


def columns(order: Order) -> dict[str, Any]:
    """A campaign's row of its order."""
    return {
        "survey_id": order.survey_id, "name": order.name.strip(), "channel": order.channel,
        "audience": order.audience.document(), "starts_at": order.starts_at, "per_minute": order.per_minute,
        "min_days_between": order.min_days_between, "window_start": order.window_start,
        "window_end": order.window_end,
    }  # fmt: skip


def _write_steps(session: Session, campaign: Campaign, order: Order) -> None:
    for number, step in enumerate(order.steps or default_steps(order.channel), 1):
        session.add(
            CampaignStep(
                campaign_id=campaign.id or 0,
                number=number,
                delay_days=step.delay_days if number > 1 else 0,
                subject=dict(step.subject),
                body=dict(step.body),
            )
        )
    session.flush()


def _check(session: Session, order: Order) -> None:
    channel = channel_named(order.channel)
    if not channel.is_campaign:
        raise SurveyError("campaign-channel", N_("Nothing is sent over this channel; it only gives links."))
    if session.get(Survey, order.survey_id) is None:
        raise NotFound("survey", N_("There is no such survey."))
    if not order.name.strip() or len(order.name) > 120:
        raise SurveyError("campaign-name", N_("Give the campaign a name of at most 120 characters."))
    if not 1 <= order.per_minute <= MAX_PER_MINUTE:
        raise SurveyError("campaign-pace", N_("Messages per minute must be from 1 to %(limit)s."), limit=MAX_PER_MINUTE)
    if not 0 <= order.window_start < order.window_end <= 24:
        raise SurveyError("campaign-window", N_("The sending window must begin before it ends."))
    for step in order.steps:
        check(step.subject, step.body, has_subject=channel.has_subject, max_text=channel.max_text)
    for step in order.steps[1:]:
        if not 1 <= step.delay_days <= 90:
            raise SurveyError("campaign-delay", N_("A reminder comes 1 to 90 days after the invitation."))


def preview(session: Session, campaign: Campaign) -> Plan:
    """Who would get it now, and who would not and why."""
    return plan(
        session, Audience.of(campaign.audience), channel_named(campaign.channel), campaign.survey_id,
        min_days_between=campaign.min_days_between, campaign_id=campaign.id,
    )  # fmt: skip


def start_campaign(session: Session, campaign_id: int) -> Campaign:
    """Let it begin at its time (at once, if it has none); the worker freezes the audience and sends."""
    campaign = get_campaign(session, campaign_id)
    if campaign.state != "draft":
        raise Conflict("campaign-state", N_("This campaign has already been started."))
    survey = session.get_one(Survey, campaign.survey_id)
    if latest(session, campaign.survey_id) is None or not survey.is_open:
        raise Conflict(
            "campaign-survey", N_("The survey is not open, so nobody could answer."), N_("Publish it first.")
        )
    campaign.state, campaign.starts_at = "scheduled", campaign.starts_at or clock.now()
    session.add(campaign)
    return campaign


def freeze(engine: Engine, config: Config, campaign_id: int) -> int:
    """Write invitations and queued messages for everybody in the audience. Begun again after a crash, it goes on
    where it was: one invitation a customer, by constraint."""
    with reading(engine) as session:
        campaign = get_campaign(session, campaign_id)
        who = preview(session, campaign)
        domain = mail_domain(load_mail(session).from_address, config.public_url)
    written = 0
    for start in range(0, len(who.included), CHUNK):
        with writing(engine) as session:
            written += _invite(session, campaign_id, who.included[start : start + CHUNK], domain)
    with writing(engine) as session:
        campaign = session.get_one(Campaign, campaign_id, with_for_update=True)
        left_out = {reason: ids[:1000] for reason, ids in who.excluded.items()}
        campaign.audience = campaign.audience | {"counts": who.reasons(), "left_out": left_out}
        if campaign.state == "scheduled":
            campaign.state = "running"
    return written


def _invite(session: Session, campaign_id: int, customer_ids: list[int], domain: str) -> int:
    # The campaign's row is the lock: two workers freezing at once write each invitation once.
    campaign = session.get_one(Campaign, campaign_id, with_for_update=True)
    if campaign.state != "scheduled":
        return 0
    there = select(Invitation.customer_id).where(
        Invitation.campaign_id == campaign_id, col(Invitation.customer_id).in_(customer_ids)
    )
    missing = set(customer_ids) - set(session.exec(there))
    languages = dict(session.exec(select(Customer.id, Customer.language).where(col(Customer.id).in_(missing))).all())
    rows: list[dict[str, Any]] = []
    for customer_id in sorted(key for key in languages if key is not None):
        fresh = new_token()
        rows.append(
            {"survey_id": campaign.survey_id, "campaign_id": campaign_id, "customer_id": customer_id,
             "channel": campaign.channel, "language": languages[customer_id], "nonce": fresh.nonce,
             "token_hash": fresh.token_hash, "created_at": clock.now()}
        )  # fmt: skip
    if rows:
        session.execute(insert(Invitation), rows)
        _queue_first(session, campaign, [row["token_hash"] for row in rows], domain)
    return len(rows)


def _queue_first(session: Session, campaign: Campaign, hashes: list[str], domain: str) -> None:
    first = steps_of(session, campaign.id or 0)[0]
    made = session.exec(select(Invitation.id, Invitation.nonce).where(col(Invitation.token_hash).in_(hashes)))
    due_at = campaign.starts_at or clock.now()
    session.execute(
        insert(Message),
        [
            {"invitation_id": invitation_id, "step_id": first.id, "message_id": mail_id(nonce, 1, domain),
             "state": "queued", "skip_reason": "", "due_at": due_at, "claimed_by": "", "attempts": 0,
             "reply_text": ""}
            for invitation_id, nonce in made
        ],
    )  # fmt: skip


def pause(session: Session, campaign_id: int, reason: str = "") -> None:
    """Send nothing more for now; what is claimed but not handed over goes back into the queue."""
    _move(session, campaign_id, ("running", "scheduled"), "paused", reason)
    _messages(session, campaign_id, ("claimed",), {"state": "queued", "claimed_by": "", "lease_until": None})


def resume(session: Session, campaign_id: int) -> None:
    """Go on: with sending, or with waiting for the start if nobody was invited yet."""
    has_begun = session.exec(select(Invitation.id).where(Invitation.campaign_id == campaign_id).limit(1)).first()
    campaign = get_campaign(session, campaign_id)
    is_frozen = "counts" in campaign.audience
    _move(session, campaign_id, ("paused",), "running" if has_begun and is_frozen else "scheduled", "")


def cancel(session: Session, campaign_id: int) -> None:
    """End it: nothing that is not out yet will go out."""
    _move(session, campaign_id, ("draft", "scheduled", "running", "paused"), "cancelled", "")
    closed = {"state": "cancelled", "claimed_by": "", "lease_until": None}
    _messages(session, campaign_id, ("queued", "deferred", "claimed"), closed)


def _move(session: Session, campaign_id: int, before: tuple[str, ...], after: str, reason: str) -> None:
    campaign = session.get(Campaign, campaign_id, with_for_update=True)
    if campaign is None:
        raise NotFound("campaign", N_("There is no such campaign."))
    if campaign.state not in before:
        raise Conflict("campaign-state", N_("The campaign is not in a state that allows this."))
    campaign.state, campaign.pause_reason = after, reason
    session.add(campaign)


def _messages(session: Session, campaign_id: int, states: tuple[str, ...], values: dict[str, Any]) -> None:
    steps = select(CampaignStep.id).where(CampaignStep.campaign_id == campaign_id)
    session.execute(
        update(Message).where(col(Message.step_id).in_(steps), col(Message.state).in_(states)).values(**values)
    )


def invited(session: Session, campaign_id: int) -> int:
    wanted = select(func.count()).select_from(Invitation).where(Invitation.campaign_id == campaign_id)
    return session.exec(wanted).one()
