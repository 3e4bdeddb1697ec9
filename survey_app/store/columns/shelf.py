"""Columns in files: appended beyond what readers see, replaced under a new name, shown by a manifest renamed last."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Self

import numpy as np

from ...analysis.columns import MISSING, Array

Block = dict[str, Array]
"""Equally long arrays by column name: rows to put on the shelf."""


TABLES = ("responses", "opinions", "characters", "tags")


@dataclass(slots=True)
class Table:
    """One table of the manifest: how many rows are valid, and which file holds each column."""

    rows: int = 0
    files: dict[str, str] = field(default_factory=dict)
    dtypes: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Manifest:
    """What readers may see. `seq` is the last change taken in, `number` counts the writes."""

    number: int = 0
    seq: int = 0
    tables: dict[str, Table] = field(default_factory=lambda: {name: Table() for name in TABLES})
    codes: dict[str, list[str]] = field(default_factory=dict)
    versions: list[int] = field(default_factory=list)

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """The manifest of a folder; None where there is none or it cannot be used (it is made again then)."""
        try:
            raw: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
            tables = {name: Table(**table) for name, table in raw.pop("tables").items()}
            return cls(tables=tables, **raw)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None

    def write(self, folder: Path) -> None:
        """Show a new state: everything it names is written before its name appears."""
        fresh = folder / "manifest.tmp"
        tables = {name: {"rows": t.rows, "files": t.files, "dtypes": t.dtypes} for name, t in self.tables.items()}
        raw = {"number": self.number, "seq": self.seq, "codes": self.codes, "versions": self.versions}
        with fresh.open("w") as file:
            json.dump({**raw, "tables": tables}, file)
            _settle(file)
        fresh.replace(folder / "manifest.json")

    def tidy(self, folder: Path) -> None:
        """Take away files that no manifest names any more; readers that have them open keep them."""
        named = {file for table in self.tables.values() for file in table.files.values()}
        for path in folder.glob("*.col"):
            if path.name not in named:
                path.unlink(missing_ok=True)


class Writer:
    """Changes one table. Nothing is visible until the manifest is written."""

    def __init__(self, folder: Path, manifest: Manifest, table: str) -> None:
        self.folder, self.manifest, self.name = folder, manifest, table
        self.table = manifest.tables[table]

    def need(self, columns: Mapping[str, str]) -> None:
        """Make sure that columns exist, older rows without a value."""
        for key, dtype in columns.items():
            if key not in self.table.files:
                self.table.dtypes[key] = dtype
                self._write(key, np.full(self.table.rows, empty_of(dtype), dtype))

    def filled(self, block: Block) -> Block:
        """A block with all columns of the table, without values where it has none."""
        count = len(next(iter(block.values())))
        return {
            key: block[key] if key in block else np.full(count, empty_of(dtype), dtype)
            for key, dtype in self.table.dtypes.items()
        }

    def append(self, block: Block) -> None:
        """Add rows at the end. What a killed writer left beyond the manifest's rows is cut off first."""
        block = self.filled(block)
        count = len(next(iter(block.values())))
        for key, file in self.table.files.items():
            values = np.ascontiguousarray(block[key], self.table.dtypes[key])
            with (self.folder / file).open("r+b") as column:
                if column.seek(0, os.SEEK_END) < self.table.rows * values.itemsize:
                    raise ValueError(f"{file} is shorter than its manifest says")
                column.truncate(self.table.rows * values.itemsize)
                column.seek(0, os.SEEK_END)
                column.write(values.tobytes())
                _settle(column)
        self.table.rows += count

    def replace(self, places: Array, block: Block) -> None:
        """Change rows in place: only columns that do change get a new file."""
        for key in list(self.table.files):
            values = self.column(key)
            fresh = np.ascontiguousarray(block[key], values.dtype)
            if not np.array_equal(values[places], fresh, equal_nan=values.dtype.kind == "f"):
                changed = values.copy()
                changed[places] = fresh
                self._write(key, changed)

    def keep(self, places: Array) -> None:
        """Drop all rows but these, in a new file for every column."""
        columns = {key: self.column(key)[places] for key in self.table.files}
        self.table.rows = len(places)
        for key, values in columns.items():
            self._write(key, values)

    def column(self, key: str) -> Array:
        return open_column(self.folder, self.table, key)

    def _write(self, key: str, values: Array) -> None:
        file = f"{self.name}-{list(self.table.dtypes).index(key)}-{self.manifest.number}.col"
        fresh = self.folder / f"{file}.tmp"
        with fresh.open("wb") as column:
            column.write(np.ascontiguousarray(values).tobytes())
            _settle(column)
        fresh.replace(self.folder / file)
        self.table.files[key] = file


def _settle(file: IO[Any]) -> None:
    """Put what was written on the disk before its name is shown, so that a power cut leaves no named hole."""
    file.flush()
    os.fsync(file.fileno())


def empty_of(dtype: str) -> int | float:
    """The value of "nothing here" of a column's type; in the small ones for states, "not in version"."""
    return {"f": np.nan, "i": MISSING, "u": 0}[dtype[1]] if dtype != "|i1" else 3


def open_column(folder: Path, table: Table, key: str) -> Array:
    """The valid rows of a column, mapped from its file. FileNotFoundError where a later writer replaced it."""
    if not table.rows:
        return np.empty(0, table.dtypes[key])
    mapped = np.memmap(folder / table.files[key], table.dtypes[key], "r", shape=(table.rows,))
    return mapped.view(np.ndarray)
