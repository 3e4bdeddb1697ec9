"""Files that people upload, as tables: CSV in the encodings and separators of real offices, and XLSX."""

import codecs
import csv
import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from ..errors import N_, SurveyError

MAX_BYTES = 64 * 1024 * 1024
MAX_ROWS = 1_000_000
MAX_FORM_ROWS = 20_000
MAX_COLUMNS = 1_000
MAX_CELL = 100_000
MAX_UNPACKED = 1024 * 1024 * 1024
MAX_PACKING, MAX_SMALL = 100, 20 * 1024 * 1024
"""Spreadsheets unpack to 5 to 60 times their size, bombs to a thousand times; small files may do as they like."""
SEPARATORS = (",", ";", "\t")

Cells = tuple[str, ...]


class TableError(SurveyError):
    """A file that cannot be read as a table."""


@dataclass(frozen=True, slots=True)
class Table:
    """A header row and the rows under it. Every cell is text without outer blanks, empty where there is none.

    It can be gone through several times: for a preview, then for the import.
    """

    headers: Cells
    _records: Callable[[], Iterator[tuple[int, Cells]]]
    encoding: str = "xlsx"
    separator: str = ""
    digest: str = ""
    """What tells this file from another one, whatever it is called."""

    @property
    def rows(self) -> Iterator[Cells]:
        """The rows, each at least as long as the header; a longer one has cells that no header names."""
        return (cells for _, cells in self._records())

    def numbered(self) -> Iterator[tuple[int, Cells]]:
        """Each row with its number as a spreadsheet shows it: the header is row 1."""
        return self._records()

    def head(self, count: int) -> list[Cells]:
        """The first rows, for a preview."""
        return [cells for cells, _ in zip(self.rows, range(count), strict=False)]


def read_table(content: bytes, filename: str) -> Table:
    """The table in an uploaded file; TableError says where it cannot be read and what to do."""
    if not content.strip():
        raise TableError("table-empty", N_("The file is empty."), N_("Choose a CSV or XLSX file with a header row."))
    if len(content) > MAX_BYTES:
        raise TableError(
            "table-size",
            N_("The file is larger than %(limit)s MB."),
            N_("Split it and import the parts one by one."),
            limit=MAX_BYTES // 1024**2,
        )
    if content.startswith(b"PK\x03\x04"):
        return replace(_from_xlsx(content), digest=hashlib.sha256(content).hexdigest())
    if content.startswith((b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise TableError(
            "table-kind",
            N_("%(name)s is not a CSV or XLSX file."),
            N_("Save it as XLSX or as CSV UTF-8 and try again."),
            name=filename[:100],
        )
    return replace(_from_csv(content), digest=hashlib.sha256(content).hexdigest())


# -- CSV ------------------------------------------------------------
def _from_csv(content: bytes) -> Table:
    text, encoding = decode(content)
    separator = _separator(text)
    return _table(lambda: csv.reader(io.StringIO(text, newline=""), delimiter=separator), encoding, separator)


def decode(content: bytes) -> tuple[str, str]:
    """The text of a file and the encoding it was in: by its mark, its zero bytes, else by trying."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return _decoded(content, encoding), encoding
    sample = content[:4000]
    if sample.count(0) > len(sample) // 4:
        encoding = "utf-16-le" if sample[1::2].count(0) >= sample[::2].count(0) else "utf-16-be"
        return _decoded(content, encoding), encoding
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding).replace("\0", ""), encoding
        except UnicodeDecodeError:
            continue
    return _decoded(content, "utf-8"), "utf-8"


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding).replace("\0", "")
    except UnicodeDecodeError as error:
        raise TableError(
            "table-encoding",
            N_("The file's characters cannot be read near byte %(place)s."),
            N_("Save it as CSV UTF-8 or as XLSX and try again."),
            place=error.start,
        ) from error


def _separator(text: str) -> str:
    """The separator that splits the first lines into the most columns, evenly."""
    sample = text[:20_000]
    if len(sample) < len(text) and "\n" in sample:
        sample = sample[: sample.rindex("\n")]

    def evenness(separator: str) -> tuple[int, int]:
        try:
            widths = [len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=separator) if row][:50]
        except csv.Error:
            return (0, 0)
        return (
            sum(width == widths[0] for width in widths) if widths and widths[0] > 1 else 0,
            widths[0] if widths else 0,
        )

    return max(SEPARATORS, key=evenness)


# -- XLSX ------------------------------------------------------------
def _from_xlsx(content: bytes) -> Table:
    _check_workbook(content)
    return _table(lambda: _sheet_rows(content), "xlsx", "")


def sheets(content: bytes) -> dict[str, list[list[str]]]:
    """All sheets of a workbook by their names, for files whose sheets belong together; few rows are expected."""
    import openpyxl  # here and below, because few processes ever read a workbook

    _check_workbook(content)
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        return {sheet.title: _few_rows(sheet) for sheet in book.worksheets}
    finally:
        book.close()


def _few_rows(sheet: Any) -> list[list[str]]:
    sheet.reset_dimensions()
    found = []
    for number, row in enumerate(sheet.iter_rows(values_only=True)):
        if number >= MAX_FORM_ROWS or len(row) > MAX_COLUMNS:
            raise TableError(
                "table-rows", N_("The file has more than %(limit)s rows."), N_("Delete the rows you do not need."),
                limit=MAX_FORM_ROWS,
            )  # fmt: skip
        found.append([_cell_text(value)[:MAX_CELL] for value in row])
    return found


def _check_workbook(content: bytes) -> None:
    """Refuse what is no workbook, or unpacks to far more than one."""
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
            if unpacked > MAX_PACKING * len(content) + MAX_SMALL:
                raise TableError(
                    "table-bomb",
                    N_("The file unpacks to far more than a spreadsheet does."),
                    N_("Open it in your spreadsheet program, save it as XLSX and try again."),
                )
            if unpacked > MAX_UNPACKED:
                raise TableError(
                    "table-size",
                    N_("The file is larger than %(limit)s MB."),
                    N_("Split it and import the parts one by one."),
                    limit=MAX_UNPACKED // 1024**2,
                )
        openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True).close()
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError, SyntaxError) as error:
        raise TableError(
            "table-xlsx",
            N_("The XLSX file is damaged or is another kind of file."),
            N_("Open it in your spreadsheet program, save it as XLSX and try again."),
        ) from error


def _sheet_rows(content: bytes) -> Iterator[Sequence[str]]:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        sheet = book.worksheets[0]
        # Some programs write a wrong size into the sheet; the rows themselves are to be trusted.
        sheet.reset_dimensions()
        for row in sheet.iter_rows(values_only=True):
            yield [_cell_text(value) for value in row]
    finally:
        book.close()


def _cell_text(value: object) -> str:
    """A cell as its owner reads it: 13800000000 and not 13800000000.0, dates as ISO 8601."""
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime() | date() | time():
            return value.isoformat()
    return str(value)


# -- both ------------------------------------------------------------
def _table(reader: Callable[[], Iterable[Sequence[str]]], encoding: str, separator: str) -> Table:
    first = next(_clean(reader(), 0), None)
    if first is None:
        raise TableError("table-empty", N_("The file is empty."), N_("Choose a CSV or XLSX file with a header row."))
    start, cells = first
    if len(cells) > MAX_COLUMNS:
        raise TableError(
            "table-columns",
            N_("The file has more than %(limit)s columns."),
            N_("Delete the columns you do not need."),
            limit=MAX_COLUMNS,
        )
    headers = _headers(cells)

    def records() -> Iterator[tuple[int, Cells]]:
        for number, row in _clean(reader(), len(headers)):
            if number > start:
                yield number, row

    return Table(headers, records, encoding, separator)


def _clean(rows: Iterable[Sequence[str]], width: int) -> Iterator[tuple[int, Cells]]:
    """Rows with something in them, filled up to a width, with their numbers."""
    number = 0
    try:
        for number, row in enumerate(rows, 1):
            if number > MAX_ROWS:
                raise TableError(
                    "table-rows",
                    N_("The file has more than %(limit)s rows."),
                    N_("Split it and import the parts one by one."),
                    limit=MAX_ROWS,
                )
            cells = [cell.strip()[:MAX_CELL] for cell in row]
            while len(cells) > width and not cells[-1]:
                cells.pop()
            if any(cells):
                yield number, (*cells, *[""] * (width - len(cells)))
    except (csv.Error, zipfile.BadZipFile, SyntaxError, ValueError, KeyError) as error:
        raise TableError(
            "table-row",
            N_("Row %(row)s cannot be read."),
            N_("Look for an unclosed quotation mark in it or the row before."),
            row=number + 1,
        ) from error


def _headers(cells: Cells) -> Cells:
    """Header names, made unique, so that a column can be chosen by its name."""
    seen: dict[str, int] = {}
    names = []
    for position, cell in enumerate(cells, 1):
        name = " ".join(cell.split())[:200] or f"#{position}"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(names)
