"""Rules and times: what opens a case, who gets it, how fast customers are to be reached and which hours count."""

from datetime import datetime, time, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from .. import clock
from ..analysis.rules import RULES, SEVERITIES
from ..errors import SurveyError
from ..improving import assigning, browse, policy, policy_form
from ..improving.policy import Policy
from .access import audit, needs
from .database import reading, writing
from .language import refusal

bp = Blueprint("rules", __name__, url_prefix="/cases/rules")
FRIDAY = 4


@bp.get("")
@needs("manage")
def show() -> str:
    return _page()


@bp.post("")
@needs("manage")
def save() -> Answer | tuple[str, int]:
    """Keep what was filled in, or show it again with what is wrong."""
    with reading() as db:
        able = [worker.id for worker in browse.workers(db) if worker.id is not None]
    try:
        wanted = policy_form.read(request.form.to_dict(flat=False), RULES, able)
    except SurveyError as error:
        return _page(refusal(error), request.form), error.status
    with writing() as db:
        policy.save(db, wanted)
        audit(db, "case_policy.changed", subject="setting")
    flash(_("Saved. It holds for cases opened from now on."))
    return redirect(url_for("rules.show"))


def _page(error: str = "", filled: Any = None) -> str:
    with reading() as db:
        kept, workers = policy.load(db), browse.workers(db)
    return render_template(
        "cases/rules.html", rules=RULES, policy=kept, error=error, filled=filled, workers=workers,
        modes=assigning.MODES, counts=policy.COUNTS, hours_of=policy_form.parts(kept), examples=examples(kept),
        weekdays=(_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")),
    )  # fmt: skip


def examples(of: Policy) -> list[tuple[datetime, dict[str, datetime]]]:
    """When customers would be reached at the latest who answer now, or late on a Friday."""
    now = clock.now()
    today = now.astimezone(clock.zone()).date()
    friday = today + timedelta(days=(FRIDAY - today.weekday()) % 7)
    moments = (now, datetime.combine(friday, time(17, 30), clock.zone()))
    targets = of.targets()
    return [
        (at, {name: of.calendar.after(at, timedelta(hours=targets[name]["contact"])) for name in SEVERITIES})
        for at in moments
    ]
