"""One reference case with its data at hand, and the small languages that its inputs are written in."""

import csv
import operator
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

COMPARES = {"<=": operator.le, ">=": operator.ge, "==": operator.eq, "=": operator.eq, "!=": operator.ne,
            "<": operator.lt, ">": operator.gt}  # fmt: skip
MISSING_KEYS = ("missing_code", "missing_codes", "missing", "na_code", "na_codes")


class Table(dict):
    """A data file as columns of text; `numbers` with NaN for what is missing."""

    def numbers(self, name, missing=None):
        made = np.array([float(v) if v not in ("", "NA") else np.nan for v in self[name]])
        codes = () if missing is None else np.atleast_1d(np.asarray(missing, float))
        return np.where(np.isin(made, codes), np.nan, made)

    def texts(self, name):
        return [v if v not in ("", "NA") else None for v in self[name]]

    def is_numeric(self, name):
        try:
            self.numbers(name)
        except ValueError:
            return False
        return True

    def where(self, kept):
        return Table({name: [v for v, k in zip(column, kept, strict=True) if k] for name, column in self.items()})


@dataclass
class Case:
    """One reference case. `others` are the cases of the same file by id."""

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
        return str(self.raw.get("title", "")).lower()

    def has(self, *keys):
        return all(key in self.input for key in keys)

    def asks(self, *keys):
        """Whether one of the keys stands anywhere among what is expected."""
        return any(f'"{key}"' in self._asked for key in keys)

    @cached_property
    def _asked(self):
        return " ".join(f'"{key}"' for key in _keys(self.expected))

    def area(self, number):
        return str(self.raw.get("area", "")).startswith(str(number))

    def get(self, *names, default=None):
        """The first of the names that the input has."""
        return next((self.input[name] for name in names if name in self.input), default)

    @property
    def confidence(self):
        alpha = self.get("alpha")
        return self.get("conf", "confidence", "level", default=0.95 if alpha is None else 1 - alpha)

    @cached_property
    def whole(self) -> Table:
        return self.file(self.input["data"])

    def file(self, name) -> Table:
        with (self.folder / name).open(encoding="utf-8") as lines:
            rows = list(csv.reader(lines))
        return Table({name: [row[i] for row in rows[1:]] for i, name in enumerate(rows[0])})

    @cached_property
    def table(self) -> Table:
        """The rows that `keep` or `use` ask for: "t<=12", "rows with trial TRUE", "group A only"."""
        table = self.whole
        for text in (self.get("keep", "filter", "subset"), self.get("use")):
            if isinstance(text, str):
                table = _filtered(table, text)
        return table

    def numbers(self, name):
        """A column as numbers with the case's own codes for missing answers taken out."""
        return self.table.numbers(name, self.get(*MISSING_KEYS))

    def firsts(self, name, values):
        """Leaves called name_first5, first10 …: that many of the values, for each length that is asked for."""
        made = {}
        for key in _keys(self.expected):
            found = re.fullmatch(r"(.*?)_?first_?(\d+)", key)
            if found and found[1] in ("", name):
                made[key] = list(values[: int(found[2])])
        return made


def _keys(tree):
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield key
            yield from _keys(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _keys(value)


def _filtered(table, text):
    kept = np.ones(len(next(iter(table.values()))), bool)
    for name, compare, value in re.findall(r"([\w.]+)\s*(<=|>=|==|!=|=|<|>)\s*([\w.-]+)", text):
        if name in table:
            given = table.numbers(name) if table.is_numeric(name) else np.array(table[name])
            kept &= COMPARES[compare](given, float(value) if given.dtype.kind == "f" else value)
    for name, value in re.findall(r"rows with ([\w.]+) ([\w.]+)", text):
        if name in table:
            kept &= np.array(table[name]) == value
    return table.where(kept)
