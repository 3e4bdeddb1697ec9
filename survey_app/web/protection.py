"""What a survey looks at in who answers: haste, repetition, too many from one network. It flags, and says so."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Answer

from .. import collecting, publishing
from ..errors import N_, SurveyError
from ..store.policies import Guard, Policy, policy_of
from ..tables import Survey
from .access import audit, needs
from .database import reading, writing
from .drafting import find
from .language import refusal

bp = Blueprint("protection", __name__, url_prefix="/surveys/<int:survey_id>/protection")
SLOWEST, MOST = 3600, 100_000


@bp.get("")
@needs("build")
def show(survey_id: int) -> str:
    with reading() as db:
        survey = find(db, survey_id)
    return _page(survey, _as_sent(policy_of(survey)))


@bp.post("")
@needs("build")
def change(survey_id: int) -> Answer | tuple[str, int]:
    """Keep what the form says; it holds for answers from now on."""
    with writing() as db:
        survey = find(db, survey_id)
        try:
            guard = _guard()
        except SurveyError as error:
            flash(refusal(error), "bad")
            return _page(survey, request.form), error.status
        policy = policy_of(survey).model_copy(update={"guard": guard if guard != Guard() else None})
        publishing.change_policy(db, survey, policy)
        audit(db, "survey.protection", subject="survey", subject_id=survey_id, data=guard.model_dump(mode="json"))
    flash(_("Saved."))
    return redirect(url_for("protection.show", survey_id=survey_id))


def _page(survey: Survey, sent: Mapping[str, str]) -> str:
    by = sent.getlist("by") if isinstance(sent, MultiDict) else []
    return render_template(
        "surveys/protection.html", survey=survey, sent=sent, by=by, kinds=collecting.KINDS, slowest=SLOWEST, most=MOST
    )


def _as_sent(policy: Policy) -> MultiDict[str, str]:
    guard = policy.guard or Guard()
    return MultiDict(
        [
            ("least", str(guard.least_seconds or "")), ("hour", str(guard.per_hour or "")),
            ("refused", "1" if guard.is_refused else ""), *(("by", kind) for kind in guard.by),
        ]
    )  # fmt: skip


def _guard() -> Guard:
    by = tuple(kind for kind in collecting.KINDS if kind in request.form.getlist("by"))
    is_refused = request.form.get("refused") == "1"
    if is_refused and not set(by) & set(collecting.SURE):
        raise SurveyError(
            "refused", N_("Only people known by a cookie or as a customer can be turned away: choose one of the two.")
        )
    return Guard(
        least_seconds=_number("least", SLOWEST) or 0, by=by, is_refused=is_refused, per_hour=_number("hour", MOST)
    )


def _number(field: str, most: int) -> int | None:
    text = request.form.get(field, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= most):
        raise SurveyError("number", N_("%(text)s is no whole number from 1 to %(most)s."), text=text[:20], most=most)
    return int(text)
