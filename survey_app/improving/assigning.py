"""Who gets a new case without anybody handing it out: one person, each in turn, or who has the fewest open."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from ..errors import N_
from ..tables import Case, CaseEvent
from .browse import workers
from .casebook import OPEN, append
from .policy import Policy

BY_RULE, FIXED, IN_TURN, FEWEST = "rule", "fixed", "turn", "fewest"

MODES = {
    "": N_("Nobody: a person gives them out"),
    FIXED: N_("Always one person"),
    IN_TURN: N_("Each in turn"),
    FEWEST: N_("Whoever has the fewest open cases"),
}

WHY = {
    BY_RULE: N_("cases of this rule go to one person"),
    FIXED: N_("new cases go to one person"),
    IN_TURN: N_("it was their turn"),
    FEWEST: N_("they had the fewest open cases"),
}
"""How the timeline explains an assignment that no person made."""

LOOKED_BACK = 500


@dataclass(frozen=True, slots=True)
class Desk:
    """Who can be given cases, who is meant when nobody is named, how many open ones each has, and when each was last
    given one (a growing number)."""

    people: Sequence[int]
    usual: Sequence[int]
    load: Mapping[int, int]
    last: Mapping[int, int]


def choose(policy: Policy, rule: str, desk: Desk) -> tuple[int, str] | None:
    """Somebody, and why; None where the policy leaves it to a person or nobody is there. Pure."""
    owner = policy.assign_rules.get(rule)
    if owner in desk.people and owner is not None:
        return owner, BY_RULE
    people = [person for person in policy.assign_to if person in desk.people] if policy.assign_to else desk.usual
    if not people or not policy.assign:
        return None
    return _PICK[policy.assign](people, desk), policy.assign


def _first(people: Sequence[int], desk: Desk) -> int:
    return people[0]


def _in_turn(people: Sequence[int], desk: Desk) -> int:
    return min(people, key=lambda person: (desk.last.get(person, 0), people.index(person)))


def _fewest(people: Sequence[int], desk: Desk) -> int:
    return min(people, key=lambda person: (desk.load.get(person, 0), desk.last.get(person, 0), people.index(person)))


_PICK = {FIXED: _first, IN_TURN: _in_turn, FEWEST: _fewest}


def assign_new(session: Session, case: Case, policy: Policy) -> None:
    """Give a case that has just been opened to somebody, if the policy says so."""
    if not (policy.assign or policy.assign_rules):
        return
    able = workers(session)
    usual = [worker for worker in able if worker.role == "case_worker"] or able
    people, meant = ([worker.id for worker in some if worker.id is not None] for some in (able, usual))
    chosen = choose(policy, case.rule, Desk(people, meant, load(session), _last(session)))
    if chosen is not None:
        owner, why = chosen
        append(session, case, "assigned", data={"owner_id": owner, "why": why})


def load(session: Session) -> dict[int, int]:
    """How many open cases everybody has."""
    wanted = (
        select(Case.owner_id, func.count(col(Case.id)))
        .where(col(Case.state).in_(OPEN), col(Case.owner_id).is_not(None))
        .group_by(col(Case.owner_id))
    )
    return Counter({owner: count for owner, count in session.exec(wanted) if owner is not None})


def _last(session: Session) -> dict[int, int]:
    """The number of the event by which everybody last got a case from a rule."""
    wanted = (
        select(CaseEvent.id, CaseEvent.data)
        .where(CaseEvent.kind == "assigned", col(CaseEvent.user_id).is_(None))
        .order_by(col(CaseEvent.id).desc())
        .limit(LOOKED_BACK)
    )
    last: dict[int, int] = {}
    for number, data in session.exec(wanted):
        if number is not None and data.get("why") and data.get("owner_id"):
            last.setdefault(int(data["owner_id"]), number)
    return last
