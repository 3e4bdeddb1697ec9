"""The cut bar: what is being looked at, the same on every analysis page, kept in the address, saved under names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlmodel import Session, col, select
from werkzeug.wrappers import Response as Answer

from .. import clock
from ..analysis.text.finding import spans_of, terms_of
from ..errors import N_, SurveyError
from ..reporting.figures import FIGURES
from ..reporting.svg import interval, span_of
from ..store import columns
from ..store.columns import Answers
from ..store.cuts import EPOCH, LISTS, PERIODS, Cut
from ..store.cuts import select as cut_to
from ..store.cuts.words import lists_of
from ..store.questionnaires import Asked, latest
from ..tables import Cut as SavedCut
from ..tables import Survey
from .access import audit, current_user, needs
from .database import config, engine, reading, writing
from .errors import missing
from .filters import (
    POLARITIES,
    TITLES,
    Chip,
    Choice,
    Picked,
    aspect_name,
    chips,
    choices,
    code_label,
    pick,
    sized,
    taxonomy,
    topics,
    words,
)  # fmt: skip
from .language import number, percent, points

__all__ = [
    "POLARITIES", "TITLES", "Looking", "amount", "aspect_name", "code_label", "gap", "go", "look", "looking", "page",
    "taxonomy", "words",
]  # fmt: skip

bp = Blueprint("cuts", __name__, url_prefix="/cuts")
USUAL = "90d"
LONGEST = 6000
"""Characters of an address that is saved."""
PAGES = ("overview.show", "questions.index", "opinions.index", "responses.index")


@dataclass(frozen=True, slots=True)
class Looking:
    """What an analysis page looks at. `frame` holds all answers of the survey, `chosen` those in the cut."""

    surveys: list[Survey]
    survey: Survey | None
    asked: Asked | None
    cut: Cut
    frame: Answers
    chosen: Answers
    saved: list[SavedCut]

    @property
    def filters(self) -> dict[str, list[Choice]]:
        """The filters that have something to choose from, with the number of answers for each value."""
        return {name: found for name in LISTS if len(found := choices(self.frame, self.cut, name)) > 1}

    @property
    def chips(self) -> list[Chip]:
        return chips(self.cut, self.asked)

    @property
    def topics(self) -> dict[str, list[tuple[str, str]]]:
        """What else can be filtered by: closed questions, attributes, opinions and signs of quality, by group."""
        return topics(self.frame, self.asked)

    @property
    def picked(self) -> Picked | None:
        """The one of `topics` that the address picks, with its choices."""
        return pick(self.frame, self.asked, self.cut, request.args.get("pick", ""))

    @property
    def views(self) -> list[tuple[SavedCut, str]]:
        """The saved views that every page can take first, then those of a figure with the address of its page."""
        found = [(row, _address(row.figure, row.query)) for row in self.saved]
        return sorted(found, key=lambda pair: pair[1] != "")

    @property
    def periods(self) -> dict[str, str]:
        return {name: _(label) for name, label in PERIODS.items()}

    def link(self, endpoint: str, **changes: Any) -> str:
        """The address of a page that looks at this cut, or at a changed one."""
        return go(endpoint, self.cut.with_(**changes) if changes else self.cut)


def looking() -> Looking:
    """What this request looks at, from its address."""
    return look(Cut.from_query(request.args))


def look(cut: Cut) -> Looking:
    """What a cut looks at: without a survey at the first that is open, without days at the usual period."""
    with reading() as db:
        surveys = list(db.exec(select(Survey).where(col(Survey.archived_at).is_(None)).order_by(col(Survey.id))))
        survey = _survey(db, surveys, cut.survey_id)
        if survey is None or survey.id is None:
            return Looking(surveys, None, None, cut, Answers(), Answers(), [])
        asked = latest(db, survey.id)
        saved = list(db.exec(select(SavedCut).order_by(col(SavedCut.name), col(SavedCut.id)).limit(100)))
    frame = columns.load(engine(), config().columns, survey.id)
    cut = cut.with_(survey_id=survey.id)
    if not (cut.since or cut.until or cut.period):
        cut = Cut.from_query({**cut.query(), "period": _usual(frame)})
    return Looking(surveys, survey, asked, cut, frame, cut_to(frame, cut), saved)


def _survey(db: Session, surveys: list[Survey], wanted: int | None) -> Survey | None:
    if wanted is None:
        return next((survey for survey in surveys if survey.is_open), next(iter(surveys), None))
    found = db.get(Survey, wanted)
    if found is None:
        raise missing()
    return found


def _usual(frame: Answers) -> str:
    """The last quarter, unless nobody answered in it."""
    recent = (clock.today() - timedelta(90) - EPOCH).days
    return USUAL if len(frame) and int(frame["day"].values.max()) >= recent else "all"


def amount(value: float | None, unit: str) -> str:
    """A number in its unit: 86%, 42, 4.3."""
    if unit == "percent":
        return percent(value)
    return points(value, 0 if unit == "points" else 1)


def gap(value: float, unit: str) -> str:
    """A difference in its unit: percentages differ by percentage points."""
    return str(_("%(n)s pp", n=number(value))) if unit == "percent" else amount(value, unit)


def go(endpoint: str, cut: Cut, extra: dict[str, Any] | None = None, **more: Any) -> str:
    """The address of a page that looks at a cut, with further parameters."""
    values: dict[str, Any] = {**cut.query(), **(extra or {}), **more}
    return url_for(endpoint, **values)


def marked(terms: Sequence[str], text: str) -> Markup:
    """A text with the words that are looked for marked in it."""
    made, end = Markup(), 0
    for start, stop in spans_of(text, terms) if terms else ():
        made += Markup("{}<mark>{}</mark>").format(text[end:start], text[start:stop])
        end = stop
    return made + text[end:]


def page(template: str, at: Looking | None, **values: Any) -> str:
    """An analysis page with what all of them use."""
    shared = {
        "at": at, "aspect_name": aspect_name, "amount": amount, "filter_titles": TITLES, "polarities": POLARITIES,
        "code_label": code_label, "go": go, "gap": gap, "endpoints": set(current_app.view_functions),
        "interval": interval, "span_of": span_of, "say": words, "sized": sized,
        "figure_label": lambda name: _(FIGURES[name].label),
        "marked": partial(marked, terms_of(at.cut.words) if at else []),
    }  # fmt: skip
    return render_template(template, **shared, **values)


@bp.post("")
@needs("analyse")
def save() -> Answer:
    """Keep what is being looked at under a name that everybody here can choose; of a figure with what is chosen."""
    name, query = request.form.get("name", "").strip()[:60], request.form.get("query", "")[:LONGEST]
    endpoint, figure = request.form.get("page", ""), request.form.get("figure", "")
    cut = Cut.from_query(query)
    if not name:
        raise SurveyError("cut-name", N_("The saved view has no name."), N_("Go back and give it one."))
    user = current_user()
    with writing() as db:
        row = SavedCut(name=name, query=go("overview.show", cut, _asked(query)).partition("?")[2])
        row.figure = figure if figure in FIGURES else ""
        row.user_id = user.id if user else None
        db.add(row)
        db.flush()
        audit(db, "cut.saved", subject="cut", subject_id=row.id)
        saved = _address(row.figure, row.query)
    flash(_("Saved."))
    return redirect(saved or go(endpoint if endpoint in PAGES else PAGES[0], cut))


def _asked(query: str) -> dict[str, list[str]]:
    """What an address asks of a figure."""
    names = {ask.name for kind in FIGURES.values() for ask in kind.asks}
    return {name: values for name, values in lists_of(query).items() if name in names}


def _address(figure: str, query: str) -> str:
    """The page of a figure with a saved view; "" where the view is every page's."""
    return f"{url_for('figures.show', name=figure)}?{query}" if figure in FIGURES else ""


@bp.post("/<int:cut_id>/delete")
@needs("analyse")
def delete(cut_id: int) -> Answer:
    with writing() as db:
        row = db.get(SavedCut, cut_id)
        if row is None:
            raise missing()
        query, back = row.query, _address(row.figure, row.query)
        db.delete(row)
        audit(db, "cut.deleted", subject="cut", subject_id=cut_id)
    flash(_("Removed."))
    return redirect(back or go("overview.show", Cut.from_query(query)))
