"""The builder: a draft and its live preview side by side; every edit is a small form that names its revision."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from .. import publishing
from ..errors import Conflict, SurveyError
from ..forms import doctor, drafts
from ..forms.definition import Questionnaire
from ..forms.proof import prove
from ..tables import Survey
from .access import audit, current_user, needs
from .builder_item import item_form, save_item
from .builder_page import in_versions, overtaken, render
from .builder_preview import draft_page
from .database import reading, writing
from .drafting import change, find, in_words, place, refuse, revision
from .language import language

bp = Blueprint("builder", __name__, url_prefix="/surveys/<int:survey_id>/build")


@bp.get("")
@needs("build")
def edit(survey_id: int) -> str:
    return render(survey_id)


def _opened(survey_id: int, key: str) -> str:
    return url_for("builder.edit", survey_id=survey_id, item=key, _anchor=f"q-{key}")


# -- items -----------------------------------------------------------------------------------------------------


@bp.post("/items")
@needs("build")
def add_item(survey_id: int) -> Answer:
    page, kind = request.form.get("page", 0, type=int), request.form.get("type", "")
    added: list[str] = []
    with reading() as db:
        taken = publishing.used_keys(db, find(db, survey_id))

    def edit(draft: Questionnaire) -> Questionnaire:
        fresh, key = drafts.add_item(draft, kind, page, taken=taken)
        added.append(key)
        return fresh

    answer = change(survey_id, edit)
    return redirect(_opened(survey_id, added[0])) if added else answer


@bp.route("/items/<key>", methods=["GET", "POST"])
@needs("build")
def edit_item(survey_id: int, key: str) -> Answer | tuple[str, int]:
    """Save one question. What was typed stays on the page when it is refused, or when somebody else was faster."""
    if request.method == "GET":
        return redirect(url_for("builder.edit", survey_id=survey_id, item=key))
    with reading() as db:
        survey = find(db, survey_id)
        draft, is_fixed = publishing.draft_of(survey), in_versions(publishing.versions(db, survey), key)
    before = drafts.item_of(draft, key)
    form = item_form(before, draft.languages)
    item = save_item(form, before, draft.languages, is_key_fixed=is_fixed)
    if item is None:
        return render(survey_id, form, key=key), 422
    try:
        with writing() as db:
            survey = find(db, survey_id)
            fresh = drafts.replace_item(publishing.draft_of(survey), key, item)
            publishing.save_draft(db, survey, fresh, revision=revision())
    except Conflict:
        overtaken()
        return render(survey_id, form, key=key), 409
    except SurveyError as error:
        refuse(error)
        return render(survey_id, form, key=key), 422
    return redirect(_opened(survey_id, item.key))


@bp.post("/items/<key>/move")
@needs("build")
def move_item(survey_id: int, key: str) -> Answer:
    """One step up or down, or to a page and a place on it."""
    page, index = request.form.get("to_page", type=int), request.form.get("to", 0, type=int)
    if page is not None:
        return change(survey_id, lambda draft: drafts.move_item(draft, key, page, index), **place())
    step = -1 if request.form.get("step") == "up" else 1
    return change(survey_id, lambda draft: drafts.step_item(draft, key, step), **place())


@bp.post("/items/<key>/duplicate")
@needs("build")
def duplicate_item(survey_id: int, key: str) -> Answer:
    with reading() as db:
        taken = publishing.used_keys(db, find(db, survey_id))
    return change(survey_id, lambda draft: drafts.duplicate_item(draft, key, taken=taken)[0], **place())


@bp.post("/items/<key>/rewrite")
@needs("build")
def rewrite_item(survey_id: int, key: str) -> Answer:
    """What the doctor would write instead, for one of its remarks; it is worked out anew, never taken from the page."""
    rule = request.form.get("rule", "")
    with reading() as db:
        taken = publishing.used_keys(db, find(db, survey_id))

    def edit(draft: Questionnaire) -> Questionnaire:
        items = doctor.rewrite(draft, key, rule)
        return drafts.rewrite_item(draft, key, items, taken=taken)

    return change(survey_id, edit, **place())


@bp.post("/items/<key>/delete")
@needs("build")
def delete_item(survey_id: int, key: str) -> Answer:
    answer = change(survey_id, lambda draft: drafts.remove_item(draft, key))
    flash(_("The question was removed. Undo brings it back."))
    return answer


# -- undo, preview, publish ------------------------------------------------------------------------------------


@bp.post("/undo")
@needs("build")
def undo(survey_id: int) -> Answer:
    try:
        with writing() as db:
            publishing.undo(db, find(db, survey_id), revision=revision())
    except SurveyError as error:
        refuse(error)
    return redirect(url_for("builder.edit", survey_id=survey_id))


@bp.get("/preview")
@needs("build")
def preview(survey_id: int) -> Response:
    """A page of the draft as customers will see it; it takes no answers."""
    with reading() as db:
        survey = find(db, survey_id)
    wanted = request.args.get("in", "")
    return Response(draft_page(survey, request.args.get("page", 0, type=int), wanted or language()))


@bp.route("/publish", methods=["GET", "POST"])
@needs("build")
def publish(survey_id: int) -> Answer | str:
    """What would change and what stands in the way; a POST publishes that very revision."""
    if request.method == "POST":
        return _publish(survey_id)
    with reading() as db:
        survey = find(db, survey_id)
        draft = publishing.draft_of(survey)
        remarks, found = in_words(publishing.check(db, survey)), publishing.changes_to_publish(db, survey)
        published = publishing.versions(db, survey)
    return render_template(
        "surveys/publish.html", survey=survey, remarks=remarks, changes=found, published=published,
        draft=draft, proof=prove(draft), has_errors=any(remark.is_error for remark in remarks),
    )  # fmt: skip


def _publish(survey_id: int) -> Answer:
    user = current_user()
    try:
        with writing() as db:
            survey: Survey = find(db, survey_id)
            version = publishing.publish(db, survey, user.id if user else None, revision=revision())
            if request.form.get("open"):
                publishing.open_survey(db, survey)
            audit(
                db, "survey.published", subject="survey", subject_id=survey_id, data={"version": version.number}
            )  # fmt: skip
    except SurveyError as error:
        refuse(error)
        return redirect(url_for("builder.publish", survey_id=survey_id))
    flash(_("Version %(number)s is published.", number=version.number))
    return redirect(url_for("sharing.show", survey_id=survey_id))
