"""Factories with defaults: rows as the stages would have written them."""

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from survey_app import clock, crypto
from survey_app.store import due
from survey_app.store.database import writing
from survey_app.tables import Customer, Response, Survey, User, Version

DEFINITION: dict[str, Any] = {
    "title": {"zh": "购物体验调查", "en": "Shopping survey"},
    "languages": ["zh", "en"],
    "pages": [
        {
            "items": [
                {
                    "key": "nps", "type": "nps", "is_required": True,
                    "text": {"zh": "您有多大可能向朋友推荐我们?", "en": "How likely are you to recommend us?"},
                },
                {"key": "why", "type": "long_text", "text": {"zh": "您给出这个评分的原因是什么?", "en": "Why?"}},
            ]
        }
    ],
}  # fmt: skip


def user(engine: Engine, *, role: str = "owner", name: str = "") -> User:
    with writing(engine) as session:
        row = User(email=f"{role}-{os.urandom(4).hex()}@example.com", name=name or role, role=role)
        session.add(row)
    return row


def survey(
    engine: Engine,
    *,
    name: str = "购物体验调查",
    definition: Mapping[str, Any] | None = None,
    is_open: bool = True,
) -> Survey:
    """A survey with a published first version."""
    definition = dict(definition or DEFINITION)
    with writing(engine) as session:
        row = Survey(public_id=crypto.new_token(), name=name, draft=definition, is_open=is_open)
        session.add(row)
        session.flush()
        assert row.id is not None
        session.add(Version(survey_id=row.id, number=1, definition=definition))
    return row


def version(engine: Engine, of: Survey, *, number: int = 2, definition: Mapping[str, Any] | None = None) -> Version:
    with writing(engine) as session:
        assert of.id is not None
        row = Version(survey_id=of.id, number=number, definition=dict(definition or DEFINITION))
        session.add(row)
    return row


def customer(engine: Engine, *, name: str = "王小明", email: str | None = "", **more: Any) -> Customer:
    """A customer; an e-mail address of its own unless None is asked for."""
    address = f"c{os.urandom(4).hex()}@example.com" if email == "" else email
    with writing(engine) as session:
        row = Customer(name=name, email=address, **more)
        row.email_index = crypto.blind_index(address, "customer.email") if address else None
        session.add(row)
    return row


def response(
    engine: Engine, of: Survey, *, answers: Mapping[str, Any] | None = None, at: datetime | None = None,
    version_id: int | None = None, hand_over: bool = False, **more: Any,
) -> Response:  # fmt: skip
    """A submitted response; with `hand_over` the rows that scoring and improving take are written too."""
    at = at or clock.now()
    with writing(engine) as session:
        [row] = _written(session, of, [{"answers": answers, "at": at, "version_id": version_id, **more}])
        assert row.id is not None
        if hand_over:
            due.hand_over(session, "score", [row.id], at=at)
            due.hand_over(session, "case", [row.id], at=at)
    return row


def responses(engine: Engine, of: Survey, given: Sequence[Mapping[str, Any]]) -> list[Response]:
    """Many submitted responses in one transaction; each with what `response` takes."""
    with writing(engine) as session:
        return _written(session, of, given)


def _written(session: Session, of: Survey, given: Sequence[Mapping[str, Any]]) -> list[Response]:
    assert of.id is not None
    wanted = select(Version.id).where(Version.survey_id == of.id).order_by(col(Version.number).desc())
    latest = session.exec(wanted).first()
    rows = []
    for one in given:
        more = dict(one)
        at, answers = more.pop("at", None) or clock.now(), more.pop("answers", None)
        bound = more.pop("version_id", None) or latest
        assert bound is not None
        values = {
            "survey_id": of.id, "version_id": bound, "ticket": crypto.new_token(), "channel": "link",
            "state": "submitted", "answers": dict(answers if answers is not None else {"nps": 9}),
            "started_at": at, "saved_at": at, "submitted_at": at, **more,
        }  # fmt: skip
        rows.append(Response(**values))
    session.add_all(rows)
    session.flush()
    due.note_changes(session, of.id, [row.id for row in rows if row.id is not None])
    return rows
