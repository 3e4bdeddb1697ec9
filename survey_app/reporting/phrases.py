"""Ranked phrases: the clauses and words that customers use most, with how they are meant."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from sqlmodel import Session, col, select

from ..analysis.text import mask
from ..store import cuts
from ..store.columns import Answers
from ..store.questionnaires import asked
from ..tables import Opinion, Response

SAMPLE = 1_500
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
    """The most frequent clauses among the newest opinions of a cut (at most 1,500 answers are read)."""
    said = cuts.opinions(frame, aspect, polarity)
    if not len(said):
        return []
    ids = np.unique(said["response"].values)[-SAMPLE:]
    counts, tones = Counter[str](), Counter[str]()
    for start in range(0, len(ids), 500):
        part = [int(i) for i in ids[start : start + 500]]
        for opinion, clause in _clauses(session, part):
            if (aspect and opinion.aspect != aspect) or (polarity is not None and opinion.polarity != polarity):
                continue
            counts[clause] += 1
            tones[clause] += opinion.polarity
    return [
        Phrase(mask(clause), count, tones[clause] / count) for clause, count in counts.most_common(MOST) if count > 1
    ]


def _clauses(session: Session, ids: list[int]) -> list[tuple[Opinion, str]]:
    rows = session.exec(
        select(Opinion, Response)
        .join(Response, col(Response.id) == col(Opinion.response_id))
        .where(col(Opinion.response_id).in_(ids))
    )
    made = []
    for opinion, response in rows:
        question = asked(session, response.version_id).questions.get(opinion.item_key)
        text = question.text(response.answers.get(opinion.item_key)) if question else None
        clause = (text or "")[opinion.start : opinion.stop].strip(EDGES)
        if 1 < len(clause) <= LONGEST * (2 if clause.isascii() else 1):
            made.append((opinion, clause))
    return made
