"""Customers as a file: XLSX with every cell as text, CSV that no spreadsheet takes for formulas."""

import csv
import io
from collections.abc import Iterator

from sqlmodel import Session, col, select

from ..store.cells import harmless
from ..tables import Customer
from .directory import Filter, matching, narrowed
from .fields import FIELDS

MAX_ATTRIBUTES = 60


def lines(session: Session, wanted: Filter) -> Iterator[list[str]]:
    """A header line of field names, then a line for each customer; what was exported can be imported again."""
    rows = _customers(session, wanted)
    names = sorted({name for customer in rows for name in customer.attributes})[:MAX_ATTRIBUTES]
    yield [*FIELDS, *names]
    for customer in rows:
        cells = [getattr(customer, key) for key in FIELDS]
        extra = [customer.attributes.get(name, "") for name in names]
        yield ["" if cell is None else str(cell) for cell in (*cells, *extra)]


def _customers(session: Session, wanted: Filter) -> list[Customer]:
    if wanted.words.strip():
        ids = list(matching(session, wanted))
        found: list[Customer] = []
        for start in range(0, len(ids), 500):
            found += session.exec(select(Customer).where(col(Customer.id).in_(ids[start : start + 500])))
        return found
    return list(session.exec(narrowed(select(Customer), wanted).order_by(col(Customer.id))))


def as_csv(session: Session, wanted: Filter) -> bytes:
    """UTF-8 with a mark, so that Excel reads Chinese right."""
    made = io.StringIO(newline="")
    csv.writer(made).writerows([harmless(cell) for cell in line] for line in lines(session, wanted))
    return made.getvalue().encode("utf-8-sig")


def as_xlsx(session: Session, wanted: Filter) -> bytes:
    import xlsxwriter  # here, because few processes ever need it

    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"constant_memory": True, "in_memory": True})
    sheet = book.add_worksheet("customers")
    for row, line in enumerate(lines(session, wanted)):
        for column, cell in enumerate(line):
            sheet.write_string(row, column, cell[:32_000])
    book.close()
    return made.getvalue()
