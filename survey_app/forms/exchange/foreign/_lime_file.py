"""The tables of a LimeSurvey file: XML read safely, texts of later versions joined to what they belong to."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import defusedxml.ElementTree as safe
from defusedxml import DefusedXmlException

from ....errors import N_
from ..native import ExchangeError
from ..plainly import language_of

Row = dict[str, str]
MOST_ROWS = 100_000
JOINED = {
    "questions": ("question_l10ns", "qid"), "subquestions": ("question_l10ns", "qid"),
    "groups": ("group_l10ns", "gid"), "answers": ("answer_l10ns", "aid"),
}  # fmt: skip
"""Since version 4 the words of a thing stand in a table of their own, one row a language."""


@dataclass(frozen=True, slots=True)
class File:
    """Table name → rows, and the language of what says none."""

    tables: dict[str, list[Row]]
    language: str

    def rows(self, table: str) -> list[Row]:
        """The rows of a table with their words, one for each language, in the order people see."""
        rows = self.tables.get(table, [])
        words_in, key = JOINED.get(table, ("", ""))
        words: dict[str, list[Row]] = defaultdict(list)
        for row in self.tables.get(words_in, ()):
            words[row.get(key, "")].append(row)
        joined = [row | said for row in rows for said in (words.get(row.get(key, "")) or [{}])]
        return sorted(joined, key=_place)

    def by(self, table: str, field: str) -> dict[str, list[Row]]:
        return self.grouped(self.rows(table), field)

    def merged(self, table: str, field: str) -> dict[str, list[Row]]:
        return self.by(table, field)

    @staticmethod
    def grouped(rows: Iterable[Row], field: str) -> dict[str, list[Row]]:
        made: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            made[row.get(field, "")].append(row)
        return dict(made)


def _place(row: Row) -> int:
    for field in ("question_order", "sortorder", "group_order"):
        if row.get(field, "").lstrip("-").isdigit():
            return int(row[field])
    return 0


def read_file(data: bytes) -> File:
    """The tables of the file. Raises ExchangeError where it is no sound XML, or has entities of its own."""
    try:
        root = safe.fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise ExchangeError(N_("The file defines entities of its own, which are not read.")) from error
    except (safe.ParseError, ValueError, LookupError, RecursionError) as error:
        line, column = getattr(error, "position", (1, 0))
        raise ExchangeError(
            N_("Line %(line)s, column %(column)s: this is not XML."), line=line, column=column + 1
        ) from error
    tables: dict[str, list[Row]] = {}
    count = 0
    for table in root:
        rows = [{field.tag: field.text or "" for field in row} for row in table.iterfind("rows/row")]
        count += len(rows)
        if count > MOST_ROWS:
            raise ExchangeError(N_("The file holds more than %(max)s rows."), max=MOST_ROWS)
        if rows:
            tables[str(table.tag)] = rows
    first = root.findtext("languages/language") or "en"
    return File(tables, language_of(first) or "en")
