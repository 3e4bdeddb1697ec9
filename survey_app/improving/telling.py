"""You said, we did: the customers of an action's cases are told what has changed, and who was told is kept."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from .. import clock
from ..errors import N_, Conflict, SurveyError
from ..store.settings import load_company
from ..tables import Action, ActionCase, Case, CaseEvent, Customer, Notice
from . import notices
from .actions import AFTER, linked_cases
from .casebook import append
from .notices import Letter

TEXT = {
    "zh": (
        "{{name}}您好：\n\n感谢您此前告诉我们您的感受。您提到的问题，我们已经改进：{title}。\n\n"
        "如果您方便，欢迎再看看是否有所改善；有任何想法，直接回复即可。"
    ),
    "en": (
        "Dear {{name}},\n\nThank you for telling us about your experience. You said it, and we have changed it: "
        "{title}.\n\nIf you like, see whether it has become better for you; just reply with whatever is on your mind."
    ),
}
SUBJECT = {"zh": "您提到的问题，我们已经改进", "en": "You said it, and we have changed it"}
# What is done and not (yet) shown to have helped is told as that, and no more.
UNPROVED_TEXT = {
    "zh": (
        "{{name}}您好：\n\n感谢您此前告诉我们您的感受。针对您提到的问题，我们做了这样的调整：{title}。效果我们还在观察。\n\n"
        "您的感受如何？有任何想法，直接回复即可。"
    ),
    "en": (
        "Dear {{name}},\n\nThank you for telling us about your experience. This is what we have done about it: "
        "{title}. We are still watching whether it helps.\n\nHow is it for you now? Just reply with whatever is on "
        "your mind."
    ),
}
UNPROVED_SUBJECT = {"zh": "针对您提到的问题，我们做了调整", "en": "What we have done about what you told us"}
PROVED = "effective"
NOBODY = {"zh": "", "en": "customer"}
NAME = re.compile(r"\{\{\s*name\s*\}\}")
SUBJECT_LENGTH, TEXT_LENGTH = 120, 5000


@dataclass(frozen=True, slots=True)
class Told:
    """One customer of the action with the cases it came from, when they were told, and what a mail to them meets."""

    customer: Customer
    cases: tuple[Case, ...]
    told: CaseEvent | None
    obstacle: str = ""
    notice: Notice | None = None

    @property
    def can_be_mailed(self) -> bool:
        """Not told yet, with an address that may be written to, and no letter on its way or perhaps there."""
        is_free = self.notice is None or self.notice.state in ("failed", "skipped")
        return self.told is None and not self.obstacle and is_free


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
    wanted = select(Customer).where(col(Customer.id).in_(list(by_customer))).order_by(col(Customer.id))
    customers = list(session.exec(wanted))
    why, letters = notices.obstacles(session, customers), notices.of_action(session, action.id)
    made = []
    for one in customers:
        assert one.id is not None
        mine = tuple(by_customer[one.id])
        event = next((told[case.id] for case in mine if case.id in told), None)
        made.append(Told(one, mine, event, why.get(one.id, ""), letters.get(one.id)))
    return made


def draft(action: Action, language: str) -> Letter:
    """The words to begin with; {{name}} stands for each customer's name."""
    texts, subjects = (TEXT, SUBJECT) if action.state == PROVED else (UNPROVED_TEXT, UNPROVED_SUBJECT)
    return Letter(subjects[language], texts[language].replace("{title}", action.title.rstrip("。.!！")), language)


def spoken(customer: Customer, language: str) -> str:
    """The language a customer is written in."""
    return customer.language if customer.language in TEXT else language


def addressed(words: str, customer: Customer, language: str) -> str:
    """A text with the customer's own name in it."""
    return NAME.sub(lambda _: customer.name.strip() or NOBODY[language], words)


def text(action: Action, customer: Customer, language: str) -> str:
    """The words to send, in the customer's language, ready to be copied and made one's own."""
    language = spoken(customer, language)
    return addressed(draft(action, language).text, customer, language)


def tell_by_mail(
    session: Session, action: Action, customer_ids: Iterable[int], drafts: Mapping[str, Letter], *, language: str,
    user_id: int | None, is_confirmed: bool = False,
) -> int:  # fmt: skip
    """Queue a mail to each of these customers who can be written to; how many. They count as told when it is sent.

    Where no verification has shown that it helped, somebody has to say that they be told all the same.
    """
    assert action.id is not None
    _must_be_done(action)
    if action.state != PROVED and not is_confirmed:
        raise SurveyError(
            "told-unproved", N_("It has not been shown that the action helped."),
            N_("Tick that the customers are to be told all the same, or wait for the verification."),
        )  # fmt: skip
    company, wanted = load_company(session), set(customer_ids)
    letters = {}
    for row in audience(session, action):
        if row.customer.id in wanted and row.can_be_mailed:
            made = _checked(drafts.get(spoken(row.customer, language)) or draft(action, spoken(row.customer, language)))
            lines = (company.name_in(made.language), company.contact_in(made.language))
            foot = "\n".join(line for line in lines if line)
            words = addressed(made.text, row.customer, made.language)
            letters[row.customer.id] = replace(made, text=f"{words}\n\n{foot}\n" if foot else f"{words}\n")
    if not letters:
        raise SurveyError(
            "told-nobody-by-mail", N_("None of those ticked can be written to."),
            N_("Tick customers with an address who have not been told."),
        )  # fmt: skip
    return len(notices.write_to_customers(session, action.id, letters, user_id=user_id))


def _checked(made: Letter) -> Letter:
    subject, body = " ".join(made.subject.split()), made.text.strip()
    if not subject or not body:
        raise SurveyError("told-empty", N_("The mail has no subject or no text."), N_("Write what was changed."))
    if len(subject) > SUBJECT_LENGTH or len(body) > TEXT_LENGTH:
        raise SurveyError(
            "told-long", N_("The mail is too long: at most %(subject)s characters in its subject, %(text)s below."),
            subject=SUBJECT_LENGTH, text=TEXT_LENGTH,
        )  # fmt: skip
    return Letter(subject, body, made.language)


def record(session: Session, action_id: int, customer_ids: Iterable[int], channel: str, *, user_id: int | None) -> int:
    """Write down that customers have been told, each once; how many are new."""
    action, wanted, count = session.get_one(Action, action_id), set(customer_ids), 0
    for row in audience(session, action):
        if row.customer.id in wanted and row.told is None:
            for case in row.cases:
                append(session, case, "told", user_id=user_id, data={"action_id": action.id, "channel": channel})
            count += 1
    if count and action.told_at is None:
        action.told_at = clock.now()
        session.add(action)
    return count


def _must_be_done(action: Action) -> None:
    if action.state not in AFTER:
        raise Conflict(
            "action-not-implemented", N_("There is nothing to tell yet: the action has not been implemented."),
            N_("Tell customers what has been done, not what is planned."),
        )  # fmt: skip


def tell(session: Session, action: Action, customer_ids: Iterable[int], channel: str, *, user_id: int | None) -> int:
    """Write down that these customers have been told by a person; how many are new."""
    assert action.id is not None
    _must_be_done(action)
    wanted = set(customer_ids)
    if not wanted:
        raise SurveyError("told-nobody", N_("Tick who has been told."))
    return record(session, action.id, wanted, channel, user_id=user_id)


def told_counts(session: Session) -> dict[int, tuple[int, int]]:
    """For each action: how many cases it has, and how many of their customers have been told."""
    linked: dict[int, int] = {}
    for action_id in session.exec(select(ActionCase.action_id)):
        linked[action_id] = linked.get(action_id, 0) + 1
    told: dict[int, set[tuple[str, int]]] = {}
    wanted = select(CaseEvent.data, Case.id, Case.customer_id).join(Case, col(Case.id) == CaseEvent.case_id)
    for data, case_id, customer_id in session.exec(wanted.where(CaseEvent.kind == "told")):
        # Who was erased since still counts as the one person of that case.
        who = ("customer", customer_id) if customer_id else ("case", case_id or 0)
        told.setdefault(int(data["action_id"]), set()).add(who)
    return {action_id: (count, len(told.get(action_id, ()))) for action_id, count in linked.items()}
