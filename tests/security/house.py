"""A furnished installation: one row of every kind that an address can name, full of text that would like to be code."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from flask import Flask
from sqlalchemy import Engine
from sqlmodel import Session, select
from werkzeug.routing import AnyConverter, Rule

from survey_app import clock, collecting, crypto, improving, inviting
from survey_app.reporting import dashboard_links, dashboards
from survey_app.store import api_keys
from survey_app.store.database import writing
from survey_app.tables import Action, Call, Cut, Event, Opinion, OutboxMail, Version
from tests import make

SCRIPT = "<script>alert(1)</script>"
NASTY = f"""{SCRIPT}<img src=x onerror=alert(1)>"'{{{{7*7}}}}{{{{config}}}}"""
"""Typed, imported or sent by somebody who hopes that it runs."""

DEFINITION: dict[str, Any] = {
    "title": {"zh": NASTY, "en": NASTY},
    "introduction": {"zh": NASTY, "en": NASTY},
    "languages": ["zh", "en"],
    "pages": [
        {
            "title": {"zh": NASTY},
            "items": [
                {"key": "nps", "type": "nps", "is_required": True, "text": {"zh": NASTY, "en": NASTY}},
                {"key": "why", "type": "long_text", "text": {"zh": NASTY}, "help": {"zh": NASTY}},
                {
                    "key": "how", "type": "single", "text": {"zh": NASTY},
                    "options": {"choices": [{"code": "a", "text": {"zh": NASTY}}, {"code": "b", "text": {"zh": "乙"}}]},
                },
            ],
        }
    ],
    "endings": [{"text": {"zh": f"{{{{why}}}}{SCRIPT}"}}],
}  # fmt: skip


@dataclass(frozen=True)
class House:
    """What was made, by the names that addresses give it."""

    values: dict[str, Any]
    public_id: str
    personal: str
    leaving: str
    shared: str
    form: str
    """The code of a printed form."""


def furnish(engine: Engine) -> House:
    survey = make.survey(engine, name=NASTY, definition=DEFINITION)
    customer = make.customer(
        engine, name=NASTY, email="Ann.Example@customers.example.com", phone="+8613800138000", reference=NASTY[:60],
        segment=NASTY[:50], tier=NASTY[:40], attributes={NASTY: NASTY},
    )  # fmt: skip
    colleague = make.user(engine, role="case_worker", name=NASTY)
    response = make.response(
        engine, survey, answers={"nps": 2, "why": NASTY, "how": "a"}, customer_id=customer.id, hand_over=True,
        segment=NASTY[:50], tier=NASTY[:40], channel=NASTY[:30], attributes={"utm_source": NASTY},
    )  # fmt: skip
    with writing(engine) as session:
        opinion = Opinion(
            survey_id=survey.id or 0, response_id=response.id or 0, item_key="why", start=0, stop=9, aspect=NASTY[:40],
            polarity=-1, probability=0.9, model="m", model_version="1",
        )  # fmt: skip
        event = Event(survey_id=survey.id, at=clock.now(), text=NASTY)
        cut = Cut(name=NASTY, query="period=all", user_id=colleague.id)
        mail = OutboxMail(message_id="m@x", address="a@example.com", subject=NASTY, raw=NASTY.encode())
        session.add_all([opinion, event, cut, mail])
        improving.seed_causes(session)
        case = improving.open_cases_for(session, response.id or 0)
        assert case is not None
        action = Action(title=NASTY, plan=NASTY, owner_id=colleague.id)
        session.add(action)
        personal = inviting.personal_link(session, survey.id or 0, customer.id or 0, "http://survey.test")
        order = inviting.Order(
            survey_id=survey.id or 0, name=NASTY, channel="email", steps=inviting.default_steps("email")
        )
        campaign = inviting.create_campaign(session, order)
        shared = share(session)
        _key, key = api_keys.make(session, NASTY[:80], ["surveys.read"], days=None, per_minute=60, user_id=None)
        call = Call(survey_id=survey.id or 0, customer_id=customer.id, ticket="call-x")
        session.add(call)
        session.flush()
        values = {
            "survey_id": survey.id, "customer_id": customer.id, "response_id": response.id, "opinion_id": opinion.id,
            "event_id": event.id, "cut_id": cut.id, "mail_id": mail.id, "case_id": case.id, "action_id": action.id,
            "campaign_id": campaign.id, "user_id": colleague.id, "key": "why", "step": 1, "page": 0, "number": 0,
            "call_id": call.id, "key_id": key.id, "version": 1,
            "act": "note", "token": "x", "dashboard_id": 1, "tile_id": 1, "link_id": 1,
            "public_id": survey.public_id, "name": "app.css", "code": "zh",
        }  # fmt: skip
        version = session.exec(select(Version.id).where(Version.survey_id == survey.id)).one()
    form = collecting.new_form(version or 0)
    return House(values, survey.public_id, personal.rpartition("/")[2], "x", shared, form.code)


def share(session: Session) -> str:
    """The token of a link to a dashboard with a figure."""
    board = dashboards.make(session, NASTY, None)
    dashboards.put(board, dashboards.Tile("groups", f"period=all&segment={quote(NASTY[:50])}", title=NASTY))
    session.add(board)
    return dashboard_links.make(session, board.id or 0, 30, None, shows_answers=False)[0]


def addresses(app: Flask, house: House, method: str) -> Iterator[tuple[str, Rule]]:
    """Every address of the application that takes a method, with ids that are there."""
    built = app.url_map.bind("survey.test")
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if method in (rule.methods or set()):
            values = {name: _value(rule, name, house) for name in rule.arguments}
            yield built.build(rule.endpoint, values, method=method), rule


def _value(rule: Rule, name: str, house: House) -> Any:
    converter = rule._converters[name]
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)[0]
    if rule.endpoint.startswith("respondent.") and name == "token":
        return house.personal
    if rule.endpoint.startswith("walls.") and name == "token":
        return house.shared
    return house.form if rule.endpoint == "entry.take" else house.values[name]


def later(days: int) -> Any:
    """A moment some days from now."""
    return clock.now() + timedelta(days=days)


def token_hash(token: str) -> str:
    return crypto.hash_token(token)
