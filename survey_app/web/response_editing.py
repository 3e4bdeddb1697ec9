"""Changing the answers of one response on the desk, with the questionnaire's own questions and checks."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as Answer

from .. import collecting
from ..forms.logic import walk
from ..forms.page import Problem, read
from ..forms.types import Sent
from ..store import questionnaires
from ..store.questionnaires import Asked
from ..tables import Response as ResponseRow
from .access import audit, current_user, needs
from .database import reading, writing
from .language import language
from .respondent_sheet import lay_out, render
from .responses import found

bp = Blueprint("response_editing", __name__, url_prefix="/responses/<int:response_id>")


@bp.get("/edit")
@needs("analyse")
def show(response_id: int) -> str:
    """The questions that were shown, with what was answered."""
    with reading() as db:
        row = found(db, response_id)
        of = questionnaires.asked(db, row.version_id)
    return _page(row, of)


@bp.post("/edit")
@needs("analyse")
def change(response_id: int) -> Answer:
    """Keep what the form says, if it may be an answer; what was there before stays readable."""
    sent: Sent = dict(request.form.lists())
    revision = request.form.get("revision", "", str)
    with writing() as db:
        row = found(db, response_id)
        of = questionnaires.asked(db, row.version_id)
        answers, problems = _read(row, of, sent)
        user = current_user()
        if not problems:
            keys = collecting.edit(
                db, row, of, answers, revision=int(revision) if revision.isdecimal() and len(revision) < 9 else -1,
                user_id=user.id if user else None, reason=request.form.get("reason", "").strip(),
            )  # fmt: skip
            if keys:
                audit(db, "response.edited", subject="response", subject_id=response_id, data={"items": list(keys)})
    if problems:
        return Response(_page(row, of, sent, problems), 422)
    flash(_("Saved. What was there before stands below.") if keys else _("Nothing has changed."))
    return redirect(url_for("responses.show", response_id=response_id))


def _attributes(row: ResponseRow) -> dict[str, Any]:
    return {**row.attributes, "segment": row.segment, "tier": row.tier, "channel": row.channel}


def _read(row: ResponseRow, of: Asked, sent: Sent) -> tuple[dict[str, Any], dict[str, Problem]]:
    """The whole document with what was sent, and what of it is no answer. What the page did not show stays."""
    shown, attributes = set(sent.get("shown", ())), _attributes(row)
    mine = [question for key, question in of.questions.items() if key in shown or not question.is_seen]
    result = read(mine, sent, row.answers, attributes)
    fresh = {key: stored for key, stored in result.answers.items() if key in shown}
    others = {key: stored for key, stored in row.answers.items() if key not in shown}
    after = walk(of.questionnaire, {**others, **fresh}, attributes)
    return dict(after.answers), {key: one for key, one in result.errors.items() if key in shown}


def _page(row: ResponseRow, of: Asked, sent: Sent | None = None, problems: dict[str, Problem] | None = None) -> str:
    """In the language it was answered in, as it was asked."""
    spoken = row.language if row.language in of.questionnaire.languages else language()
    sheets = [
        lay_out(of, number, spoken, answers=row.answers, attributes=_attributes(row), sent=sent, problems=problems)
        for number, page in enumerate(of.questionnaire.pages)
        if any(item.key in row.answers for item in page.items)
    ]
    return render(
        "responses/edit.html", spoken, sheets=sheets, row=row, csrf=generate_csrf(), errors=bool(problems),
        title=_("Change response %(number)s", number=row.id), reason=request.form.get("reason", ""),
        longest=collecting.LONGEST_REASON, back=url_for("responses.show", response_id=row.id),
        words={"reason": _("Why it is changed"), "save": _("Save"), "cancel": _("Cancel"), "optional": _("(optional)"),
               "kept": _("What was there before, who changed it and when stay readable.")},
    )  # fmt: skip
