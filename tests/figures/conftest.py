"""A survey with every kind of closed answer, and figures drawn as its pages draw them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from flask import Flask, g
from sqlalchemy import Engine
from sqlmodel import select

from survey_app import clock
from survey_app.reporting.figures import FIGURES, Figure, View
from survey_app.store import due
from survey_app.store.database import writing
from survey_app.tables import Opinion, Response, Survey, User
from survey_app.web.cuts import looking
from survey_app.web.figures import view_of
from tests import make

DEFINITION: dict[str, Any] = {
    "title": {"zh": "调查", "en": "Survey"},
    "languages": ["zh", "en"],
    "pages": [
        {
            "items": [
                {"key": "nps", "type": "nps", "text": {"zh": "推荐吗？", "en": "Recommend?"}},
                {"key": "why", "type": "long_text", "text": {"zh": "为什么？", "en": "Why?"}},
                {"key": "csat", "type": "csat", "text": {"zh": "满意吗？", "en": "Satisfied?"}},
                {
                    "key": "parts", "type": "matrix", "text": {"zh": "打分", "en": "Rate these"},
                    "options": {"rows": [
                        {"code": "speed", "text": {"zh": "速度", "en": "Speed"}},
                        {"code": "price", "text": {"zh": "价格", "en": "Price"}},
                    ]},
                },
                {
                    "key": "shop", "type": "single", "text": {"zh": "门店", "en": "Shop"},
                    "options": {"choices": [
                        {"code": "north", "text": {"zh": "北店", "en": "North"}},
                        {"code": "south", "text": {"zh": "南店", "en": "South"}},
                    ]},
                },
                {
                    "key": "uses", "type": "multiple", "text": {"zh": "用途", "en": "Uses"},
                    "options": {"choices": [
                        {"code": "work", "text": {"zh": "工作", "en": "Work"}},
                        {"code": "home", "text": {"zh": "家用", "en": "Home"}},
                    ]},
                },
            ]
        }
    ],
}  # fmt: skip
KEPT_DAYS = 150


def answered(number: int, seed: Any) -> dict[str, Any]:
    """One made-up response: what it rates hangs together, and late ones are worse in the south."""
    mood, is_late = float(seed.normal()), number % 2 == 0
    shop = "north" if seed.random() < 0.5 else "south"
    mood -= 0.8 if is_late and shop == "south" else 0

    def on(low: int, high: int, weight: float) -> int:
        middle, reach = (low + high) / 2, (high - low) / 4
        return int(np.clip(round(middle + reach * (weight * mood + 0.5 * float(seed.normal()))), low, high))

    answers = {
        "nps": on(0, 10, 1.0), "csat": on(1, 5, 0.8), "shop": shop,
        "parts": {"speed": on(1, 5, 0.9), "price": on(1, 5, 0.3)},
        "uses": {"codes": ["work"] if seed.random() < 0.6 else ["work", "home"]},
        "why": "物流很慢" if mood < 0 else "物流很快",
    }  # fmt: skip
    days = int(seed.integers(1, 80)) + (0 if is_late else 90)
    return {"answers": answers, "at": clock.now() - timedelta(days=days), "segment": ("", "a", "b")[number % 3],
            "channel": ("link", "email")[number % 2], "tier": "gold" if number % 5 else ""}  # fmt: skip


def opinions(engine: Engine, survey: Survey) -> None:
    """An opinion for every open answer, as scoring would find it."""
    with writing(engine) as session:
        rows = session.exec(select(Response).where(Response.survey_id == survey.id)).all()
        for row in rows:
            if text := row.answers.get("why"):
                session.add(Opinion(
                    survey_id=survey.id, response_id=row.id, item_key="why", start=0, stop=4, aspect="logistics",
                    polarity=-1 if "慢" in text else 1, probability=0.9, model="m", model_version="1",
                ))  # fmt: skip
        assert survey.id is not None
        due.note_changes(session, survey.id, [row.id for row in rows if row.id is not None])


@pytest.fixture
def filled(engine: Engine) -> Survey:
    """A survey with 400 answers in two periods of 90 days, and opinions about them."""
    row = make.survey(engine, definition=DEFINITION)
    seed = np.random.default_rng(7)
    make.responses(engine, row, [answered(number, seed) for number in range(400)])
    opinions(engine, row)
    return row


Draw = Callable[..., Figure]


@pytest.fixture
def drawn(app: Flask, engine: Engine) -> Draw:
    """Draw a kind of figure: `drawn("crosstab", "period=all", rows="shop")`."""

    def draw(name: str, query: str = "period=90d", **chosen: str | Sequence[str]) -> Figure:
        return with_view(app, query, lambda view: FIGURES[name].figure(view, as_chosen(chosen)))

    return draw


def as_chosen(chosen: Mapping[str, str | Sequence[str]]) -> dict[str, tuple[str, ...]]:
    return {key: (value,) if isinstance(value, str) else tuple(value) for key, value in chosen.items()}


def with_view(app: Flask, query: str, use: Callable[[View], Any]) -> Any:
    """What an owner's page would do with the view of an address, in English."""
    with app.test_request_context(f"/?{query}&lang=en"):
        g.user = User(id=1, email="owner@example.com", name="owner", role="owner")
        return use(view_of(looking()))
