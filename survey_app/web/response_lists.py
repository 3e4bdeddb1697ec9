"""Which responses a list shows: those of the cut that are in the figures, and those that are not and why."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from flask_babel import gettext as _
from sqlalchemy import func
from sqlmodel import Session, and_, col, or_, select

from .. import collecting
from ..errors import N_
from ..reporting import register
from ..store.flags import STORED
from ..store.policies import COUNTED, LEFT_OUT, SCREENED, Lapse, policy_of
from ..tables import Response, Version
from .cuts import Looking

SIZE = 50
STATES = {
    "submitted": (N_("Submitted"), "plain"), "partial": (N_("Not finished"), "warn"), "invalid": (N_("Invalid"), "bad"),
}  # fmt: skip
OUTCOMES = {
    "": N_("May still go on"),
    LEFT_OUT: N_("Closed and left out"),
    COUNTED: N_("Closed and counted"),
    SCREENED: N_("Not needed any more"),
}
"""What became of a response that was not finished."""

REASONS = {
    "hasty": N_("%(seconds)s seconds, where %(least)s are the least"),
    "repeat": N_("known by %(by)s; the first was response %(of)s"),
}
"""What stands beside a sign of quality."""
NAMES = {
    "cookie": N_("cookie"), "account": N_("customer"), "device": N_("network and browser"), "network": N_("network"),
}  # fmt: skip

_UNFINISHED = or_(col(Response.state) == "partial", col(Response.outcome) == COUNTED)


def signs(flags: Mapping[str, Any]) -> list[tuple[str, str, int | None]]:
    """The signs that were kept with a response: in words, why, and the response that it repeats."""
    made = []
    for name, reason in flags.items():
        by = ", ".join(str(_(NAMES.get(kind, kind))) for kind in reason.get("by", ()))
        why = str(_(REASONS[name], **{**reason, "by": by})) if name in REASONS else ""
        made.append((str(_(STORED[name])) if name in STORED else name, why, reason.get("of")))
    return made


def flagged(at: Looking) -> int:
    """How many submitted responses of the cut show a sign of low quality."""
    return int(np.sum(at.chosen["flag:any"].values)) if len(at.chosen) else 0


def counts(db: Session, at: Looking) -> dict[str, int]:
    """How many there are in each state."""
    if at.survey is None:
        return {}
    wanted = select(Response.state, func.count()).where(*_of_cut(at), Response.state != "submitted")
    return {**dict(db.exec(wanted.group_by(Response.state)).all()), "submitted": len(at.chosen)}


def outcomes(db: Session, at: Looking) -> dict[str, int]:
    """How many unfinished ones there are by what became of them."""
    if at.survey is None:
        return {}
    wanted = select(Response.outcome, func.count()).where(*_of_cut(at), _UNFINISHED)
    found = dict(db.exec(wanted.group_by(Response.outcome)).all())
    return {outcome: found[outcome] for outcome in OUTCOMES if found.get(outcome)}


def lapse_of(db: Session, at: Looking) -> tuple[Lapse | None, datetime | None]:
    """The rule that closes unfinished responses of the survey, and when it closes the next one."""
    rule = policy_of(at.survey).lapse if at.survey is not None else None
    if at.survey is None or rule is None:
        return None, None
    _count, oldest = collecting.open_partials(db, at.survey.id or 0)
    return rule, oldest + timedelta(days=rule.days) if oldest else None


def _of_cut(at: Looking) -> list[Any]:
    """The conditions of the cut on responses that are in no figure: by when they were last saved, where they came
    from and whose they are. What was answered is not asked, since it may not have been yet."""
    cut = at.cut
    made: list[Any] = [Response.survey_id == cut.survey_id]
    if cut.since:
        made.append(col(Response.saved_at) >= register.start_of(cut.since))
    if cut.until:
        made.append(col(Response.saved_at) < register.start_of(cut.until + timedelta(1)))
    for column, values in (
        (Response.segment, cut.segments), (Response.tier, cut.tiers), (Response.channel, cut.channels),
        (Response.language, cut.languages),
    ):  # fmt: skip
        if values:
            made.append(col(column).in_(values))
    if cut.versions:
        numbers = [int(version) for version in cut.versions if version.isdecimal()]
        made.append(col(Response.version_id).in_(select(Version.id).where(col(Version.number).in_(numbers))))
    return made


def ids(db: Session, at: Looking, state: str, outcome: str | None, number: int) -> tuple[list[int], int]:
    """The ids of one page, newest first, and how many there are in all."""
    start = (number - 1) * SIZE
    if state != "submitted":
        is_one = Response.state == state if outcome is None else and_(col(Response.outcome) == outcome, _UNFINISHED)
        wanted = select(Response.id).where(*_of_cut(at), is_one)
        total = db.exec(select(func.count()).select_from(wanted.subquery())).one()
        found = db.exec(wanted.order_by(col(Response.saved_at).desc(), col(Response.id)).offset(start).limit(SIZE))
        return [one for one in found if one is not None], total
    if not len(at.chosen):
        return [], 0
    numbers, minutes = at.chosen["response"].values, at.chosen["minute"].values
    order = np.lexsort((numbers, minutes))[::-1][start : start + SIZE]
    return [int(one) for one in numbers[order]], len(numbers)
