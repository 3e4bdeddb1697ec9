"""How fast customers are to be reached, when, by whom, and who counts as important; never changed backwards."""

from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlmodel import Session

from .. import clock
from ..errors import N_
from ..tables import Customer, Setting
from .calendars import ALWAYS, Calendar, Working, spans, special_days

SETTING = "improving.policy"

ALL_HOURS, WORKING_HOURS = "all", "working"
COUNTS = {ALL_HOURS: N_("Every hour, day and night"), WORKING_HOURS: N_("Only working hours")}
"""Which time the clocks of cases count."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A case keeps the hours it was opened with, so a change holds for later cases only."""

    contact_hours: float = 24
    urgent_contact_hours: float = 2
    resolve_hours: float = 168
    urgent_resolve_hours: float = 48
    close_after_days: int = 14
    oldest_days: int = 14
    """Answers older than this open no case: nobody expects a call about last year."""
    valued_tiers: tuple[str, ...] = ("VIP", "钻石", "白金", "战略", "重点", "Diamond", "Platinum", "Key")
    valued_from: float = 100_000
    rules_off: tuple[str, ...] = ()
    counts: str = ALL_HOURS
    work_days: tuple[int, ...] = (0, 1, 2, 3, 4)
    work_hours: tuple[str, ...] = ("09:00-18:00",)
    days_off: tuple[str, ...] = ()
    """Lines such as “2026-10-01 ~ 2026-10-07 国庆节”."""
    extra_days: tuple[str, ...] = ()
    """Days that are worked although they would be free: 调休."""
    assign: str = ""
    """How new cases find somebody in charge; empty: a person gives them out."""
    assign_to: tuple[int, ...] = ()
    assign_rules: dict[str, int] = field(default_factory=dict)
    """Rules whose cases always go to one person."""
    alarm_mail: bool = False
    version: int = 1

    @property
    def calendar(self) -> Calendar:
        """Which time counts for cases opened from now on."""
        if self.counts != WORKING_HOURS:
            return ALWAYS
        return Working(
            frozenset(self.work_days), spans(self.work_hours), special_days(self.days_off),
            special_days(self.extra_days), clock.zone().key,
        )  # fmt: skip

    def targets(self) -> dict[str, dict[str, float]]:
        """What a new case takes with it: hours to first contact and to the solution, by severity."""
        return {
            "normal": {"contact": self.contact_hours, "resolve": self.resolve_hours},
            "urgent": {"contact": self.urgent_contact_hours, "resolve": self.urgent_resolve_hours},
        }

    @property
    def oldest(self) -> timedelta:
        return timedelta(days=self.oldest_days)

    @property
    def close_after(self) -> timedelta:
        return timedelta(days=self.close_after_days)

    def is_valued(self, customer: Customer | None, tier: str) -> bool:
        """Whether a customer's unhappiness is urgent by itself."""
        worth = customer.yearly_value if customer else None
        named = (tier or (customer.tier if customer else "")).strip().casefold()
        return (worth or 0) >= self.valued_from or named in {name.casefold() for name in self.valued_tiers}


def load(session: Session) -> Policy:
    """The policy as it is set now."""
    row = session.get(Setting, SETTING)
    if row is None:
        return Policy()
    kept = {key: tuple(value) if isinstance(value, list) else value for key, value in row.value.items()}
    known: dict[str, Any] = {name: kept[name] for name in Policy.__dataclass_fields__ if name in kept}
    return Policy(**known)


def save(session: Session, policy: Policy) -> None:
    """Keep a policy under its next number; it holds for cases opened from now on."""
    row = session.get(Setting, SETTING)
    if row is None:
        session.add(Setting(key=SETTING, value=_stored(policy)))
    else:
        row.value = _stored(replace(policy, version=int(row.value.get("version", 1)) + 1))


def _stored(policy: Policy) -> dict[str, Any]:
    return {key: list(part) if isinstance(part, tuple) else part for key, part in asdict(policy).items()}
