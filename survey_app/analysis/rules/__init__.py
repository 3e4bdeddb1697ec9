"""Closed-loop rules, one file each. A new file here is a new reason for a case."""

from collections.abc import Collection

from ..registry import modules, take_in
from .base import NORMAL, SEVERITIES, URGENT, Facts, Rating, Rule, Said, Trigger

__all__ = [
    "NORMAL", "RULES", "SEVERITIES", "URGENT", "Facts", "Rating", "Rule", "Said", "Trigger", "register", "triggered",
    "worst",
]  # fmt: skip

RULES: dict[str, Rule] = {}


def register(module_name: str) -> None:
    """Take in the rules a module defines (those with a name of their own)."""
    take_in(module_name, Rule, RULES, lambda kind: kind())


for _name in modules(__path__, __name__):
    register(_name)


def triggered(facts: Facts, *, off: Collection[str] = ()) -> list[Trigger]:
    """What all rules that are on say about one response, the most severe first."""
    found = [trigger for name, rule in RULES.items() if name not in off and (trigger := rule.check(facts))]
    return sorted(found, key=lambda trigger: (-SEVERITIES.index(trigger.severity), trigger.rule))


def worst(severities: Collection[str]) -> str:
    """The most severe of several."""
    return max(severities, key=SEVERITIES.index, default=NORMAL)
