"""Places of limited surveys: taken in the transaction that keeps a page, so that a limit of 100 never yields 101.

A place is taken for a while with the first page that counts to its limit, for good with the last one, and is free
again when its time has run out. The count of a limit is changed by conditional updates only; limits are gone through
in the order of their keys, so that two transactions never wait for each other.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update
from sqlmodel import Session, col

from ..store import policies
from ..store.database import table_of
from ..store.policies import POLICY, Limit, Policy
from ..store.straight import Straight
from ..tables import Customer, Quota, Reservation, Response, Survey

T = TypeVar("T")
HOLD = timedelta(minutes=30)
"""How long somebody who reads or types keeps a place."""

_QUOTA, _PLACE = table_of(Quota), table_of(Reservation)
_OF_QUOTA = (_PLACE.c.survey_id == bindparam("survey"), _PLACE.c.quota == bindparam("quota_key"))
_OF_RESPONSE = _PLACE.c.response_id == bindparam("response")
_COUNT = (_QUOTA.c.survey_id == bindparam("survey"), _QUOTA.c.key == bindparam("quota_key"))

_HELD = select(_PLACE.c.quota).where(_OF_RESPONSE)
_RENEW = (
    update(_PLACE).where(_OF_RESPONSE, _PLACE.c.quota == bindparam("quota_key")).values(expires_at=bindparam("until"))
)
_LET_GO = delete(_PLACE).where(_OF_RESPONSE, _PLACE.c.quota == bindparam("quota_key"))
_CLEAR = delete(_PLACE).where(*_OF_QUOTA, _PLACE.c.expires_at < bindparam("now"))
_GIVE_BACK = update(_QUOTA).where(*_COUNT).values(taken=_QUOTA.c.taken - bindparam("number"))
_TAKE = update(_QUOTA).where(*_COUNT, _QUOTA.c.taken < bindparam("most")).values(taken=_QUOTA.c.taken + 1)
_SIT = insert(_PLACE).values(
    response_id=bindparam("response"), quota=bindparam("quota_key"), survey_id=bindparam("survey"),
    expires_at=bindparam("until"),
)  # fmt: skip
_RUN_OUT = (
    select(func.count())
    .where(_PLACE.c.survey_id == _QUOTA.c.survey_id, _PLACE.c.quota == _QUOTA.c.key)
    .where(_PLACE.c.expires_at < bindparam("now"))
    .scalar_subquery()
)
_TAKEN = select(_QUOTA.c.key, _QUOTA.c.taken - _RUN_OUT).where(_QUOTA.c.survey_id == bindparam("survey"))


def hold(
    db: Straight, survey_id: int, response_id: int, limits: tuple[Limit, ...], *, now: datetime, until: datetime | None
) -> bool:
    """Take or keep the places of a response; let go those it does not count to any more. False: one limit is full,
    and the response has no place at all now. `until` is None for good."""
    about = {"survey": survey_id, "response": response_id}
    held = {str(row[0]) for row in db.rows(_HELD, {"response": response_id})}
    wanted = {limit.key: limit for limit in limits}
    for key in sorted(held | set(wanted)):
        limit, place = wanted.get(key), {**about, "quota_key": key}
        if limit is None:
            _let_go(db, place)
        elif not (key in held and _renew(db, place, until)) and not _take(db, place, limit.most, now, until):
            for other in sorted(held | set(wanted)):
                _let_go(db, {**about, "quota_key": other})
            return False
    return True


def _renew(db: Straight, place: Mapping[str, Any], until: datetime | None) -> bool:
    # Somebody else may have cleared it in this moment: then it has to be taken anew.
    values = {"response": place["response"], "quota_key": place["quota_key"], "until": until}
    return db.execute(_RENEW, values) == 1


def _take(db: Straight, place: Mapping[str, Any], most: int, now: datetime, until: datetime | None) -> bool:
    about = {"survey": place["survey"], "quota_key": place["quota_key"]}
    if gone := db.execute(_CLEAR, {**about, "now": now}):
        db.execute(_GIVE_BACK, {**about, "number": gone})
    if db.execute(_TAKE, {**about, "most": most}) != 1:
        return False
    db.execute(_SIT, {**place, "until": until})
    return True


def _let_go(db: Straight, place: Mapping[str, Any]) -> None:
    if db.execute(_LET_GO, {"response": place["response"], "quota_key": place["quota_key"]}):
        db.execute(_GIVE_BACK, {"survey": place["survey"], "quota_key": place["quota_key"], "number": 1})


def full(db: Straight, survey_id: int, limits: tuple[Limit, ...], now: datetime) -> bool:
    """Whether one of these limits has no place left for somebody new. Writes nothing."""
    if not limits:
        return False
    taken = {str(key): int(number) for key, number in db.rows(_TAKEN, {"survey": survey_id, "now": now})}
    return any(taken.get(limit.key, 0) >= limit.most for limit in limits)


# -- what the staff changes ------------------------------------------------------------------------------------
def taken(session: Session, survey_id: int) -> dict[str, int]:
    """How many places of each limit are taken for good."""
    wanted = (
        select(col(Reservation.quota), func.count())
        .where(col(Reservation.survey_id) == survey_id, col(Reservation.expires_at).is_(None))
        .group_by(col(Reservation.quota))
    )
    return {str(key): int(number) for key, number in session.execute(wanted)}


def recount(session: Session, survey_id: int) -> None:
    """Give every submitted response its places anew: after limits were changed, or many responses came or went.

    Who is answering takes a place with the next page. A limit below what is there already is simply full.
    """
    policy, mine = _policy(session, survey_id), col(Quota.survey_id) == survey_id
    # The rows stay: who waits for one in another transaction must find it when this one has ended.
    there = set(session.execute(update(Quota).where(mine).values(taken=0).returning(col(Quota.key))).scalars())
    session.execute(delete(Reservation).where(col(Reservation.survey_id) == survey_id))
    counts = dict.fromkeys((limit.key for limit in policy.limits), 0)
    session.execute(delete(Quota).where(mine, col(Quota.key).not_in(list(counts))))
    session.add_all(Quota(survey_id=survey_id, key=key) for key in sorted(set(counts) - there))
    session.flush()
    for batch in _batches(_rows(session, policy, col(Response.survey_id) == survey_id)):
        for row in batch:
            counts[row["quota"]] += 1
        session.execute(insert(Reservation), [{**row, "survey_id": survey_id} for row in batch])
    for key, number in counts.items():
        session.execute(update(Quota).where(mine, col(Quota.key) == key).values(taken=number))


def _batches(rows: Iterable[T], size: int = 1000) -> Iterator[list[T]]:
    left = iter(rows)
    while batch := list(islice(left, size)):
        yield batch


def settle(db: Session | Connection, survey_id: int, response_ids: Iterable[int]) -> None:
    """Put right the places of responses that came or changed by the hand of the staff; no limit holds them back."""
    policy = _policy(db, survey_id)
    if not policy.limits:
        return
    changes: Counter[str] = Counter()
    for ids in _batches(response_ids):
        gone = delete(Reservation).where(col(Reservation.response_id).in_(ids)).returning(col(Reservation.quota))
        changes.subtract(db.execute(gone).scalars())
        rows = list(_rows(db, policy, col(Response.id).in_(ids)))
        changes.update(row["quota"] for row in rows)
        if rows:
            db.execute(insert(Reservation), [{**row, "survey_id": survey_id} for row in rows])
    for key, number in sorted(changes.items()):
        this = (col(Quota.survey_id) == survey_id, col(Quota.key) == key)
        db.execute(update(Quota).where(*this).values(taken=col(Quota.taken) + number))


def _policy(db: Session | Connection, survey_id: int) -> Policy:
    return policies.read(db.execute(select(POLICY).where(col(Survey.id) == survey_id)).scalar_one())


def _rows(db: Session | Connection, policy: Policy, which: Any) -> Iterable[dict[str, Any]]:
    """A place for each submitted response and each limit that it counts to."""
    if policy.limits:
        for number, limits in counting(db, policy, which, col(Response.state) == "submitted"):
            yield from ({"response_id": number, "quota": limit.key, "expires_at": None} for limit in limits)


def counting(db: Session | Connection, policy: Policy, *which: Any) -> Iterator[tuple[int, tuple[Limit, ...]]]:
    """Responses with the limits that they count to, by what they say now."""
    wanted = (
        select(col(Response.id), col(Response.answers), col(Response.attributes), col(Response.segment),
               col(Response.tier), col(Response.channel), col(Customer.name), col(Customer.attributes))
        .join(Customer, col(Customer.id) == col(Response.customer_id), isouter=True)
        .where(*which)
    )  # fmt: skip
    for number, answers, noted, segment, tier, channel, name, known in db.execute(wanted).all():
        person = {**(known or {}), "name": name or ""}
        attributes = {**noted, **person, "segment": segment, "tier": tier, "channel": channel}
        yield number, policy.wanted(answers, attributes)
