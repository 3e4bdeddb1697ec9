"""Ranked phrases: the clauses and words that customers use most, with how they are meant."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from sqlmodel import Session, col, select

from ..analysis.text import mask
from ..store import cuts
from ..store.columns import Answers
from ..store.questionnaires import asked
from ..tables import Opinion, Response

SAMPLE = 1_000
MOST = 14
LONGEST = 14
EDGES = " \t\n,.!?;:~…，。！？；：、～“”\"'（）()"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A clause as customers write it, how many wrote it, and its mean polarity from −1 to 1."""

    text: str
    count: int
    polarity: float

    @property
    def tone(self) -> str:
        return "positive" if self.polarity > 0.2 else "negative" if self.polarity < -0.2 else "neutral"


def ranked(session: Session, frame: Answers, aspect: str, polarity: int | None) -> list[Phrase]:
    """The most frequent clauses among the newest opinions of a cut (at most 1,000 answers are read)."""
    said = cuts.opinions(frame, aspect, polarity)
    if not len(said):
        return []
    ids = np.unique(said["response"].values[-3 * SAMPLE :])[-SAMPLE:]
    counts, tones = Counter[str](), Counter[str]()
    for start in range(0, len(ids), 500):
        part = [int(i) for i in ids[start : start + 500]]
        for about, tone, clause in _clauses(session, part):
            if (aspect and about != aspect) or (polarity is not None and tone != polarity):
                continue
            counts[clause] += 1
            tones[clause] += tone
    return [
        Phrase(mask(clause), count, tones[clause] / count) for clause, count in counts.most_common(MOST) if count > 1
    ]


def _clauses(session: Session, ids: list[int]) -> Iterator[tuple[str, int, str]]:
    """Aspect, polarity and words of each opinion on some answers; no row objects, as there are many."""
    rows = session.execute(
        select(  # type: ignore[call-overload]
            Opinion.aspect, Opinion.polarity, Opinion.item_key, Opinion.start, Opinion.stop, Response.version_id,
            Response.answers,
        )
        .join(Response, col(Response.id) == col(Opinion.response_id))
        .where(col(Opinion.response_id).in_(ids))
    )  # fmt: skip
    for about, tone, key, start, stop, version_id, answers in rows:
        question = asked(session, version_id).questions.get(key)
        text = question.text(answers.get(key)) if question else None
        clause = (text or "")[start:stop].strip(EDGES)
        if 1 < len(clause) <= LONGEST * (2 if clause.isascii() else 1):
            yield about, tone, clause
