"""Versions as questionnaires and question types; what never changes is kept in memory."""

from typing import Any

from sqlalchemy import URL, Connection, bindparam
from sqlalchemy import select as core_select
from sqlmodel import Session, col, select

from ..forms.definition import Questionnaire
from ..forms.types import QuestionType, question
from ..tables import Version
from .straight import Straight


class Asked:
    """A published questionnaire, ready for use: the definition and one question object per item."""

    __slots__ = ("number", "parameters", "questionnaire", "questions", "survey_id", "version_id")

    def __init__(self, version_id: int, survey_id: int, number: int, definition: dict[str, Any]) -> None:
        self.version_id, self.survey_id, self.number = version_id, survey_id, number
        self.questionnaire = Questionnaire.model_validate(definition)
        self.questions: dict[str, QuestionType] = {item.key: question(item) for item in self.questionnaire.items}
        # What is to be kept of the address of a link, by name.
        self.parameters = tuple(name for one in self.questions.values() for name in one.parameters)


_kept: dict[tuple[URL, int], Asked] = {}
_VERSION = core_select(col(Version.survey_id), col(Version.number), col(Version.definition)).where(
    col(Version.id) == bindparam("id")
)


def asked(session: Session | Connection | Straight, version_id: int) -> Asked:
    """The questionnaire of a version."""
    engine = session.get_bind().engine if isinstance(session, Session) else session.engine
    key = (engine.url, version_id)
    if key not in _kept:
        wanted = {"id": version_id}
        row = (
            session.first(_VERSION, wanted)
            if isinstance(session, Straight)
            else session.execute(_VERSION, wanted).one()
        )
        if row is None:
            raise LookupError(version_id)
        _kept[key] = Asked(version_id, *row)
        if len(_kept) > 512:
            _kept.pop(next(iter(_kept)))
    return _kept[key]


def versions(session: Session, survey_id: int) -> list[Asked]:
    """All versions of a survey, oldest first."""
    ids = session.exec(select(Version.id).where(Version.survey_id == survey_id).order_by(col(Version.number)))
    return [asked(session, version_id) for version_id in ids if version_id is not None]


def latest(session: Session, survey_id: int) -> Asked | None:
    """The version that new responses bind, None before the first publication."""
    found = session.exec(
        select(Version.id).where(Version.survey_id == survey_id).order_by(col(Version.number).desc()).limit(1)
    ).first()
    return asked(session, found) if found is not None else None
