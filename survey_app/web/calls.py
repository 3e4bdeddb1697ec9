"""Interviews: the list of people to call, the card of one call, and the questions with a key for each answer."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlmodel import Session, col, select
from werkzeug.wrappers import Response as Answer

from .. import clock, customers, inviting, publishing
from ..collecting import calling
from ..collecting.calling import ENDINGS, OUTCOMES
from ..errors import SurveyError
from ..store.addresses import suppressed
from ..tables import Call, Customer, Survey, User
from .access import audit, current_user, needs, ticketed
from .database import reading, writing
from .drafting import find, refuse
from .entry import flask_answer
from .errors import missing
from .respondent import respond_at
from .respondent_asking import Asking
from .respondent_entry import INTERVIEW, Desk, at_call

bp = Blueprint("calls", __name__)
LONGEST = 4000


def _me() -> User:
    user = current_user()
    assert user is not None
    return user


def _call(db: Session, call_id: int) -> tuple[Call, Survey]:
    call = db.get(Call, call_id) if call_id < 2**31 else None
    if call is None:
        raise missing()
    return call, find(db, call.survey_id)


# -- the list --------------------------------------------------------------------------------------------------
@bp.get("/surveys/<int:survey_id>/calls")
@needs("work")
def index(survey_id: int) -> str:
    with reading() as db:
        survey = find(db, survey_id)
        rows = calling.waiting(db, survey_id)
        people = {
            one.id: one for one in db.exec(select(Customer).where(col(Customer.id).in_([c.customer_id for c in rows])))
        }
        numbers, facets = calling.counts(db, survey_id), customers.facets(db)
        script, is_published = calling.load_script(db, survey.public_id), bool(publishing.versions(db, survey))
    return render_template(
        "calls/index.html", survey=survey, rows=[(call, people[call.customer_id]) for call in rows], numbers=numbers,
        facets=facets, script=script, is_published=is_published, outcomes=OUTCOMES, endings=ENDINGS, now=clock.now(),
    )  # fmt: skip


@bp.post("/surveys/<int:survey_id>/calls/add")
@needs("send")
def add(survey_id: int) -> Answer:
    """Customers with a telephone number who may be asked and have not answered lately."""
    chosen = {name: tuple(value for value in request.form.getlist(name) if value) for name in ("segment", "tier")}
    with writing() as db:
        find(db, survey_id)
        audience = inviting.Audience(segments=chosen["segment"], tiers=chosen["tier"])
        planned = inviting.plan(db, audience, INTERVIEW, survey_id)
        added = calling.add(db, survey_id, planned.included)
        audit(db, "calls.added", subject="survey", subject_id=survey_id, data={"count": added})
    flash(_("%(count)s customers are on the list now.", count=f"{added:,}"))
    return redirect(url_for("calls.index", survey_id=survey_id))


@bp.post("/surveys/<int:survey_id>/calls/script")
@needs("build")
def script(survey_id: int) -> Answer:
    with writing() as db:
        calling.save_script(db, find(db, survey_id).public_id, request.form.get("script", "").strip()[:LONGEST])
        audit(db, "calls.script", subject="survey", subject_id=survey_id)
    flash(_("Saved."))
    return redirect(url_for("calls.index", survey_id=survey_id))


@bp.post("/surveys/<int:survey_id>/calls/next")
@needs("work")
def following(survey_id: int) -> Answer:
    with writing() as db:
        find(db, survey_id)
        call = calling.take_next(db, survey_id, _me().id or 0)
        found = call.id if call else None
    if found is None:
        flash(_("Nobody is due to be called now."))
        return redirect(url_for("calls.index", survey_id=survey_id))
    return redirect(url_for("calls.show", call_id=found))


@bp.post("/surveys/<int:survey_id>/calls/walk-in")
@needs("work")
def walk_in(survey_id: int) -> Answer:
    """Somebody who is not on the list: face to face, or who called by himself."""
    with writing() as db:
        find(db, survey_id)
        made = calling.walk_in(db, survey_id).id
    return redirect(url_for("calls.interview", call_id=made))


# -- one call --------------------------------------------------------------------------------------------------
@bp.get("/calls/<int:call_id>")
@needs("work")
def show(call_id: int) -> str:
    return render_template("calls/show.html", **_card(call_id), outcomes=OUTCOMES, endings=ENDINGS)


def _card(call_id: int) -> dict[str, Any]:
    with reading() as db:
        call, survey = _call(db, call_id)
        customer = db.get(Customer, call.customer_id) if call.customer_id else None
        is_blocked = customer is not None and bool(suppressed(db, [customer.phone_index]))
        tries, text = calling.tries(db, call_id), calling.load_script(db, survey.public_id)
        users = {user.id: user.name for user in db.exec(select(User))}
    spoken = text.replace("{customer}", customer.name if customer else "").replace("{interviewer}", _me().name)
    return {
        "call": call, "survey": survey, "customer": customer, "is_blocked": is_blocked, "tries": tries,
        "users": users, "script": spoken, "tomorrow": clock.now(),
    }  # fmt: skip


@bp.post("/calls/<int:call_id>/outcome")
@needs("work")
def outcome(call_id: int) -> Answer | tuple[str, int]:
    try:
        with writing() as db:
            call, survey = _call(db, call_id)
            survey_id = survey.id
            calling.note(db, call, _me().id or 0, request.form.get("outcome", ""), _moment(request.form.get("at", "")))
    except SurveyError as error:
        refuse(error)
        return redirect(url_for("calls.show", call_id=call_id))
    flash(_("Written down."))
    return redirect(url_for("calls.index", survey_id=survey_id))


def _moment(text: str) -> datetime | None:
    """A time as the page sends it, where the company is."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=clock.zone()) if text else None
    except (ValueError, OverflowError):
        return None


@bp.route("/calls/<int:call_id>/interview", methods=["GET", "POST"])
@ticketed
@needs("work")
def interview(call_id: int) -> Response:
    with reading() as db:
        call, survey = _call(db, call_id)
        customer = db.get(Customer, call.customer_id) if call.customer_id else None
    asking, start = Asking(request.environ), url_for("calls.index", survey_id=survey.id, done=1)
    desk = Desk(url_for("calls.interview", call_id=call_id), start, _me().name)
    return flask_answer(respond_at(asking, lambda: at_call(asking, call, survey.public_id, customer, desk)))
