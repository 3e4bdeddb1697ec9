"""Improvement actions: which causes weigh most, what is done about them, and whether it has helped."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlmodel import Session
from werkzeug.wrappers import Response as Answer

from .. import clock
from ..errors import N_, NotFound, SurveyError
from ..improving import (
    actions,
    browse,
    casebook,
    cases,
    causes,
    criteria,
    measuring,
    notices,
    showing,
    telling,
    tracking,
    verifying,
)
from ..store.addresses import REASONS
from ..tables import Action, Verification
from .access import audit, needs
from .cases import chosen, clean, me, row_id, row_ids
from .database import reading, writing
from .findings import cut_words, doubts, finding
from .language import language, refusal, translate

bp = Blueprint("actions", __name__, url_prefix="/actions")
OBSTACLES = {**REASONS, notices.NO_ADDRESS: N_("no mail address")}
PERIODS = {90: N_("Last 90 days"), 365: N_("Last 12 months"), 0: N_("All time")}


@bp.get("")
@needs("look")
def index() -> str:
    """The causes as a Pareto figure, the actions with what came of them."""
    days, state = request.args.get("days", 90, int), request.args.get("state", "")
    days, state = days if days in PERIODS else 90, state if state in actions.STATES else ""
    since = clock.now() - timedelta(days=days) if days else None
    with reading() as db:
        bars, counts = causes.pareto(db, since=since), showing.counts(db)
        pages = max(1, -(-(counts.get(state, 0) if state else sum(counts.values())) // showing.PER_PAGE))
        page = max(1, min(request.args.get("page", 1, int), pages))
        found = showing.lines(db, state, page)
        shown = {
            "paths": causes.paths(db), "told": telling.told_counts(db), "checks": tracking.latest_checks(db),
            "names": {user.id: user.name for user in browse.workers(db)},
        }  # fmt: skip
    return render_template(
        "actions/index.html", bars=bars, actions=found, days=days, periods=PERIODS, states=actions.STATES,
        today=clock.today(), state=state, counts=counts, page=page, pages=pages, estimate=verifying.estimate, **shown,
    )  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
@needs("work")
def new() -> Answer | str | tuple[str, int]:
    """Plan an action, from a case or from a cause."""
    if request.method == "POST":
        try:
            with writing() as db:
                made = actions.create_action(db, **_plan(), case_ids=_cases_of_form(db), user_id=me())
                audit(db, "action.planned", subject="action", subject_id=made.id)
        except SurveyError as error:
            return _form(error=refusal(error)), error.status
        return redirect(url_for("actions.show", action_id=made.id))
    return _form()


def _form(error: str = "") -> str:
    case_id, cause_id = request.values.get("case", type=row_id), request.values.get("cause_id", type=row_id)
    with reading() as db:
        if case_id is not None and cause_id is None:
            cause_id = casebook.find(db, case_id).cause_id
        similar = [case for case in showing.cases_with_cause(db, cause_id) if case.id != case_id] if cause_id else []
        shown = {"tree": causes.tree(db), "workers": browse.workers(db)}
    return render_template(
        "actions/new.html", error=error, filled=request.values, case_id=case_id, cause_id=cause_id, similar=similar,
        **shown,
    )  # fmt: skip


def _plan() -> dict[str, Any]:
    form = request.form
    return {
        "title": clean(form.get("title", ""), 400), "plan": clean(form.get("plan", ""), 5000),
        "cause_id": chosen(form, "cause_id"), "owner_id": chosen(form, "owner_id"),
        "due_on": _date(form.get("due_on", "")),
    }  # fmt: skip


def _cases_of_form(db: Session) -> list[int]:
    wanted = set(row_ids(request.form.getlist("case")))
    if request.form.get("similar") and (cause_id := request.form.get("cause_id", type=row_id)):
        wanted |= {case.id for case in showing.cases_with_cause(db, cause_id) if case.id is not None}
    return sorted(wanted)


def _date(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise SurveyError(
            "action-day", N_("“%(text)s” is not a day."), N_("Write it as 2026-11-21."), text=text[:40]
        ) from error


@bp.get("/<int(max=2147483647):action_id>")
@needs("look")
def show(action_id: int) -> str:
    return _page(action_id)


def _page(action_id: int, error: str = "") -> str:
    with reading() as db:
        action = actions.find(db, action_id)
        wanted = criteria.criterion(action.criterion) if action.criterion else None
        made = verifying.checks(db, action_id)
        people = telling.audience(db, action)
        shown: dict[str, Any] = {
            "paths": causes.paths(db), "tree": causes.tree(db), "workers": browse.workers(db), "people": people,
            "whys": actions.whys(db, action_id), "rows": browse.described(db, actions.linked_cases(db, action_id)),
            "can_measure": measuring.has_choices(db),
            "metric": measuring.title(db, wanted, language(), translate) if wanted else "",
            "unit": measuring.unit(db, wanted) if wanted else "", "names": showing.names(db),
            "survey": showing.survey_name(db, wanted), "findings": _findings(db, action, wanted, made),
        }  # fmt: skip
        shown["doubts"] = doubts(made[0].difference.get("cautions", []), shown["unit"]) if made else []
    reasons = {check.id: tracking.reason_words(check, wanted, translate) for check in made}
    last, fixed = made[0] if made else None, action.criterion_fixed_at
    return render_template(
        "actions/show.html", action=action, wanted=wanted, checks=made, reasons=reasons, error=error,
        figure=showing.figure(last.before, last.after, wanted.change) if last and wanted else None,
        cut=cut_words(wanted.query) if wanted else "", states=actions.STATES, before=actions.BEFORE,
        after=actions.AFTER, now=clock.now(), today=clock.today(), channels=cases.CHANNELS, filled=request.form,
        earliest=clock.day(fixed) if fixed else None, estimate=verifying.estimate,
        tell_text=lambda customer: telling.text(action, customer, language()),
        unproved=UNPROVED.get(action.state, ""),
        notice_states=notices.STATES, obstacles=OBSTACLES, **_drafts(action, people), **shown,
    )  # fmt: skip


def _findings(
    db: Session, action: Action, wanted: criteria.Criterion | None, made: list[Verification]
) -> dict[int | None, str]:
    return {check.id: finding(db, action, wanted, check) for check in made[:1]} if wanted else {}


def _drafts(action: Action, people: list[telling.Told]) -> dict[str, Any]:
    """The words to send, one draft for each language that somebody still to be written to speaks."""
    reachable = [person for person in people if person.can_be_mailed]
    spoken = sorted({telling.spoken(person.customer, language()) for person in reachable}, reverse=True)
    return {"reachable": len(reachable), "drafts": {code: telling.draft(action, code) for code in spoken}}


def _edit(db: Session, action: Action) -> None:
    actions.edit(db, action, **_plan())


def _whys(db: Session, action: Action) -> None:
    actions.set_whys(db, action, [" ".join(clean(text, 500).split()) for text in request.form.getlist("why")])


def _unlink(db: Session, action: Action) -> None:
    actions.unlink(db, action, request.form.get("case_id", 0, row_id), user_id=me())


def _link(db: Session, action: Action) -> None:
    numbers = request.form.get("cases", "").replace("#", " ").replace("，", " ").replace(",", " ").split()
    actions.link(db, action, row_ids(numbers), user_id=me())


def _tell(db: Session, action: Action) -> None:
    ids = row_ids(request.form.getlist("customer"), 5000)
    channel = request.form.get("channel", "")
    telling.tell(db, action, ids, channel if channel in cases.CHANNELS else "", user_id=me())


def _mail(db: Session, action: Action) -> None:
    form = request.form
    drafts = {
        code: notices.Letter(
            clean(form.get(f"subject_{code}", ""), 400), clean(form.get(f"text_{code}", ""), 9000), code
        )
        for code in telling.TEXT
        if f"text_{code}" in form
    }
    ids = row_ids(form.getlist("customer"), 5000)
    telling.tell_by_mail(db, action, ids, drafts, language=language(), user_id=me(), is_confirmed="confirmed" in form)


def _implement(db: Session, action: Action) -> None:
    day = _date(request.form.get("on", ""))
    at = showing.noon(day) if day is not None and day != clock.today() else clock.now()
    actions.implement(db, action, at=at)


def _again(db: Session, action: Action) -> None:
    actions.look_again(db, action, request.form.get("days", 30, int))


UNPROVED = {
    "implemented": N_("The action has not been verified yet, so nobody knows whether it helps."),
    "inconclusive": N_("The verification could not show that the action helped."),
    "ineffective": N_("The verification shows that the action did not help enough."),
}
WORK = {
    "edit": (_edit, N_("Saved.")),
    "whys": (_whys, N_("Saved.")),
    "link": (_link, N_("Linked.")),
    "unlink": (_unlink, N_("The case is no longer linked.")),
    "tell": (_tell, N_("Who has been told is written down.")),
    "mail": (_mail, N_("The mails are on their way. Who has got one counts as told.")),
    "start": (lambda db, action: actions.start(db, action), N_("The work has begun.")),
}
DECISIONS = {
    "implement": (_implement, N_("Implemented. It will be verified when the time has come.")),
    "again": (_again, N_("More answers are waited for.")),
    "cancel": (lambda db, action: actions.cancel(db, action), N_("Cancelled.")),
}
"""What is planned and done everybody who works on cases may write; what counts as success is an analyst's."""


@bp.post("/<int(max=2147483647):action_id>/<any(edit,whys,link,unlink,tell,mail,start):act>")
@needs("work")
def do(action_id: int, act: str) -> Answer | tuple[str, int]:
    return _act(action_id, act, WORK[act])


@bp.post("/<int(max=2147483647):action_id>/<any(implement,again,cancel):act>")
@needs("analyse")
def decide(action_id: int, act: str) -> Answer | tuple[str, int]:
    return _act(action_id, act, DECISIONS[act])


def _act(action_id: int, act: str, how: tuple[Any, str]) -> Answer | tuple[str, int]:
    step, done = how
    try:
        with writing() as db:
            step(db, actions.find(db, action_id))
            audit(db, f"action.{act}", subject="action", subject_id=action_id)
    except NotFound:
        raise
    except SurveyError as error:
        return _page(action_id, refusal(error)), error.status
    flash(translate(done))
    return redirect(url_for("actions.show", action_id=action_id))


@bp.post("/<int(max=2147483647):action_id>/rethink")
@needs("work")
def rethink(action_id: int) -> Answer:
    """Back to the cause: a new action for the same cases."""
    with writing() as db:
        old = actions.find(db, action_id)
        fresh = actions.back_to_cause(db, old, clean(request.form.get("title", ""), 400) or old.title, user_id=me())
        audit(db, "action.planned", subject="action", subject_id=fresh.id, data={"instead_of": action_id})
    flash(_("A new action with the same cases. Ask why again before planning."))
    return redirect(url_for("actions.show", action_id=fresh.id))


@bp.post("/causes")
@needs("analyse")
def add_cause() -> Answer:
    """A cause of the house's own."""
    form = request.form
    with writing() as db:
        names = (clean(form.get(code, ""), 80) for code in ("zh", "en"))
        made = causes.add_cause(db, chosen(form, "parent_id"), *names)
        audit(db, "cause.added", subject="cause", subject_id=made.id)
    flash(_("Added."))
    return redirect(url_for("actions.index"))
