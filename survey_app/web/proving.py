"""What is to be shown of an action and what was: choosing the criterion with a look at its baseline, and the report."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from .. import clock
from ..analysis.columns import Estimate
from ..errors import Conflict, NotFound, SurveyError
from ..improving import actions, causes, cautions, criteria, judging, measuring, showing, telling, tracking, verifying
from ..improving.cautions import Caution
from ..improving.criteria import Criterion
from ..improving.measuring import Sample
from ..store import columns, cuts
from ..store.cuts import LISTS, Cut
from ..tables import Action
from .access import audit, needs
from .cases import XLSX, clean, me
from .cuts import TITLES, code_label
from .database import config, engine, reading, writing
from .findings import OTHERS, cut_words, doubts, finding, others
from .language import language, refusal, translate

bp = Blueprint("proving", __name__, url_prefix="/actions")
FIELDS = ("change", "min_n", "verify_days", "baseline_from", "baseline_to")
USUAL = {"change": "10", "min_n": "100", "verify_days": "30"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a filter in the picker."""

    code: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What the baseline says, and whether the wanted change can be seen in the time that is given."""

    wanted: Criterion
    before: Estimate
    cautions: list[Caution]
    figure: showing.Figure | None
    needed: int | None
    expected: int
    days: int | None
    """After how many days enough answers would be there, at the pace of the baseline."""
    least: float | None
    """The smallest change that the expected answers would probably show."""

    @property
    def is_enough(self) -> bool:
        """Both sides will probably have as many answers as are wanted."""
        enough = max(self.wanted.min_n, self.needed or self.wanted.min_n)
        return self.before.n >= self.wanted.min_n and self.needed is not None and self.expected >= enough


@bp.get("/<int(max=2147483647):action_id>/criterion")
@needs("analyse")
def criterion(action_id: int) -> Answer | str:
    """Choose what counts as success; the baseline is measured while one chooses. Fixing it is a step of its own."""
    return _chooser(action_id)


def _chooser(action_id: int, sent: dict[str, str] | None = None, error: str = "") -> Answer | str:
    with reading() as db:
        action = actions.find(db, action_id)
        choices = measuring.choices(db, language(), translate)
    if action.state not in actions.BEFORE or not choices:
        return redirect(url_for("actions.show", action_id=action_id))
    filled = sent or _filled(action)
    offered = [value for _survey, metrics in choices for value, _label in metrics]
    if filled["metric"] not in offered:
        filled["metric"] = offered[0]
    cut, preview = Cut(), None
    try:
        cut = Cut.from_query(filled["query"])
        preview = _preview(filled)
    except SurveyError as refused:
        error = error or refusal(refused)
    with reading() as db:
        unit = measuring.unit(db, preview.wanted) if preview else ""
        title = measuring.title(db, preview.wanted, language(), translate) if preview else ""
    return render_template(
        "actions/criterion.html", action=action, choices=choices, filled=filled, error=error, preview=preview,
        filters=_filters(int(filled["metric"].partition(":")[0]), cut), titles=TITLES, others=others(cut),
        words=cut_words(filled["query"]), unit=unit, title=title,
        doubts=doubts(preview.cautions, unit) if preview else [],
    )  # fmt: skip


@bp.post("/<int(max=2147483647):action_id>/criterion")
@needs("analyse")
def fix(action_id: int) -> Answer | tuple[Answer | str, int]:
    """Fix what was chosen, when the baseline has been measured once more."""
    form = request.form
    filled = {name: clean(form.get(name, ""), 40) for name in FIELDS}
    filled |= {"metric": clean(form.get("metric", ""), 120), "query": clean(form.get("query", ""), 2000).lstrip("?")}
    with reading() as db:
        actions.may_choose(actions.find(db, action_id))
    try:
        wanted, before = _baseline(filled)
        with writing() as db:
            actions.fix_criterion(db, actions.find(db, action_id), wanted, baseline_n=before.estimate.n)
            audit(db, "action.criterion", subject="action", subject_id=action_id)
    except (NotFound, Conflict):
        raise
    except SurveyError as error:
        return _chooser(action_id, filled, refusal(error)), error.status
    flash(_("The criterion is fixed."))
    return redirect(url_for("actions.show", action_id=action_id))


def _filled(action: Action) -> dict[str, str]:
    """What was chosen so far: of the address, else of the criterion that is fixed, else what is usual."""
    today, kept = clock.today(), action.criterion
    filled = USUAL | {
        "metric": "", "query": "", "baseline_from": (today - timedelta(days=91)).isoformat(),
        "baseline_to": (today - timedelta(days=1)).isoformat(),
    }  # fmt: skip
    if kept:
        filled |= {name: str(kept[name]) for name in ("query", "min_n", "verify_days", "baseline_from", "baseline_to")}
        filled |= {"metric": f"{kept['survey_id']}:{kept['metric']}", "change": f"{kept['change']:g}"}
    if "metric" in request.args:
        filled |= {name: request.args[name][:40] for name in FIELDS if name in request.args}
        filled |= {"metric": request.args["metric"][:120], "query": _query()}
    return filled


def _query() -> str:
    """The filter of the address, without what belongs to the criterion or says which days."""
    chosen = {name: request.args.getlist(name) for name in (*LISTS, *OTHERS) if name in request.args}
    return address_of(Cut.from_query(chosen))


def address_of(cut: Cut) -> str:
    """A cut as the text that a criterion keeps."""
    return urlencode(cut.query(), doseq=True)


def _baseline(filled: dict[str, str]) -> tuple[Criterion, Sample]:
    survey, _colon, metric = filled["metric"].partition(":")
    rest = {name: filled[name] for name in (*FIELDS, "query")}
    wanted = criteria.criterion({"survey_id": survey, "metric": metric, **rest})
    with reading() as db:
        measuring.check(db, wanted)
    since, until = wanted.baseline_from, wanted.baseline_to
    return wanted, measuring.measure(engine(), config().columns, wanted, since, until)


def _preview(filled: dict[str, str]) -> Preview:
    wanted, sample = _baseline(filled)
    since, until, before = wanted.baseline_from, wanted.baseline_to, sample.estimate
    found = cautions.cautions(engine(), config().columns, wanted, sample, eve=until)
    needed = judging.needed(wanted, before, before)
    pace = before.n / ((until - since).days + 1)
    enough = max(wanted.min_n, needed or wanted.min_n)
    expected = round(pace * wanted.verify_days)
    return Preview(
        wanted, before, found, showing.figure(verifying.stored(before), {}, wanted.change), needed, expected,
        min(730, -int(-enough // pace)) if pace and needed is not None else None,
        judging.detectable(wanted, before, expected),
    )  # fmt: skip


def _filters(survey_id: int, cut: Cut) -> dict[str, list[Choice]]:
    """The filters of the survey that have something to choose from, with the answers behind each value."""
    frame = columns.load(engine(), config().columns, survey_id)
    found = {}
    for name, field in LISTS.items() if len(frame) else ():
        chosen, column = getattr(cut, field), frame[name]
        counted = sorted(zip(column.codes, columns.counts(column), strict=True), key=lambda pair: pair[0])
        values = [
            Choice(code or cuts.NONE, code_label(name, code), int(count), code in chosen)
            for code, count in counted
            if count or code in chosen
        ]
        if len(values) > 1 or chosen:
            found[name] = values
    return found


@bp.get("/<int(max=2147483647):action_id>/report")
@needs("look")
def report(action_id: int) -> str:
    """The action on one sheet, to read and to print: what was found, and everything it rests on."""
    with reading() as db:
        action = actions.find(db, action_id)
        wanted = criteria.criterion(action.criterion) if action.criterion else None
        made = verifying.checks(db, action_id)
        shown = {
            "path": causes.paths(db).get(action.cause_id or 0, []), "whys": actions.whys(db, action_id),
            "names": showing.names(db), "survey": showing.survey_name(db, wanted),
            "metric": measuring.title(db, wanted, language(), translate) if wanted else "",
            "unit": measuring.unit(db, wanted) if wanted else "",
            "told": telling.told_counts(db).get(action_id, (0, 0)),
            "finding": finding(db, action, wanted, made[0]) if made and wanted else "",
        }  # fmt: skip
    check = made[0] if made else None
    shown["doubts"] = doubts(check.difference.get("cautions", []), str(shown["unit"])) if check else []
    return render_template(
        "actions/report.html", action=action, wanted=wanted, check=check, states=actions.STATES, today=clock.today(),
        words=cut_words(wanted.query) if wanted else "", estimate=verifying.estimate, earlier=made[1:],
        figure=showing.figure(check.before, check.after, wanted.change) if check and wanted else None,
        reasons={one.id: tracking.reason_words(one, wanted, translate) for one in made}, **shown,
    )  # fmt: skip


@bp.post("/<int(max=2147483647):action_id>/verify")
@needs("analyse")
def verify(action_id: int) -> Answer:
    """Measure and keep the verdict, once its time has come."""
    try:
        made = verifying.verify(engine(), config().columns, action_id, me())
    except NotFound:
        raise
    except SurveyError as error:
        flash(refusal(error), "bad")
        return redirect(url_for("actions.show", action_id=action_id))
    with writing() as db:
        audit(db, "action.verified", subject="action", subject_id=action_id, data={"verdict": made.verdict})
    return redirect(url_for("actions.show", action_id=action_id))


@bp.get("/tracking.xlsx")
@needs("analyse")
def export() -> Answer:
    """The tracking table of all actions as a workbook."""
    with reading() as db:
        content = tracking.actions_workbook(db, language(), translate, cut_words, doubts)
    with writing() as db:
        audit(db, "actions.exported")
    return Answer(content, mimetype=XLSX, headers={"Content-Disposition": 'attachment; filename="actions.xlsx"'})
