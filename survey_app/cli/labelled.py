"""Files of texts that people have labelled: their columns, their labels in both languages, texts to leave out."""

import json
from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from random import Random
from typing import Any

from ..analysis.text import Labelled, Taxonomy
from ..errors import N_, SurveyError
from ..store.tabular import Table, read_table

LABELS = {
    "positive": "positive pos 正面 正向 积极 好评 1 +1",
    "neutral": "neutral neu 中性 中立 中评 0",
    "negative": "negative neg 负面 负向 消极 差评 -1",
    "mixed": "mixed 混合 褒贬不一",
}
_KNOWN = {word: label for label, words in LABELS.items() for word in words.split()}
Row = dict[str, str]


def rows_of(path: Path, columns: Sequence[str], given: str) -> tuple[str, list[Row]]:
    """The rows of a file by header, and its column of texts: the one that is given, else the first that fits."""
    table = read_table(path.read_bytes(), path.name)
    column = _column(table, columns, given)
    return column, [dict(zip(table.headers, cells, strict=False)) for cells in table.rows]


def _column(table: Table, wanted: Sequence[str], given: str) -> str:
    if given:
        if given not in table.headers:
            raise SurveyError("import-column", N_("The file has no column %(name)s."), name=given)
        return given
    found = [header for header in table.headers if header.lower() in wanted]
    if not found and len(table.headers) > 1:
        raise SurveyError(
            "text-column", N_("None of the columns %(names)s is known to hold texts."), N_("Name it with --column."),
            names=", ".join(table.headers[:10]),
        )  # fmt: skip
    return (found or list(table.headers))[0]


TEXTS = ("text", "comment", "comments", "answer", "评论", "文本", "内容", "评论内容", "反馈", "意见", "原因")


def labelled(path: Path, column: str = "") -> list[Labelled]:
    """The labelled texts of a file with the columns text, label and, where there is one, aspect."""
    text, rows = rows_of(path, TEXTS, column)
    if not rows or "label" not in rows[0]:
        raise SurveyError("import-column", N_("The file has no column %(name)s."), name="label")
    made = []
    for number, row in enumerate(rows, 2):
        label = _KNOWN.get(row["label"].lower())
        if label is None:
            raise SurveyError(
                "text-label", N_("Row %(row)s has the label “%(label)s”."), N_("Labels are %(names)s."),
                row=number, label=row["label"][:40], names=", ".join(LABELS),
            )  # fmt: skip
        made.append(Labelled(row[text], label, row.get("aspect", "")))
    return made


def drawn(rows: Sequence[Labelled], count: int, seed: int) -> list[Labelled]:
    """The labels of texts drawn at random until there are so many (0: all); a text comes with all its labels."""
    if count <= 0 or count >= len(rows):
        return list(rows)
    by_text: dict[str, list[Labelled]] = {}
    for row in rows:
        by_text.setdefault(row.text, []).append(row)
    order = list(by_text)
    Random(seed).shuffle(order)
    made: list[Labelled] = []
    for text in order:
        if not made or len(made) + len(by_text[text]) <= count:
            made += by_text[text]
    return made


def signs(given: Sequence[str]) -> list[int]:
    """What scores say: 1 praise, −1 complaint, 0 neither or nothing.

    Up to 1 they are yes and no (or −1, 0, 1), up to 5 stars (1–2 and 4–5), above that 0–10 (0–6 and 9–10); words are
    those of labels.

    >>> signs(["0", "7", "10", ""]), signs(["1", "3", "5"]), signs(["好评", "差评", "中评"])
    ([-1, 0, 1, 0], [-1, 0, 1], [1, -1, 0])
    """
    numbers = [_number(one) for one in given]
    known = [one for one in numbers if one is not None]
    if not known:
        by_label = {"positive": 1, "negative": -1}
        return [by_label.get(_KNOWN.get(one.strip().lower(), ""), 0) for one in given]
    low, high = next(edges for most, *edges in _EDGES if max(known) <= most)
    if max(known) <= 1 and min(known) < 0:
        low, high = -1, 1
    return [0 if one is None else int(one >= high) - int(one <= low) for one in numbers]


_EDGES = ((1, 0, 1), (5, 2, 4), (float("inf"), 6, 9))


def _number(given: str) -> float | None:
    try:
        made = float(given)
    except ValueError:
        return None
    return made if isfinite(made) else None


def without(rows: Sequence[Labelled], path: Path, name: str) -> list[Labelled]:
    """The rows whose text a file of texts by set does not name."""
    given = _json(path)
    if name not in given:
        raise SurveyError(
            "text-set", N_("%(file)s has no set %(name)s."), N_("Name one with --set: %(names)s."),
            file=path.name, name=name, names=", ".join(sorted(given)[:30]),
        )  # fmt: skip
    left_out = {str(text).strip() for text in given[name]}
    return [row for row in rows if row.text not in left_out]


def mapped(path: Path) -> dict[str, list[str]]:
    """What a file calls each aspect, from a JSON object {aspect of the taxonomy: name, or several}."""
    return {
        code: [str(one) for one in (names if isinstance(names, list) else [names])]
        for code, names in _json(path).items()
    }


def guessed(rows: Sequence[Labelled], taxonomy: Taxonomy) -> dict[str, list[str]]:
    """Each name of an aspect in the rows under the aspect of the taxonomy whose code, label or words say it."""
    names: dict[str, list[str]] = {}
    for name in sorted({row.aspect for row in rows if row.aspect}):
        code = taxonomy.called(name)
        if code is not None:
            names.setdefault(code, []).append(name)
    return names


def _json(path: Path) -> dict[str, Any]:
    try:
        given = json.loads(path.read_text("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise SurveyError("text-json", N_("%(file)s is not a JSON file."), file=path.name) from error
    if not isinstance(given, dict):
        raise SurveyError("text-json", N_("%(file)s is not a JSON object."), file=path.name)
    return given
