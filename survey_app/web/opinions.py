"""Opinions: what customers praise and criticise, with the words they used, and corrections by one click."""

import numpy as np
from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from .. import clock
from ..analysis.text import general
from ..errors import N_, SurveyError
from ..reporting import phrases, readings
from ..store import cuts, due, metrics
from ..store.columns import Answers
from ..store.opinions import aspects
from ..tables import Opinion
from .access import audit, needs
from .cuts import Looking, go, looking, page
from .database import reading, writing
from .errors import missing

bp = Blueprint("opinions", __name__, url_prefix="/opinions")
SIZE = 12


@bp.get("")
@needs("look")
def index() -> str:
    """Aspects on the left, the customers' own words on the right; the cut's aspect and polarity choose them."""
    at = looking()
    number = max(1, min(request.args.get("page", 1, int), 1_000_000))
    whole = cuts.select(at.frame, at.cut.with_(aspect="", polarity=None))
    base = whole if isinstance(whole, Answers) else at.frame
    measured = metrics.headline(metrics.of(at.asked)) if at.asked else None
    rows = aspects(base, measured)
    ids = _speaking(at)
    with reading() as db:
        quotes = readings.read(db, [int(i) for i in ids[(number - 1) * SIZE : number * SIZE]])
        ranked = phrases.ranked(db, at.chosen, at.cut.aspect, at.cut.polarity)
    return page(
        "opinions/index.html", at, rows=rows, quotes=quotes, base=base, number=number, phrases=ranked,
        pages=max(1, -(-len(ids) // SIZE)), count=len(ids), has_figures=False, taxonomy=general().aspects,
        most=max((max(row.positive, row.negative) for row in rows), default=1) or 1,
    )  # fmt: skip


def _speaking(at: Looking) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Ids of the responses with opinions that fit, newest first."""
    said = cuts.opinions(at.chosen, at.cut.aspect, at.cut.polarity)
    if not len(said) or not len(at.chosen):
        return np.empty(0, np.int64)
    ids, minutes = at.chosen["response"].values, at.chosen["minute"].values
    kept = np.isin(ids, said["response"].values)
    order = np.lexsort((ids[kept], minutes[kept]))[::-1]
    return ids[kept][order].astype(np.int64)


@bp.post("/<int:opinion_id>/correct")
@needs("work")
def correct(opinion_id: int) -> Answer:
    """Say what a clause is really about, or how it is meant; the model's guess is not used for it any more."""
    polarity, aspect = _polarity(request.form.get("polarity", "")), request.form.get("aspect", "")
    if aspect and all(aspect != known.code for known in general().aspects):
        raise SurveyError("aspect", N_("There is no such aspect."), N_("Choose one from the list."))
    with writing() as db:
        row = db.get(Opinion, opinion_id) if opinion_id < 2**31 else None
        if row is None:
            raise missing()
        before = {"polarity": row.polarity, "aspect": row.aspect}
        row.polarity, row.aspect, row.is_corrected, row.probability = polarity, aspect, True, 1.0
        db.add(row)
        due.note_changes(db, row.survey_id, [row.response_id])
        audit(
            db, "opinion.corrected", subject="opinion", subject_id=opinion_id,
            data={"before": before, "polarity": polarity, "aspect": aspect, "at": clock.now().isoformat()},
        )  # fmt: skip
    flash(_("Corrected. The figures take it in at once."))
    cut = cuts.Cut.from_query(request.form.get("query", "")[:2000])
    if response_id := request.form.get("response", type=int):
        return redirect(url_for("responses.show", response_id=response_id))
    return redirect(go("opinions.index", cut))


def _polarity(text: str) -> int:
    if text not in ("-1", "0", "1"):
        raise SurveyError("polarity", N_("The polarity is not known."), N_("Choose positive, neutral or negative."))
    return int(text)
