"""How fast customers are to be reached, and who counts as important: one place, never changed backwards."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from sqlmodel import Session

from ..tables import Customer, Setting

SETTING = "improving.policy"


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
    known = {key: tuple(value) if isinstance(value, list) else value for key, value in row.value.items()}
    return Policy(**known)


def save(session: Session, policy: Policy) -> None:
    """Keep a policy; it holds for cases opened from now on."""
    value: dict[str, Any] = {
        key: list(part) if isinstance(part, tuple) else part for key, part in asdict(policy).items()
    }
    row = session.get(Setting, SETTING)
    if row is None:
        session.add(Setting(key=SETTING, value=value))
    else:
        row.value = value
