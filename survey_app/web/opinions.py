"""Opinions: what customers praise and criticise, with the words they used, and corrections by one click."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlmodel import Session, col, select
from werkzeug.wrappers import Response as Answer

from .. import clock, scoring
from ..errors import N_, SurveyError
from ..improving import actions, measuring
from ..reporting import accuracy, phrases, readings, typical
from ..reporting.accuracy import CORRECTED
from ..store import cuts, metrics, tags
from ..store.opinions import aspects
from ..tables import Action, Case, Opinion
from .access import audit, current_user, may, needs
from .cuts import Looking, go, looking, page, taxonomy
from .database import reading, writing
from .errors import missing
from .language import language

bp = Blueprint("opinions", __name__, url_prefix="/opinions")
SIZE = 12
TYPICAL = "typical"


@bp.get("")
@needs("look")
def index() -> str:
    """Aspects on the left, the customers' own words on the right; the cut's aspect and polarity choose them."""
    at, order = looking(), TYPICAL if request.args.get("order") == TYPICAL else None
    number = max(1, min(request.args.get("page", 1, int), 1_000_000))
    whole = cuts.select(at.frame, at.cut.with_(aspect="", polarity=None))
    base = whole
    measured = metrics.headline(metrics.of(at.asked)) if at.asked else None
    rows = aspects(base, measured)
    with reading() as db:
        ids = _ids(at)
        chosen = typical.selected(db, at.chosen, at.cut.aspect, at.cut.polarity) if order else typical.Selection()
        shown = [one.response_id for one in chosen.quotes] if order else ids[(number - 1) * SIZE : number * SIZE]
        quotes = _in_order(readings.read(db, shown, language=language()), shown)
        ranked = phrases.ranked(db, at.chosen, at.cut.aspect, at.cut.polarity)
        card = accuracy.card(db, at.survey.id or 0, scoring.chosen(db).named, base) if at.survey else None
        beside = _beside(db, at, shown)
    return page(
        "opinions/index.html", at, rows=rows, quotes=quotes, base=base, number=number, phrases=ranked,
        pages=1 if order else max(1, -(-len(ids) // SIZE)), order=order, **beside,
        chosen={one.response_id: one for one in chosen.quotes}, read=chosen.read, count=len(ids), has_figures=False,
        taxonomy=taxonomy().aspects, card=card, has_open=bool(readings.open_items(at.asked)),
        most=max((max(row.positive, row.negative) for row in rows), default=1) or 1,
    )  # fmt: skip


def _ids(at: Looking) -> list[int]:
    """The responses to show, newest first: those with opinions, and whatever holds the words that are looked for."""
    is_search = at.cut.words and not at.cut.aspect and at.cut.polarity is None
    found = phrases.newest(at.chosen) if is_search else phrases.speaking(at.chosen, at.cut.aspect, at.cut.polarity)
    return [int(one) for one in found]


def _in_order(found: Sequence[readings.Reading], ids: Sequence[int]) -> list[readings.Reading]:
    return sorted(found, key=lambda one: ids.index(one.response.id or 0))


def _beside(db: Session, at: Looking, ids: Sequence[int]) -> dict[str, Any]:
    """What stands beside the quotes: their tags and cases, and what is being done about the aspect."""
    survey_id = at.survey.id or 0 if at.survey else 0
    cases = select(Case.response_id, Case.id).where(col(Case.response_id).in_(ids))
    about: list[Action] = []
    if at.cut.aspect and at.cut.aspect != cuts.NONE:
        about = actions.about_metric(db, survey_id, f"{measuring.CRITICS}{at.cut.aspect}")
    return {
        "tags": tags.of_responses(db, ids), "known_tags": tags.used(db, survey_id), "actions": about,
        "cases": dict(db.exec(cases).all()) if may("work") else {}, "action_states": actions.STATES,
    }  # fmt: skip


@bp.post("/<int:opinion_id>/correct")
@needs("work")
def correct(opinion_id: int) -> Answer:
    """Say what a clause is really about, or how it is meant; the model's guess is not used for it any more."""
    polarity, aspect = _polarity(request.form.get("polarity", "")), request.form.get("aspect", "")
    with writing() as db:
        row = db.get(Opinion, opinion_id) if opinion_id < 2**31 else None
        if row is None:
            raise missing()
        user = current_user()
        before = scoring.correct(db, row, aspect=aspect, polarity=polarity, user_id=user.id if user else None)
        audit(
            db, CORRECTED, subject="opinion", subject_id=opinion_id,
            data={"before": before, "polarity": polarity, "aspect": aspect, "at": clock.now().isoformat()},
        )  # fmt: skip
    is_same = before["polarity"] == polarity and before["aspect"] == aspect
    flash(_("Confirmed.") if is_same else _("Corrected. The figures take it in at once."))
    if response_id := request.form.get("response", type=int):
        return redirect(url_for("responses.show", response_id=response_id))
    query = request.form.get("query", "")[:2000]
    return redirect(go("opinions.index", cuts.Cut.from_query(query), extra=place_of(query)))


def place_of(query: str) -> dict[str, str]:
    """Where on the page somebody was who corrected something there."""
    given = parse_qs(query, max_num_fields=200)
    number, order = given.get("page", [""])[0], given.get("order", [""])[0]
    return {**({"page": number} if number.isdecimal() else {}), **({"order": TYPICAL} if order == TYPICAL else {})}


def _polarity(text: str) -> int:
    if text not in ("-1", "0", "1"):
        raise SurveyError("polarity", N_("The polarity is not known."), N_("Choose positive, neutral or negative."))
    return int(text)
