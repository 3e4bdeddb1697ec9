"""Responses: the list behind every figure, and one response with all it says and what follows from it."""

from datetime import timedelta
from typing import Any

import numpy as np
from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func
from sqlmodel import Session, col, select
from werkzeug.wrappers import Response as Answer

from .. import collecting
from ..analysis.text import mask
from ..errors import N_, Conflict
from ..forms.logic import pipe
from ..reporting import readings, register
from ..store import due, tags
from ..store.questionnaires import Asked, asked
from ..tables import Case, Customer, Response, Survey, Version
from .access import audit, may, needs
from .cuts import Looking, looking, page, taxonomy
from .database import reading, writing
from .errors import missing
from .language import language

bp = Blueprint("responses", __name__, url_prefix="/responses")
SIZE = 50
STATES = {
    "submitted": (N_("Submitted"), "plain"), "partial": (N_("Not finished"), "warn"), "invalid": (N_("Invalid"), "bad"),
}  # fmt: skip


@bp.get("")
@needs("look")
def index() -> str:
    """The responses of the cut, newest first; unfinished and invalid ones under their own tabs."""
    at = looking()
    number = max(1, min(request.args.get("page", 1, int), 1_000_000))
    state = request.args.get("state", "submitted")
    state = state if state in STATES else "submitted"
    with reading() as db:
        counts = _counts(db, at)
        ids, total = _ids(db, at, state, number)
        rows = readings.read(db, ids, language=language())
        cases = dict(db.exec(select(Case.response_id, Case.id).where(col(Case.response_id).in_(ids))).all())
    return page(
        "responses/index.html", at, rows=rows, number=number, pages=max(1, -(-total // SIZE)), total=total,
        state=state, states=STATES, counts=counts, cases=cases, has_figures=False,
    )  # fmt: skip


def _counts(db: Session, at: Looking) -> dict[str, int]:
    if at.survey is None:
        return {}
    wanted = select(Response.state, func.count()).where(*_not_submitted(at)).group_by(Response.state)
    return {**dict(db.exec(wanted).all()), "submitted": len(at.chosen)}


def _not_submitted(at: Looking) -> list[Any]:
    """The conditions of the cut on responses that are in no figure: by when they were last saved, where they came
    from and whose they are. What was answered is not asked, since it may not have been yet."""
    cut = at.cut
    made: list[Any] = [Response.survey_id == cut.survey_id, Response.state != "submitted"]
    if cut.since:
        made.append(col(Response.saved_at) >= register.start_of(cut.since))
    if cut.until:
        made.append(col(Response.saved_at) < register.start_of(cut.until + timedelta(1)))
    for column, values in (
        (Response.segment, cut.segments), (Response.tier, cut.tiers), (Response.channel, cut.channels),
        (Response.language, cut.languages),
    ):  # fmt: skip
        if values:
            made.append(col(column).in_(values))
    if cut.versions:
        numbers = [int(version) for version in cut.versions if version.isdecimal()]
        made.append(col(Response.version_id).in_(select(Version.id).where(col(Version.number).in_(numbers))))
    return made


def _ids(db: Session, at: Looking, state: str, number: int) -> tuple[list[int], int]:
    """The ids of one page and how many there are in all."""
    start = (number - 1) * SIZE
    if state != "submitted":
        wanted = select(Response.id).where(*_not_submitted(at), Response.state == state)
        total = db.exec(select(func.count()).select_from(wanted.subquery())).one()
        found = db.exec(wanted.order_by(col(Response.saved_at).desc(), col(Response.id)).offset(start).limit(SIZE))
        return [one for one in found if one is not None], total
    if not len(at.chosen):
        return [], 0
    ids, minutes = at.chosen["response"].values, at.chosen["minute"].values
    order = np.lexsort((ids, minutes))[::-1][start : start + SIZE]
    return [int(one) for one in ids[order]], len(ids)


@bp.get("/<int:response_id>")
@needs("look")
def show(response_id: int) -> str:
    """All answers of one response in words, its opinions in the text, its customer and its case."""
    with reading() as db:
        row = _found(db, response_id)
        of = asked(db, row.version_id)
        read = readings.read(db, [response_id], language=language(), is_masked=not may("work"))[0]
        customer = db.get(Customer, row.customer_id) if row.customer_id and may("work") else None
        case = db.exec(select(Case).where(Case.response_id == response_id)).first()
        survey = db.get(Survey, row.survey_id)
        mine, known = tags.of_responses(db, [response_id]).get(response_id, []), tags.used(db, row.survey_id)
    return page(
        "responses/show.html", None, row=row, survey=survey, of=of, read=read, customer=customer, case=case,
        answers=_answers(row, of), states=STATES,
        taxonomy=taxonomy().aspects, tags=mine, known_tags=known, has_figures=False,
    )  # fmt: skip


def _answers(row: Response, of: Asked) -> list[dict[str, Any]]:
    """Each question with its answer in words, or why there is none."""
    made = []
    for key, question in of.questions.items():
        if not question.is_asked:
            continue
        stored = row.answers.get(key)
        words = question.words(stored, language()) if stored is not None else ""
        made.append(
            {
                "key": key,
                "title": pipe(question.item.text, row.answers, of.questions, row.attributes, language()) or key,
                "words": words if may("work") else mask(words),
                "is_shown": key in row.answers,
                "is_open": question.text("x") is not None,
            }
        )
    return made


@bp.post("/<int:response_id>/state")
@needs("analyse")
def change_state(response_id: int) -> Answer:
    """Take a response out of all figures (a test, a duplicate), or put it back."""
    wanted = request.form.get("state", "")
    allowed = {"invalid": "submitted", "submitted": "invalid"}
    with writing() as db:
        row = _found(db, response_id)
        if wanted not in allowed or row.state != allowed[wanted] or row.submitted_at is None:
            raise Conflict(
                "response-state",
                N_("This response cannot be changed in that way."),
                N_("Reload the page and look at its state."),
            )
        row.state = wanted
        db.add(row)
        due.note_changes(db, row.survey_id, [response_id])
        db.flush()
        collecting.settle(db, row.survey_id, [response_id])
        audit(db, f"response.{'invalidated' if wanted == 'invalid' else 'restored'}", subject="response",
              subject_id=response_id)  # fmt: skip
    flash(_("It does not count in the figures any more.") if wanted == "invalid" else _("It counts again."))
    return redirect(url_for("responses.show", response_id=response_id))


def _found(db: Session, response_id: int) -> Response:
    row = db.get(Response, response_id) if response_id < 2**31 else None
    if row is None:
        raise missing()
    return row
