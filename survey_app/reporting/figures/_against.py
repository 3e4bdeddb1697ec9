"""The other side of a comparison: the period before, everybody of the period, a group, a saved view, or a view that
was set aside; and which answers both sides hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import numpy as np
from sqlmodel import col, select

from ...analysis.notes import NotPossible
from ...errors import N_, SurveyError
from ...store.columns import Answers, counts
from ...store.columns.frames import Numbers, is_rising
from ...store.cuts import LISTS, NONE, Cut
from ...store.cuts import select as cut_to
from ...store.database import reading
from ...tables import Cut as SavedCut
from .base import Ask, View
from .splits import attributes

BEFORE, WHOLE, SAVED, GROUP, ASIDE = "before", "whole", "saved", "group", "view"
MOST_GROUPS = 12
MOST_VIEWS = 100
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Side:
    """What stands against the view: what it is called, its cut, its answers, and which rows of the view they hold."""

    label: str
    cut: Cut
    answers: Answers
    shared: Numbers
    """Row numbers of the view's answers that are on this side too."""


def against_ask() -> Ask:
    """What to compare with."""
    return Ask("against", N_("Against"), lambda view: view.once("against", lambda: list(_offered(view))), names=_aside)


def _offered(view: View) -> Iterator[tuple[str, str]]:
    if view.cut.previous() is not None:
        yield BEFORE, view.words.tell(N_("Period before"))
    if view.cut.is_narrowed:
        yield WHOLE, view.words.tell(N_("All answers of the period"))
    yield from ((f"{SAVED}.{row.id}", row.name) for row in _views(view))
    for key, title in attributes(view):
        column = view.frame[key]
        counted: Numbers = counts(column)
        largest = np.argsort(-counted, kind="stable")[:MOST_GROUPS].tolist()
        for place in sorted(place for place in largest if counted[place]):
            code = column.codes[place]
            yield f"{GROUP}.{key}.{code or NONE}", f"{title} {view.words.label(key, code)}"


def _views(view: View) -> list[SavedCut]:
    """The saved views of this survey."""
    with reading(view.engine) as session:
        wanted = select(SavedCut).where(SavedCut.figure == "").order_by(col(SavedCut.name), col(SavedCut.id))
        rows = session.exec(wanted.limit(MOST_VIEWS)).all()
    return [row for row in rows if _of(row.query, view) is not None]


def _of(query: str, view: View) -> Cut | None:
    """The cut of a query; None where it is another survey's or cannot be read any more."""
    try:
        cut = Cut.from_query(query[:LONGEST])
    except SurveyError:
        return None
    return cut.with_(survey_id=view.cut.survey_id) if cut.survey_id in (None, view.cut.survey_id) else None


def _aside(view: View, code: str) -> str:
    """A view that was set aside, as its code says it, in words; "" where it is none."""
    kind, _, query = code.partition(".")
    cut = _of(query, view) if kind == ASIDE else None
    return view.words.called(cut) if cut is not None else ""


def aside(cut: Cut) -> str:
    """The code of a view that is set aside to be compared with."""
    return f"{ASIDE}.{urlencode(cut.with_(survey_id=None).query(), doseq=True)}"


def side(view: View, code: str) -> Side:
    """The other side. NotPossible where nothing is there to compare with."""
    if not code:
        raise NotPossible(N_("There is nothing to compare this view with: choose a period or filters, or save a view."))
    made: Side = view.once(f"side {code}", lambda: _side(view, code))
    return made


def _side(view: View, code: str) -> Side:
    label, cut = dict(_offered(view)).get(code) or _aside(view, code), _cut(view, code)
    if cut is None:
        raise NotPossible(N_("There is nothing to compare this view with: choose a period or filters, or save a view."))
    try:
        found = cut_to(view.frame, cut)
    except SurveyError as error:  # a saved view may filter by what the survey no longer asks
        raise NotPossible(error.message, **error.values) from error
    if not len(found):
        raise NotPossible(N_("The other side has no answers: %(view)s."), view=view.words.called(cut))
    return Side(label, cut, found, _shared(view.chosen, found))


def _cut(view: View, code: str) -> Cut | None:
    kind, _, rest = code.partition(".")
    if kind == GROUP:
        key, _, group = rest.partition(".")
        return view.cut.with_(**{LISTS[key]: ("" if group == NONE else group,)})
    if kind == SAVED:
        query = next((row.query for row in _views(view) if str(row.id) == rest), None)
        return _of(query, view) if query is not None else None
    if kind == ASIDE:
        return _of(rest, view)
    return view.cut.whole_period() if kind == WHOLE else view.cut.previous()


def _shared(mine: Answers, others: Answers) -> Numbers:
    a, b = (np.asarray(one["response"].values) for one in (mine, others))
    if not is_rising(b):
        return np.flatnonzero(np.isin(a, b))
    return np.flatnonzero(b[np.minimum(np.searchsorted(b, a), len(b) - 1)] == a)
