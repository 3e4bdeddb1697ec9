"""Responses: the list behind every figure, and one response with all it says and what follows from it."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlmodel import Session, col, select
from werkzeug.wrappers import Response as Answer

from .. import collecting
from ..analysis.text import mask
from ..errors import N_, Conflict
from ..forms.logic import pipe
from ..reporting import readings
from ..store import due, tags
from ..store.questionnaires import Asked, asked
from ..tables import Case, Customer, Response, ResponseEdit, Survey, User
from . import response_lists
from .access import audit, may, needs
from .cuts import looking, page, taxonomy
from .database import reading, writing
from .errors import missing
from .language import language
from .response_lists import OUTCOMES, SIZE, STATES

bp = Blueprint("responses", __name__, url_prefix="/responses")


@bp.get("")
@needs("look")
def index() -> str:
    """The responses of the cut, newest first; unfinished and invalid ones under their own tabs."""
    at = looking()
    number = max(1, min(request.args.get("page", 1, int), 1_000_000))
    state = request.args.get("state", "submitted")
    state = state if state in STATES else "submitted"
    outcome = request.args.get("outcome") if state == "partial" else None
    outcome = outcome if outcome in OUTCOMES else None
    with reading() as db:
        counts, outcomes = response_lists.counts(db, at), response_lists.outcomes(db, at)
        lapse, lapses_at = response_lists.lapse_of(db, at)
        ids, total = response_lists.ids(db, at, state, outcome, number)
        rows = readings.read(db, ids, language=language())
        cases = dict(db.exec(select(Case.response_id, Case.id).where(col(Case.response_id).in_(ids))).all())
    return page(
        "responses/index.html", at, rows=rows, number=number, pages=max(1, -(-total // SIZE)), total=total,
        state=state, states=STATES, counts=counts, cases=cases, has_figures=False, outcome=outcome, outcomes=outcomes,
        outcome_words=OUTCOMES, signs=response_lists.signs, flagged=response_lists.flagged(at),
        lapse=lapse, lapses_at=lapses_at,
    )  # fmt: skip


@bp.get("/<int:response_id>")
@needs("look")
def show(response_id: int) -> str:
    """All answers of one response in words, its opinions in the text, its customer and its case."""
    with reading() as db:
        row = found(db, response_id)
        of = asked(db, row.version_id)
        read = readings.read(db, [response_id], language=language(), is_masked=not may("work"))[0]
        customer = db.get(Customer, row.customer_id) if row.customer_id and may("work") else None
        case = db.exec(select(Case).where(Case.response_id == response_id)).first()
        survey = db.get(Survey, row.survey_id)
        edits = _edits(db, row, of)
        mine, known = tags.of_responses(db, [response_id]).get(response_id, []), tags.used(db, row.survey_id)
    return page(
        "responses/show.html", None, row=row, survey=survey, of=of, read=read, customer=customer, case=case,
        answers=_answers(row, of), states=STATES, outcome_words=OUTCOMES, signs=response_lists.signs(row.flags),
        edits=edits,
        taxonomy=taxonomy().aspects, tags=mine, known_tags=known, has_figures=False,
    )  # fmt: skip


def _edits(db: Session, row: Response, of: Asked) -> list[dict[str, Any]]:
    """What was changed by hand, newest first: who, when, why, and what was there before."""
    wanted = (
        select(ResponseEdit, User.name)
        .join(User, col(User.id) == col(ResponseEdit.user_id), isouter=True)
        .where(ResponseEdit.response_id == row.id)
        .order_by(col(ResponseEdit.id).desc())
    )
    titles = {answer["key"]: answer["title"] for answer in _answers(row, of)}
    return [
        {
            "at": edit.at, "who": name, "reason": edit.reason if may("work") else mask(edit.reason),
            "before": [(titles.get(key, key), _before(of, key, old)) for key, old in edit.before.items()],
        }
        for edit, name in db.exec(wanted)
    ]  # fmt: skip


def _before(of: Asked, key: str, old: list[Any]) -> str:
    """An earlier answer in words."""
    if not old:
        return str(_("not shown"))
    if old[0] is None or key not in of.questions:
        return str(_("skipped"))
    words = of.questions[key].words(old[0], language())
    return words if may("work") else mask(words)


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
        row = found(db, response_id)
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


def found(db: Session, response_id: int) -> Response:
    row = db.get(Response, response_id) if response_id < 2**31 else None
    if row is None:
        raise missing()
    return row
