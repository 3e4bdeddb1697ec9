"""Importing responses from a file: upload, mapping with preview, result with the rows that were left out."""

import secrets
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from sqlmodel import Session, col, select
from werkzeug.wrappers import Response as Answer
from wtforms import SelectField, StringField
from wtforms.validators import Length

from .. import publishing
from ..collecting import importing
from ..collecting.importing import SPECIALS, ImportResult, Mapping, guess_kinds, guess_mapping, targets
from ..errors import N_, NotFound, SurveyError
from ..forms import exchange
from ..forms.definition import say
from ..forms.types import TYPES
from ..store import questionnaires
from ..store.questionnaires import Asked
from ..store.tabular import MAX_BYTES, Table, read_table
from ..tables import Survey
from .access import audit, current_user, may, needs
from .database import config, engine, reading, writing
from .imports_desk import Desk, Job
from .language import language, refusal, translate

bp = Blueprint("imports", __name__)
NEW = "new"
SAMPLES = 3


class UploadForm(FlaskForm):  # type: ignore[misc]
    """The file, and where its answers belong."""

    survey = SelectField(lazy_gettext("Survey"))
    file = FileField(lazy_gettext("CSV or XLSX file"), validators=[FileRequired(lazy_gettext("Choose a file first."))])


class OptionsForm(FlaskForm):  # type: ignore[misc]
    """What holds for the whole file."""

    name = StringField(lazy_gettext("Name of the new survey"), validators=[Length(max=120)])
    missing = StringField(lazy_gettext("Further values that mean “no answer”"), validators=[Length(max=100)])
    cases = SelectField(lazy_gettext("Open cases for low scores"))


@dataclass(frozen=True, slots=True)
class ColumnView:
    """One column of the file on the mapping page."""

    name: str
    field: str
    samples: list[str]
    chosen: str


def _desk() -> Desk:
    return Desk(config().data)


def _me() -> int:
    user = current_user()
    assert user is not None
    assert user.id is not None
    return user.id


@bp.get("/responses/import")
@needs("analyse")
def index() -> str:
    return _upload_page(UploadForm(survey=request.args.get("survey", "")))


@bp.post("/responses/import")
@needs("analyse")
def upload() -> Answer | str | tuple[str, int]:
    request.max_content_length = MAX_BYTES + 64 * 1024
    form = UploadForm()
    form.survey.choices = _survey_choices()
    if not form.validate_on_submit():
        return _upload_page(form), 422
    content, name = form.file.data.read(), form.file.data.filename or "upload"
    try:
        read_table(content, name)
    except SurveyError as error:
        form.file.errors = [refusal(error)]
        return _upload_page(form), 422
    token = _desk().keep(content, name, _me())
    return redirect(url_for("imports.mapping", token=token, survey=form.survey.data))


@bp.get("/responses/import/<token>")
@needs("analyse")
def mapping(token: str) -> str:
    table, name = _desk().table(token, _me())
    wanted = request.args.get("survey", NEW)
    asked = _asked(wanted)
    guessed = guess_mapping(asked, table) if asked else guess_kinds(table)
    maker = importing.maker_of(table.headers)
    form = _options_form(name=name.rsplit(".", 1)[0], missing=", ".join(maker.missing) if maker else "")
    return _mapping_page(token, table, name, wanted, asked, guessed, form)


@bp.post("/responses/import/<token>")
@needs("analyse")
def run(token: str) -> Answer | str | tuple[str, int]:
    table, name = _desk().table(token, _me())
    wanted = request.form.get("survey", NEW)
    asked, form = _asked(wanted), _options_form()
    chosen = {
        header: value
        for position, header in enumerate(table.headers)
        if (value := request.form.get(f"column-{position}", ""))
    }
    try:
        if not form.validate_on_submit():
            raise SurveyError("import-form", N_("One of the fields below is not filled in correctly."))
        if request.form.get("go") == "check":
            checked = _check(table, asked, chosen, form)
            return _mapping_page(token, table, name, wanted, asked, chosen, form, checked=checked)
        return _start(token, table, asked, chosen, form)
    except NotFound:
        raise
    except SurveyError as error:
        return _mapping_page(token, table, name, wanted, asked, chosen, form, problem=refusal(error)), 422


def _check(table: Table, asked: Asked | None, chosen: Mapping, form: OptionsForm) -> ImportResult:
    """What the import would do; a survey that is not made yet is tried on paper."""
    if asked is None:
        definition, chosen = importing.definition_for(table, form.name.data or _("Imported answers"), chosen)
        asked = Asked(0, 0, 1, definition)
    return importing.check_responses(asked, table, chosen, **_options(form))


def _start(token: str, table: Table, asked: Asked | None, chosen: Mapping, form: OptionsForm) -> Answer:
    running = _desk().job(token)
    if running is not None and not running.is_interrupted and running.state == "running":
        return redirect(url_for("imports.result", token=token))
    if asked is None:
        asked, chosen = _new_survey(table, form.name.data or _("Imported answers"), chosen)
    else:
        importing.plan(asked, table, chosen)
    user = current_user()
    with writing() as session:
        survey = session.get_one(Survey, asked.survey_id)
        job = Job(token, asked.survey_id, survey.name, secrets.token_urlsafe(9), user=user.name if user else "")
        audit(session, "responses.imported", subject="survey", subject_id=asked.survey_id, data={"batch": job.batch})
    options = _options(form) | {"opens_cases": form.cases.data == "yes"}
    _desk().run(engine(), job, asked, table, chosen, **options)
    return redirect(url_for("imports.result", token=token))


def _new_survey(table: Table, name: str, kinds: Mapping) -> tuple[Asked, Mapping]:
    definition, chosen = importing.definition_for(table, name, kinds)
    questionnaire = exchange.validate(definition)
    with writing() as session:
        survey = publishing.create_survey(session, name, questionnaire)
        session.flush()
        if wrong := next((remark for remark in publishing.check(session, survey) if remark.is_error), None):
            column = next((header for header, target in chosen.items() if target == wrong.item), name)
            problem = translate(wrong.message, wrong.values or None)
            raise SurveyError("import-doctor", N_("%(column)s: %(problem)s"), column=column, problem=problem)
        version = publishing.publish(session, survey, _me())
        session.flush()
        audit(session, "survey.imported", subject="survey", subject_id=survey.id, data={"version": version.number})
        assert version.id is not None
        return questionnaires.asked(session, version.id), chosen


@bp.get("/responses/import/<token>/result")
@needs("analyse")
def result(token: str) -> str:
    job = _desk().job(token)
    if job is None:
        raise NotFound("import-job", N_("There is no such import."), N_("Look at the list of recent imports."))
    reasons = [
        (error["row"], error["column"], translate(error["message"], error["values"] or None)) for error in job.errors
    ]
    problem = job.problem and f"{translate(job.problem['message'], job.problem['values'] or None)} "
    hint = translate(job.problem["hint"], job.problem["values"] or None) if job.problem.get("hint") else ""
    return render_template(
        "imports/result.html", job=job, reasons=reasons, problem=f"{problem}{hint}" if problem else ""
    )


@bp.post("/responses/import/<token>/undo")
@needs("analyse")
def undo(token: str) -> Answer:
    job = _desk().job(token)
    if job is None or job.state not in ("done", "failed"):
        raise NotFound("import-job", N_("There is no such import."), N_("Look at the list of recent imports."))
    count = importing.undo_import(engine(), job.survey_id, job.batch)
    with writing() as session:
        audit(session, "responses.import_undone", subject="survey", subject_id=job.survey_id, data={"batch": job.batch})
    job.state = "undone"
    _desk().write(job)
    flash(_("%(count)s responses were taken out again.", count=f"{count:,}"))
    return redirect(url_for("imports.index"))


# -- inside ----------------------------------------------------------------------------------------------------
def _options(form: OptionsForm) -> dict[str, Any]:
    missing = {text.strip() for text in (form.missing.data or "").replace("，", ",").split(",") if text.strip()}
    return {"missing": missing, "timezone": config().timezone}


def _options_form(**values: str) -> OptionsForm:
    form = OptionsForm(**values)
    form.cases.choices = [("no", _("No: these answers are history")), ("yes", _("Yes: they are fresh"))]
    return form


def _published(session: Session) -> list[Survey]:
    return list(session.exec(select(Survey).where(col(Survey.archived_at).is_(None)).order_by(col(Survey.id))))


def _survey_choices() -> list[tuple[str, str]]:
    with reading() as session:
        known = [survey for survey in _published(session) if questionnaires.latest(session, survey.id or 0)]
    made = [(NEW, _("A new survey made from the file"))] if may("build") else []
    return [(str(survey.id), survey.name) for survey in known] + made


def _asked(wanted: str) -> Asked | None:
    if wanted == NEW and may("build"):
        return None
    with reading() as session:
        survey = (
            session.get(Survey, int(wanted)) if wanted.isascii() and wanted.isdigit() and len(wanted) < 10 else None
        )
        asked = questionnaires.latest(session, survey.id or 0) if survey else None
    if asked is None:
        raise NotFound("import-survey", N_("There is no such survey."), N_("Choose one of the list."))
    return asked


def _upload_page(form: UploadForm) -> str:
    form.survey.choices = _survey_choices()
    return render_template("imports/index.html", form=form, jobs=_desk().recent())


def _mapping_page(
    token: str, table: Table, name: str, wanted: str, asked: Asked | None, chosen: Mapping, form: OptionsForm,
    *, checked: ImportResult | None = None, problem: str = "",
) -> str:  # fmt: skip
    sample = table.head(200)
    columns = []
    for position, header in enumerate(table.headers):
        values = list(dict.fromkeys(row[position] for row in sample if row[position]))[:SAMPLES]
        columns.append(ColumnView(header, f"column-{position}", [v[:60] for v in values], chosen.get(header, "")))
    reasons = [
        (error.row, error.column, translate(error.message, error.values or None))
        for error in (checked.errors[:20] if checked else [])
    ]
    return render_template(
        "imports/mapping.html", token=token, name=name, wanted=wanted, is_new=asked is None, columns=columns,
        targets=_targets(asked), specials=[(key, translate(label)) for key, label in SPECIALS.items()],
        form=form, checked=checked, reasons=reasons, problem=problem, table=table,
        maker=importing.maker_of(table.headers),
    )  # fmt: skip


def _targets(asked: Asked | None) -> list[tuple[str, str]]:
    """What a column can become: a question of the survey, or a type of question for a new one."""
    if asked is None:
        return [
            (name, translate(kind.label))
            for name, kind in TYPES.items()
            if kind.is_asked and "rows" not in kind.Options.model_fields
        ]
    found = []
    for key, question in asked.questions.items():
        for target in targets(question):
            words = say(question.item.text, language()) or key
            found.append((target, f"{words[:60]} ({target})"))
    return found
