"""Surveys: the list, new ones from templates or files, settings, versions."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from sqlalchemy import func
from sqlmodel import col, select
from werkzeug.wrappers import Response as Answer
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from .. import publishing
from ..errors import N_, NotFound, SurveyError
from ..forms import exchange, gallery
from ..forms.definition import Page, Questionnaire
from ..forms.logic import without_pipes
from ..tables import Response as ResponseRow
from ..tables import Survey, User, Version
from .access import audit, needs
from .database import reading, writing
from .drafting import find, refuse
from .errors import missing
from .language import language, translate

bp = Blueprint("surveys", __name__, url_prefix="/surveys")

ACTS = {
    "open": (publishing.open_survey, N_("The survey takes answers now.")),
    "close": (publishing.close_survey, N_("The survey takes no new answers now.")),
    "archive": (publishing.archive, N_("The survey is in the archive. Its answers are kept.")),
    "restore": (publishing.restore, N_("The survey is back on the list.")),
}
"""What can be done to a survey with one button, and what is said then."""


class SettingsForm(FlaskForm):  # type: ignore[misc]
    name = StringField(lazy_gettext("Survey name"), [InputRequired(), Length(max=120)])


# -- the list --------------------------------------------------------------------------------------------------


@bp.get("")
@needs("build")
def index() -> str:
    wants_archive = request.args.get("archived") == "1"
    with reading() as db:
        archived = col(Survey.archived_at).is_not(None)
        found = select(Survey).where(archived if wants_archive else ~archived).order_by(col(Survey.id).desc())
        surveys = list(db.exec(found))
        counts = {(survey_id, state): n for survey_id, state, n in db.exec(_counts())}
        published = {survey_id: (number, at) for survey_id, number, at in db.exec(_published())}
        archive = db.exec(select(func.count()).select_from(Survey).where(archived)).one()
    cards = [
        {
            "survey": survey, "draft": survey.draft, "number": published.get(survey.id, (0, None))[0],
            "published_at": published.get(survey.id, (0, None))[1],
            "submitted": counts.get((survey.id, "submitted"), 0), "partial": counts.get((survey.id, "partial"), 0),
            "questions": sum(len(page.get("items", ())) for page in survey.draft.get("pages", ())),
        }
        for survey in surveys
    ]  # fmt: skip
    return render_template("surveys/index.html", cards=cards, wants_archive=wants_archive, archive=archive)


def _counts() -> Any:
    return select(ResponseRow.survey_id, ResponseRow.state, func.count()).group_by(
        col(ResponseRow.survey_id), col(ResponseRow.state)
    )


def _published() -> Any:
    return select(Version.survey_id, func.max(Version.number), func.max(Version.published_at)).group_by(
        col(Version.survey_id)
    )


@bp.route("/new", methods=["GET", "POST"])
@needs("build")
def new() -> Answer | str:
    """The gallery; a POST makes a survey from a template, or an empty one."""
    if request.method == "GET":
        return render_template("surveys/new.html", templates=gallery.templates(), without_pipes=without_pipes)
    wanted, name = request.form.get("template", ""), request.form.get("name", "")
    empty = Questionnaire(title={language(): name.strip() or _("New survey")}, languages=(language(),), pages=(Page(),))
    return _create(name, publishing.from_template(wanted) if wanted else empty)


def _create(name: str, questionnaire: Questionnaire) -> Answer:
    with writing() as db:
        survey = publishing.create_survey(db, name, questionnaire)
        audit(db, "survey.created", subject="survey", subject_id=survey.id)
    return redirect(url_for("builder.edit", survey_id=survey.id))


# -- one survey ------------------------------------------------------------------------------------------------


@bp.get("/<int:survey_id>")
@needs("build")
def show(survey_id: int) -> Answer:
    return redirect(url_for("builder.edit", survey_id=survey_id))


@bp.post("/<int:survey_id>/<any(open, close, archive, restore):act>")
@needs("build")
def change(survey_id: int, act: str) -> Answer:
    do, said = ACTS[act]
    try:
        with writing() as db:
            do(db, find(db, survey_id))
            audit(db, f"survey.{act}", subject="survey", subject_id=survey_id)
    except SurveyError as error:
        refuse(error)
    else:
        flash(translate(said))
    return redirect(_back(survey_id))


def _back(survey_id: int) -> str:
    """The page of this survey that the button stood on."""
    if request.form.get("back") == "share":
        return url_for("sharing.show", survey_id=survey_id)
    return url_for("surveys.index")


@bp.post("/<int:survey_id>/duplicate")
@needs("build")
def duplicate(survey_id: int) -> Answer:
    with writing() as db:
        survey = find(db, survey_id)
        copy = publishing.duplicate(db, survey, _("%(name)s (copy)", name=survey.name[:100]))
        audit(db, "survey.created", subject="survey", subject_id=copy.id, data={"copy_of": survey_id})
    return redirect(url_for("builder.edit", survey_id=copy.id))


@bp.route("/<int:survey_id>/settings", methods=["GET", "POST"])
@needs("build")
def settings(survey_id: int) -> Answer | str:
    with reading() as db:
        survey = find(db, survey_id)
    form = SettingsForm(name=survey.name)
    if form.validate_on_submit():
        with writing() as db:
            publishing.rename(db, find(db, survey_id), form.name.data)
            audit(db, "survey.settings", subject="survey", subject_id=survey_id)
        flash(_("Saved."))
        return redirect(url_for("surveys.settings", survey_id=survey_id))
    return render_template("surveys/settings.html", survey=survey, form=form)


@bp.get("/<int:survey_id>/versions")
@needs("build")
def versions(survey_id: int) -> str:
    with reading() as db:
        survey = find(db, survey_id)
        rows = publishing.versions(db, survey)
        people = {user.id: user.name for user in db.exec(select(User))}
        submitted = (
            select(ResponseRow.version_id, func.count())
            .where(ResponseRow.survey_id == survey_id, ResponseRow.state == "submitted")
            .group_by(col(ResponseRow.version_id))
        )
        counts = dict(db.exec(submitted).all())
        has_changes = bool(publishing.changes_to_publish(db, survey))
    return render_template(
        "surveys/versions.html", survey=survey, versions=rows, people=people, counts=counts, has_changes=has_changes
    )


@bp.get("/<int:survey_id>/export.<any(json, yaml):form>")
@needs("build")
def export(survey_id: int, form: str) -> Response:
    """The draft, or with `version` a published one, as a file."""
    number = request.args.get("version", "")
    try:
        with reading() as db:
            questionnaire = publishing.found(db, find(db, survey_id), number or publishing.DRAFT)
    except NotFound as error:
        raise missing() from error
    text, kind = (
        (exchange.dump_json(questionnaire), "application/json")
        if form == "json"
        else (exchange.dump_yaml(questionnaire), "application/yaml")
    )
    name = f"survey-{survey_id}{f'-v{number}' if number else ''}.{form}"
    return Response(text, content_type=f"{kind}; charset=utf-8", headers=_download(name))


def _download(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
