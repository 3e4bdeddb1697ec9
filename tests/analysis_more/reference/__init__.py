"""Runs reference cases: adapters turn a case of a known kind into calls of survey_app.analysis, and compare."""

import csv
import json
import math
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

LEFT_OUT = ("published", "formula", "equals_published_file")
HOLDS_LEFT_OUT = ("wrong", "naive")


class Table(dict):
    """A data file as columns of text; `numbers` with NaN for what is missing."""

    def numbers(self, name, missing=None):
        made = np.array([float(v) if v not in ("", "NA") else np.nan for v in self[name]])
        return made if missing is None else np.where(made == missing, np.nan, made)

    def texts(self, name):
        return [v if v not in ("", "NA") else None for v in self[name]]


@dataclass
class Case:
    """One reference case with its data at hand."""

    raw: dict[str, Any]
    folder: Path
    others: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def input(self):
        return self.raw["input"]

    @property
    def expected(self):
        return self.raw["expected"]

    @property
    def title(self):
        return self.raw["title"].lower()

    @cached_property
    def table(self) -> Table:
        with (self.folder / self.input["data"]).open(encoding="utf-8") as lines:
            rows = list(csv.reader(lines))
        return Table({name: [row[i] for row in rows[1:]] for i, name in enumerate(rows[0])})

    def has(self, *keys):
        return all(key in self.input for key in keys)

    def area(self, number):
        return self.raw["area"].startswith(str(number))


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


def run(raw: dict[str, Any], folder: Path, cases: list[dict[str, Any]] | None = None) -> Outcome:
    """Try the adapters that fit; the one with the fewest wrong leaves speaks for the case."""
    case, best = Case(raw, folder, {other["id"]: other for other in cases or ()}), None
    for one in (a for a in ADAPTERS if a.fits(case)):
        try:
            wrong = compare(raw["expected"], one.run(case), raw.get("tolerance", 1e-9))
        except Exception as error:  # a broken adapter is a failed case, never a broken run
            wrong = [f"{one.name}: {type(error).__name__}: {error}"]
        if best is None or len(wrong) < len(best):
            best = wrong
    return Outcome(raw["id"], best is not None, best or [])


def compare(expected: dict[str, Any], got: dict[str, Any], tolerance: Any) -> list[str]:
    wrong: list[str] = []
    _compare(expected, got, tolerance, "", wrong)
    return wrong


def _compare(expected, got, tolerance, path, wrong):
    if isinstance(expected, dict):
        for key, value in expected.items():
            if key.startswith(LEFT_OUT) or any(part in key for part in HOLDS_LEFT_OUT):
                continue
            if not isinstance(got, dict) or key not in got:
                wrong.append(f"{path}/{key}: not produced")
            else:
                _compare(value, got[key], tolerance, f"{path}/{key}", wrong)
    elif isinstance(expected, list):
        if not isinstance(got, list | tuple | np.ndarray) or len(got) != len(expected):
            wrong.append(f"{path}: {got} is not {expected}")
        else:
            for i, (e, g) in enumerate(zip(expected, got, strict=True)):
                _compare(e, g, tolerance, f"{path}[{i}]", wrong)
    elif not _equal(expected, got, _allowed(tolerance, path)):
        wrong.append(f"{path}: {got} is not {expected}")


def _allowed(tolerance, path):
    if not isinstance(tolerance, dict):
        return tolerance
    return next((tolerance[k] for k in tolerance if k != "default" and f"/{k}" in path), tolerance["default"])


def _equal(expected, got, allowed):
    if isinstance(expected, (bool, str)) or expected is None:
        return got == expected and (got is None) == (expected is None)
    if got is None or isinstance(got, str):
        return False
    return math.isfinite(got) and abs(float(got) - expected) <= allowed + 1e-15


def load(path: str | Path) -> list[dict[str, Any]]:
    loaded = json.loads(Path(path).read_text("utf-8"))
    return loaded["cases"] if isinstance(loaded, dict) else loaded


for _info in pkgutil.iter_modules(__path__):
    if not _info.name.startswith("_"):
        import_module(f"{__name__}.{_info.name}")
