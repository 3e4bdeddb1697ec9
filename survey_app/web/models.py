"""Versions of the text model: taught by labels, compared, put to use, rolled back, with the figures before."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlmodel import Session, col, select
from werkzeug.wrappers import Response as Answer

from .. import scoring
from ..reporting import accuracy
from ..store.due import is_waiting
from ..tables import ModelUse, ModelVersion
from .access import audit, current_user, needs
from .cuts import looking, page
from .database import reading, writing

bp = Blueprint("models", __name__, url_prefix="/opinions/models")
SHOWN = 20


@bp.get("")
@needs("look")
def show() -> str:
    """The model in use, what can be learned from, all versions, and what the last change did to the figures."""
    at = looking()
    if at.survey is None or at.survey.id is None:
        return page("opinions/models.html", at, has_figures=False)
    with reading() as db:
        now = scoring.in_use(db)
        versions = list(db.exec(select(ModelVersion).order_by(col(ModelVersion.id).desc()).limit(SHOWN)))
        labels = scoring.lessons(db)
        newest = versions[0].last_label if versions else 0
        shown: dict[str, Any] = {
            "card": accuracy.card(db, at.survey.id, scoring.chosen(db).named, at.frame), "now": now,
            "versions": versions, "labels": len(labels), "fresh": sum((one.id or 0) > newest for one in labels),
            "is_teaching": is_waiting(db, "teach", 0), "is_reading": is_waiting(db, "rescore", at.survey.id),
            "changes": _changes(db, at.survey.id), "used": scoring.used_times(db),
        }  # fmt: skip
    return page(
        "opinions/models.html", at, least=scoring.LEAST, is_better=scoring.is_better, has_figures=False, **shown
    )


def _changes(db: Session, survey_id: int) -> dict[str, Any] | None:
    """The figures of a survey before the last change of model and now; None where nothing was ever changed."""
    last = db.exec(select(ModelUse).order_by(col(ModelUse.id).desc()).limit(1)).first()
    if last is None or str(survey_id) not in last.before:
        return None
    before, now = last.before[str(survey_id)], scoring.figures(db, survey_id)
    order = sorted({*before, *now}, key=lambda code: (code == "", -sum(now.get(code, before.get(code, [])))))
    none = [0, 0, 0]
    return {
        "at": last.at, "name": last.before_name,
        "rows": [(code, before.get(code, none), now.get(code, none)) for code in order],
    }  # fmt: skip


@bp.post("/teach")
@needs("analyse")
def teach() -> Answer:
    """Have a new version taught; the worker does it."""
    with writing() as db:
        scoring.ask_to_teach(db)
        audit(db, "model.taught", subject="model")
    return _back()


@bp.post("/use")
@needs("analyse")
def use() -> Answer:
    """Put a version to use, or the model as it ships; all figures are read anew."""
    user = current_user()
    version_id = request.form.get("version", type=int)
    with writing() as db:
        scoring.use(db, version_id, user_id=user.id if user else None)
        audit(db, "model.used", subject="model", subject_id=version_id)
    flash(_("Put to use. The figures are being read anew."))
    return _back()


def _back() -> Answer:
    survey = request.form.get("survey", type=int)
    return redirect(url_for("models.show", survey=survey if survey and 0 < survey < 2**31 else None))
