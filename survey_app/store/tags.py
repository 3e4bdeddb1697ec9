"""Tags: put on responses and taken off, told to the columnar copy, and looked up."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func
from sqlmodel import Session, col, select

from ..errors import N_, SurveyError
from ..tables import Response, Tag
from . import due

LONGEST = 30
MOST = 12
"""Tags of one response."""


def put(session: Session, response: Response, text: str, *, user_id: int | None = None) -> bool:
    """Put a tag on a response; False where it has it already. Spaces are evened out, so that one word is one tag."""
    name, number = " ".join(text.split()), response.id or 0
    if not name or len(name) > LONGEST or not name.isprintable():
        raise SurveyError(
            "tag", N_("A tag is one to %(most)s characters long."), N_("Shorten it, or write something."), most=LONGEST
        )
    if session.get(Tag, (number, name)) is not None:
        return False
    if session.exec(select(func.count()).select_from(Tag).where(Tag.response_id == number)).one() >= MOST:
        raise SurveyError("tags", N_("A response has at most %(most)s tags."), N_("Take one off first."), most=MOST)
    session.add(Tag(response_id=number, name=name, survey_id=response.survey_id, user_id=user_id))
    due.note_changes(session, response.survey_id, [number])
    return True


def take_off(session: Session, response: Response, name: str) -> bool:
    """Take a tag off a response; False where it has none of that name."""
    row = session.get(Tag, (response.id or 0, name))
    if row is None:
        return False
    session.delete(row)
    due.note_changes(session, response.survey_id, [response.id or 0])
    return True


def of_responses(session: Session, ids: Iterable[int]) -> dict[int, list[str]]:
    """The tags of some responses, in alphabetical order."""
    found: dict[int, list[str]] = {}
    wanted = select(Tag.response_id, Tag.name).where(col(Tag.response_id).in_(list(ids))).order_by(col(Tag.name))
    for number, name in session.exec(wanted):
        found.setdefault(number, []).append(name)
    return found


def used(session: Session, survey_id: int, *, most: int = 100) -> Sequence[str]:
    """The tags of a survey, the most used first."""
    wanted = select(Tag.name).where(Tag.survey_id == survey_id).group_by(col(Tag.name))
    return session.exec(wanted.order_by(func.count().desc(), col(Tag.name)).limit(most)).all()
