"""Cases: the list of who to get back to, the page of one, and each step that is taken."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlmodel import Session, col, select
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.wrappers import Response as Answer

from .. import clock
from ..analysis.rules import RULES, SEVERITIES
from ..errors import N_, NotFound, SurveyError
from ..improving import actions, alarms, assigning, browse, casebook, cases, causes, numbers, record, tracking
from ..tables import Action, Case, Survey
from .access import audit, current_user, needs
from .cuts import aspect_name
from .database import reading, writing
from .language import language, refusal, translate

bp = Blueprint("cases", __name__, url_prefix="/cases")
SIZE = 50
FILTERS = ("survey", "severity", "owner", "cause", "customer", "days")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Form = ImmutableMultiDict[str, str]


def row_id(text: str) -> int:
    """A number that a row can have; a larger one from an address is as good as none."""
    number = int(text)
    if not 0 <= number < 2**31:
        raise ValueError(text)
    return number


def chosen(form: Form, name: str) -> int | None:
    """What was chosen from a list: None for its empty line, a refusal for what no list offers."""
    text = form.get(name, "").strip()
    try:
        return row_id(text) if text else None
    except ValueError as error:
        raise SurveyError("choice", N_("%(value)s is not among the choices."), value=text[:40]) from error


def row_ids(texts: Iterable[str], limit: int = 500) -> list[int]:
    """The numbers that rows can have among what was sent."""
    return [int(text) for text in texts if text.isascii() and text.isdecimal() and int(text[:20]) < 2**31][:limit]


def me() -> int | None:
    user = current_user()
    return user.id if user else None


@bp.get("")
@needs("work")
def index() -> str:
    """The list under its tabs, with how the loop does above it."""
    tab = request.args.get("tab", "")
    page, now = max(1, min(request.args.get("page", 1, int), 10_000)), clock.now()
    with reading() as db:
        counts = {name: browse.count(db, _wanted(name)) for name in browse.TABS}
        tab = tab if tab in browse.TABS else _first_tab(counts)
        rows = browse.rows(db, _wanted(tab), offset=(page - 1) * SIZE, limit=SIZE)
        pace = numbers.pace(db, now, survey_id=request.args.get("survey", type=row_id))
        shown = {
            "surveys": list(db.exec(select(Survey).order_by(col(Survey.id)))),
            "workers": browse.workers(db), "tree": causes.tree(db), "paths": causes.paths(db),
        }  # fmt: skip
    pages = max(1, -(-counts[tab] // SIZE))
    return render_template(
        "cases/index.html", tab=tab, tabs=browse.TABS, counts=counts, rows=rows, page=page, pages=pages, pace=pace,
        filters={name: request.args.get(name, "") for name in FILTERS}, now=now, rules=RULES, nearly=browse.NEARLY,
        states=casebook.STATES, left=left, reason=reason, alarms=alarms.LABELS, **shown,
    )  # fmt: skip


def reason(message: str, values: dict[str, Any]) -> str:
    """Why a rule fired, with the aspect in the reader's language."""
    return translate(message, {key: aspect_name(value) if key == "aspect" else value for key, value in values.items()})


def _wanted(tab: str, given: MultiDict[str, str] | None = None) -> browse.Wanted:
    args = request.args if given is None else given
    severity, days = args.get("severity", ""), args.get("days", 0, row_id)
    return browse.Wanted(
        tab=tab, user_id=me(), now=clock.now(), survey_id=args.get("survey", type=row_id),
        severity=severity if severity in SEVERITIES else "", owner_id=args.get("owner", type=row_id),
        cause_id=args.get("cause", type=row_id), customer_id=args.get("customer", type=row_id),
        since=clock.now() - timedelta(days=min(days, 36_500)) if days else None,
    )  # fmt: skip


def _first_tab(counts: dict[str, int]) -> str:
    """One's own cases if there are any, else what is open."""
    return "mine" if counts["mine"] else "open"


@bp.post("/assign")
@needs("work")
def assign_many() -> Answer:
    """Give the ticked cases to one person."""
    ids = row_ids(request.form.getlist("case"))
    owner = chosen(request.form, "owner_id")
    if not ids or owner is None:
        flash(_("Tick cases and choose who takes them."), "bad")
        return redirect(_back())
    with writing() as db:
        done = cases.assign_many(db, ids, owner, user_id=me())
        audit(db, "case.assigned", data={"cases": ids, "owner_id": owner})
    flash(_("%(n)s cases were assigned.", n=done))
    return redirect(_back())


def _back() -> str:
    """The list as it was looked at. Only its own parameters are taken from the form, so it leads nowhere else."""
    kept: dict[str, Any] = {
        name: value for name in ("tab", "page", *FILTERS) if (value := request.form.get(f"at_{name}"))
    }
    return url_for("cases.index", **kept)


@bp.post("/next")
@needs("work")
def take_next() -> Answer:
    """The most pressing case that is nobody's yet, among those that the list's filters let through."""
    looked = MultiDict({name: request.form.get(f"at_{name}", "") for name in FILTERS})
    by = me()
    with writing() as db:
        found = cases.take_next(db, browse.waiting(db, _wanted("unassigned", looked)), user_id=by) if by else None
        if found is not None:
            audit(db, "case.take", subject="case", subject_id=found.id)
    if found is None:
        flash(_("No case is waiting for somebody."))
        return redirect(_back())
    flash(_("The case is yours."))
    return redirect(url_for("cases.show", case_id=found.id))


@bp.get("/<int(max=2147483647):case_id>")
@needs("work")
def show(case_id: int) -> str:
    return _page(case_id)


def _page(case_id: int, *, error: str = "", filled: Form | None = None) -> str:
    now = clock.now()
    with reading() as db:
        of = record.read(db, case_id, language(), now)
        known = {action.id for action in of.actions}
        linkable = [a for a in db.exec(select(Action).order_by(col(Action.id).desc()).limit(100)) if a.id not in known]
        shown = {
            "tree": causes.tree(db), "paths": causes.paths(db), "workers": browse.workers(db),
            "linkable": [a for a in linkable if a.state != "cancelled"],
        }  # fmt: skip
    return render_template(
        "cases/show.html", of=of, case=of.case, now=now, error=error, filled=filled or {}, rules=RULES,
        states=casebook.STATES, outcomes=cases.OUTCOMES, channels=cases.CHANNELS, action_states=actions.STATES,
        contact_outcomes=cases.CONTACT_OUTCOMES, tries=cases.TRIES, left=left, reason=reason, why=assigning.WHY,
        alarms=alarms.LABELS, aspect_name=aspect_name, **shown,
    )  # fmt: skip


def left(span: timedelta) -> str:
    """The rest of a clock in words: 3 h left, 2 d overdue."""
    seconds = abs(span.total_seconds())
    unit, size = next((name, size) for name, (size, least) in UNITS.items() if seconds >= least)
    words = WORDS[unit][span < timedelta()]
    return str(_(words, n=int(seconds // size)))


UNITS = {"days": (86400, 2 * 86400), "hours": (3600, 3600), "minutes": (60, 0)}
"""The seconds of a unit, and from how many on it is used: up to two days, hours say it better."""

WORDS = {
    "days": (N_("%(n)s days left"), N_("%(n)s days overdue")),
    "hours": (N_("%(n)s h left"), N_("%(n)s h overdue")),
    "minutes": (N_("%(n)s min left"), N_("%(n)s min overdue")),
}

Act = Callable[[Session, Case, Form, int | None], Any]


def _seen(form: Form) -> int | None:
    return form.get("seen", type=row_id)


ACTS: dict[str, tuple[Act, str]] = {
    "take": (
        lambda db, case, form, by: cases.assign(db, case, by, user_id=by, seen=_seen(form)),
        N_("The case is yours."),
    ),
    "assign": (
        lambda db, case, form, by: cases.assign(
            db, case, chosen(form, "owner_id"), user_id=by, seen=_seen(form)
        ),
        N_("Assigned."),
    ),
    "note": (lambda db, case, form, by: cases.note(db, case, _text(form), user_id=by), N_("Noted.")),
    "contact": (
        lambda db, case, form, by: cases.contact(
            db, case, form.get("channel", ""), form.get("outcome", ""), _text(form), user_id=by
        ),
        N_("The attempt is written down."),
    ),
    "wait": (
        lambda db, case, form, by: cases.wait(db, case, user_id=by, seen=_seen(form), text=_text(form)),
        N_("Waiting for the customer."),
    ),
    "resume": (lambda db, case, form, by: cases.resume(db, case, user_id=by, seen=_seen(form)), N_("Going on.")),
    "severity": (
        lambda db, case, form, by: cases.set_severity(
            db, case, form.get("severity", ""), user_id=by, seen=_seen(form)
        ),
        N_("Saved."),
    ),
    "cause": (
        lambda db, case, form, by: cases.set_cause(db, case, chosen(form, "cause_id"), user_id=by),
        N_("Saved."),
    ),
    "resolve": (
        lambda db, case, form, by: cases.resolve(
            db, case, form.get("outcome", ""), chosen(form, "cause_id"), _text(form), user_id=by,
            seen=_seen(form),
        ),
        N_("Resolved."),
    ),
    "close": (lambda db, case, form, by: cases.close(db, case, user_id=by, seen=_seen(form)), N_("Closed.")),
    "reopen": (
        lambda db, case, form, by: cases.reopen(db, case, _text(form), user_id=by, seen=_seen(form)),
        N_("Reopened; the clock runs again."),
    ),
    "link": (
        lambda db, case, form, by: actions.link(
            db, actions.find(db, form.get("action_id", 0, row_id)), [case.id or 0], user_id=by
        ),
        N_("Linked."),
    ),
}  # fmt: skip
"""What can be done to a case: the last part of the address, the act, and what is said when it is done."""


def _text(form: Form) -> str:
    return clean(form.get("text", ""), 5000)


def clean(text: str, limit: int) -> str:
    """What people typed, without the NUL that PostgreSQL refuses."""
    return text.replace("\x00", "")[:limit]


@bp.post("/<int(max=2147483647):case_id>/<act>")
@needs("work")
def do(case_id: int, act: str) -> Answer | tuple[str, int]:
    """One step. A refusal shows the page again, with what is new on it and what was typed."""
    if act not in ACTS:
        raise NotFound("address", N_("There is no such page."))
    step, said = ACTS[act]
    try:
        with writing() as db:
            step(db, casebook.find(db, case_id), request.form, me())
            audit(db, f"case.{act}", subject="case", subject_id=case_id)
    except NotFound:
        raise
    except SurveyError as error:
        return _page(case_id, error=refusal(error), filled=request.form), error.status
    flash(translate(said))
    return redirect(url_for("cases.show", case_id=case_id))


@bp.get("/export.xlsx")
@needs("analyse")
def export() -> Answer:
    """All cases the filters let through, as a workbook."""
    with reading() as db:
        tab = request.args.get("tab", "")
        rows = browse.rows(db, _wanted(tab if tab in browse.TABS else "all"), limit=100_000)
        content = tracking.cases_workbook(db, rows, language(), translate)
    with writing() as db:
        audit(db, "cases.exported", data={"n": len(rows)})
    return Answer(content, mimetype=XLSX, headers={"Content-Disposition": 'attachment; filename="cases.xlsx"'})
