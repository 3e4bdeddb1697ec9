"""Handing out links by other means: a workbook with one personal link for each customer."""

import io
from typing import Any

from sqlalchemy.engine import Engine
from sqlmodel import col, select

from ..config import Config
from ..store.database import reading, writing
from ..tables import Customer
from .audience import Audience
from .links import personal_link

CHUNK = 300
HEADERS = ("reference", "name", "email", "phone", "segment", "tier", "link")


def personal_links_xlsx(engine: Engine, config: Config, survey_id: int, audience: Audience) -> bytes:
    """A workbook of links. Asked for twice, it gives the same links for those who have not answered."""
    import xlsxwriter  # here, because few processes ever need it

    with reading(engine) as session:
        wanted = select(Customer.id).order_by(col(Customer.id))
        for column, values in (
            (Customer.segment, audience.segments), (Customer.tier, audience.tiers),
            (Customer.language, audience.languages),
        ):  # fmt: skip
            if values:
                wanted = wanted.where(col(column).in_(values))
        ids = [key for key in session.exec(wanted) if key is not None]
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"constant_memory": True, "in_memory": True})
    sheet = book.add_worksheet("links")
    sheet.write_row(0, 0, HEADERS, book.add_format({"bold": True}))
    row = 0
    for start in range(0, len(ids), CHUNK):
        with writing(engine) as session:
            chunk = session.exec(
                select(Customer).where(col(Customer.id).in_(ids[start : start + CHUNK])).order_by(col(Customer.id))
            )
            lines = [(c, personal_link(session, survey_id, c.id or 0, config.public_url)) for c in list(chunk)]
        for customer, link in lines:
            row += 1
            _write(sheet, row, customer, link)
    book.close()
    return made.getvalue()


def _write(sheet: Any, row: int, customer: Customer, link: str) -> None:
    cells = (
        customer.reference, customer.name, customer.email, customer.phone, customer.segment, customer.tier, link,
    )  # fmt: skip
    for column, text in enumerate(cells):
        # As strings: what looks like a formula stays text.
        sheet.write_string(row, column, text or "")
