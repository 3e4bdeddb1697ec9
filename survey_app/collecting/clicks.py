"""Visits to personal links, kept as signs of a person or a machine; a visit is never an answer."""

import re
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, Engine, func, insert, select, update
from sqlmodel import col

from .. import clock
from ..store.database import for_writing
from ..tables import Click, Invitation, Message

MAX_KEPT = 200
"""Visits kept per invitation: enough to judge by, and no way to fill the disk with one link."""

SOON = timedelta(seconds=10)
BURST = timedelta(seconds=30)
MACHINES = re.compile(
    r"bot\b|crawl|spider|preview|scan|proofpoint|mimecast|barracuda|safelinks|python-|curl/|wget/|java/|go-http|okhttp"
    r"|headless|facebookexternalhit|slackbot|dingtalkbot|feishu-link",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Signs:
    """What a request shows about who is behind it."""

    method: str
    score: int | None
    user_agent: str = ""
    accept_language: str = ""
    purpose: str = ""
    is_user_activated: bool = False


def log_visit(engine: Engine, invitation_id: int, signs: Signs) -> str:
    """Keep a visit and say what it looks like: human, machine or unsure."""
    with for_writing(engine).begin() as connection:
        now = clock.now()
        recent = connection.execute(
            select(col(Click.score), col(Click.at))
            .where(col(Click.invitation_id) == invitation_id)
            .order_by(col(Click.id))
        ).all()
        scores = {score for score, at in recent if score is not None and now - at < BURST}
        verdict = judge(signs, since_sent=_since_sent(connection, invitation_id), recent_scores=scores)
        if len(recent) < MAX_KEPT:
            row = {"invitation_id": invitation_id, "at": now, "method": signs.method[:8], "score": signs.score}
            connection.execute(insert(Click), [{**row, "verdict": verdict}])
        if verdict != "machine":
            connection.execute(
                update(Invitation)
                .where(col(Invitation.id) == invitation_id, col(Invitation.opened_at).is_(None))
                .values(opened_at=now)
            )
        return verdict


def _since_sent(connection: Connection, invitation_id: int) -> timedelta | None:
    sent_at = connection.execute(
        select(func.max(col(Message.sent_at))).where(col(Message.invitation_id) == invitation_id)
    ).scalar()
    return clock.now() - sent_at if sent_at else None


def judge(signs: Signs, *, since_sent: timedelta | None, recent_scores: set[int]) -> str:
    """Mail scanners fetch heads, announce prefetches, come within seconds and try several scores; people do not."""
    scores = recent_scores | ({signs.score} if signs.score is not None else set())
    is_machine = (
        signs.method != "GET"
        or "prefetch" in signs.purpose.lower()
        or "preview" in signs.purpose.lower()
        or not signs.user_agent
        or MACHINES.search(signs.user_agent) is not None
        or len(scores) > 2
    )
    if is_machine:
        return "machine"
    is_hasty = since_sent is not None and since_sent < SOON
    if is_hasty or len(scores) > 1 or not signs.accept_language:
        return "unsure"
    return "human"
