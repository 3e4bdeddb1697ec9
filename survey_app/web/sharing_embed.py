"""The page that puts a survey on another site: who may show it, how, when, and what to paste; and the script itself."""

import json
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from sqlmodel import Session, col, select
from werkzeug.wrappers import Response as Answer
from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from .. import clock, collecting, publishing
from ..collecting import Embedding
from ..errors import N_, NotFound, SurveyError
from ..forms.definition import Questionnaire, say
from ..forms.logic import without_pipes
from ..tables import Survey
from .access import audit, needs, public
from .assets import STATIC
from .database import config, reading, writing
from .drafting import find
from .language import refusal
from .respondent_sheet import wording
from .sharing import public_link

bp = Blueprint("sharing_embed", __name__)
MAX_PATHS = 30
LABEL, CLOSE = N_("Give feedback"), N_("Close the survey")
SETTINGS = "/* settings */"


class EmbeddingForm(FlaskForm):  # type: ignore[misc]
    sites = TextAreaField(lazy_gettext("Sites that may show the survey, one in each line"), [Length(max=4000)])
    mode = SelectField(lazy_gettext("How it appears"))
    side = SelectField(lazy_gettext("Side of the window"))
    label = StringField(lazy_gettext("Words on the button"), [Optional(), Length(max=30)])
    after = IntegerField(lazy_gettext("Seconds after the page was opened"), [Optional(), NumberRange(0, 600)])
    depth = IntegerField(lazy_gettext("Percent of the page scrolled"), [Optional(), NumberRange(1, 100)])
    exit = BooleanField(lazy_gettext("When the visitor is about to leave"))
    days = IntegerField(
        lazy_gettext("Days until it opens for the same visitor again"), [InputRequired(), NumberRange(0, 365)]
    )
    share = IntegerField(lazy_gettext("Percent of visitors who are asked"), [InputRequired(), NumberRange(1, 100)])
    paths = TextAreaField(lazy_gettext("Only on addresses that begin with"), [Optional(), Length(max=2000)])

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.mode.choices = [SelectChoice(name, lazy_gettext(words)) for name, words in collecting.MODES.items()]
        self.side.choices = [SelectChoice(name, lazy_gettext(words)) for name, words in collecting.SIDES.items()]

    def validate_sites(self, field: TextAreaField) -> None:
        try:
            collecting.as_sites(field.data.splitlines())
        except SurveyError as error:
            raise ValidationError(refusal(error)) from error

    def embedding(self) -> Embedding:
        values = {name: self[name].data for name in ("mode", "side", "after", "depth", "exit", "days", "share")}
        return Embedding(
            sites=collecting.as_sites(self.sites.data.splitlines()),
            label=" ".join((self.label.data or "").split()),
            paths=tuple(line.strip()[:200] for line in (self.paths.data or "").splitlines() if line.strip())[
                :MAX_PATHS
            ],
            **values,
        )


@bp.route("/surveys/<int:survey_id>/embed", methods=["GET", "POST"])
@needs("build")
def show(survey_id: int) -> Answer | str:
    with reading() as db:
        survey = find(db, survey_id)
        published = publishing.versions(db, survey)
        now = collecting.load_embedding(db, survey.public_id)
    form = EmbeddingForm(data=asdict(now) | {"sites": "\n".join(now.sites), "paths": "\n".join(now.paths)})
    if form.validate_on_submit():
        with writing() as db:
            collecting.save_embedding(db, survey.public_id, form.embedding())
            audit(db, "survey.embedding", subject="survey", subject_id=survey_id)
        flash(_("Saved."))
        return redirect(url_for("sharing_embed.show", survey_id=survey_id))
    return render_template(
        "sharing/embed.html", survey=survey, form=form, now=now, is_published=bool(published),
        script=f"{config().public_url}{url_for('sharing_embed.script', public_id=survey.public_id)}",
        frame=public_link(survey, "embed"), origin=config().public_url,
    )  # fmt: skip


@bp.get("/surveys/<int:survey_id>/embed/try")
@needs("build")
def attempt(survey_id: int) -> str:
    """A page like somebody's site, with the survey on it as it is set now."""
    with reading() as db:
        survey = find(db, survey_id)
        now = collecting.load_embedding(db, survey.public_id)
    return render_template("sharing/embed_try.html", survey=survey, now=now)


@bp.get("/embed/<public_id>.js")
@public
def script(public_id: str) -> Response:
    """The script that other sites load; it holds the settings and nothing of any visitor."""
    with reading() as db:
        survey = db.exec(select(Survey).where(Survey.public_id == public_id, col(Survey.archived_at).is_(None))).first()
        if survey is None:
            raise NotFound("survey", N_("There is no such page."))
        settings = _settings(db, survey)
    text = (STATIC / "embed.js").read_text(encoding="utf-8")
    answer = Response(text.replace(SETTINGS, _as_script(settings)), content_type="text/javascript; charset=utf-8")
    # Other sites load it, with and without a policy of their own; changed settings are there after some minutes.
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.headers["Cache-Control"] = "no-store" if "preview" in request.args else "public, max-age=300"
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _settings(db: Session, survey: Survey) -> dict[str, Any]:
    embedding, versions = collecting.load_embedding(db, survey.public_id), publishing.versions(db, survey)
    questionnaire = Questionnaire.model_validate(versions[0].definition if versions else survey.draft)
    is_preview = "preview" in request.args
    origin = request.host_url.rstrip("/") if is_preview else config().public_url
    closes_at = survey.closes_at
    return {
        "id": survey.public_id,
        "open": survey.is_open and bool(versions) and (closes_at is None or closes_at > clock.now()),
        "preview": is_preview,
        "origin": origin,
        "page": f"{origin}/s/{survey.public_id}",
        "hosts": embedding.sites,
        "words": {code: _words(questionnaire, code, embedding) for code in questionnaire.languages},
        **{name: value for name, value in asdict(embedding).items() if name not in ("sites", "label")},
    }


def _words(questionnaire: Questionnaire, language: str, embedding: Embedding) -> dict[str, str]:
    translate = wording(language)
    return {
        "title": without_pipes(say(questionnaire.title, language)),
        "label": embedding.label or translate(LABEL),
        "close": translate(CLOSE),
    }


def _as_script(settings: dict[str, Any]) -> str:
    """JSON that is safe in a script, even where somebody pastes the script into a page."""
    return json.dumps(settings, ensure_ascii=True).replace("<", "\\u003c")
