"""Surveys and their versions for other programs: what is asked, under which keys, with which codes."""

from typing import Any

from flask import Response
from sqlmodel import col, select

from ...errors import N_, NotFound
from ...store.questionnaires import Asked
from ...tables import Survey, Version
from ..database import config, reading
from .door import MOST, USUAL, at, bp, cursor, number, reply, scoped, survey_of


@bp.get("/surveys")
@scoped("surveys.read")
def surveys() -> Response:
    """All surveys that are not in the archive, in the order in which they were made."""
    (after,), limit = cursor(), number("limit", USUAL, MOST)
    with reading() as db:
        wanted = select(Survey).where(col(Survey.archived_at).is_(None), col(Survey.id) > after)
        rows = list(db.exec(wanted.order_by(col(Survey.id)).limit(limit + 1)))
    shown = rows[:limit]
    return reply({"items": [_survey(row) for row in shown], "next": str(shown[-1].id) if len(rows) > limit else None})


@bp.get("/surveys/<public_id>")
@scoped("surveys.read")
def survey(public_id: str) -> Response:
    with reading() as db:
        return reply(_survey(survey_of(db, public_id)))


@bp.get("/surveys/<public_id>/versions")
@scoped("surveys.read")
def versions(public_id: str) -> Response:
    """The published versions, newest first."""
    with reading() as db:
        row = survey_of(db, public_id)
        wanted = select(Version.number, Version.published_at).where(Version.survey_id == row.id)
        found = db.exec(wanted.order_by(col(Version.number).desc())).all()
    return reply({"items": [{"number": number, "published_at": at(when)} for number, when in found], "next": None})


@bp.get("/surveys/<public_id>/versions/<int:version>")
@scoped("surveys.read")
def version(public_id: str, version: int) -> Response:
    """A version: its questionnaire, and the columns of each question with their codes."""
    with reading() as db:
        row = survey_of(db, public_id)
        wanted = select(Version).where(Version.survey_id == row.id, Version.number == min(version, 2**31 - 1))
        found = db.exec(wanted).first()
    if found is None:
        raise NotFound("version", N_("There is no version %(number)s."), number=version)
    asked = Asked(found.id or 0, found.survey_id, found.number, found.definition)
    return reply(
        {"number": found.number, "published_at": at(found.published_at), "questionnaire": found.definition,
         "questions": [_question(asked, key) for key in asked.questions]}
    )  # fmt: skip


def _survey(row: Survey) -> dict[str, Any]:
    return {
        "id": row.public_id, "name": row.name, "is_open": row.is_open, "opens_at": at(row.opens_at),
        "closes_at": at(row.closes_at), "created_at": at(row.created_at),
        "link": f"{config().public_url}/s/{row.public_id}",
    }  # fmt: skip


def _question(asked: Asked, key: str) -> dict[str, Any]:
    question = asked.questions[key]
    columns = [
        {"key": spec.key, "title": spec.title, "codes": list(spec.codes), "labels": list(spec.labels)}
        for spec in question.columns()
    ]
    return {
        "key": key, "type": question.item.type, "text": question.item.text, "is_asked": question.is_asked,
        "is_required": question.item.is_required, "columns": columns,
    }  # fmt: skip
