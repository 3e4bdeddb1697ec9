"""Surveys, invitations and visitors for the answer pages."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import select

from survey_app import crypto
from survey_app.store.database import reading, writing
from survey_app.tables import Invitation, Response
from tests import make

from .visitor import Visitor

TWO_PAGES: dict[str, Any] = {
    "title": {"zh": "售后回访", "en": "After-sales visit"},
    "introduction": {"zh": "大约一分钟。", "en": "About a minute."},
    "languages": ["zh", "en"],
    "pages": [
        {
            "items": [
                {"key": "nps", "type": "nps", "is_required": True, "text": {"zh": "推荐的可能性", "en": "Recommend?"}},
                {"key": "why_low", "type": "long_text", "show_if": "nps <= 6", "text": {"zh": "原因", "en": "Bad?"}},
            ]
        },
        {
            "items": [
                {"key": "name", "type": "short_text", "text": {"zh": "您的称呼", "en": "Your name"}},
                {"key": "stars", "type": "csat", "is_required": True, "text": {"zh": "满意度", "en": "Satisfaction"}},
            ]
        },
        {
            "show_if": "stars <= 2",
            "items": [{"key": "sorry", "type": "long_text", "text": {"zh": "{{name}}，抱歉", "en": "Sorry, {{name}}"}}],
        },
    ],
    "endings": [
        {"text": {"zh": "我们会尽快联系您。", "en": "We will call you."}, "show_if": "nps <= 6"},
        {"text": {"zh": "欢迎再来。", "en": "Come again."}},
    ],
}  # fmt: skip


@pytest.fixture
def invite(engine) -> Callable[..., str]:
    """A personal link to a survey: its token."""

    def invite(survey, *, customer=None, **more: Any) -> str:
        token = crypto.new_token()
        with writing(engine) as session:
            session.add(
                Invitation(
                    survey_id=survey.id, customer_id=customer.id if customer else None, channel="email",
                    nonce="n", token_hash=crypto.hash_token(token), **more,
                )
            )  # fmt: skip
        return token

    return invite


@pytest.fixture
def visit(app) -> Callable[..., Visitor]:
    return lambda address, **headers: Visitor(app, address, **headers)


@pytest.fixture
def rows(engine) -> Callable[[type], list[Any]]:
    """All rows of a table, oldest first."""

    def rows(table: type = Response) -> list[Any]:
        with reading(engine) as session:
            return list(session.exec(select(table).order_by(table.id)))

    return rows


@pytest.fixture
def survey(engine):
    return make.survey(engine)


@pytest.fixture
def long_survey(engine):
    return make.survey(engine, definition=TWO_PAGES)
