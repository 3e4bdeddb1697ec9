"""Improvement actions: planned with a cause and its whys, judged by a criterion that was fixed before they began."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, delete, func, select

from .. import clock
from ..errors import N_, Conflict, NotFound, SurveyError
from ..store import due
from ..tables import Action, ActionCase, Case, Cause, Due, Event, User, Why
from . import measuring
from .casebook import append
from .criteria import Criterion, criterion

STATES = {
    "planned": N_("Planned"),
    "in_progress": N_("Under way"),
    "implemented": N_("Implemented, to be verified"),
    "effective": N_("Effective"),
    "ineffective": N_("Not effective"),
    "inconclusive": N_("Inconclusive"),
    "cancelled": N_("Cancelled"),
}
BEFORE = ("planned", "in_progress")
AFTER = ("implemented", "effective", "ineffective", "inconclusive")
WHYS = 5


def find(session: Session, action_id: int) -> Action:
    action = session.get(Action, action_id)
    if action is None:
        raise NotFound("action", N_("There is no such action."))
    return action


def create_action(
    session: Session, title: str, *, plan: str = "", cause_id: int | None = None, owner_id: int | None = None,
    due_on: date | None = None, case_ids: Iterable[int] = (), user_id: int | None = None,
) -> Action:  # fmt: skip
    """Plan an action, from a cause or from cases."""
    action = Action(title="", created_at=clock.now())
    edit(session, action, title=title, plan=plan, cause_id=cause_id, owner_id=owner_id, due_on=due_on)
    session.add(action)
    session.flush()
    link(session, action, case_ids, user_id=user_id)
    return action


def edit(
    session: Session, action: Action, *, title: str, plan: str = "", cause_id: int | None = None,
    owner_id: int | None = None, due_on: date | None = None,
) -> None:  # fmt: skip
    """Change what is planned. What has been measured is not touched."""
    if not title.strip():
        raise SurveyError("action-title", N_("The action has no title."), N_("Say in a few words what will change."))
    if cause_id is not None and session.get(Cause, cause_id) is None:
        raise SurveyError("action-cause", N_("There is no such cause."))
    owner = session.get(User, owner_id) if owner_id is not None else None
    if owner_id is not None and (owner is None or not owner.is_active):
        raise SurveyError("action-owner", N_("There is no such person."), N_("Choose somebody from the list."))
    action.title, action.plan = title.strip()[:200], plan.strip()
    action.cause_id, action.owner_id, action.due_on = cause_id, owner_id, due_on


def link(session: Session, action: Action, case_ids: Iterable[int], *, user_id: int | None = None) -> int:
    """Say that these cases are what the action is for; how many were not linked before."""
    assert action.id is not None
    known = set(session.exec(select(ActionCase.case_id).where(ActionCase.action_id == action.id)))
    wanted = sorted(set(case_ids) - known)
    cases = {case.id: case for case in session.exec(select(Case).where(col(Case.id).in_(wanted)))}
    for case_id in wanted:
        if case_id not in cases:
            raise NotFound("case", N_("There is no such case."))
        session.add(ActionCase(action_id=action.id, case_id=case_id))
        append(session, cases[case_id], "linked", user_id=user_id, data={"action_id": action.id})
    session.flush()
    return len(wanted)


def unlink(session: Session, action: Action, case_id: int, *, user_id: int | None = None) -> None:
    """Take a case away from an action, unless its customer has been told of it."""
    assert action.id is not None
    row = session.get(ActionCase, (action.id, case_id))
    if row is None:
        return
    if action.told_at is not None:
        raise Conflict("action-told", N_("Customers have been told of this action; its cases stay linked."))
    session.delete(row)
    case = session.get_one(Case, case_id)
    append(session, case, "unlinked", user_id=user_id, data={"action_id": action.id})


def linked_cases(session: Session, action_id: int) -> list[Case]:
    wanted = select(Case).join(ActionCase, col(ActionCase.case_id) == Case.id)
    return list(session.exec(wanted.where(ActionCase.action_id == action_id).order_by(col(Case.opened_at).desc())))


def actions_of(session: Session, case_id: int) -> list[Action]:
    wanted = select(Action).join(ActionCase, col(ActionCase.action_id) == Action.id)
    return list(session.exec(wanted.where(ActionCase.case_id == case_id).order_by(col(Action.id))))


def about_metric(session: Session, survey_id: int, metric: str) -> list[Action]:
    """The actions whose criterion is about a metric of a survey, the latest first."""
    of_metric = col(Action.criterion)["metric"].as_string() == metric
    of_survey = col(Action.criterion)["survey_id"].as_integer() == survey_id
    return list(session.exec(select(Action).where(of_metric, of_survey).order_by(col(Action.id).desc())))


def set_whys(session: Session, action: Action, answers: Sequence[str]) -> None:
    """The 5-Whys chain: each answer is asked why again; empty lines at the end are left out."""
    assert action.id is not None
    chain = [answer.strip() for answer in answers]
    while chain and not chain[-1]:
        chain.pop()
    if len(chain) > WHYS:
        raise SurveyError("whys-many", N_("The chain has at most five answers."))
    if "" in chain:
        raise SurveyError("whys-gap", N_("The chain of whys has a gap."), N_("Answer each why before the next."))
    session.execute(delete(Why).where(col(Why.action_id) == action.id))
    session.add_all(Why(action_id=action.id, level=level, answer=text) for level, text in enumerate(chain, 1))


def whys(session: Session, action_id: int) -> list[str]:
    return list(session.exec(select(Why.answer).where(Why.action_id == action_id).order_by(col(Why.level))))


def fix_criterion(
    session: Session, action: Action, data: Criterion | dict[str, Any], *, baseline_n: int
) -> Criterion:  # fmt: skip
    """Say, before it begins, what will count as success. Afterwards it stays as it is. `baseline_n` is how many
    answers `measuring.measure` has found in the baseline."""
    may_choose(action)
    wanted = data if isinstance(data, Criterion) else criterion(data)
    measuring.check(session, wanted)
    if baseline_n < 1:
        raise SurveyError(
            "criterion-no-baseline", N_("There are no answers in the baseline, so nothing can be compared with it."),
            N_("Choose days with answers, or a wider filter."),
        )  # fmt: skip
    action.criterion, action.criterion_fixed_at = wanted.model_dump(mode="json"), clock.now()
    session.add(action)
    return wanted


def may_choose(action: Action) -> None:
    """Conflict where the criterion stays as it is."""
    if action.state not in BEFORE:
        raise Conflict(
            "criterion-late", N_("The criterion was fixed before the action was implemented and stays as it is."),
            N_("Plan a new action if something else is to be shown."),
        )  # fmt: skip


def start(session: Session, action: Action) -> None:
    """The work begins. Needs a criterion: what is chosen afterwards is chosen to fit."""
    if action.state != "planned":
        raise _wrong_state()
    _must_have_criterion(action)
    action.state = "in_progress"
    session.add(action)


def cancel(session: Session, action: Action) -> None:
    if action.state not in BEFORE:
        raise _wrong_state()
    action.state = "cancelled"
    session.add(action)


def implement(session: Session, action: Action, *, at: datetime | None = None) -> None:
    """It is in effect from `at` on. Needs a criterion; marks the day in the trends and has it verified when due."""
    assert action.id is not None
    if action.state not in BEFORE:
        raise _wrong_state()
    _must_have_criterion(action)
    wanted, moment = criterion(action.criterion), at or clock.now()
    if moment > clock.now():
        raise SurveyError("action-future", N_("The day of implementation lies in the future."))
    day, fixed = clock.day(moment), clock.day(action.criterion_fixed_at or moment)
    if day < fixed:
        raise SurveyError(
            "action-before-criterion",
            N_("The criterion was fixed on %(day)s, after the action is said to have begun."),
            N_("Give that day or a later one: what is chosen when the outcome is known proves nothing."),
            day=fixed.isoformat(),
        )  # fmt: skip
    if day <= wanted.baseline_to:
        raise SurveyError(
            "action-in-baseline", N_("The action was implemented within its own baseline."),
            N_("The baseline must end before the action takes effect."),
        )  # fmt: skip
    action.state, action.implemented_at = "implemented", moment
    action.verify_at = moment + timedelta(days=wanted.verify_days)
    session.add(action)
    session.add(Event(survey_id=wanted.survey_id, at=moment, text=action.title))
    due.hand_over(session, "verify", [action.id], at=action.verify_at)


def look_again(session: Session, action: Action, days: int) -> None:
    """Not shown yet: more answers are waited for."""
    assert action.id is not None
    if action.state != "inconclusive":
        raise _wrong_state()
    if not 1 <= days <= 730:
        raise SurveyError("action-days", N_("Wait from 1 to 730 days."))
    times = session.exec(select(func.count()).select_from(Due).where(*_asked(action.id))).one()
    action.state, action.verify_at = "implemented", clock.now() + timedelta(days=days)
    session.add(action)
    due.hand_over(session, "verify", [action.id], revision=times + 1, at=action.verify_at)


def _asked(action_id: int) -> tuple[Any, ...]:
    return (Due.kind == "verify", Due.subject == action_id)


def back_to_cause(session: Session, action: Action, title: str, *, user_id: int | None = None) -> Action:
    """Not effective: the cause was another one, so a new action for the same cases begins with new whys."""
    assert action.id is not None
    if action.state not in ("ineffective", "inconclusive"):
        raise _wrong_state()
    cases = [case.id for case in linked_cases(session, action.id) if case.id is not None]
    return create_action(
        session, title, plan="", cause_id=action.cause_id, owner_id=action.owner_id, case_ids=cases, user_id=user_id
    )


def _must_have_criterion(action: Action) -> None:
    if not action.criterion:
        raise Conflict(
            "action-no-criterion", N_("The action has no criterion yet."),
            N_("Fix what will count as success first: afterwards anything can be found."),
        )  # fmt: skip


def _wrong_state() -> Conflict:
    return Conflict(
        "action-state", N_("The action is in a state that does not allow this."), N_("Look at the action again.")
    )
