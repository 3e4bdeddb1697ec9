"""The columnar copy of the answers: kept beside the database, always up to date when it is read, made again if lost."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Engine

from ... import clock
from ...analysis.columns import Array, Column, Frame
from ..database import reading
from ..questionnaires import Asked, versions
from .follow import behind, catch_up, folder_of, forget, is_behind
from .frames import FLAG, KNOWN, STATES, Answers, counts
from .layout import Layout, layout_of
from .shelf import Manifest, Table, open_column
from .signs import Signed
from .words import Words

__all__ = [
    "FLAG",
    "KNOWN",
    "STATES",
    "Answers",
    "behind",
    "counts",
    "forget",
    "forget_memory",
    "load",
    "mark",
    "refresh",
]

DAY = 1440
_kept: dict[str, tuple[tuple[int, int, str], Answers]] = {}


def load(engine: Engine, folder: Path, survey_id: int) -> Answers:
    """All submitted responses of a survey as columns: "response" (ids), "minute" and "day" (since 1970; days of
    the installation's zone), "seconds" (how long it took), customer and invitation (ids), channel, segment, tier,
    language, version, `attr:<name>`, `flag:<sign>`, and every item's columns with its `state:<item>`."""
    home = folder_of(folder, survey_id)
    manifest, known = _current(engine, folder, survey_id)
    stamp, key = (manifest.number, manifest.seq, clock.zone().key), str(home)
    if key in _kept and _kept[key][0] == stamp:
        return _kept[key][1]
    layout = layout_of(known)
    try:
        frame = _open(home, manifest, layout)
    except (OSError, ValueError):
        # A writer replaced files between our reading its manifest and opening them, or somebody deleted them.
        frame = _open(home, _sound(engine, folder, survey_id), layout)
    _kept[key] = (stamp, frame)
    if len(_kept) > 32:
        _kept.pop(next(iter(_kept)))
    return frame


def mark(engine: Engine, folder: Path, survey_id: int) -> str:
    """A word for the state of a survey's answers: as long as it is the same, so is all that is read from them."""
    manifest, _ = _current(engine, folder, survey_id)
    return f"{manifest.number}.{manifest.seq}"


def _current(engine: Engine, folder: Path, survey_id: int) -> tuple[Manifest, list[Asked]]:
    """The manifest of a copy that has taken in all that is visible now, and the versions it knows."""
    manifest = Manifest.read(folder_of(folder, survey_id))
    with reading(engine) as session:
        known = versions(session, survey_id)
        is_sound = manifest is not None and manifest.versions == [asked.version_id for asked in known]
        if manifest is not None and is_sound and not is_behind(session, survey_id, manifest.seq):
            return manifest, known
    return catch_up(engine, folder, survey_id), known


def refresh(engine: Engine, folder: Path, survey_id: int) -> int:
    """Bring a survey's copy up to date; how many responses it holds."""
    return catch_up(engine, folder, survey_id).tables["responses"].rows


def forget_memory() -> None:
    """Drop the frames this process keeps, as a new process would begin."""
    _kept.clear()


def _sound(engine: Engine, folder: Path, survey_id: int) -> Manifest:
    home = folder_of(folder, survey_id)
    manifest = catch_up(engine, folder, survey_id)
    try:
        _open(home, manifest, Layout())
    except (OSError, ValueError):
        forget(folder, survey_id)
        manifest = catch_up(engine, folder, survey_id)
    return manifest


def _open(home: Path, manifest: Manifest, layout: Layout) -> Answers:
    columns = _columns(home, manifest.tables["responses"], manifest.codes)
    columns["day"] = Column("day", days_of(columns["minute"].values, clock.zone()))
    said = Frame(_columns(home, manifest.tables["opinions"], manifest.codes))
    words = _words(home, manifest.tables["characters"])
    tags = Frame(_columns(home, manifest.tables["tags"], manifest.codes))
    return Answers(Signed(columns, layout.grids), said, dict(layout.names), words, tags)


def _words(home: Path, table: Table) -> Words:
    codes: Any = open_column(home, table, "code")
    responses: Any = open_column(home, table, "response")
    return Words(codes, responses)


def _columns(home: Path, table: Table, codes: dict[str, list[str]]) -> dict[str, Column]:
    return {key: Column(key, open_column(home, table, key), tuple(codes.get(key, ()))) for key in table.files}


def days_of(minutes: Array, zone: ZoneInfo) -> Array:
    """Minutes since 1970 → local days since 1970. The zone is asked once per day, and by the minute only on the
    days on which its clocks change."""
    if not len(minutes):
        return np.empty(0, np.int32)
    whole = minutes.astype(np.int64)
    days = whole // DAY
    first = int(days.min())
    edges = np.array([_offset(day * DAY, zone) for day in range(first, int(days.max()) + 2)])
    offsets = edges[days - first]
    for place in np.flatnonzero(offsets != edges[days - first + 1]):
        offsets[place] = _offset(int(whole[place]), zone)
    local: Array = ((whole + offsets) // DAY).astype(np.int32)
    return local


def _offset(minute: int, zone: ZoneInfo) -> int:
    shift = datetime.fromtimestamp(minute * 60, UTC).astimezone(zone).utcoffset()
    return int(shift.total_seconds() // 60) if shift else 0
