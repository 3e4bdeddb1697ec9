"""Rows of the database as blocks of codes: responses through their questions, opinions as they are."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from sqlalchemy import Row, and_
from sqlmodel import Session, col, select

from ...analysis.columns import MISSING
from ...forms.types import QuestionType
from ...tables import Opinion, Response, Tag
from ..flags import bits
from ..questionnaires import Asked
from .frames import KNOWN
from .layout import Layout, shape
from .shelf import Block

CHUNK, PART = 5_000, 2_000
ATTRIBUTES = ("channel", "segment", "tier", "language", "version")
INTERNAL = frozenset({"batch", "row", "name"})
"""Attributes that say where a response came from, not what is known of the customer."""
MOST_ATTRIBUTES, MOST_VALUES, REST = 40, 500, "…"
"""An attribute with more values than these is no filter; later values are counted together as REST."""
BASE = {
    "response": "<i8",
    "minute": "<i4",
    "seconds": "<i4",
    "customer": "<i8",
    "invitation": "<i8",
    "signs": "<i4",
    **dict.fromkeys(ATTRIBUTES, "<i4"),
}
OPINION = {"response": "<i8", "aspect": "<i4", "polarity": "<i4", "item": "<i4"}
TAG = {"response": "<i8", "tag": "<i4"}
ANSWERED, SKIPPED, NOT_SHOWN, NOT_IN_VERSION = range(4)


def dtypes(layout: Layout) -> dict[str, str]:
    """All columns of the responses and how their values are kept."""
    states = {f"state:{key}": "|i1" for key in layout.states}
    return {**BASE, **{key: kept.dtype for key, kept in layout.columns.items()}, **states}


class Codes:
    """The codes of columns and their numbers, which a code keeps for ever: new ones come at the end of `lists`."""

    def __init__(self, lists: dict[str, list[str]]) -> None:
        self.lists = lists
        self.numbers = {key: {code: number for number, code in enumerate(codes)} for key, codes in lists.items()}

    def __call__(self, column: str, code: str) -> int:
        known = self.numbers.setdefault(column, {})
        number = known.get(code)
        if number is None:
            number = known[code] = len(self.lists.setdefault(column, []))
            self.lists[column].append(code)
        return number


def minute_of(moment: datetime) -> int:
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() // 60)


def seconds_of(started: datetime, submitted: datetime) -> int:
    """How long an answer took; MISSING where nothing is known of it, as of imported ones."""
    started, submitted = (at if at.tzinfo else at.replace(tzinfo=UTC) for at in (started, submitted))
    took = int((submitted - started).total_seconds())
    return min(took, 2**31 - 1) if took > 0 else MISSING


class Decoder:
    """Turns rows into blocks for one survey. `codes` grows with the attribute values it meets."""

    def __init__(self, versions: Sequence[Asked], layout: Layout, codes: dict[str, list[str]]) -> None:
        self.layout, self.number, self.dtypes = layout, Codes(codes), dtypes(layout)
        self.versions = {asked.version_id: asked for asked in versions}
        self.fields = {
            asked.version_id: [(key, question, self._places(question)) for key, question in asked.questions.items()]
            for asked in versions
        }

    def _places(self, question: QuestionType) -> list[tuple[str, str, list[int]]]:
        """(column key, name on the shelf, number on the shelf of each of the question's codes)."""
        found = []
        for spec in question.columns():
            name = self.layout.names[spec.key, shape(question, spec)]
            codes = self.layout.columns[name].codes
            found.append((spec.key, name, [codes.index(code) for code in spec.codes]))
        return found

    def responses(self, rows: Sequence[Row[Any]]) -> Block:
        """The block of some responses: attributes by `ATTRIBUTES`, answers by their version's questions."""
        lists: dict[str, list[Any]] = {
            key: [_NOTHING[dtype[1]] if dtype != "|i1" else NOT_IN_VERSION] * len(rows)
            for key, dtype in self.dtypes.items()
        }
        for place, row in enumerate(rows):
            lists["response"][place] = row.id
            lists["minute"][place] = minute_of(row.submitted_at)
            lists["seconds"][place] = seconds_of(row.started_at, row.submitted_at)
            lists["customer"][place] = MISSING if row.customer_id is None else row.customer_id
            lists["invitation"][place] = MISSING if row.invitation_id is None else row.invitation_id
            lists["signs"][place] = bits(row.flags)
            version = str(self.versions[row.version_id].number)
            values = (row.channel, row.segment, row.tier, row.language, version)
            for column, value in zip(ATTRIBUTES, values, strict=True):
                lists[column][place] = self.number(column, value)
            self._answers(lists, place, row)
            self._attributes(lists, place, row.attributes, len(rows))
        self.dtypes |= {key: "<i4" for key in lists if key not in self.dtypes}
        return {key: np.array(values, self.dtypes[key]) for key, values in lists.items()}

    def _attributes(self, lists: dict[str, list[Any]], place: int, given: dict[str, Any], count: int) -> None:
        for name, value in given.items():
            key = f"{KNOWN}{str(name)[:60].replace(':', '：')}"
            if name in INTERNAL or value in ("", None) or isinstance(value, dict | list):
                continue
            if key not in lists:
                if sum(other.startswith(KNOWN) for other in {*lists, *self.number.lists}) >= MOST_ATTRIBUTES:
                    continue
                lists[key] = [MISSING] * count
            code = str(value)[:200]
            known = self.number.numbers.get(key, {})
            lists[key][place] = self.number(key, code if code in known or len(known) < MOST_VALUES else REST)

    def _answers(self, lists: dict[str, list[Any]], place: int, row: Row[Any]) -> None:
        answers = row.answers
        for key, question, places in self.fields[row.version_id]:
            if key not in answers:
                lists[f"state:{key}"][place] = NOT_SHOWN
                continue
            stored = answers[key]
            if stored is None:
                lists[f"state:{key}"][place] = SKIPPED
                continue
            lists[f"state:{key}"][place] = ANSWERED
            cells = question.cells(stored) if places else {}
            for spec_key, name, numbers in places:
                value = cells[spec_key]
                if value is not None:
                    lists[name][place] = numbers[int(value)] if numbers else value

    def opinions(self, rows: Sequence[Row[Any]]) -> Block:
        return {
            "response": np.array([row.response_id for row in rows], np.int64),
            "aspect": np.array([self.number("aspect", row.aspect) for row in rows], np.int32),
            "polarity": np.array([row.polarity for row in rows], np.int32),
            "item": np.array([self.number("item", row.item_key) for row in rows], np.int32),
        }

    def tags(self, rows: Sequence[Row[Any]]) -> Block:
        return {
            "response": np.array([row.response_id for row in rows], np.int64),
            "tag": np.array([self.number("tag", row.name) for row in rows], np.int32),
        }


_NOTHING = {"i": MISSING, "f": np.nan}


def submitted(session: Session, survey_id: int, ids: Sequence[int] | None = None) -> Iterator[Sequence[Row[Any]]]:
    """The submitted responses of a survey in chunks, all of them or those among `ids`, by id."""
    is_in: Any = (
        Response.survey_id == survey_id,
        Response.state == "submitted",
        col(Response.submitted_at).is_not(None),
    )
    if ids is None:
        # Sorting the numbers alone and fetching by them spares the database sorting whole rows.
        every = session.scalars(select(Response.id).where(*is_in).execution_options(yield_per=CHUNK))
        ids = np.sort(np.fromiter(every, np.int64)).tolist()
    wanted = select(
        Response.id, Response.version_id, Response.submitted_at, Response.channel, Response.segment, Response.tier,
        Response.language, Response.answers,
        Response.customer_id, Response.invitation_id, Response.started_at, Response.attributes,
        Response.flags,
        # A column, not a condition: asked as one, SQLite walks the whole survey for every part of the numbers.
        and_(*is_in).label("is_in"),
    )  # type: ignore[call-overload] # fmt: skip
    for rows in _by_numbers(session, wanted, col(Response.id), ids):
        yield [row for row in rows if row.is_in]


def said(session: Session, survey_id: int, ids: Sequence[int] | None = None) -> Iterator[Sequence[Row[Any]]]:
    """The opinions about submitted responses in chunks: about all of the survey's, or about `ids`, which are such."""
    wanted = select(Opinion.response_id, Opinion.aspect, Opinion.polarity, Opinion.item_key)
    if ids is not None:
        yield from _by_numbers(session, wanted, col(Opinion.response_id), ids, col(Opinion.id))
        return
    every = (
        wanted.join(Response, col(Response.id) == col(Opinion.response_id))
        .where(Opinion.survey_id == survey_id, Response.state == "submitted", col(Response.submitted_at).is_not(None))
        .order_by(col(Opinion.response_id), col(Opinion.id))
    )
    for rows in session.execute(every.execution_options(yield_per=CHUNK)).partitions():
        yield list(rows)


def tagged(session: Session, survey_id: int, ids: Sequence[int] | None = None) -> Iterator[Sequence[Row[Any]]]:
    """The tags of a survey in chunks: all of them, or those of `ids`. Whether such a response counts is not asked."""
    wanted = select(Tag.response_id, Tag.name)
    if ids is not None:
        yield from _by_numbers(session, wanted, col(Tag.response_id), ids, col(Tag.name))
        return
    every = wanted.where(Tag.survey_id == survey_id).order_by(col(Tag.response_id), col(Tag.name))
    for rows in session.execute(every.execution_options(yield_per=CHUNK)).partitions():
        yield list(rows)


def _by_numbers(
    session: Session, wanted: Any, key: Any, ids: Sequence[int], *then: Any
) -> Iterator[Sequence[Row[Any]]]:  # fmt: skip
    for start in range(0, len(ids), PART):
        query = wanted.where(key.in_(ids[start : start + PART])).order_by(key, *then)
        yield list(session.execute(query).all())
