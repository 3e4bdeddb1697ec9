"""The demo's three surveys, their versions, the events in their trends, and the people who work with them."""

from copy import deepcopy
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import yaml
from sqlmodel import Session

from .. import crypto
from ..analysis.text import general
from ..forms.definition import Questionnaire
from ..forms.gallery import template
from ..store import accounts
from ..store.database import writing
from ..store.settings import CompanySettings, MailSettings, save_company, save_mail
from ..tables import AuditEntry, Cut, Event, Setting, Survey, Version
from . import boards, story
from .progress import Demo
from .times import ZONE

SURVEYS = ("relationship", "delivery", "aftersales")
CHANGED = {"relationship": story.APP_CHANGED, "delivery": story.FIXED, "aftersales": 300}
"""Days before now on which each survey got its second version."""
BEGAN = story.DAYS + 6
TEAM = {
    "owner": accounts.DEMO_OWNER,
    "analyst": ("analyst@example.com", "分析师", "analyst"),
    "care1": ("care1@example.com", "客服一组", "case_worker"),
    "care2": ("care2@example.com", "客服二组", "case_worker"),
    "field": ("field@example.com", "售后主管", "case_worker"),
    "viewer": ("viewer@example.com", "门店观察员", "viewer"),
}
NOT_OURS = frozenset({"taste", "variety"})
"""Aspects of other trades."""
EVENTS: tuple[tuple[str | None, int, str], ...] = (
    (None, story.MOVE_BEGAN, "主仓搬迁开始"),
    (None, story.MOVE_ENDED, "主仓搬迁完成"),
    ("relationship", story.APP_CHANGED, "App 6.0 上线"),
)
COMPANY = CompanySettings(
    story.BRAND["zh"], "演示公司，仅供体验；地址与电话均为虚构",
    story.BRAND["en"], "A made-up company to try things with; address and phone are invented",
)  # fmt: skip


@lru_cache(maxsize=1)
def _written() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("surveys.yaml").read_text(encoding="utf-8"))
    return found


def definition(name: str, version: int) -> dict[str, Any]:
    """A survey's questionnaire as it was published under a number: a shipped template, adapted."""
    own = deepcopy(_written()[name])
    found = template(own["template"]).questionnaire.model_dump(mode="json")
    found |= {"title": own["title"], "introduction": own["introduction"]}
    pages: list[dict[str, Any]] = found["pages"]
    for item in (item for page in pages for item in page["items"]):
        item["text"] = own.get("texts", {}).get(item["key"], item["text"])
        if item["key"] in own.get("rows", {}):
            item["options"]["rows"] += own["rows"][item["key"]]
    for item in own["add"]:
        number = item.pop("page")
        if number == len(pages):
            pages.append({"items": []})
        if item.pop("since", 1) <= version:
            pages[number]["items"].append(item)
    return Questionnaire.model_validate(found).model_dump(mode="json")


def make(demo: Demo) -> None:
    """Surveys, versions, users and settings in one transaction: what the first page needs."""
    with writing(demo.engine) as session:
        users = {key: _user(session, demo, *row) for key, row in TEAM.items()}
        surveys, versions = {}, {}
        for name in SURVEYS:
            surveys[name], versions[name] = _survey(session, demo, name, users)
        for about, days, text in EVENTS:
            at = story.days_before(demo.now, days)
            session.add(Event(survey_id=surveys[about] if about else None, at=at, text=text))
        for title, query in cuts(surveys, demo):
            session.add(Cut(name=title, query=urlencode(query, doseq=True), user_id=users["analyst"]))
        boards.compose(session, surveys, users["analyst"])
        session.add(Setting(key="text", value={"taxonomy": taxonomy()}))
        save_company(session, COMPANY)
        save_mail(session, MailSettings(from_name=story.BRAND["zh"], from_address="care@example.com"))
        demo.mark(session, users=users, surveys=surveys, versions=versions)


def taxonomy() -> dict[str, Any]:
    """The general taxonomy without what kitchen makers do not sell: else a coffee machine would be about taste."""
    return {code: part for code, part in general().to_dict().items() if code not in NOT_OURS}


def cuts(surveys: dict[str, int], demo: Demo) -> list[tuple[str, dict[str, str]]]:
    """Views that the analyst has saved."""
    delivery = str(surveys["delivery"])
    days = [(demo.now.astimezone(ZONE) - timedelta(days=ago)).date() for ago in (story.MOVE_BEGAN, story.MOVE_ENDED)]
    return [
        ("线上商城 · 近 90 天", {"survey": delivery, "period": "90d", "segment": story.ONLINE}),
        ("主仓搬迁期间", {"survey": delivery, "since": str(days[0]), "until": str(days[1]), "segment": story.ONLINE}),
        ("金卡会员 · 近 12 个月", {"survey": str(surveys["relationship"]), "period": "365d", "tier": "金卡"}),
    ]


def _user(session: Session, demo: Demo, email: str, name: str, role: str) -> int:
    user = accounts.person(session, email, name, role)
    user.created_at = story.days_before(demo.now, BEGAN + 30)
    assert user.id is not None
    return user.id


def _survey(session: Session, demo: Demo, name: str, users: dict[str, int]) -> tuple[int, list[int]]:
    """A survey with both of its versions; ids are random because they stand in public links."""
    at = story.days_before(demo.now, BEGAN)
    draft = definition(name, 2)
    survey = Survey(
        public_id=crypto.new_token(),
        name=draft["title"]["zh"],
        draft=draft,
        draft_revision=2,
        is_open=True,
        created_at=at,
    )
    session.add(survey)
    session.flush()
    assert survey.id is not None
    ids = []
    for number, days in ((1, BEGAN), (2, CHANGED[name])):
        version = Version(
            survey_id=survey.id, number=number, definition=definition(name, number),
            published_at=story.days_before(demo.now, days), published_by=users["analyst"],
        )  # fmt: skip
        session.add(version)
        session.flush()
        assert version.id is not None
        ids.append(version.id)
        session.add(
            AuditEntry(
                at=version.published_at,
                user_id=users["analyst"],
                action="survey.published",
                subject="survey",
                subject_id=survey.id,
                data={"version": number},
            )
        )
    return survey.id, ids
