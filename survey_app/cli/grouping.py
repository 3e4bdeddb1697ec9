"""The command text themes: what a file's answers talk about, found among their clauses, and how often in each month."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..analysis.text import Grouping, grouped
from ..errors import N_, SurveyError
from .labelled import TEXTS, rows_of
from .words import say, t

MONTH = 7
"""Characters of a date that name its month."""


def add(group: Any) -> None:
    found = group.add_parser("themes", help=t("what the texts talk about, and how often in each month"))
    found.add_argument("file", type=Path)
    found.add_argument("--column", default="", help=t("the column that holds the texts"))
    found.add_argument("--time", default="", metavar="COLUMN", help=t("the column of dates (2026-11-29)"))
    found.add_argument("--count", type=int, default=20, metavar="K", help=t("how many themes at most"))
    found.add_argument("--json", action="store_true", help=t("for scripts"))
    found.set_defaults(run=_themes)


def _themes(given: argparse.Namespace) -> None:
    column, rows = rows_of(given.file, TEXTS, given.column)
    if given.time and rows and given.time not in rows[0]:
        raise SurveyError("import-column", N_("The file has no column %(name)s."), name=given.time)
    texts = [row[column] for row in rows]
    months = [row[given.time].strip().replace("/", "-")[:MONTH] if given.time else "" for row in rows]
    names = sorted(set(months))
    found = grouped(texts, max(1, given.count))
    counts = found.counts([names.index(month) for month in months])
    lines: list[dict[str, Any]] = [
        {"theme": " ".join(found.names[i]), "texts": int(counts[:, i].sum()), "example": _example(found, i, texts),
         **({"months": dict(zip(names, counts[:, i].tolist(), strict=True))} if given.time else {})}
        for i in sorted(range(len(found.names)), key=lambda i: -int(counts[:, i].sum()))
    ]  # fmt: skip
    if given.json:
        say(json.dumps(lines, ensure_ascii=False))
        return
    if not lines:
        say(t("No theme comes up often enough."))
    for line in lines:
        by_month = ", ".join(f"{month} {count:,}" for month, count in line.get("months", {}).items())
        say(f"{line['texts']:>7,}  {line['theme']}" + (f"  ({by_month})" if by_month else ""))
        say(f"         {line['example']}")


def _example(found: Grouping, group: int, texts: Sequence[str]) -> str:
    """The shortest text with a clause of the group."""
    mine = sorted({int(text) for text in found.clauses[found.clauses[:, 1] == group, 0]}, key=lambda i: len(texts[i]))
    return texts[mine[0]][:60] if mine else ""
