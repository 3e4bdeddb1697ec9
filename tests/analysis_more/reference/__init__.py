"""Runs reference cases: adapters turn a case of a known kind into calls of survey_app.analysis, and compare."""

import json
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from .case import Case
from .comparing import compare, left_out, matches

__all__ = ["ADAPTERS", "Case", "adapter", "compare", "left_out", "load", "load_about", "run"]


@dataclass
class Adapter:
    name: str
    fits: Callable[[Case], bool]
    run: Callable[[Case], dict[str, Any]]


ADAPTERS: list[Adapter] = []


def adapter(fits):
    """Register a function from a case to all the numbers that such a case can ask for."""

    def register(function):
        ADAPTERS.append(Adapter(function.__name__, fits, function))
        return function

    return register


@dataclass
class Outcome:
    """What became of one case: not covered, or its wrong leaves (none: passed)."""

    id: str
    is_covered: bool
    wrong: list[str] = field(default_factory=list)


def run(
    raw: dict[str, Any], folder: Path, cases: list[dict[str, Any]] | None = None, about: str | None = None
) -> Outcome:
    """Try the adapters that fit; the one with the fewest wrong leaves speaks for the case."""
    case, best = Case(raw, folder, {other["id"]: other for other in cases or ()}), None
    skipped = left_out(about)
    for one in (a for a in ADAPTERS if _fits(a, case)):
        try:
            wrong = compare(raw["expected"], one.run(case), raw.get("tolerance", 1e-9), skipped)
        except Exception as error:  # a broken adapter is a failed case, never a broken run
            wrong = [f"{one.name}: {type(error).__name__}: {error}"]
        if best is None or _worse(best, wrong):
            best = wrong
    return Outcome(str(raw.get("id")), best is not None, best or [])


def _fits(one: Adapter, case: Case) -> bool:
    """Cases of forms never seen may lack anything: an adapter that cannot even look at one does not take it."""
    try:
        return bool(one.fits(case))
    except (KeyError, TypeError, IndexError, AttributeError, ValueError):
        return False


def _worse(best: list[str], wrong: list[str]) -> bool:
    return (sum(matches(w) for w in wrong), len(wrong)) < (sum(matches(w) for w in best), len(best))


def load(path: str | Path) -> list[dict[str, Any]]:
    loaded = json.loads(Path(path).read_text("utf-8"))
    return loaded["cases"] if isinstance(loaded, dict) else loaded


def load_about(path: str | Path) -> str | None:
    """What a file of cases says about itself, above all which keys are not asked for."""
    loaded = json.loads(Path(path).read_text("utf-8"))
    return loaded.get("about") if isinstance(loaded, dict) else None


for _info in pkgutil.iter_modules(__path__):
    if _info.name not in ("case", "comparing") and not _info.name.startswith("_"):
        import_module(f"{__name__}.{_info.name}")
