"""Responses for other programs: page by page, and what has changed since they last looked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select as core_select
from sqlalchemy import tuple_
from sqlalchemy.engine import Engine
from sqlmodel import Session, col, select

from ..store.columns.follow import is_behind, number_changes
from ..store.database import reading
from ..tables import Change, Customer, Response, Version

NEVER = 2**31 - 1
"""A place that no change has: what lies behind it has no number yet."""


@dataclass(frozen=True, slots=True)
class Given:
    """A response with the number of its version and the customer's own number; None where it was deleted."""

    id: int
    response: Response | None
    version: int = 0
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Some responses in order, where the next ones begin, and whether there are any yet."""

    rows: Sequence[Given]
    next: str
    has_more: bool


def page(
    session: Session, survey_id: int, *, after: int, limit: int, state: str,
    since: datetime | None = None, until: datetime | None = None,
) -> Batch:  # fmt: skip
    """Responses in the order in which they were begun; `since` and `until` bound when they were submitted."""
    wanted = select(Response.id).where(Response.survey_id == survey_id, col(Response.id) > after)
    if state:
        wanted = wanted.where(Response.state == state)
    if since is not None:
        wanted = wanted.where(col(Response.submitted_at) >= since)
    if until is not None:
        wanted = wanted.where(col(Response.submitted_at) < until)
    ids = [one or 0 for one in session.exec(wanted.order_by(col(Response.id)).limit(limit + 1))]
    shown = ids[:limit]
    return Batch(_given(session, shown), str(shown[-1]) if shown else str(after), len(ids) > limit)


def changed(engine: Engine, survey_id: int, after: tuple[int, int], limit: int) -> Batch:
    """What was submitted, edited, taken out of the figures or erased after a place in the order of changes.

    The order is that in which changes became visible: nothing slips in before a place that was passed.
    """
    with reading(engine) as session:
        behind = is_behind(session, survey_id, NEVER)
    if behind:
        number_changes(engine, survey_id)
    with reading(engine) as session:
        place = tuple_(col(Change.seq), col(Change.id))
        found = session.execute(
            core_select(col(Change.seq), col(Change.id), col(Change.response_id))
            .where(col(Change.survey_id) == survey_id, place > after)
            .order_by(col(Change.seq), col(Change.id))
            .limit(limit + 1)
        ).all()
        shown = found[:limit]
        ids = list(dict.fromkeys(row[2] for row in shown))
        end = (shown[-1][0], shown[-1][1]) if shown else after
        return Batch(_given(session, ids), f"{end[0]}.{end[1]}", len(found) > limit)


def one(session: Session, response_id: int) -> Given | None:
    found = _given(session, [response_id])[0]
    return found if found.response is not None else None


def _given(session: Session, ids: Sequence[int]) -> list[Given]:
    rows = session.exec(
        select(Response, Version.number, Customer.reference)
        .join(Version, col(Version.id) == col(Response.version_id))
        .join(Customer, col(Customer.id) == col(Response.customer_id), isouter=True)
        .where(col(Response.id).in_(ids))
    )
    known = {row.id: Given(row.id or 0, row, number, reference) for row, number, reference in rows}
    return [known.get(one, Given(one, None)) for one in ids]
