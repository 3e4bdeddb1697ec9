"""The overview: one screen that says how customers feel, what changed and what is done about it."""

from typing import Any

from flask import Blueprint
from sqlmodel import Session

from ..errors import N_
from ..reporting import overview, readings, register
from ..reporting.changes import Change
from .access import needs
from .cuts import Looking, aspect_name, looking, page
from .database import reading
from .language import language, translate
from .reader import worded

bp = Blueprint("overview", __name__)

ACTION_STATES = {
    "planned": (N_("Planned"), "plain"), "in_progress": (N_("In progress"), "info"),
    "implemented": (N_("Implemented"), "info"), "effective": (N_("Effective"), "good"),
    "ineffective": (N_("Not effective"), "bad"), "inconclusive": (N_("Inconclusive"), "warn"),
}  # fmt: skip


@bp.get("/")
@needs("look")
def show() -> str:
    """The whole picture of one survey on one screen."""
    at = looking()
    with reading() as db:
        jobs = register.running_jobs(db)
        if at.survey is None or at.survey.id is None:
            return page("overview/first.html", at, jobs=jobs)
        marked = register.events(db, at.survey.id)
        reach, loop = register.reach(db, at.chosen, at.cut), register.loop(db, at.survey.id)
        actions = register.latest_actions(db, 2)
        quotes = _newest(db, at)
    found = overview.build(at.frame, at.cut, at.asked, [(register.local_day(e.at), e.text) for e in marked])
    return page(
        "overview/show.html", at, found=found, reach=reach, loop_counts=loop, actions=actions, quotes=quotes, jobs=jobs,
        events=marked, sentence=sentence, spoken=found.aspects[:5], action_states=ACTION_STATES,
        most=max((max(row.positive, row.negative) for row in found.aspects), default=1) or 1,
    )  # fmt: skip


def _newest(db: Session, at: Looking) -> list[readings.Reading]:
    ids = register.newest(at.chosen, [f"state:{key}" for key in readings.open_items(at.asked)], 24)
    return readings.worth_reading(readings.read(db, ids, language=language()), 2)


def sentence(change: Change) -> str:
    """A change in the reader's language, its numbers written as the reader writes them."""
    return translate(change.message, {key: _word(key, value) for key, value in change.values.items()})


def _word(key: str, value: Any) -> Any:
    if key == "aspect":
        return aspect_name(value)
    return translate(value) if isinstance(value, str) else worded(value)
