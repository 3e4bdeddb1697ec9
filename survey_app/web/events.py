"""Marked events: what happened on a day, shown in the trend so that a change can be explained."""

from datetime import date

from flask import Blueprint, flash, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from ..errors import N_, SurveyError
from ..reporting.register import start_of
from ..store.cuts import Cut
from ..tables import Event, Survey
from .access import audit, needs
from .cuts import go
from .database import writing
from .errors import missing

bp = Blueprint("events", __name__, url_prefix="/events")


@bp.post("")
@needs("analyse")
def add() -> Answer:
    """Mark a day of a survey."""
    text, day = request.form.get("text", "").strip()[:80], _day(request.form.get("day", ""))
    if not text:
        raise SurveyError("event-text", N_("The event has no text."), N_("Go back and say what happened."))
    survey_id = request.form.get("survey", type=int)
    with writing() as db:
        if survey_id is None or not 0 < survey_id < 2**31 or db.get(Survey, survey_id) is None:
            raise missing()
        row = Event(survey_id=survey_id, at=start_of(day), text=text)
        db.add(row)
        db.flush()
        audit(db, "event.added", subject="event", subject_id=row.id)
    flash(_("Saved."))
    return _back()


@bp.post("/<int:event_id>/remove")
@needs("analyse")
def remove(event_id: int) -> Answer:
    with writing() as db:
        row = db.get(Event, event_id) if event_id < 2**31 else None
        if row is None:
            raise missing()
        db.delete(row)
        audit(db, "event.removed", subject="event", subject_id=event_id)
    flash(_("Removed."))
    return _back()


def _back() -> Answer:
    return redirect(go("overview.show", Cut.from_query(request.form.get("query", "")[:2000])))


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise SurveyError("event-day", N_("The event has no day."), N_("Go back and choose one.")) from error
    if not 1990 <= day.year <= 2100:
        raise SurveyError("event-day", N_("The event has no day."), N_("Go back and choose one."))
    return day
