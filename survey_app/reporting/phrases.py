"""Ranked phrases: what stands out in the answers of a cut, which answers say it, and in which groups more of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from sqlmodel import Session, col, select

from ..analysis.text import Opinion as Said
from ..analysis.text import Taxonomy, TextResult, Theme, general, mask, themes
from ..store import cuts
from ..store.columns import Answers
from ..store.questionnaires import asked
from ..tables import Opinion, Response
from .sides import Row, Sides, counted_by_group

SAMPLE = 800
"""The newest answers with opinions that are read; more would say the same more slowly."""
MOST = 16
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Text:
    """The open answers of one response, a line each, with the opinions in them."""

    response_id: int
    words: str
    opinions: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases, and how many of the cut's answers with opinions were read for them."""

    themes: tuple[Theme, ...] = ()
    read: int = 0
    all: int = 0


def ranked(session: Session, frame: Answers, aspect: str, polarity: int | None, *, most: int = MOST) -> Phrases:
    """The phrases that stand out in the newest answers of a cut, with the polarity of their clauses."""
    ids = speaking(frame, aspect, polarity)
    read = [int(one) for one in ids[:SAMPLE]]
    texts = list(texts_of(session, read, aspect, polarity))
    found = themes(
        [mask(one.words) for one in texts], [TextResult("", one.opinions) for one in texts], k=3 * most,
        smallest=2 if len(texts) < 100 else 3,
    )  # fmt: skip
    # The name of an aspect alone says no more than the list of aspects does.
    telling = [theme for theme in found if theme.phrase not in _names(general())]
    return Phrases(tuple(telling[:most]), len(read), len(ids))


@lru_cache
def _names(taxonomy: Taxonomy) -> frozenset[str]:
    return frozenset(word for kind in taxonomy.aspects for word in kind.words)


def by_group(frame: Answers, phrases: Sequence[str], column: str) -> Sides:
    """In what share of each group's answers the phrases stand; all answers of the cut are searched."""
    ids = frame["response"].values if len(frame) else np.empty(0, np.int64)
    rows = [np.flatnonzero(np.isin(ids, frame.words.find(phrase))) for phrase in phrases]
    numbers = np.repeat(np.arange(len(rows)), [len(one) for one in rows])
    found = counted_by_group(frame, column, numbers, np.concatenate(rows) if rows else numbers, phrases)
    return Sides(found.groups, tuple(sorted(found.rows, key=lambda row: _place(row, phrases))))


def counts(frame: Answers, phrases: Sequence[str]) -> dict[str, int]:
    """In how many answers of the cut each phrase stands."""
    ids = frame["response"].values if len(frame) else np.empty(0, np.int64)
    return {phrase: int(np.isin(frame.words.find(phrase), ids).sum()) for phrase in phrases}


def _place(row: Row, phrases: Sequence[str]) -> int:
    return phrases.index(row.name)


def speaking(frame: Answers, aspect: str, polarity: int | None) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Ids of the responses with opinions that fit, newest first."""
    said = cuts.opinions(frame, aspect, polarity)
    if not len(said) or not len(frame):
        return np.empty(0, np.int64)
    return newest(frame.where(np.isin(frame["response"].values, said["response"].values)))


def newest(frame: Answers) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Ids of the responses, newest first."""
    if not len(frame):
        return np.empty(0, np.int64)
    ids, minutes = frame["response"].values, frame["minute"].values
    return ids[np.lexsort((ids, minutes))[::-1]].astype(np.int64)


def texts_of(session: Session, ids: Sequence[int], aspect: str, polarity: int | None) -> Iterator[Text]:
    """What responses say openly, with the opinions that fit; no row objects, as there are many."""
    wanted = "" if aspect == cuts.NONE else aspect
    for start in range(0, len(ids), CHUNK):
        grouped: dict[int, dict[str, tuple[str, list[Said]]]] = {}
        for row in _rows(session, ids[start : start + CHUNK]):
            if (aspect and row.aspect != wanted) or (polarity is not None and row.polarity != polarity):
                continue
            items = grouped.setdefault(row.response_id, {})
            if row.item_key not in items:
                question = asked(session, row.version_id).questions.get(row.item_key)
                words = question.text(row.answers.get(row.item_key)) if question else None
                items[row.item_key] = words or "", []
            items[row.item_key][1].append(Said(row.start, row.stop, row.aspect, row.polarity, 1.0))
        for response_id, held in grouped.items():
            yield _together(response_id, held.values())


def _together(response_id: int, answers: Iterable[tuple[str, list[Said]]]) -> Text:
    """Several open answers as one text: who says a thing twice has said it once."""
    words, moved, end = [], [], 0
    for text, said in answers:
        moved += [one._replace(start=one.start + end, stop=one.stop + end) for one in said]
        words.append(text)
        end += len(text) + 1
    return Text(response_id, "\n".join(words), tuple(moved))


def _rows(session: Session, ids: Sequence[int]) -> Any:
    wanted = select(  # type: ignore[call-overload]
        Opinion.response_id, Opinion.aspect, Opinion.polarity, Opinion.item_key, Opinion.start, Opinion.stop,
        Response.version_id, Response.answers,
    )  # fmt: skip
    return session.execute(
        wanted.join(Response, col(Response.id) == col(Opinion.response_id))
        .where(col(Opinion.response_id).in_(ids))
        .order_by(col(Opinion.response_id), col(Opinion.id))
    )
