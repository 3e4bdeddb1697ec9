"""How a campaign stands: every number is counted from the ledger, none is kept beside it."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from ..channels.outbox import KEPT
from ..tables import CampaignStep, Click, Invitation, Message, Response
from .ledger import OPEN


@dataclass(frozen=True, slots=True)
class StepCounts:
    """One step of the vertical line."""

    number: int
    delay_days: int
    states: dict[str, int] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.states.values())

    @property
    def open(self) -> int:
        return sum(count for state, count in self.states.items() if state in OPEN)


@dataclass(frozen=True, slots=True)
class Standing:
    """A campaign in numbers."""

    invited: int
    reached: int
    visited: int
    answered: int
    steps: list[StepCounts]
    next_due: datetime | None
    kept: int = 0
    """How many of those sent only went to the outbox."""

    @property
    def total(self) -> int:
        return sum(step.total for step in self.steps)

    @property
    def open(self) -> int:
        return sum(step.open for step in self.steps)

    @property
    def is_kept(self) -> bool:
        """Whether nothing that counts as sent has left the house."""
        return 0 < self.kept == sum(step.states.get("sent", 0) for step in self.steps)

    @property
    def unknown(self) -> int:
        return sum(step.states.get("unknown", 0) for step in self.steps)

    @property
    def rate(self) -> float | None:
        """Share of those reached who answered, in percent."""
        return 100 * self.answered / self.reached if self.reached else None


def standing(session: Session, campaign_id: int) -> Standing:
    steps = []
    for step in session.exec(
        select(CampaignStep).where(CampaignStep.campaign_id == campaign_id).order_by(col(CampaignStep.number))
    ):
        rows = session.exec(
            select(Message.state, Message.skip_reason, func.count())
            .where(Message.step_id == step.id)
            .group_by(col(Message.state), col(Message.skip_reason))
        )
        counts = StepCounts(step.number, step.delay_days)
        for state, reason, count in rows:
            counts.states[state] = counts.states.get(state, 0) + count
            if state == "skipped":
                counts.skipped[reason] = counts.skipped.get(reason, 0) + count
        steps.append(counts)
    mine = Invitation.campaign_id == campaign_id
    return Standing(
        invited=session.exec(select(func.count()).select_from(Invitation).where(mine)).one(),
        reached=steps[0].states.get("sent", 0) if steps else 0,
        visited=_through(session, Click.invitation_id, campaign_id),
        answered=_through(session, Response.invitation_id, campaign_id, only_submitted=True),
        steps=steps,
        next_due=_next_due(session, campaign_id),
        kept=session.exec(
            select(func.count())
            .select_from(Message)
            .join(CampaignStep, col(CampaignStep.id) == Message.step_id)
            .where(CampaignStep.campaign_id == campaign_id, Message.state == "sent", Message.reply_text == KEPT)
        ).one(),
    )


def _through(session: Session, column: object, campaign_id: int, *, only_submitted: bool = False) -> int:
    """How many invitations of a campaign have a row that points at them."""
    reference = col(column)
    wanted = (
        select(func.count(func.distinct(reference)))
        .join(Invitation, col(Invitation.id) == reference)
        .where(Invitation.campaign_id == campaign_id)
    )
    if only_submitted:
        wanted = wanted.where(Response.state == "submitted")
    return session.exec(wanted).one()


def _next_due(session: Session, campaign_id: int) -> datetime | None:
    return session.exec(
        select(func.min(Message.due_at))
        .join(CampaignStep, col(CampaignStep.id) == Message.step_id)
        .where(CampaignStep.campaign_id == campaign_id, col(Message.state).in_(("queued", "deferred")))
    ).one()


def has_open(session: Session, campaign_id: int) -> bool:
    """Whether anything is still to happen: a campaign has finished when nothing is."""
    wanted = (
        select(Message.id)
        .join(CampaignStep, col(CampaignStep.id) == Message.step_id)
        .where(CampaignStep.campaign_id == campaign_id, col(Message.state).in_(OPEN))
        .limit(1)
    )
    return session.exec(wanted).first() is not None
