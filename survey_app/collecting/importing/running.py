"""The import itself: rows in chunks, one transaction each, under tickets that make a second run harmless."""

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, insert, literal, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from ... import clock
from ...errors import N_, Conflict, NotFound
from ...store import due, questionnaires
from ...store.database import reading
from ...store.questionnaires import Asked
from ...store.tabular import Table, read_table
from ...tables import Customer, Response, Survey
from ..places import settle
from ..saving import has_open_text
from .mapping import Mapping, plan
from .rows import BadCell, RowError, RowReader

CHUNK = 1000
MAX_ERRORS = 500
Progress = Callable[[int], None]


@dataclass(slots=True)
class ImportResult:
    """What an import did. `errors` lists the first rows that were left out, `failed` counts all of them."""

    batch: str = ""
    imported: int = 0
    repeated: int = 0
    failed: int = 0
    errors: list[RowError] = field(default_factory=list)
    unanswered: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return self.imported + self.repeated + self.failed


def import_file(engine: Engine, path: Path, survey: str, mapping: Mapping, **options: Any) -> ImportResult:
    """Import a file into a survey named by its number, public id or name: the command line's way."""
    with reading(engine) as session:
        wanted = col(Survey.id) == int(survey) if survey.isdigit() else col(Survey.public_id) == survey
        rows = session.execute(select(col(Survey.id)).where(wanted | (col(Survey.name) == survey))).scalars().all()
        asked = questionnaires.latest(session, rows[0]) if len(rows) == 1 else None
    if asked is None:
        raise NotFound(
            "import-survey",
            N_("There is no published survey %(survey)s."),
            N_("Name it by its number, its public id or its name, and publish it first."),
            survey=survey,
        )
    return import_responses(engine, asked, read_table(path.read_bytes(), path.name), mapping, **options)


def check_responses(asked: Asked, table: Table, mapping: Mapping, **options: Any) -> ImportResult:
    """What an import would do, without doing it."""
    result = ImportResult()
    for _ in _good_rows(_reader(asked, table, mapping, options), table, result):
        result.imported += 1
    return result


def import_responses(
    engine: Engine,
    asked: Asked,
    table: Table,
    mapping: Mapping,
    *,
    channel: str = "import",
    opens_cases: bool = False,
    batch: str = "",
    on_progress: Progress = lambda done: None,
    **options: Any,
) -> ImportResult:
    """Take in every valid row once. Running the same file again adds only what is not there yet.

    `options`: missing (cells that mean no answer, besides the usual), timezone, language. Imported answers are
    history: rules look at them only where `opens_cases` says so.
    """
    result = ImportResult(batch=batch or secrets.token_urlsafe(9))
    reader = _reader(asked, table, mapping, options)
    prefix = f"file:{table.digest[:32]}:{asked.survey_id}:"
    known = _known_tickets(engine, prefix)
    rows = _good_rows(reader, table, result)
    while chunk := list(islice(rows, CHUNK)):
        fresh = [(number, row) for number, row in chunk if f"{prefix}{number}" not in known]
        result.repeated += len(chunk) - len(fresh)
        if fresh:
            _write(engine, asked, fresh, prefix, result.batch, channel, opens_cases=opens_cases)
            result.imported += len(fresh)
        on_progress(result.total)
    return result


def undo_import(engine: Engine, survey_id: int, batch: str) -> int:
    """Take a batch out of every figure again; the file can then be imported anew."""
    with engine.execution_options(writes=True).begin() as connection:
        is_batch = (
            (col(Response.survey_id) == survey_id)
            & (col(Response.state) == "submitted")
            & (col(Response.attributes)["batch"].as_string() == batch)
        )
        found = [row[0] or 0 for row in connection.execute(select(col(Response.id)).where(is_batch))]
        connection.execute(
            update(Response)
            .where(is_batch)
            .values(
                state="invalid",
                ticket=literal(f"undone:{batch}:") + col(Response.ticket),
                revision=col(Response.revision) + 1,
            )
        )
        due.note_changes(connection, survey_id, found)
        settle(connection, survey_id, found)
        return len(found)


# -- inside ----------------------------------------------------------------------------------------------------
def _reader(asked: Asked, table: Table, mapping: Mapping, options: dict[str, Any]) -> RowReader:
    return RowReader(
        asked,
        plan(asked, table, mapping),
        table.headers,
        missing=frozenset(options.get("missing", ())),
        timezone=options.get("timezone", "Asia/Shanghai"),
        language=options.get("language") or (asked.questionnaire.languages or ("zh",))[0],
    )


def _good_rows(reader: RowReader, table: Table, result: ImportResult) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows that can be taken; the others are counted and listed in the result."""
    for number, cells in table.numbered():
        try:
            row = reader.read(cells)
        except BadCell as bad:
            result.failed += 1
            if len(result.errors) < MAX_ERRORS:
                result.errors.append(RowError(number, table.headers[bad.position], bad.message, bad.values))
            continue
        for key, stored in row["answers"].items():
            if stored is None:
                result.unanswered[key] = result.unanswered.get(key, 0) + 1
        yield number, row


def _known_tickets(engine: Engine, prefix: str) -> set[str]:
    with engine.connect() as connection:
        return set(
            connection.execute(
                select(col(Response.ticket)).where(col(Response.ticket).startswith(prefix, autoescape=True))
            ).scalars()
        )


def _write(
    engine: Engine,
    asked: Asked,
    rows: Sequence[tuple[int, dict[str, Any]]],
    prefix: str,
    batch: str,
    channel: str,
    *,
    opens_cases: bool,
) -> None:
    """One chunk: responses, what follows them, and the note that they changed, together or not at all."""
    now = clock.now()
    try:
        with engine.execution_options(writes=True).begin() as connection:
            customers = _customers(connection, {row["@reference"] for _, row in rows if row["@reference"]})
            values = [_values(asked, number, row, customers, now) for number, row in rows]
            for value in values:
                value |= {"ticket": f"{prefix}{value['ticket']}", "channel": value["channel"] or channel}
                value["attributes"] = value["attributes"] | {"batch": batch}
            made = insert(Response).returning(col(Response.id), sort_by_parameter_order=True)
            ids = [row[0] or 0 for row in connection.execute(made, values)]
            due.note_changes(connection, asked.survey_id, ids)
            settle(connection, asked.survey_id, ids)
            with_text = (
                response_id
                for response_id, (_, row) in zip(ids, rows, strict=True)
                if has_open_text(asked, row["answers"])
            )
            due.hand_over(connection, "score", with_text)
            if opens_cases:
                due.hand_over(connection, "case", ids)
    except IntegrityError as error:
        raise Conflict(
            "import-race",
            N_("This file is being imported by somebody else at the moment."),
            N_("Wait until that import has finished, then run it again: rows that are there are left out."),
        ) from error


def _values(
    asked: Asked, number: int, row: dict[str, Any], customers: dict[str, tuple[int, str, str]], now: datetime
) -> dict[str, Any]:
    """The columns of one response."""
    customer_id, segment, tier = customers.get(row["@reference"], (None, "", ""))
    at = row["@at"] or now
    return {
        "survey_id": asked.survey_id, "version_id": asked.version_id, "customer_id": customer_id, "ticket": number,
        "channel": row["@channel"], "language": row["@language"], "state": "submitted", "answers": row["answers"],
        "page": 0, "revision": 1, "segment": row["@segment"] or segment, "tier": row["@tier"] or tier,
        "attributes": {**row["attributes"], "row": number}, "started_at": at, "saved_at": now, "submitted_at": at,
    }  # fmt: skip


def _customers(connection: Connection, references: Iterable[str]) -> dict[str, tuple[int, str, str]]:
    wanted = list(references)
    if not wanted:
        return {}
    found = connection.execute(
        select(col(Customer.reference), col(Customer.id), col(Customer.segment), col(Customer.tier)).where(
            col(Customer.reference).in_(wanted)
        )
    )
    return {reference or "": (customer_id or 0, segment, tier) for reference, customer_id, segment, tier in found}
