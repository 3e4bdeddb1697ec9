"""Staff who write down what somebody else answers: the same pages and the same checks, with a key for each answer."""

from dataclasses import replace

from .. import collecting
from ..channels.paper import Paper
from ..collecting import Form
from ..errors import N_
from ..store import questionnaires
from ..store.straight import straight
from .database import engine
from .respondent_arrival import Here, arrived
from .respondent_asking import Asking, Reply
from .respondent_notices import notice
from .respondent_ways import Way

CHANNEL = Paper()
BY = "entered_by"


def at_form(asking: Asking, form: Form, public_id: str, by: str, start: str) -> Here | Reply:
    """A paper form: entered at any time, also after the survey has closed, because it was filled in before."""
    ticket = collecting.read(asking.form.get("ticket", ""), form.key) if asking.method == "POST" else None
    with straight(engine()) as db:
        asked = collecting.relaxed(questionnaires.asked(db, form.version_id))
        known = collecting.issue(form.key, form.version_id, key=form.key)
        visit = collecting.by_public_id(db, public_id, known)
    if visit is None:
        return notice(asking, "missing", 404)
    visit = replace(visit, scope=form.key, key=form.key, is_open=True, closes_at=None).through(CHANNEL.name)
    way = Way(CHANNEL.piece, title=form.code, start=start, next=N_("Next form"), done=N_("This form is entered."))
    here = arrived(asking, f"/entry/{form.code}", visit, ticket, asked, way, is_personal=True)
    return here if isinstance(here, Reply) else replace(here, marks=((BY, by),))
