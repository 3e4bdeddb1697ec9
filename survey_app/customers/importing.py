"""Importing customers: rows of a table checked cell by cell, then written in chunks; sent twice, nothing doubles."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import insert
from sqlalchemy.engine import Engine
from sqlmodel import Session, col, or_, select

from .. import clock
from ..errors import N_, SurveyError
from ..store.addresses import email_index, phone_index
from ..store.database import writing
from ..store.tabular import Table
from ..tables import Customer, Progress
from .fields import ATTRIBUTE, EMAIL, FIELDS, IDENTIFYING, PHONE, REFERENCE, CellError

CHUNK = 400
MAX_ROWS = 100_000
MAX_TOLD = 500
MAX_ATTRIBUTES = 30
MAX_ATTRIBUTE = 200

Mapping_ = Mapping[str, str]
"""Column header → field key, or "attribute:NAME"; headers that are not in it are left out."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that was not taken: where, and the error that says what to do."""

    row: int
    column: str
    error: SurveyError


@dataclass(slots=True)
class Report:
    """What an import did, or would do."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    problems: list[Problem] = field(default_factory=list)
    refused: int = 0

    def refuse(self, problem: Problem) -> None:
        self.refused += 1
        if len(self.problems) < MAX_TOLD:
            self.problems.append(problem)


@dataclass(slots=True)
class Row:
    """One row that can be taken."""

    number: int
    values: dict[str, Any]
    attributes: dict[str, str]

    @property
    def email_index(self) -> str | None:
        return email_index(self.values[EMAIL]) if EMAIL in self.values else None

    @property
    def phone_index(self) -> str | None:
        return phone_index(self.values[PHONE]) if PHONE in self.values else None


def check_mapping(table: Table, mapping: Mapping_) -> None:
    """Refuse a mapping that cannot work, before any row is read."""
    fields = list(mapping.values())
    if unknown := [header for header in mapping if header not in table.headers]:
        raise SurveyError("import-column", N_("The file has no column %(name)s."), name=unknown[0][:60])
    for key in fields:
        if key not in FIELDS and not (key.startswith(ATTRIBUTE) and key.removeprefix(ATTRIBUTE).strip()):
            raise SurveyError("import-field", N_("There is no field %(name)s."), name=key[:60])
        if fields.count(key) > 1:
            label = FIELDS[key].label if key in FIELDS else key.removeprefix(ATTRIBUTE)
            raise SurveyError(
                "import-twice", N_("Two columns are meant to be %(name)s."), N_("Choose one."), name=label
            )
    if not any(key in fields for key in IDENTIFYING):
        raise SurveyError(
            "import-identity", N_("No column is meant to be the customer number, the e-mail or the phone."),
            N_("Choose at least one, so that a second import finds the same customers."),
        )  # fmt: skip
    if sum(key.startswith(ATTRIBUTE) for key in fields) > MAX_ATTRIBUTES:
        raise SurveyError("import-attributes", N_("More than %(limit)s attributes."), limit=MAX_ATTRIBUTES)


def rows_of(table: Table, mapping: Mapping_, report: Report, *, limit: int = MAX_ROWS) -> Iterator[Row]:
    """The rows that can be taken; what is wrong with the others goes into the report."""
    check_mapping(table, mapping)
    columns = [
        (position, header, mapping[header]) for position, header in enumerate(table.headers) if header in mapping
    ]
    seen: dict[str, int] = {}
    for number, cells in table.numbered():
        if report.rows >= limit:
            if limit == MAX_ROWS:
                report.refuse(Problem(number, "", _too_many()))
            return
        report.rows += 1
        try:
            row = _row(number, cells, columns)
            _only_once(row, seen, mapping)
        except _Refusal as refusal:
            report.refuse(Problem(number, refusal.column, refusal.error))
            continue
        yield row


class _Refusal(Exception):
    def __init__(self, column: str, error: SurveyError) -> None:
        super().__init__(error.code)
        self.column, self.error = column, error


def _row(number: int, cells: tuple[str, ...], columns: list[tuple[int, str, str]]) -> Row:
    row = Row(number, {}, {})
    for position, header, key in columns:
        cell = cells[position]
        if not cell:
            continue
        try:
            if key in FIELDS:
                row.values[key] = FIELDS[key].read(cell)
            else:
                row.attributes[key.removeprefix(ATTRIBUTE)[:40]] = _attribute(cell)
        except SurveyError as error:
            raise _Refusal(header, error) from None
    if not any(row.values.get(key) for key in IDENTIFYING):
        named = ", ".join(header for _, header, key in columns if key in IDENTIFYING)
        raise _Refusal(
            named,
            CellError("row-identity", N_("Nothing says who this is."), N_("Fill in at least one of these columns.")),
        )
    return row


def _attribute(cell: str) -> str:
    if len(cell) > MAX_ATTRIBUTE:
        raise CellError(
            "cell-long", N_("The text is longer than %(limit)s characters."), N_("Shorten it."), limit=MAX_ATTRIBUTE
        )
    return " ".join(cell.split())


def _only_once(row: Row, seen: dict[str, int], mapping: Mapping_) -> None:
    """Refuse a row that names somebody an earlier row has named."""
    keys = [("reference", row.values.get("reference")), ("email", row.email_index)]
    for field_key, value in keys:
        if value and (first := seen.setdefault(f"{field_key}:{value}", row.number)) != row.number:
            header = next((name for name, key in mapping.items() if key == field_key), field_key)
            raise _Refusal(
                header,
                CellError(
                    "row-twice", N_("Row %(first)s has the same."), N_("Delete one of the two rows."), first=first
                ),
            )


def _too_many() -> SurveyError:
    return CellError(
        "import-rows", N_("Only the first %(limit)s rows are taken."), N_("Import the rest as a second file."),
        limit=MAX_ROWS,
    )  # fmt: skip


def import_customers(engine: Engine, table: Table, mapping: Mapping_, *, job: str = "") -> Report:
    """Write a table's customers. Rows that cannot be taken are reported and left out; the others are all written."""
    report = Report()
    rows = rows_of(table, mapping, report)
    while chunk := list(islice(rows, CHUNK)):
        with writing(engine) as session:
            _write(session, chunk, mapping, report)
            if job:
                _note(session, job, report, "running")
    if job:
        with writing(engine) as session:
            _note(session, job, report, "done")
    return report


def _note(session: Session, job: str, report: Report, state: str) -> None:
    values: dict[str, Any] = {"done": report.rows, "total": report.rows, "state": state, "updated_at": clock.now()}
    session.merge(Progress(job=job, message=f"{report.created}/{report.updated}/{report.refused}", **values))


def _write(session: Session, chunk: list[Row], mapping: Mapping_, report: Report) -> None:
    known = _known(session, chunk)
    fresh = []
    for row in chunk:
        try:
            customer = _found(known, row, mapping)
        except _Refusal as refusal:
            report.refuse(Problem(row.number, refusal.column, refusal.error))
            continue
        if customer is None:
            fresh.append(_new(row))
        else:
            _update(customer, row)
            report.updated += 1
    if fresh:
        session.execute(insert(Customer), fresh)
        report.created += len(fresh)


def _known(session: Session, chunk: list[Row]) -> dict[str, Customer]:
    """Customers of the register that rows of a chunk name, by each key they can be found with."""
    references = [row.values[REFERENCE] for row in chunk if REFERENCE in row.values]
    emails = [row.email_index for row in chunk if row.email_index]
    phones = [row.phone_index for row in chunk if row.phone_index and EMAIL not in row.values]
    found: dict[str, Customer] = {}
    for customer in session.exec(
        select(Customer).where(
            or_(
                col(Customer.reference).in_(references), col(Customer.email_index).in_(emails),
                col(Customer.phone_index).in_(phones),
            )
        )
    ):  # fmt: skip
        found[f"reference:{customer.reference}"] = customer
        found[f"email:{customer.email_index}"] = customer
        found.setdefault(f"phone:{customer.phone_index}", customer)
    return found


def _found(known: dict[str, Customer], row: Row, mapping: Mapping_) -> Customer | None:
    reference, mail = row.values.get("reference"), row.email_index
    by_reference = known.get(f"reference:{reference}") if reference else None
    by_mail = known.get(f"email:{mail}") if mail else None
    if by_mail is not None and reference and by_mail is not by_reference and by_mail.reference:
        header = next(name for name, key in mapping.items() if key == EMAIL)
        raise _Refusal(
            header,
            CellError(
                "row-taken", N_("This e-mail belongs to customer %(reference)s."),
                N_("Correct the e-mail or the customer number."), reference=by_mail.reference,
            ),
        )  # fmt: skip
    if by_reference is not None and by_mail is not None and by_mail is not by_reference:
        header = next(name for name, key in mapping.items() if key == EMAIL)
        raise _Refusal(
            header,
            CellError("row-taken", N_("This e-mail belongs to another customer."), N_("Correct it or merge the two.")),
        )
    if by_reference or by_mail:
        return by_reference or by_mail
    if not reference and not mail and row.phone_index:
        return known.get(f"phone:{row.phone_index}")
    return None


def _new(row: Row) -> dict[str, Any]:
    values = {
        "reference": None, "name": "", "email": None, "phone": None, "segment": "", "tier": "", "language": "zh",
        "yearly_value": None, **row.values,
    }  # fmt: skip
    return values | {
        "email_index": row.email_index, "phone_index": row.phone_index, "attributes": row.attributes,
        "created_at": clock.now(),
    }  # fmt: skip


def _update(customer: Customer, row: Row) -> None:
    """Empty cells change nothing: a short file must not wipe what a long one brought."""
    for key, value in row.values.items():
        setattr(customer, key, value)
    if row.email_index:
        customer.email_index = row.email_index
    if row.phone_index:
        customer.phone_index = row.phone_index
    if row.attributes:
        customer.attributes = customer.attributes | row.attributes
