"""When a survey takes answers and how many: times, a cap, quotas, and what people read who come too late."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlmodel import Session
from werkzeug.wrappers import Response as Answer

from .. import clock, collecting, crypto, publishing
from ..errors import N_, SurveyError
from ..forms.definition import LANGUAGE_NAMES, LANGUAGES
from ..forms.logic import LogicError, parse
from ..store.policies import CAP, HIGHEST, LONGEST, Lapse, Limit, Policy, policy_of
from ..tables import Survey
from .access import audit, needs
from .conditions import chooser
from .database import reading, writing
from .drafting import find
from .language import refusal

bp = Blueprint("limits", __name__, url_prefix="/surveys/<int:survey_id>/limits")
MOST_QUOTAS = 50
LOCAL = "%Y-%m-%dT%H:%M"


@bp.get("")
@needs("build")
def show(survey_id: int) -> str:
    with reading() as db:
        survey = find(db, survey_id)
        return _page(db, survey, _as_sent(survey))


@bp.post("")
@needs("build")
def change(survey_id: int) -> Answer | tuple[str, int]:
    """Keep what the form says; every response that is there already gets its places anew."""
    with writing() as db:
        survey = find(db, survey_id)
        before = policy_of(survey)
        try:
            opens_at, closes_at = _time("opens_at"), _time("closes_at")
            if opens_at and closes_at and closes_at <= opens_at:
                raise SurveyError("times", N_("The end is before the beginning."))
            policy = _policy(before)
        except SurveyError as error:
            flash(refusal(error), "bad")
            return _page(db, survey, request.form), error.status
        publishing.change_times(db, survey, opens_at=opens_at, closes_at=closes_at)
        publishing.change_policy(db, survey, policy)
        if policy.limits != before.limits:
            db.flush()
            collecting.recount(db, survey_id)
        if policy.lapse != before.lapse:
            collecting.arrange(db, survey_id)
        audit(db, "survey.limits", subject="survey", subject_id=survey_id,
              data={"cap": policy.cap, "quotas": len(policy.quotas),
                    "days": policy.lapse.days if policy.lapse else None})  # fmt: skip
    flash(_("Saved."))
    return redirect(url_for("limits.show", survey_id=survey_id))


def _page(db: Session, survey: Survey, sent: Mapping[str, str]) -> str:
    draft, taken = publishing.draft_of(survey), collecting.taken(db, survey.id or 0)

    def whom(condition: str) -> dict[str, Any]:
        return chooser(draft, condition, always=_("For nobody yet: add a condition."))

    given = sent.get("quotas", "")
    count = min(int(given), MOST_QUOTAS) if given.isascii() and given.isdigit() and len(given) < 4 else 0
    quotas = [
        {
            "key": sent.get(f"quota{number}_key", ""), "name": sent.get(f"quota{number}_name", ""),
            "condition": sent.get(f"quota{number}_condition", ""), "most": sent.get(f"quota{number}_most", ""),
            "taken": taken.get(sent.get(f"quota{number}_key", ""), 0),
            "chooser": whom(sent.get(f"quota{number}_condition", "")),
        }
        for number in range(count + (count < MOST_QUOTAS))
    ]  # fmt: skip
    return render_template(
        "surveys/limits.html", survey=survey, sent=sent, quotas=quotas, in_all=taken.get(CAP, 0),
        waiting=collecting.open_partials(db, survey.id or 0)[0], longest=LONGEST,
        languages={code: LANGUAGE_NAMES[code] for code in draft.languages}, highest=HIGHEST,
    )  # fmt: skip


def _as_sent(survey: Survey) -> dict[str, str]:
    """What is set, in the fields of the form."""
    policy = policy_of(survey)
    sent = {
        "opens_at": _local(survey.opens_at), "closes_at": _local(survey.closes_at),
        "cap": "" if policy.cap is None else str(policy.cap), "quotas": str(len(policy.quotas)),
    }  # fmt: skip
    if policy.lapse:
        sent |= {"days": str(policy.lapse.days), "lapse": "counted" if policy.lapse.is_counted else ""}
    for field, words in (("closed", policy.closed_text), ("full", policy.full_text)):
        sent |= {f"{field}_{code}": text for code, text in words.items()}
    for number, quota in enumerate(policy.quotas):
        of = f"quota{number}"
        sent |= {f"{of}_key": quota.key, f"{of}_name": quota.name, f"{of}_condition": quota.condition}
        sent[f"{of}_most"] = str(quota.most)
    return sent


def _local(at: datetime | None) -> str:
    return at.astimezone(clock.zone()).strftime(LOCAL) if at else ""


def _time(field: str) -> datetime | None:
    text = request.form.get(field, "").strip()
    if not text:
        return None
    try:
        # Browsers leave the seconds out or not.
        found = datetime.strptime(text[:16], LOCAL).replace(tzinfo=clock.zone())
        if not 2000 <= found.year < 2200:
            raise ValueError(found)
        return found
    except ValueError:
        raise SurveyError("time", N_("A time could not be read: %(text)s"), text=text[:40]) from None


def _policy(before: Policy) -> Policy:
    """The limits and words of the form; the rest of the policy as it was."""
    known = {quota.key for quota in before.quotas}
    quotas = [found for number in range(MOST_QUOTAS) if (found := _quota(f"quota{number}", known))]
    cap, days = request.form.get("cap", "").strip(), request.form.get("days", "").strip()
    is_counted = request.form.get("lapse") == "counted"
    return before.model_copy(
        update={
            "cap": _number(cap) if cap else None, "quotas": tuple(quotas),
            "lapse": Lapse(days=_days(days), is_counted=is_counted) if days else None,
            "closed_text": _words("closed"), "full_text": _words("full"),
        }
    )  # fmt: skip


def _quota(of: str, known: set[str]) -> Limit | None:
    """One line of the form; a line without a number is left out."""
    name, condition, most, key = (
        request.form.get(f"{of}_{part}", "").strip() for part in ("name", "condition", "most", "key")
    )
    if not most and not condition and not name:
        return None
    if not condition:
        raise SurveyError(
            "quota", N_("Say for whom the quota “%(name)s” is; the limit for everybody is above."), name=name[:60]
        )
    try:
        parse(condition)
    except LogicError as error:
        raise SurveyError("quota", error.message, **error.values) from None
    return Limit(
        key=key if key in known else f"q{crypto.new_token()[:8]}", name=name[:80], condition=condition,
        most=_number(most),
    )  # fmt: skip


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 9 and int(text) <= HIGHEST):
        raise SurveyError("number", N_("A limit is a whole number from 0 to 10,000,000."))
    return int(text)


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= LONGEST):
        raise SurveyError("days", N_("Unfinished responses wait from 1 to 365 days."))
    return int(text)


def _words(field: str) -> dict[str, str]:
    found = {code: request.form.get(f"{field}_{code}", "").strip()[:2000] for code in LANGUAGES}
    return {code: text for code, text in found.items() if text}
