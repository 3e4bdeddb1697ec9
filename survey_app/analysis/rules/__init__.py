"""Closed-loop rules, one file each. A new file here is a new reason for a case."""

import pkgutil
from collections.abc import Collection
from importlib import import_module

from .base import NORMAL, SEVERITIES, URGENT, Facts, Rating, Rule, Said, Trigger

__all__ = [
    "NORMAL", "RULES", "SEVERITIES", "URGENT", "Facts", "Rating", "Rule", "Said", "Trigger", "register", "triggered",
    "worst",
]  # fmt: skip

RULES: dict[str, Rule] = {}


def register(module_name: str) -> None:
    """Take in the rules a module defines (those with a name of their own)."""
    for kind in vars(import_module(module_name)).values():
        if isinstance(kind, type) and issubclass(kind, Rule) and "name" in vars(kind):
            known = RULES.setdefault(kind.name, kind())
            if type(known) is not kind:
                raise RuntimeError(f"two rules are called {kind.name}")


for _info in pkgutil.iter_modules(__path__):
    register(f"{__name__}.{_info.name}")


def triggered(facts: Facts, *, off: Collection[str] = ()) -> list[Trigger]:
    """What all rules that are on say about one response, the most severe first."""
    found = [trigger for name, rule in RULES.items() if name not in off and (trigger := rule.check(facts))]
    return sorted(found, key=lambda trigger: (-SEVERITIES.index(trigger.severity), trigger.rule))


def worst(severities: Collection[str]) -> str:
    """The most severe of several."""
    return max(severities, key=SEVERITIES.index, default=NORMAL)
