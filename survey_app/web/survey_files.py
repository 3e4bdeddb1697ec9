"""Surveys from files, of our own or of other tools, with the report on what came over."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlmodel import col, select
from werkzeug.wrappers import Response as Answer

from .. import publishing
from ..errors import N_, SurveyError
from ..forms.exchange import foreign
from ..forms.exchange.sketch import OUTCOMES, Note, Source
from ..store.tabular import sheets
from ..tables import AuditEntry
from .access import audit, needs
from .database import reading, writing
from .drafting import find
from .language import refusal, translate

bp = Blueprint("survey_files", __name__, url_prefix="/surveys")
MOST_LINES = 3000
"""Lines of a report that are kept; a questionnaire cannot have many more items."""


@bp.post("/import")
@needs("build")
def take() -> Answer:
    """A survey from a file, whatever tool it comes from; a file of ours comes over exactly and needs no report."""
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise SurveyError("no-file", N_("Choose a file first."))
        data = file.stream.read(foreign.LARGEST_FOREIGN + 1)
        made = foreign.read(Source(file.filename, data, lambda: sheets(data)))
    except SurveyError as error:
        flash(refusal(error), "bad")
        return redirect(url_for("surveys.new"))
    with writing() as db:
        survey = publishing.create_survey(db, "", made.questionnaire)
        notes = [[note.where, note.outcome, note.message, note.values] for note in made.notes[:MOST_LINES]]
        audit(db, "survey.imported", subject="survey", subject_id=survey.id, data={"report": notes} if notes else None)
    if not made.notes:
        return redirect(url_for("builder.edit", survey_id=survey.id))
    return redirect(url_for("survey_files.report", survey_id=survey.id))


@bp.get("/<int:survey_id>/imported")
@needs("build")
def report(survey_id: int) -> str:
    """What came over, what was changed and what could not, line by line."""
    with reading() as db:
        survey = find(db, survey_id)
        entry = db.exec(
            select(AuditEntry)
            .where(AuditEntry.action == "survey.imported", AuditEntry.subject_id == survey_id)
            .order_by(col(AuditEntry.id).desc())
        ).first()
    notes = [Note(*line) for line in (entry.data.get("report", ()) if entry else ())]
    counts = {outcome: sum(note.outcome == outcome for note in notes) for outcome in OUTCOMES}
    return render_template(
        "surveys/imported.html", survey=survey, notes=notes, counts=counts, outcomes=OUTCOMES, said=said
    )


def said(note: Note) -> str:
    """A line of the report in the reader's language; the name of a question type is a message of its own."""
    values: dict[str, Any] = {
        name: translate(value) if name == "type" else value for name, value in note.values.items()
    }
    return translate(note.message, values)
