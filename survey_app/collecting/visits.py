"""Where a link leads: the survey behind it, whether it takes answers, and what this visitor has answered so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Mapped
from sqlmodel import col

from .. import clock, crypto
from ..store import policies
from ..store.policies import OPEN, POLICY, Policy
from ..store.straight import Row, Straight
from ..tables import Customer, Invitation, Response, Survey, Version
from .tickets import Ticket

LINK = "link"
"""The channel of a public link that names none."""


@dataclass(frozen=True, slots=True)
class Given:
    """The response as far as it is there; id 0 where nothing was saved yet."""

    id: int = 0
    version_id: int = 0
    state: str = "partial"
    answers: dict[str, Any] = field(default_factory=dict)
    page: int = 0
    revision: int = 0
    language: str = ""
    channel: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)
    started_at: datetime | None = None
    submitted_at: datetime | None = None
    outcome: str = ""
    """Why it goes no further, where it does not: "screened"."""

    @property
    def is_submitted(self) -> bool:
        return self.submitted_at is not None


@dataclass(frozen=True, slots=True)
class Visit:
    """One visitor at one link. `scope` binds page tickets to the link; `key` is set for personal links."""

    scope: str
    survey_id: int
    is_open: bool
    closes_at: datetime | None
    newest_version_id: int | None = None
    """What a new response binds, None before the first publication."""
    opens_at: datetime | None = None
    policy: Policy = OPEN
    channel: str = LINK
    key: str = ""
    invitation_id: int | None = None
    invitation_closed_at: datetime | None = None
    spends: int | None = None
    """The invitation that an anonymous response uses up without being linked to it."""
    customer_id: int | None = None
    language: str = ""
    segment: str = ""
    tier: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    given: Given = field(default_factory=Given)

    @property
    def account(self) -> str:
        """Who answers, where that is known; the same in all links of one person."""
        return f"customer {self.customer_id}" if self.customer_id else ""

    @property
    def is_early(self) -> bool:
        return self.is_open and self.opens_at is not None and clock.now() < self.opens_at

    @property
    def has_ended(self) -> bool:
        """The survey's or the invitation's time is over, not merely paused."""
        now = clock.now()
        return any(end is not None and end <= now for end in (self.closes_at, self.invitation_closed_at))

    @property
    def takes_answers(self) -> bool:
        return self.is_open and not self.is_early and not self.has_ended

    def attributes(self, extra: Mapping[str, Any]) -> dict[str, Any]:
        """What conditions and texts can look at: the link's own, then what is known of the customer."""
        return {**extra, **self.person, "segment": self.segment, "tier": self.tier, "channel": self.channel}

    def through(self, channel: str) -> "Visit":
        return replace(self, channel=channel)


def _columns(*columns: Any) -> list[Mapped[Any]]:
    return [col(column) for column in columns]


_NEWEST = (
    select(col(Version.id))
    .where(col(Version.survey_id) == col(Survey.id))
    .order_by(col(Version.number).desc())
    .limit(1)
    .correlate(Survey)
    .scalar_subquery()
)
_SURVEY: list[Any] = [
    *_columns(Survey.id, Survey.is_open, Survey.closes_at), _NEWEST, *_columns(Survey.opens_at), POLICY,
]  # fmt: skip
_GIVEN = _columns(
    Response.id, Response.version_id, Response.state, Response.answers, Response.page, Response.revision,
    Response.language, Response.channel, Response.attributes, Response.started_at, Response.submitted_at,
    Response.outcome,
)  # fmt: skip
_NOT_ARCHIVED = col(Survey.archived_at).is_(None)

# Statements are made once and kept in compiled form; a request only binds values.
_BY_PUBLIC_ID = select(*_SURVEY).where(col(Survey.public_id) == bindparam("public_id"), _NOT_ARCHIVED)
_BY_TICKET = (
    select(*_SURVEY, *_GIVEN)
    .select_from(Survey)
    .join(
        Response, (col(Response.survey_id) == col(Survey.id)) & (col(Response.ticket) == bindparam("key")), isouter=True
    )
    .where(col(Survey.public_id) == bindparam("public_id"), _NOT_ARCHIVED)
)
_BY_KEY = select(*_GIVEN).where(
    col(Response.ticket) == bindparam("key"), col(Response.survey_id) == bindparam("survey")
)
_BY_TOKEN = (
    select(
        *_SURVEY,
        *_GIVEN,
        *_columns(Invitation.id, Invitation.channel, Invitation.language, Invitation.closed_at, Invitation.customer_id),
        *_columns(Customer.segment, Customer.tier, Customer.name, Customer.attributes),
    )
    .select_from(Invitation)
    .join(Survey, col(Survey.id) == col(Invitation.survey_id))
    .join(Customer, col(Customer.id) == col(Invitation.customer_id), isouter=True)
    .join(Response, col(Response.invitation_id) == col(Invitation.id), isouter=True)
    .where(col(Invitation.token_hash) == bindparam("token_hash"), _NOT_ARCHIVED)
)


def by_public_id(db: Straight, public_id: str, ticket: Ticket | None = None) -> Visit | None:
    """The visit behind a public link; with a ticket, what was answered under it is there too."""
    if not (public_id.isascii() and public_id.isprintable()):
        return None  # PostgreSQL does not even compare a text with NUL in it.
    if ticket is None:
        row = db.first(_BY_PUBLIC_ID, {"public_id": public_id})
    else:
        row = db.first(_BY_TICKET, {"public_id": public_id, "key": ticket.key})
    if row is None:
        return None
    given = _given(row) if ticket is not None else Given()
    return Visit(scope=public_id, **_survey(row), given=given)


def by_token(db: Straight, token: str) -> Visit | None:
    """The visit behind a personal link; None for a token that no invitation has."""
    row = db.first(_BY_TOKEN, {"token_hash": crypto.hash_token(token)})
    if row is None:
        return None
    rest = row[len(_SURVEY) + len(_GIVEN) :]
    invitation_id, channel, language, closed_at, customer_id, segment, tier, name, attributes = rest
    return Visit(
        scope=f"invitation:{invitation_id}",
        **_survey(row),
        channel=channel,
        key=f"i{invitation_id}",
        invitation_id=invitation_id,
        invitation_closed_at=closed_at,
        customer_id=customer_id,
        language=language,
        segment=segment or "",
        tier=tier or "",
        person={**(attributes or {}), "name": name or ""},
        given=_given(row),
    )


def nameless(db: Straight, visit: Visit, ticket: Ticket | None) -> Visit:
    """The same visit at an anonymous survey: nobody's, and what was answered is found by the page ticket alone."""
    row = db.first(_BY_KEY, {"key": ticket.key, "survey": visit.survey_id}) if ticket is not None else None
    return replace(
        visit, key="", spends=visit.invitation_id, invitation_id=None, customer_id=None, segment="", tier="",
        person={}, given=Given(*row) if row is not None else Given(),
    )  # fmt: skip


def _survey(row: Row) -> dict[str, Any]:
    names = ("survey_id", "is_open", "closes_at", "newest_version_id", "opens_at")
    return {**dict(zip(names, row, strict=False)), "policy": policies.read(row[len(names)])}


def _given(row: Row) -> Given:
    start = len(_SURVEY)
    return Given(*row[start : start + len(_GIVEN)]) if row[start] is not None else Given()
