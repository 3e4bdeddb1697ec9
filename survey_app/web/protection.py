"""Who may answer a survey and what is kept of them: password, anonymity, signs of haste and repetition."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlmodel import Session, select
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Answer

from .. import collecting, publishing
from ..errors import N_, SurveyError
from ..store.accounts import hashed
from ..store.policies import Guard, Policy, policy_of
from ..tables import Response, Survey
from .access import audit, needs
from .database import reading, writing
from .drafting import find
from .language import refusal

bp = Blueprint("protection", __name__, url_prefix="/surveys/<int:survey_id>/protection")
SLOWEST, MOST = 3600, 100_000
SHORTEST, LONGEST = 4, 200


@bp.get("")
@needs("build")
def show(survey_id: int) -> str:
    with reading() as db:
        survey = find(db, survey_id)
        is_fixed = _is_fixed(db, survey_id)
    return _page(survey, _as_sent(policy_of(survey)), is_fixed=is_fixed)


@bp.post("")
@needs("build")
def change(survey_id: int) -> Answer | tuple[str, int]:
    """Keep what the form says; it holds for answers from now on."""
    with writing() as db:
        survey = find(db, survey_id)
        before, is_fixed = policy_of(survey), _is_fixed(db, survey_id)
        try:
            access = _access(before, is_fixed=is_fixed)
            guard = _guard()
        except SurveyError as error:
            flash(refusal(error), "bad")
            return _page(survey, request.form, is_fixed=is_fixed), error.status
        access |= {"guard": guard if guard != Guard() else None}
        publishing.change_policy(db, survey, before.model_copy(update=access))
        audit(db, "survey.protection", subject="survey", subject_id=survey_id,
              data={**guard.model_dump(mode="json"), "has_password": bool(access["password"]),
                    "is_anonymous": access["is_anonymous"]})  # fmt: skip
    flash(_("Saved."))
    return redirect(url_for("protection.show", survey_id=survey_id))


def _is_fixed(db: Session, survey_id: int) -> bool:
    """Whether anonymity was promised to somebody who has answered: it is not taken back."""
    wanted = select(Response.id).where(Response.survey_id == survey_id).limit(1)
    return db.exec(wanted).first() is not None


def _page(survey: Survey, sent: Mapping[str, str], *, is_fixed: bool) -> str:
    by = sent.getlist("by") if isinstance(sent, MultiDict) else []
    return render_template(
        "surveys/protection.html", survey=survey, sent=sent, by=by, kinds=collecting.KINDS, slowest=SLOWEST, most=MOST,
        has_password=bool(policy_of(survey).password), is_kept=is_fixed and policy_of(survey).is_anonymous,
    )  # fmt: skip


def _as_sent(policy: Policy) -> MultiDict[str, str]:
    guard = policy.guard or Guard()
    one = {
        "least": str(guard.least_seconds or ""), "hour": str(guard.per_hour or ""),
        "anonymous": "1" if policy.is_anonymous else "", "refused": "1" if guard.is_refused else "",
    }  # fmt: skip
    return MultiDict([*one.items(), *(("by", kind) for kind in guard.by)])


def _access(before: Policy, *, is_fixed: bool) -> dict[str, Any]:
    """The password and whether answers are anonymous. An empty field leaves the password as it is."""
    password, wants_none = request.form.get("password", ""), request.form.get("open") == "1"
    is_anonymous = request.form.get("anonymous") == "1"
    if before.is_anonymous and not is_anonymous and is_fixed:
        raise SurveyError("anonymous", N_("People have answered because it is anonymous: it stays so."))
    if password and not SHORTEST <= len(password) <= LONGEST:
        raise SurveyError("password", N_("A password for respondents has from 4 to 200 characters."))
    kept = "" if wants_none else hashed(password) if password else before.password
    return {"password": kept, "is_anonymous": is_anonymous}


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
