"""How the columnar copy follows the database: visible changes are numbered, and one writer takes them in."""

import fcntl
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Engine, func, update
from sqlmodel import Session, col, or_, select

from ...tables import Change, Response, Survey
from ..database import is_sqlite, reading, writing
from ..questionnaires import Asked, versions
from .decode import OPINION, TAG, Decoder, dtypes, said, submitted, tagged
from .frames import KNOWN
from .layout import layout_of
from .shelf import TABLES, Block, Manifest, Writer
from .words import CHARACTERS, characters

LAYOUT = 5
"""Raise it when files are kept differently: every copy is then made again."""


def folder_of(folder: Path, survey_id: int) -> Path:
    return folder / f"{survey_id}-v{LAYOUT}"


def is_behind(session: Session, survey_id: int, seq: int) -> bool:
    """Are there changes that a copy at `seq` has not taken in?"""
    mine = select(Change.id).where(Change.survey_id == survey_id)
    # Two questions that the index answers at once; asked as one with "or", every change is looked at.
    found = or_(mine.where(col(Change.seq).is_(None)).exists(), mine.where(col(Change.seq) > seq).exists())
    return bool(session.exec(select(found)).one())


def number_changes(engine: Engine, survey_id: int) -> int:
    """Give all visible unnumbered changes the next number; the highest number now."""
    with writing(engine) as session:
        if not is_sqlite(session):  # one at a time, on every host; who inserts an answer meanwhile is not waited for
            session.exec(select(Survey.id).where(Survey.id == survey_id).with_for_update(key_share=True))
        last = session.exec(select(func.max(Change.seq)).where(Change.survey_id == survey_id)).one() or 0
        numbered = session.execute(
            update(Change).where(col(Change.survey_id) == survey_id, col(Change.seq).is_(None)).values(seq=last + 1)
        )
        return last + 1 if getattr(numbered, "rowcount", 0) else last


def catch_up(engine: Engine, folder: Path, survey_id: int) -> Manifest:
    """Take in everything that has changed; waits while another process does."""
    home = folder_of(folder, survey_id)
    home.mkdir(parents=True, exist_ok=True)
    with _locked(home):
        last = number_changes(engine, survey_id)
        manifest = Manifest.read(home)
        with reading(engine) as session:
            known = versions(session, survey_id)
            ids = [asked.version_id for asked in known]
            if manifest is not None and manifest.seq == last and manifest.versions == ids:
                return manifest
            try:
                return _take_in(session, home, survey_id, manifest, last, known)
            except (OSError, ValueError, KeyError):
                if manifest is None:
                    raise
                # The copy is not what its manifest says: it is only a copy.
                return _take_in(session, home, survey_id, None, last, known)


def forget(folder: Path, survey_id: int) -> None:
    """Delete a survey's copy; it is made again when it is next read."""
    shutil.rmtree(folder_of(folder, survey_id), ignore_errors=True)


def _take_in(
    session: Session, home: Path, survey_id: int, manifest: Manifest | None, last: int, known: Sequence[Asked]
) -> Manifest:
    before = manifest
    manifest = manifest or Manifest(number=_newest(home))
    manifest.number += 1
    layout = layout_of(known)
    decoder = Decoder(known, layout, manifest.codes)
    rows, opinions, words, tags = (Writer(home, manifest, name) for name in TABLES)
    rows.need(dtypes(layout))
    for table, columns in ((opinions, OPINION), (words, CHARACTERS), (tags, TAG)):
        table.need(columns)
    if before is None:
        for part in submitted(session, survey_id):
            block = decoder.responses(part)
            rows.need(decoder.dtypes)
            rows.append(block)
            words.append(characters(part, decoder.versions))
        for part in said(session, survey_id):
            opinions.append(decoder.opinions(part))
        for part in tagged(session, survey_id):
            tags.append(decoder.tags(part))
    else:
        changed = _changed(session, survey_id, before.seq, last)
        parts = list(submitted(session, survey_id, changed))
        blocks = [decoder.responses(part) for part in parts]
        rows.need(decoder.dtypes)
        if _settle(rows, changed, [rows.filled(block) for block in blocks]):
            _forget_unused(rows, manifest.codes)
        _settle(words, changed, [characters(part, decoder.versions) for part in parts])
        there = [int(number) for block in blocks for number in block["response"]]
        _settle(opinions, changed, [decoder.opinions(part) for part in said(session, survey_id, there)])
        _settle(tags, changed, [decoder.tags(part) for part in tagged(session, survey_id, changed)])
    for key, kept in layout.columns.items():
        if kept.codes:
            manifest.codes[key] = list(kept.codes)
    manifest.seq, manifest.versions = last, [asked.version_id for asked in known]
    manifest.write(home)
    manifest.tidy(home)
    return manifest


def _settle(writer: Writer, changed: Sequence[int], blocks: list[Block]) -> bool:
    """Make the rows of the changed responses what they are now: in place, at the end, or gone; whether some were
    known before."""
    there = writer.column("response")
    old = np.flatnonzero(np.isin(there, np.array(changed, np.int64)))
    block = {key: np.concatenate([part[key] for part in blocks]) for key in blocks[0]} if blocks else None
    if block is not None and len(old) and np.array_equal(there[old], block["response"]):
        writer.replace(old, block)
        return True
    if block is not None and len(old) and len(np.unique(there[old])) == len(old):
        # Some are known, some are new; both are one row a response.
        known = np.isin(block["response"], there[old])
        order = np.argsort(there[old])
        same = {key: values[known] for key, values in block.items()}
        if np.array_equal(there[old][order], same["response"]):
            writer.replace(old[order], same)
            writer.append({key: values[~known] for key, values in block.items()})
            return True
    if len(old):
        kept = np.ones(len(there), np.bool_)
        kept[old] = False
        writer.keep(np.flatnonzero(kept))
    if block is not None:
        writer.append(block)
    return len(old) > 0


def _forget_unused(rows: Writer, codes: dict[str, list[str]]) -> None:
    """Blank the values of attributes that no response has any more: one of them may be what was erased."""
    for key in [key for key in rows.table.files if key.startswith(KNOWN)]:
        values: Any = rows.column(key)
        used = np.bincount(values[values >= 0], minlength=len(codes[key]))
        codes[key] = [code if count else "" for code, count in zip(codes[key], used.tolist(), strict=True)]


def _changed(session: Session, survey_id: int, seq: int, last: int) -> list[int]:
    found = session.exec(
        select(Change.response_id)
        .where(Change.survey_id == survey_id, col(Change.seq) > seq, col(Change.seq) <= last)
        .distinct()
        .order_by(col(Change.response_id))
    )
    return list(found)


def _newest(home: Path) -> int:
    """The highest number in file names, so that a copy made again takes no name that a reader may have open."""
    numbers = [path.stem.rsplit("-", 1)[-1] for path in home.glob("*.col")]
    return max((int(number) for number in numbers if number.isdecimal()), default=0)


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    with (home / "lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def behind(engine: Engine) -> list[int]:
    """Surveys with changes that nobody has numbered yet."""
    with reading(engine) as session:
        return list(session.exec(select(Change.survey_id).where(col(Change.seq).is_(None)).distinct()))


def surveys_with_answers(session: Session) -> list[int]:
    return list(session.exec(select(Response.survey_id).where(Response.state == "submitted").distinct()))
