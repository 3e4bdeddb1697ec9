"""Typical quotes: answers of a cut that, between them, say what most of the others say."""

from dataclasses import dataclass

from sqlmodel import Session

from ..analysis.text import mask
from ..analysis.text.quotes import picked
from ..store.columns import Answers
from .phrases import SAMPLE, speaking, texts_of

CLAUSES = 1_000
"""Of the newest answers; the time grows with the square."""
MOST = 12


@dataclass(frozen=True, slots=True)
class Typical:
    """An answer chosen for one of its clauses; `others` counts the answers with a clause that resembles it."""

    response_id: int
    clause: str
    others: int


@dataclass(frozen=True, slots=True)
class Selection:
    """The chosen answers, and how many of the cut's answers with opinions were read for them."""

    quotes: tuple[Typical, ...] = ()
    read: int = 0


def selected(session: Session, frame: Answers, aspect: str, polarity: int | None) -> Selection:
    """Typical and diverse answers among the newest, the one that stands for most first; clauses that are meant
    differently never stand for each other."""
    owners: list[int] = []
    clauses: list[str] = []
    tones: list[int] = []
    ids = [int(one) for one in speaking(frame, aspect, polarity)[:SAMPLE]]
    for one in texts_of(session, ids, aspect, polarity):
        spans: dict[tuple[int, int], int] = {}
        for said in one.opinions:
            place = said.start, said.stop
            spans[place] = min(said.polarity, spans.get(place, 1))
        for (start, stop), tone in spans.items():
            owners.append(one.response_id)
            clauses.append(mask(one.words)[start:stop])
            tones.append(tone)
    clauses, tones, owners = clauses[:CLAUSES], tones[:CLAUSES], owners[:CLAUSES]
    found: dict[int, Typical] = {}
    for choice in picked(clauses, MOST, tones):
        owner = owners[choice.place]
        others = {owners[place] for place in choice.speaks_for} - {owner}
        found.setdefault(owner, Typical(owner, clauses[choice.place], len(others)))
    return Selection(tuple(sorted(found.values(), key=lambda one: -one.others)), len(set(owners)))
