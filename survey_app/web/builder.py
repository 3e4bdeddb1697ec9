"""The builder: a draft and its live preview side by side; every edit is a small form that names its revision."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from .. import publishing
from ..errors import N_, Conflict, SurveyError
from ..forms import doctor, drafts
from ..forms.definition import LANGUAGES, Item, Questionnaire
from ..forms.remarks import Remark
from ..forms.types import TYPES, QuestionType
from ..tables import Survey
from .access import audit, current_user, needs
from .builder_item import item_form, save_item, show_item
from .builder_preview import draft_page
from .conditions import chooser
from .database import reading, writing
from .drafting import change, find, in_words, place, refuse, revision
from .language import language, sentences

bp = Blueprint("builder", __name__, url_prefix="/surveys/<int:survey_id>/build")
NOT_SAVED = N_("Somebody else has changed this questionnaire while you were writing, so your text is not saved yet.")
STILL_HERE = N_("It still stands in the form: save again, and it replaces what they may have changed in this question.")


@bp.get("")
@needs("build")
def edit(survey_id: int) -> str:
    return _render(survey_id)


def _render(survey_id: int, form: Any = None, **more: Any) -> str:
    """The builder; `item`, `ending` or `part` in the address says what is open."""
    with reading() as db:
        survey = find(db, survey_id)
        draft, remarks = publishing.draft_of(survey), in_words(publishing.check(db, survey))
        published, can_undo = publishing.versions(db, survey), publishing.can_undo(db, survey)
    key = more.get("key") or request.args.get("item", "")
    item = draft.item(key)
    page = drafts.place_of(draft, key)[0] if item else min(request.args.get("page", 0, type=int), len(draft.pages) - 1)
    if item and form is None and item.type in TYPES:
        form = show_item(item, draft.languages)
    return render_template(
        "surveys/build.html", survey=survey, draft=draft, item=item, form=form, page=max(0, page),
        types=_families(), kinds=TYPES, all_languages=LANGUAGES,
        open_part=request.args.get("part", ""), open_ending=request.args.get("ending", type=int),
        marks=_marks(remarks), remarks=remarks, minutes=doctor.minutes(draft), target=doctor.TARGET,
        published=published, can_undo=can_undo, is_key_fixed=_in_versions(published, key),
        is_unsaved=request.method == "POST", chooser=_chooser(draft, item, form),
    )  # fmt: skip


def _chooser(draft: Questionnaire, item: Item | None, form: Any) -> dict[str, Any]:
    """The lists for the condition that is open, of which there is one at most."""
    ending, part = request.args.get("ending", type=int), request.args.get("part", "")
    if item:
        typed = form.show_if.data if form is not None else item.show_if
        return chooser(draft, typed or "", item=item.key)
    if ending is not None and 0 <= ending < len(draft.endings):
        return chooser(draft, draft.endings[ending].show_if)
    number = int(part[4:]) if part.startswith("page") and part[4:].isdecimal() else -1
    if 0 <= number < len(draft.pages):
        return chooser(draft, draft.pages[number].show_if, page=number)
    return {}


def _families() -> list[list[type[QuestionType]]]:
    """The types as the list shows them: family by family, each beside its kin."""
    families: dict[str, list[type[QuestionType]]] = {}
    for kind in sorted(TYPES.values(), key=lambda kind: kind.order):
        families.setdefault(kind.family, []).append(kind)
    return list(families.values())


def _in_versions(published: list[Any], key: str) -> bool:
    return any(
        key == item["key"] for version in published for page in version.definition["pages"] for item in page["items"]
    )


def _marks(remarks: list[Remark]) -> dict[tuple[str, Any], list[Remark]]:
    """Remarks by where they belong: an item, a page, an ending, or the whole."""
    marks: dict[tuple[str, Any], list[Remark]] = {}
    for remark in remarks:
        place = (
            ("item", remark.item) if remark.item
            else ("ending", remark.ending) if remark.ending is not None
            else ("page", remark.page) if remark.page is not None
            else ("all", None)
        )  # fmt: skip
        marks.setdefault(place, []).append(remark)
    return marks


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
        draft, is_fixed = publishing.draft_of(survey), _in_versions(publishing.versions(db, survey), key)
    before = drafts.item_of(draft, key)
    form = item_form(before, draft.languages)
    item = save_item(form, before, draft.languages, is_key_fixed=is_fixed)
    if item is None:
        return _render(survey_id, form, key=key), 422
    try:
        with writing() as db:
            survey = find(db, survey_id)
            fresh = drafts.replace_item(publishing.draft_of(survey), key, item)
            publishing.save_draft(db, survey, fresh, revision=revision())
    except Conflict:
        flash(sentences(_(NOT_SAVED), _(STILL_HERE)), "bad")
        return _render(survey_id, form, key=key), 409
    except SurveyError as error:
        refuse(error)
        return _render(survey_id, form, key=key), 422
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
        remarks, found = in_words(publishing.check(db, survey)), publishing.changes_to_publish(db, survey)
        published = publishing.versions(db, survey)
    return render_template(
        "surveys/publish.html", survey=survey, remarks=remarks, changes=found, published=published,
        draft=publishing.draft_of(survey), has_errors=any(remark.is_error for remark in remarks),
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
