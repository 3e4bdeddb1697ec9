"""Who gets it and who does not, with the reason: planned before sending, the same for the preview and the start."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from .. import clock
from ..channels import Channel
from ..errors import N_
from ..store.addresses import suppressed
from ..tables import Campaign, CampaignStep, Customer, Invitation, Message, Response

NO_ADDRESS, INVALID, SUPPRESSED, RECENT, DUPLICATE, ANSWERED = (
    "no_address", "invalid", "suppressed", "recent", "duplicate", "answered",
)  # fmt: skip
WHY_NOT = {
    NO_ADDRESS: N_("No address for this channel"),
    INVALID: N_("The address cannot be written to"),
    SUPPRESSED: N_("Unsubscribed or blocked"),
    RECENT: N_("Asked recently"),
    DUPLICATE: N_("Same address as another customer"),
    ANSWERED: N_("Has already answered"),
    "unsubscribed": N_("Unsubscribed meanwhile"),
    "erased": N_("Customer was erased"),
    "closed": N_("Invitation was closed"),
}


MOST_VALUES = 60


@dataclass(frozen=True, slots=True)
class Audience:
    """The customers a campaign is meant for. Empty lists mean all."""

    segments: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    attributes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Name → values. Values of one attribute are alternatives; different attributes must all fit."""
    answered_days: int = 90
    """Who answered this survey in the last so many days is not asked again; 0 asks them all the same."""

    @classmethod
    def of(cls, document: dict[str, Any]) -> "Audience":
        """From the campaign's document."""
        return cls(
            segments=tuple(document.get("segments", ())),
            tiers=tuple(document.get("tiers", ())),
            languages=tuple(document.get("languages", ())),
            attributes={name: tuple(values) for name, values in document.get("attributes", {}).items()},
            answered_days=int(document.get("answered_days", 90)),
        )

    def document(self) -> dict[str, Any]:
        return {
            "segments": list(self.segments), "tiers": list(self.tiers), "languages": list(self.languages),
            "attributes": {name: list(values) for name, values in self.attributes.items()},
            "answered_days": self.answered_days,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """Who is asked, and who is not by reason; ids in the order of the register."""

    included: list[int]
    excluded: dict[str, list[int]]

    @property
    def total(self) -> int:
        return len(self.included) + self.left_out

    @property
    def left_out(self) -> int:
        return sum(map(len, self.excluded.values()))

    def reasons(self) -> dict[str, int]:
        """How many for each reason, in the order the reasons are looked at."""
        return {reason: len(self.excluded[reason]) for reason in WHY_NOT if self.excluded.get(reason)}


def plan(
    session: Session, audience: Audience, channel: Channel, survey_id: int, *, min_days_between: int = 0,
    campaign_id: int | None = None,
) -> Plan:  # fmt: skip
    """Go through the register once. Each customer left out has one reason: the first that holds."""
    stopped = suppressed(session)
    recent = _asked_since(session, min_days_between, campaign_id)
    answered = _answered_since(session, survey_id, audience.answered_days)
    seen: set[str] = set()
    included: list[int] = []
    excluded: dict[str, list[int]] = defaultdict(list)

    def why_not(row: Any) -> str:
        address = channel.address_of(row)
        if not address:
            return NO_ADDRESS
        if not channel.is_address(address):
            return INVALID
        index = channel.index_of(address)
        if index in stopped:
            return SUPPRESSED
        if row.id in answered:
            return ANSWERED
        if row.id in recent:
            return RECENT
        if index in seen:
            return DUPLICATE
        seen.add(index)
        return ""

    for row in _candidates(session, audience):
        reason = why_not(row)
        (excluded[reason] if reason else included).append(row.id)
    return Plan(included, dict(excluded))


def _candidates(session: Session, audience: Audience) -> Iterable[Any]:
    """The columns of a customer that channels look at."""
    wanted: Any = select(Customer.id, Customer.email, Customer.phone, Customer.attributes)
    for column, values in (
        (Customer.segment, audience.segments), (Customer.tier, audience.tiers), (Customer.language, audience.languages),
    ):  # fmt: skip
        if values:
            wanted = wanted.where(col(column).in_(values))
    rows = session.exec(wanted.order_by(col(Customer.id)).execution_options(yield_per=1000))
    for row in rows:
        if all(str(row.attributes.get(name, "")) in values for name, values in audience.attributes.items()):
            yield row


def _asked_since(session: Session, days: int, campaign_id: int | None) -> set[int]:
    """Customers who were sent a first message, or are about to be. Reminders are exempt."""
    if days <= 0:
        return set()
    about_to_be = ("queued", "claimed", "sending", "deferred")
    since = clock.now() - timedelta(days=days)
    rows = session.exec(
        select(Invitation.customer_id)
        .join(Message, col(Message.invitation_id) == Invitation.id)
        .join(CampaignStep, col(CampaignStep.id) == Message.step_id)
        .join(Campaign, col(Campaign.id) == CampaignStep.campaign_id)
        .where(
            CampaignStep.number == 1, col(Campaign.id) != (campaign_id or 0),
            (func.coalesce(Message.sent_at, Message.due_at) >= since) & col(Message.state).in_(("sent", "unknown"))
            | col(Message.state).in_(about_to_be) & (col(Campaign.state) != "cancelled"),
        )
    )  # fmt: skip
    return {customer_id for customer_id in rows if customer_id is not None}


def _answered_since(session: Session, survey_id: int, days: int) -> set[int]:
    if days <= 0:
        return set()
    rows = session.exec(
        select(Response.customer_id).where(
            Response.survey_id == survey_id, Response.state == "submitted",
            col(Response.submitted_at) >= clock.now() - timedelta(days=days),
        )
    )  # fmt: skip
    return {customer_id for customer_id in rows if customer_id is not None}


def attribute_choices(session: Session) -> dict[str, list[tuple[str, int]]]:
    """The attributes an audience can be chosen by: their values with how many customers have each, the commonest
    first. One with very many values (an order number) tells customers apart, it does not group them."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in session.exec(select(Customer.attributes).execution_options(yield_per=1000)):
        for name, value in row.items():
            if value not in (None, "") and len(counts[name]) <= MOST_VALUES:
                counts[name][str(value)] += 1
    return {
        name: sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
        for name, found in sorted(counts.items())
        if len(found) <= MOST_VALUES
    }


def choices(session: Session) -> dict[str, list[tuple[str, int]]]:
    """What an audience can be chosen by, with how many customers each has."""
    found: dict[str, list[tuple[str, int]]] = {}
    for name, column in (("segments", Customer.segment), ("tiers", Customer.tier), ("languages", Customer.language)):
        rows = session.exec(select(column, func.count()).group_by(col(column)).order_by(col(column)))
        found[name] = [(value, count) for value, count in rows if value]
    return found
