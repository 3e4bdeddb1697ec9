"""Answers changed by the hand of the staff: what was there before stays readable, what follows is redone."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col

from ..errors import N_, Conflict
from ..store import due
from ..store.questionnaires import Asked
from ..tables import Judgement, Opinion, Response, ResponseEdit
from .places import settle

LONGEST_REASON = 300


def edit(
    session: Session, row: Response, asked: Asked, answers: Mapping[str, Any], *, revision: int, user_id: int | None,
    reason: str,
) -> tuple[str, ...]:  # fmt: skip
    """Give a response other answers; the keys of those that changed. Conflict where it is not what was looked at."""
    if row.revision != revision:
        raise Conflict(
            "response-revision",
            N_("This response has been changed meanwhile."),
            N_("Look at it again, then change what is still to be changed."),
        )
    before: dict[str, Any] = dict(row.answers)
    keys = tuple(
        key for key in (*asked.questions, *sorted(before.keys() - asked.questions.keys()))
        if (key in before) != (key in answers) or before.get(key) != answers.get(key)
    )  # fmt: skip
    if not keys:
        return ()
    assert row.id is not None
    kept = {key: [before[key]] if key in before else [] for key in keys}
    session.add(ResponseEdit(response_id=row.id, user_id=user_id, before=kept, reason=reason[:LONGEST_REASON]))
    row.answers, row.revision = dict(answers), row.revision + 1
    session.add(row)
    session.flush()
    if row.state == "submitted":
        due.note_changes(session, row.survey_id, [row.id])
        settle(session, row.survey_id, [row.id])
        _read_again(session, row.id, [key for key in keys if _is_text(asked, key)])
    return keys


def _is_text(asked: Asked, key: str) -> bool:
    return key in asked.questions and asked.questions[key].text("x") is not None


def _read_again(session: Session, response_id: int, keys: list[str]) -> None:
    """Opinions point into the words that they were found in: where those changed, the text is read anew."""
    if not keys:
        return
    for kind in (Opinion, Judgement):
        session.execute(delete(kind).where(col(kind.response_id) == response_id, col(kind.item_key).in_(keys)))
    revision = due.revisions(session, "score", [response_id]).get(response_id, 0) + 1
    due.hand_over(session, "score", [response_id], revision=revision)
