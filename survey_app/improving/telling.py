"""You said, we did: the customers of an action's cases are told what has changed, and who was told is kept."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session, col, select

from .. import clock
from ..errors import N_, Conflict, SurveyError
from ..tables import Action, ActionCase, Case, CaseEvent, Customer
from .actions import AFTER, linked_cases
from .casebook import append

TEXT = {
    "zh": (
        "{name}您好：感谢您此前告诉我们您的感受。您说的我们记下了，也做了改进：{title}。"
        "如果您方便，欢迎再看看是否有所改善；有任何想法，直接回复即可。"
    ),
    "en": (
        "Dear {name}, thank you for telling us about your experience. You said it, and we have changed it: {title}. "
        "If you like, see whether it has become better for you; just reply with whatever is on your mind."
    ),
}
NOBODY = {"zh": "", "en": "customer"}


@dataclass(frozen=True, slots=True)
class Told:
    """One customer of the action with the cases it came from, and when they were told."""

    customer: Customer
    cases: tuple[Case, ...]
    told: CaseEvent | None


def audience(session: Session, action: Action) -> list[Told]:
    """The customers behind the linked cases, each once. Who answered without a name cannot be told."""
    assert action.id is not None
    cases = linked_cases(session, action.id)
    ids = [case.id for case in cases]
    events = session.exec(select(CaseEvent).where(col(CaseEvent.case_id).in_(ids), CaseEvent.kind == "told"))
    told = {event.case_id: event for event in events if event.data.get("action_id") == action.id}
    by_customer: dict[int, list[Case]] = {}
    for case in cases:
        if case.customer_id is not None:
            by_customer.setdefault(case.customer_id, []).append(case)
    customers = session.exec(select(Customer).where(col(Customer.id).in_(list(by_customer))).order_by(col(Customer.id)))
    return [_told(customer, by_customer[customer.id or 0], told) for customer in customers]


def _told(customer: Customer, cases: list[Case], told: dict[int, CaseEvent]) -> Told:
    events = [told[case.id] for case in cases if case.id in told]
    return Told(customer, tuple(cases), events[0] if events else None)


def text(action: Action, customer: Customer, language: str) -> str:
    """The words to send, in the customer's language, ready to be copied and made one's own."""
    spoken = customer.language if customer.language in TEXT else language
    name = customer.name or NOBODY[spoken]
    return TEXT[spoken].format(name=name, title=action.title)


def tell(session: Session, action: Action, customer_ids: Iterable[int], channel: str, *, user_id: int | None) -> int:
    """Write down that these customers have been told; how many are new."""
    if action.state not in AFTER:
        raise Conflict(
            "action-not-implemented", N_("There is nothing to tell yet: the action has not been implemented."),
            N_("Tell customers what has been done, not what is planned."),
        )  # fmt: skip
    wanted, count = set(customer_ids), 0
    if not wanted:
        raise SurveyError("told-nobody", N_("Tick who has been told."))
    for row in audience(session, action):
        if row.customer.id in wanted and row.told is None:
            data = {"action_id": action.id, "channel": channel}
            for case in row.cases:
                append(session, case, "told", user_id=user_id, data=data)
            count += 1
    if count and action.told_at is None:
        action.told_at = clock.now()
        session.add(action)
    return count


def told_counts(session: Session) -> dict[int, tuple[int, int]]:
    """For each action: how many cases it has, and how many of their customers have been told."""
    linked: dict[int, int] = {}
    for action_id in session.exec(select(ActionCase.action_id)):
        linked[action_id] = linked.get(action_id, 0) + 1
    told: dict[int, int] = {}
    for data in session.exec(select(CaseEvent.data).where(CaseEvent.kind == "told")):
        told[int(data["action_id"])] = told.get(int(data["action_id"]), 0) + 1
    return {action_id: (count, told.get(action_id, 0)) for action_id, count in linked.items()}
