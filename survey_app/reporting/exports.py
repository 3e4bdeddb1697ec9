"""Exports: the responses or opinions of a cut as rows, written as CSV in a stream or as an Excel workbook."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from .. import clock
from ..analysis.columns import Frame
from ..forms.definition import say
from ..forms.logic import without_pipes
from ..forms.types import QuestionType
from ..store import questionnaires, tags
from ..store.cells import harmless
from ..store.cuts import NONE, Cut
from ..store.database import reading
from ..store.questionnaires import Asked
from ..tables import Opinion, Response

Cell = str | int | float | datetime | None
CHUNK = 500
EXCEL_ROWS = 1_048_575


@dataclass(frozen=True, slots=True)
class Sheet:
    """What goes into a file: keys (for programs), titles (for people) and the rows, made as they are written."""

    keys: tuple[str, ...]
    titles: tuple[str, ...]
    rows: Iterable[Sequence[Cell]]


def neutral(cell: Cell) -> Cell:
    """A cell that a spreadsheet takes as words, not as a formula."""
    return harmless(cell) if isinstance(cell, str) else cell


Names = Mapping[str, Mapping[str, str]]
"""What codes are called: column → code → words."""


def responses(
    engine: Engine, frame: Frame, versions: Sequence[Asked], language: str, titles: dict[str, str], names: Names
) -> Sheet:
    """One row per response of a cut, oldest first. Choices are given as words and, beside them, as codes, and so are
    the columns in `names`."""
    keys = questions_of(versions)
    heads: dict[str, str] = dict(titles)
    for question in keys.values():
        heads |= {key: without_pipes(title) for key, title in question.export_titles(language).items()}
        for key in _coded(question):
            heads[f"{key}:code"] = f"{without_pipes(say(question.item.text, language)) or key} [{key}]"
    rows = _response_rows(engine, _ids(frame), tuple(heads), language, names)
    return Sheet(tuple(heads), tuple(heads.values()), rows)


def questions_of(versions: Sequence[Asked]) -> dict[str, QuestionType]:
    """Each question once, as the newest version that has it asks it."""
    found: dict[str, QuestionType] = {}
    for asked in versions:
        found |= asked.questions
    return found


def _coded(question: QuestionType) -> list[str]:
    return [spec.key for spec in question.columns() if spec.codes]


def _response_rows(
    engine: Engine, ids: Sequence[int], keys: tuple[str, ...], language: str, names: Names
) -> Iterator[Sequence[Cell]]:
    for session, part in _parts(engine, ids):
        found = session.exec(select(Response).where(col(Response.id).in_(part)).order_by(col(Response.id)))
        mine = tags.of_responses(session, part)
        for row in found:
            of = questionnaires.asked(session, row.version_id)
            cells: dict[str, Cell] = {
                "id": row.id, "submitted_at": local(row.submitted_at), "channel": row.channel,
                "tags": _hashed(mine.get(row.id or 0, ())),
                "language": row.language, "version": of.number, "segment": row.segment, "tier": row.tier,
            }  # fmt: skip
            for key, known in names.items():
                code = str(cells[key])
                cells |= {key: known.get(code, code), f"{key}:code": code}
            for key, question in of.questions.items():
                stored = row.answers.get(key)
                cells |= question.export(stored, language)
                values = question.cells(stored) if stored is not None else {}
                for spec in question.columns():
                    place = values.get(spec.key)
                    if spec.codes and place is not None:
                        cells[f"{spec.key}:code"] = spec.codes[int(place)]
            yield [cells.get(key) for key in keys]


def opinions(
    engine: Engine, frame: Frame, cut: Cut, names: dict[str, str], tones: dict[int, str], titles: dict[str, str]
) -> Sheet:
    """One row per opinion that a cut asks for, with the clause as the customer wrote it."""
    wanted: list[Any] = [] if cut.polarity is None else [col(Opinion.polarity) == cut.polarity]
    if cut.aspect:
        wanted.append(col(Opinion.aspect) == ("" if cut.aspect == NONE else cut.aspect))
    return Sheet(tuple(titles), tuple(titles.values()), _opinion_rows(engine, _ids(frame), wanted, names, tones))


def _opinion_rows(
    engine: Engine, ids: Sequence[int], wanted: Sequence[Any], names: dict[str, str], tones: dict[int, str]
) -> Iterator[Sequence[Cell]]:
    for session, part in _parts(engine, ids):
        rows = session.exec(
            select(Opinion, Response)
            .join(Response, col(Response.id) == col(Opinion.response_id))
            .where(col(Opinion.response_id).in_(part), *wanted)
            .order_by(col(Opinion.response_id), col(Opinion.start), col(Opinion.id))
        )
        mine = tags.of_responses(session, part)
        for opinion, row in rows:
            question = questionnaires.asked(session, row.version_id).questions.get(opinion.item_key)
            text = (question.text(row.answers.get(opinion.item_key)) if question else None) or ""
            yield [
                row.id, local(row.submitted_at), opinion.item_key, names.get(opinion.aspect, opinion.aspect),
                opinion.aspect, tones[opinion.polarity], opinion.polarity, text[opinion.start : opinion.stop],
                round(opinion.probability, 3), f"{opinion.model} {opinion.model_version}", int(opinion.is_corrected),
                _hashed(mine.get(row.id or 0, ())),
            ]  # fmt: skip


def _hashed(names: Iterable[str]) -> str:
    return " ".join(f"#{name}" for name in names)


def local(moment: datetime | None) -> datetime | None:
    """A moment in the installation's zone, without the zone: spreadsheets have none."""
    return moment.astimezone(clock.zone()).replace(tzinfo=None, microsecond=0) if moment else None


def _ids(frame: Frame) -> list[int]:
    return sorted(int(one) for one in frame["response"].values) if len(frame) else []


def _parts(engine: Engine, ids: Sequence[int]) -> Iterator[tuple[Session, Sequence[int]]]:
    for start in range(0, len(ids), CHUNK):
        with reading(engine) as session:
            yield session, ids[start : start + CHUNK]


def as_csv(sheet: Sheet) -> Iterator[bytes]:
    """CSV in pieces, UTF-8 with a mark at the front that Excel needs to show Chinese."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(map(neutral, sheet.titles))
    yield b"\xef\xbb\xbf"
    for number, row in enumerate(sheet.rows, 1):
        writer.writerow([_written(cell) for cell in row])
        if number % CHUNK == 0:
            yield buffer.getvalue().encode("utf-8", "replace")
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode("utf-8", "replace")


def _written(cell: Cell) -> Cell:
    return cell.isoformat(" ") if isinstance(cell, datetime) else neutral(cell)


def as_xlsx(sheet: Sheet, name: str, about: Sequence[tuple[str, str]], about_name: str) -> IO[bytes]:
    """An Excel workbook: the rows, and a sheet that says what the columns are and how the file was made."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller sends and closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "default_date_format": "yyyy-mm-dd hh:mm"}  # fmt: skip
    import xlsxwriter  # here, because few processes ever need it

    book = xlsxwriter.Workbook(file, options)
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    page = book.add_worksheet(name)
    page.freeze_panes(1, 1)
    page.set_column(0, len(sheet.keys), 16)
    for place, title in enumerate(sheet.titles):
        page.write_string(0, place, str(neutral(title)), bold)
    for number, row in enumerate(sheet.rows, 1):
        if number > EXCEL_ROWS:
            break
        for place, cell in enumerate(row):
            _write(page, number, place, cell)
    notes = book.add_worksheet(about_name)
    notes.set_column(0, 1, 44)
    columns = [("", ""), *zip(sheet.keys, sheet.titles, strict=True)]
    for number, line in enumerate([*about, *columns]):
        for place, cell in enumerate(line):
            notes.write_string(number, place, str(neutral(cell)))
    book.close()
    file.seek(0)
    return file


def _write(page: Any, number: int, place: int, cell: Cell) -> None:
    if isinstance(cell, str):
        # Excel takes at most 32,767 characters in a cell.
        page.write_string(number, place, str(neutral(cell))[:32_767])
    elif isinstance(cell, datetime):
        page.write_datetime(number, place, cell)
    elif cell is not None:
        page.write_number(number, place, cell)
