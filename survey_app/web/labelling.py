"""Check and teach: one open answer after another, its clauses labelled by keys, and the last one taken back."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from sqlmodel import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Answer

from .. import scoring
from ..analysis.text import mask
from ..errors import N_, SurveyError
from ..reporting import accuracy
from ..store.due import is_waiting
from ..store.opinions import of_responses
from .access import current_user, needs
from .cuts import looking, page, taxonomy
from .database import reading, writing
from .errors import missing

bp = Blueprint("labelling", __name__, url_prefix="/opinions/label")
QUEUES = (scoring.SAMPLE, scoring.TEACH)
LETTERS = "abcdefghijklmnopqrstuvwxyABCDEFGHIJKLMNOPQRSTUVWXY"
"""Keys of aspects in order; z takes back."""
ENOUGH = {scoring.SAMPLE: 100, scoring.TEACH: 100}
"""From so many answers on, a sample tells something and a model learns something."""


@bp.get("")
@needs("work")
def show() -> str:
    """The next answer of a queue, with its clauses to be labelled."""
    at, queue = looking(), request.args.get("queue", scoring.SAMPLE)
    queue = queue if queue in QUEUES else scoring.SAMPLE
    if at.survey is None or at.survey.id is None:
        return page("labelling/show.html", at, task=None, queue=queue, has_figures=False)
    with reading() as db:
        task = _wanted(db) or scoring.next_task(db, at.survey.id, queue, _me())
        counts = scoring.count_of(db, at.survey.id, _me())
        card = accuracy.card(db, at.survey.id, scoring.chosen(db).named, at.frame)
        is_measuring = is_waiting(db, "check", at.survey.id)
        hints = _hints(db, task) if task and queue == scoring.TEACH else {}
    return page(
        "labelling/show.html", at, task=task, queue=queue, counts=counts, goals=ENOUGH, hints=hints, card=card,
        words=mask(task.words) if task else "", keys=dict(zip(LETTERS, taxonomy().aspects, strict=False)),
        is_measuring=is_measuring, has_figures=False,
    )  # fmt: skip


def _wanted(db: Session) -> scoring.Task | None:
    """The answer named in the address, as after taking a label back."""
    response_id, item = request.args.get("response", type=int), request.args.get("item", "")
    return scoring.task(db, response_id, item) if response_id and response_id < 2**31 else None


def _hints(db: Session, task: scoring.Task) -> dict[tuple[int, int], Any]:
    """What the model says about each clause of an answer for teaching; a sample is labelled without knowing it."""
    said = of_responses(db, [task.response.id or 0]).get(task.response.id or 0, [])
    mine = [one for one in said if one.item_key == task.item_key]
    return {span: [one for one in mine if one.start < span[1] and span[0] < one.stop] for span in task.clauses}


def _me() -> int | None:
    user = current_user()
    return user.id if user else None


@bp.post("")
@needs("work")
def save() -> Answer:
    """Write the labels of one answer and go on to the next."""
    form, queue = request.form, _queue()
    response_id = form.get("response", type=int)
    with writing() as db:
        task = scoring.task(db, response_id, form.get("item", "")) if response_id and response_id < 2**31 else None
        if task is None:
            raise missing()
        scoring.label(db, task, queue, _said(form, task), _me())
    return redirect(url_for("labelling.show", survey=task.response.survey_id, queue=queue))


@bp.post("/undo")
@needs("work")
def undo() -> Answer:
    """Take back the last answer I labelled and show it again."""
    survey_id, queue = request.form.get("survey", type=int), _queue()
    if survey_id is None or survey_id >= 2**31:
        raise missing()
    with writing() as db:
        task = scoring.undo(db, survey_id, queue, _me())
    response, item = (task.response.id, task.item_key) if task else (None, None)
    return redirect(url_for("labelling.show", survey=survey_id, queue=queue, response=response, item=item))


def _queue() -> str:
    queue = request.form.get("queue", "")
    if queue not in QUEUES:
        raise SurveyError("queue", N_("There is no such list of answers."), N_("Open “Check and teach” again."))
    return queue


def _said(form: MultiDict[str, str], task: scoring.Task) -> list[scoring.Said]:
    """The labels in the form, a clause each."""
    made = []
    for place, (start, stop) in enumerate(task.clauses):
        value = form.get(f"polarity-{place}", "")
        if value not in ("-1", "0", "1", "none"):
            raise SurveyError(
                "label", N_("Clause %(n)s has no label yet."), N_("Press 1, 2, 3 or 0 for each clause."), n=place + 1
            )
        about = tuple(dict.fromkeys(form.getlist(f"aspects-{place}")))
        is_opinion = value != "none"
        made.append(scoring.Said(start, stop, int(value) if is_opinion else None, about if is_opinion else ()))
    return made
