"""What people say about clauses: which answers they are asked about, their labels, undone and put together."""

import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, ColumnElement, cast, func
from sqlmodel import Session, col, select

from ..analysis import text
from ..errors import N_, SurveyError
from ..store import due
from ..tables import Judgement, Label, Opinion, Response
from .reading import chosen, texts_of

SAMPLE, TEACH, CORRECTION = "sample", "teach", "correction"
RECENT = 20_000
"""How many of the newest responses are looked through for uncertain ones."""
RANDOM_EVERY = 3
"""Of the answers for teaching, every third is drawn at random: a model that only meets riddles forgets the rest."""
CHUNK = 200
FACTOR, SIZE = 2_654_435_761, 2**32

Place = tuple[int, str]
"""An open answer: the response and the item."""


@dataclass(frozen=True, slots=True)
class Said:
    """A label of one clause: `polarity` None where it holds no opinion."""

    start: int
    stop: int
    polarity: int | None
    aspects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """An open answer to be labelled, with its clauses as offsets."""

    response: Response
    item_key: str
    words: str
    clauses: tuple[tuple[int, int], ...]


def mix(response_id: int) -> int:
    """A number that has nothing to do with what a response says: its place in a random order."""
    return response_id * FACTOR % SIZE


def is_for_measuring(response_id: int) -> bool:
    """Half of all responses, chosen at random for good, measure models and never teach them."""
    return mix(response_id) >= SIZE // 2


def next_task(session: Session, survey_id: int, queue: str, user_id: int | None) -> Task | None:
    """The next open answer a person is asked about: of the random sample, always in the same order for everybody;
    for teaching, the least certain first, and every third at random."""
    labels = effective(session, survey_id)
    mine = {place_of(one) for one in labels if one.user_id == user_id}
    if queue == SAMPLE:
        return _first(session, _random(session, survey_id, is_measuring=True), mine)
    taught = {place_of(one) for one in labels if one.queue == TEACH}
    is_random = len(taught) % RANDOM_EVERY == RANDOM_EVERY - 1
    found = None if is_random else _first(session, _uncertain(session, survey_id), mine | taught)
    return found or _first(session, _random(session, survey_id, is_measuring=False), mine | taught)


def _random(session: Session, survey_id: int, *, is_measuring: bool) -> Iterator[Place]:
    """All judged open answers of one half, in the random order."""
    place: ColumnElement[int] = cast(col(Judgement.response_id), BigInteger) * FACTOR % SIZE
    wanted = select(Judgement.response_id, Judgement.item_key).where(
        Judgement.survey_id == survey_id, place >= SIZE // 2 if is_measuring else place < SIZE // 2
    )
    first = 0
    while rows := session.exec(wanted.order_by(place, col(Judgement.item_key)).offset(first).limit(CHUNK)).all():
        yield from rows
        first += CHUNK


def _uncertain(session: Session, survey_id: int) -> Iterator[Place]:
    """Open answers for teaching, those with the least certain opinion first."""
    last = session.exec(select(func.max(Opinion.response_id)).where(Opinion.survey_id == survey_id)).one() or 0
    its = (Opinion.survey_id == survey_id, Opinion.response_id > last - RECENT, col(Opinion.is_corrected).is_(False))
    wanted = (
        select(Opinion.response_id, Opinion.item_key)
        .where(*its)
        .group_by(col(Opinion.response_id), col(Opinion.item_key))
        .order_by(func.min(Opinion.probability), col(Opinion.response_id))
        .limit(5 * CHUNK)
    )
    yield from ((one, key) for one, key in session.exec(wanted) if not is_for_measuring(one))


def _first(session: Session, places: Iterable[Place], done: Collection[Place]) -> Task | None:
    for place in places:
        if place not in done and (found := task(session, *place)):
            return found
    return None


def task(session: Session, response_id: int, item_key: str) -> Task | None:
    """An open answer as a task; None where there is nothing to cut into clauses."""
    judged = texts_of(session, [response_id]).get(response_id)
    words = judged.texts.get(item_key) if judged else None
    if judged is None or not words:
        return None
    places = tuple((clause.start, clause.stop) for clause in text.clauses(words))
    return Task(judged.response, item_key, words, places) if places else None


def label(session: Session, of: Task, queue: str, said: Sequence[Said], user_id: int | None) -> None:
    """Write what a person says about the clauses of one answer, and have the models measured by it."""
    known = {aspect.code for aspect in chosen(session).taxonomy.aspects}
    if {(one.start, one.stop) for one in said} != set(of.clauses):
        raise SurveyError("label", N_("The answer has changed since it was shown."), N_("Look at it again."))
    if any(set(one.aspects) - known for one in said):
        raise SurveyError("aspect", N_("There is no such aspect."), N_("Choose one from the list."))
    # The half decides, whatever was asked for: what measures must never teach.
    is_fitting = (queue == SAMPLE) == is_for_measuring(of.response.id or 0)
    _write(session, of.response, of.item_key, queue if is_fitting else CORRECTION, said, user_id)
    measure(session, [of.response.survey_id])


def note_correction(session: Session, opinion: Opinion, user_id: int | None) -> None:
    """Keep a correction of one clause as a label too, so that the model can be taught by it."""
    response = session.get_one(Response, opinion.response_id)
    its = (Opinion.response_id == opinion.response_id, Opinion.item_key == opinion.item_key,
           Opinion.start == opinion.start, Opinion.stop == opinion.stop)  # fmt: skip
    aspects = tuple(sorted({one.aspect for one in session.exec(select(Opinion).where(*its)) if one.aspect}))
    said = Said(opinion.start, opinion.stop, opinion.polarity, aspects)
    _write(session, response, opinion.item_key, CORRECTION, [said], user_id)


def _write(
    session: Session, response: Response, item_key: str, queue: str, said: Sequence[Said], user_id: int | None
) -> None:
    batch = secrets.token_hex(8)
    session.add_all(
        Label(survey_id=response.survey_id, response_id=response.id or 0, item_key=item_key, start=one.start,
              stop=one.stop, polarity=one.polarity, aspects=list(one.aspects), queue=queue, batch=batch,
              user_id=user_id)
        for one in said
    )  # fmt: skip
    session.flush()


def undo(session: Session, survey_id: int, queue: str, user_id: int | None) -> Task | None:
    """Take back what a person labelled last in a queue; the answer, to be labelled again."""
    mine = [one for one in effective(session, survey_id, [queue]) if one.user_id == user_id]
    if not mine:
        return None
    last = max(mine, key=lambda one: one.id or 0)
    session.add(
        Label(survey_id=survey_id, response_id=last.response_id, item_key=last.item_key, start=0, stop=0, kind="undo",
              queue=queue, batch=last.batch, user_id=user_id)
    )  # fmt: skip
    session.flush()
    measure(session, [survey_id])
    return task(session, last.response_id, last.item_key)


def measure(session: Session, survey_ids: Sequence[int]) -> None:
    """Have the model measured on the labels that these surveys have now."""
    before = due.revisions(session, "check", survey_ids)
    for survey_id in survey_ids:
        due.hand_over(session, "check", [survey_id], revision=before.get(survey_id, 0) + 1)


def effective(session: Session, survey_id: int | None = None, queues: Sequence[str] = ()) -> list[Label]:
    """The labels that hold, oldest first: not taken back, and a person's last word on a clause."""
    wanted = select(Label).order_by(col(Label.id))
    if survey_id is not None:
        wanted = wanted.where(Label.survey_id == survey_id)
    if queues:
        wanted = wanted.where(col(Label.queue).in_(queues))
    rows = list(session.exec(wanted))
    gone = {row.batch for row in rows if row.kind == "undo"}
    held: dict[tuple[int, str, int, int, int | None], Label] = {}
    for row in rows:
        if row.batch not in gone:
            held[row.response_id, row.item_key, row.start, row.stop, row.user_id] = row
    return list(held.values())


def place_of(one: Label) -> Place:
    return one.response_id, one.item_key


def count_of(session: Session, survey_id: int, user_id: int | None) -> dict[str, tuple[int, int]]:
    """Per queue: how many open answers were labelled, and how many of them by this person."""
    labels = effective(session, survey_id, [SAMPLE, TEACH])
    made = {}
    for queue in (SAMPLE, TEACH):
        everybody = {place_of(one) for one in labels if one.queue == queue}
        mine = {place_of(one) for one in labels if one.queue == queue and one.user_id == user_id}
        made[queue] = (len(everybody), len(mine))
    return made
