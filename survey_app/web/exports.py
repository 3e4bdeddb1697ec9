"""Exports of what is being looked at: responses and opinions as Excel or CSV files, safe to open."""

import re
from collections.abc import Iterator
from typing import IO
from urllib.parse import quote

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from .. import clock
from ..errors import N_
from ..reporting import exports
from ..store.questionnaires import versions
from .access import audit, needs
from .cuts import POLARITIES, Looking, aspect_name, looking, taxonomy
from .database import engine, reading, writing
from .errors import missing
from .filters import CHANNELS, TONGUES
from .language import day, language

bp = Blueprint("exports", __name__, url_prefix="/exports")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RESPONSE = {
    "id": N_("Response"), "submitted_at": N_("Submitted at"), "channel": N_("Channel"),
    "channel:code": N_("Channel code"), "language": N_("Language"), "language:code": N_("Language code"),
    "version": N_("Version"), "segment": N_("Segment"), "tier": N_("Tier"),
}  # fmt: skip
NAMES = {"channel": CHANNELS, "language": TONGUES}
"""Columns of a response that hold codes, with their words."""
OPINION = {
    "id": N_("Response"), "submitted_at": N_("Submitted at"), "item": N_("Question"), "aspect": N_("Aspect"),
    "aspect:code": N_("Aspect code"), "polarity": N_("Polarity"), "polarity:code": N_("Polarity code"),
    "clause": N_("Clause"), "probability": N_("Probability"), "model": N_("Model"), "is_corrected": N_("Corrected"),
}  # fmt: skip


@bp.get("/responses.<any(xlsx, csv):kind>")
@needs("analyse")
def responses(kind: str) -> Response:
    """The responses of the cut, one row each."""
    at = _looked()
    with reading() as db:
        known = versions(db, at.cut.survey_id or 0)
    titles = {key: _(title) for key, title in RESPONSE.items()}
    names = {key: {code: _(label) for code, label in held.items()} for key, held in NAMES.items()}
    sheet = exports.responses(engine(), at.chosen, known, language(), titles, names)
    return _file(at, sheet, kind, _("Responses"))


@bp.get("/opinions.<any(xlsx, csv):kind>")
@needs("analyse")
def opinions(kind: str) -> Response:
    """The opinions of the cut, one row each, with the clause in the customer's words."""
    at = _looked()
    names = {"": _("Other"), **{aspect.code: aspect_name(aspect.code) for aspect in taxonomy().aspects}}
    tones = {polarity: _(label) for polarity, label in POLARITIES.items()}
    titles = {key: _(title) for key, title in OPINION.items()}
    return _file(at, exports.opinions(engine(), at.chosen, names, tones, titles), kind, _("Opinions"))


def _looked() -> Looking:
    at = looking()
    if at.survey is None:
        raise missing()
    return at


def _file(at: Looking, sheet: exports.Sheet, kind: str, what: str) -> Response:
    assert at.survey is not None
    with writing() as db:
        audit(
            db, f"export.{request.endpoint}".replace("exports.", ""), subject="survey", subject_id=at.survey.id,
            data={"kind": kind, "n": len(at.chosen), "cut": at.cut.query()},
        )  # fmt: skip
    name = f"{at.survey.name} {what} {clock.today():%Y%m%d}.{kind}"
    if kind == "csv":
        answer = Response(exports.as_csv(sheet), content_type="text/csv; charset=utf-8")
    else:
        answer = Response(
            _pieces(exports.as_xlsx(sheet, what[:31], _about(at), _("About this file")[:31])), content_type=XLSX
        )
    answer.headers["Content-Disposition"] = disposition(name)
    return answer


def _about(at: Looking) -> list[tuple[str, str]]:
    """What the reader of the file must know: what was looked at, when, and that missing is not zero."""
    assert at.survey is not None
    return [
        (_("Survey"), at.survey.name),
        (_("Made on"), day(clock.now())),
        (_("Period"), f"{at.cut.since or '…'} – {at.cut.until or '…'}"),
        (_("Filters"), "; ".join(chip.label for chip in at.chips) or _("none")),
        (_("Responses"), str(len(at.chosen))),
        (_("Empty cells"), _("The question was skipped, not shown, or not in that version. They are not zero.")),
        (_("A leading apostrophe"), _("Stands before text that a spreadsheet would take for a formula.")),
    ]


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(64 * 1024):
            yield piece


def disposition(name: str) -> str:
    """A download under a name with Chinese in it (RFC 6266 with RFC 8187), plain ASCII for old clients."""
    clean = re.sub(r'[\x00-\x1f\x7f"\\/:*?<>|%;]+', " ", name).strip(" .") or "export"
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", clean).strip("-.") or "export"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(clean, safe='')}"
