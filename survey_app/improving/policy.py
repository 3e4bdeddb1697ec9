"""How fast customers are to be reached, and who counts as important: one place, never changed backwards."""

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from sqlmodel import Session

from ..errors import N_, SurveyError
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
    kept = {key: tuple(value) if isinstance(value, list) else value for key, value in row.value.items()}
    known: dict[str, Any] = {name: kept[name] for name in Policy.__dataclass_fields__ if name in kept}
    return Policy(**known)


HOURS = ("contact_hours", "urgent_contact_hours", "resolve_hours", "urgent_resolve_hours")
DAYS = ("close_after_days", "oldest_days")


def read(form: Mapping[str, str], on: Collection[str], rules: Collection[str]) -> Policy:
    """A policy from what was filled in; SurveyError where a number does not hold."""
    hours: dict[str, Any] = {name: _number(form, name, 0.25, 24 * 90) for name in HOURS}
    days: dict[str, Any] = {name: int(_number(form, name, 1, 365)) for name in DAYS}
    tiers = tuple(part for part in re.split(r"[,，、;；\s]+", form.get("valued_tiers", "")) if part)
    return Policy(
        **hours, close_after_days=days["close_after_days"], oldest_days=days["oldest_days"],
        valued_tiers=tiers[:50], valued_from=_number(form, "valued_from", 0, 1e12),
        rules_off=tuple(name for name in rules if name not in on),
    )  # fmt: skip


def _number(form: Mapping[str, str], name: str, low: float, high: float) -> float:
    try:
        value = float(form.get(name, ""))
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        raise SurveyError(
            "policy-number", N_("“%(value)s” does not fit: use a number from %(low)g to %(high)g."),
            value=form.get(name, "")[:40], low=low, high=high,
        )  # fmt: skip
    return value


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
