"""Paper forms: printing them, and the screens on which staff enter what came back."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from sqlalchemy import func
from sqlmodel import Session, col, select
from werkzeug.wrappers import Response as Answer

from .. import clock, collecting
from ..channels import qr
from ..collecting import Form
from ..errors import N_, NotFound
from ..store import questionnaires
from ..tables import Response as ResponseRow
from ..tables import Survey, Version
from .access import current_user, needs, ticketed
from .database import reading
from .drafting import find
from .paper import sheets
from .respondent import respond_at
from .respondent_asking import Asking, Reply
from .respondent_entry import PAPER, Desk, at_form
from .respondent_sheet import NAMES, wording

bp = Blueprint("entry", __name__)
MAX_COPIES = 100
FORM = N_("Form number")


@bp.get("/surveys/<int:survey_id>/paper")
@needs("build")
def paper(survey_id: int) -> str:
    """The questionnaire to print: each copy with a code of its own."""
    with reading() as db:
        survey = find(db, survey_id)
        asked = questionnaires.latest(db, survey_id)
    if asked is None:
        return render_template("sharing/paper_none.html", survey=survey)
    offered, wanted = asked.questionnaire.languages, request.args.get("words_in", "")
    language = wanted if wanted in offered else offered[0]
    copies = min(max(request.args.get("copies", 1, type=int), 1), MAX_COPIES)
    forms = [collecting.new_form(asked.version_id) for _ in range(copies)]
    return render_template(
        "sharing/paper.html", survey=survey, sheets=sheets(asked, language), copies=copies, max_copies=MAX_COPIES,
        forms=[(form.code, qr.data_uri(form.code)) for form in forms], words=language,
        form_word=wording(language)(FORM), languages={code: NAMES[code] for code in offered}, on_paper=True,
    )  # fmt: skip


@bp.route("/entry", methods=["GET", "POST"])
@needs("work")
def desk() -> Answer | str:
    """Where the code of a form is typed or scanned; the next one after each."""
    typed = request.form.get("code", "").strip()[:60]
    form = collecting.read_form(typed or request.args.get("after", ""))
    if request.method == "POST" and form is not None:
        return redirect(url_for("entry.take", code=form.code))
    with reading() as db:
        after, today = _after(db, form) if form and not typed else None, _today(db)
    return render_template("sharing/entry.html", typed=typed, is_wrong=bool(typed), after=after, today=today)


def _after(db: Session, form: Form) -> ResponseRow | None:
    return db.exec(select(ResponseRow).where(ResponseRow.ticket == form.key)).first()


def _today(db: Session) -> int:
    """Forms entered today, by everybody."""
    since = clock.start_of_day()
    wanted = select(func.count()).where(ResponseRow.channel == PAPER.name, col(ResponseRow.submitted_at) >= since)
    return db.exec(wanted).one()


@bp.route("/entry/<code>", methods=["GET", "POST"])
@ticketed
@needs("work")
def take(code: str) -> Answer | Response:
    """One form, entered page by page through the same checks as a link."""
    form = collecting.read_form(code)
    with reading() as db:
        found = (
            form
            and db.exec(
                select(Survey.public_id)
                .join(Version, col(Version.survey_id) == col(Survey.id))
                .where(Version.id == form.version_id, col(Survey.archived_at).is_(None))
            ).first()
        )
    if form is None or not found:
        raise NotFound("form", N_("There is no form with this code. Look at it again."))
    user, asking = current_user(), Asking(request.environ)
    desk = Desk(f"/entry/{form.code}", url_for("entry.desk", after=form.code), user.name if user else "")
    return flask_answer(respond_at(asking, lambda: at_form(asking, form, found, desk)))


def flask_answer(reply: Reply) -> Response:
    return Response(reply.html, reply.status, reply.headers)
