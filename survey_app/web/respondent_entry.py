"""Staff who write down what somebody else answers: the same pages and the same checks, with a key for each answer."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from .. import collecting
from ..channels.interview import Interview
from ..channels.paper import Paper
from ..collecting import Form, Visit
from ..errors import N_
from ..store import questionnaires
from ..store.straight import straight
from ..tables import Call, Customer
from .database import engine
from .language import language
from .respondent_arrival import Here, arrived
from .respondent_asking import Asking, Reply
from .respondent_notices import notice
from .respondent_sheet import wording
from .respondent_ways import Way

PAPER, INTERVIEW = Paper(), Interview()
BY = "entered_by"


@dataclass(frozen=True, slots=True)
class Desk:
    """Where somebody enters: the address of the page, where the next one is, and who it is."""

    path: str
    start: str
    by: str


def at_form(asking: Asking, form: Form, public_id: str, desk: Desk) -> Here | Reply:
    """A paper form: entered at any time, also after the survey has closed, because it was filled in before."""
    way = Way(PAPER.piece, title=form.code, start=desk.start, next=N_("Next form"), done=N_("This form is entered."))

    def opened(visit: Visit) -> Visit:
        return replace(visit, is_open=True, closes_at=None).through(PAPER.name)

    return _at(asking, public_id, form.key, form.version_id, opened, way, desk)


def at_call(asking: Asking, call: Call, public_id: str, customer: Customer | None, desk: Desk) -> Here | Reply:
    """An interview; the response belongs to the customer who was called."""
    name = customer.name if customer else wording(language())(N_("Interview"))
    way = Way(INTERVIEW.piece, title=name, start=desk.start, next=N_("Next call"), done=N_("The interview is in."))

    def known(visit: Visit) -> Visit:
        visit = visit.through(INTERVIEW.name)
        if customer is None:
            return visit
        person = {**customer.attributes, "name": customer.name}
        return replace(
            visit, customer_id=customer.id, segment=customer.segment, tier=customer.tier, person=person,
            language=customer.language,
        )  # fmt: skip

    return _at(asking, public_id, call.ticket, 0, known, way, desk, is_noted=True)


def _at(
    asking: Asking, public_id: str, key: str, version_id: int, made: Callable[[Visit], Visit], way: Way, desk: Desk, *,
    is_noted: bool = False,
) -> Here | Reply:  # fmt: skip
    """Who enters at this key. What the response was begun on stays; nothing is required of who only passes it on.
    `is_noted`: elsewhere it is written down who answered when."""
    ticket = collecting.read(asking.form.get("ticket", ""), key) if asking.method == "POST" else None
    with straight(engine()) as db:
        visit = collecting.by_public_id(db, public_id, collecting.issue(key, 0, key=key))
        if visit is None:
            return notice(asking, "missing", 404)
        begun = visit.given.version_id or (ticket.version_id if ticket else 0)
        bound = begun or version_id or visit.newest_version_id
        asked = collecting.relaxed(questionnaires.asked(db, bound)) if bound else None
    visit = made(replace(visit, scope=key, key=key))
    if visit.policy.is_anonymous and is_noted:
        return notice(asking, "named", 403, way=way)
    here = arrived(asking, desk.path, visit, ticket, asked, way, is_personal=True)
    return here if isinstance(here, Reply) else replace(here, marks=((BY, desk.by),))
