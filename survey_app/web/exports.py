"""Exports of what is being looked at: responses and opinions as Excel or CSV files, safe to open."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import IO
from urllib.parse import quote

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from .. import clock
from ..errors import N_, NotFound
from ..reporting import exports
from ..store import cuts
from ..store.questionnaires import versions
from .access import audit, current_user, needs
from .cuts import POLARITIES, Looking, aspect_name, looking, taxonomy
from .database import config, engine, reading, writing
from .errors import missing
from .exports_desk import ExportDesk, counted
from .filters import CHANNELS, TONGUES
from .language import day, language

bp = Blueprint("exports", __name__, url_prefix="/exports")
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RESPONSE = {
    "id": N_("Response"), "submitted_at": N_("Submitted at"), "channel": N_("Channel"),
    "channel:code": N_("Channel code"), "language": N_("Language"), "language:code": N_("Language code"),
    "version": N_("Version"), "segment": N_("Segment"), "tier": N_("Tier"),
    "tags": N_("Tags"),
}  # fmt: skip
NAMES = {"channel": CHANNELS, "language": TONGUES}
"""Columns of a response that hold codes, with their words."""
LARGE = 5000
"""Rows of a workbook from which on it is made behind: about two seconds of work."""
OPINION = {
    "id": N_("Response"), "submitted_at": N_("Submitted at"), "item": N_("Question"), "aspect": N_("Aspect"),
    "aspect:code": N_("Aspect code"), "polarity": N_("Polarity"), "polarity:code": N_("Polarity code"),
    "clause": N_("Clause"), "probability": N_("Probability"), "model": N_("Model"), "is_corrected": N_("Corrected"),
    "tags": N_("Tags"),
}  # fmt: skip


@bp.get("/responses.<any(xlsx, csv):kind>")
@needs("analyse")
def responses(kind: str) -> Answer:
    """The responses of the cut, one row each."""
    at = _looked()
    with reading() as db:
        known = versions(db, at.cut.survey_id or 0)
    titles = {key: _(title) for key, title in RESPONSE.items()}
    names = {key: {code: _(label) for code, label in held.items()} for key, held in NAMES.items()}
    sheet = exports.responses(engine(), at.chosen, known, language(), titles, names)
    return _file(at, sheet, len(at.chosen), kind, _("Responses"))


@bp.get("/opinions.<any(xlsx, csv):kind>")
@needs("analyse")
def opinions(kind: str) -> Answer:
    """The opinions of the cut, one row each, with the clause in the customer's words."""
    at = _looked()
    names = {"": _("Other"), **{aspect.code: aspect_name(aspect.code) for aspect in taxonomy().aspects}}
    tones = {polarity: _(label) for polarity, label in POLARITIES.items()}
    titles = {key: _(title) for key, title in OPINION.items()}
    sheet = exports.opinions(engine(), at.chosen, at.cut, names, tones, titles)
    rows = len(cuts.opinions(at.chosen, at.cut.aspect, at.cut.polarity))
    return _file(at, sheet, rows, kind, _("Opinions"))


def _looked() -> Looking:
    at = looking()
    if at.survey is None:
        raise missing()
    return at


def _file(at: Looking, sheet: exports.Sheet, rows: int, kind: str, what: str) -> Answer:
    """CSV comes in a stream as it is made; a large workbook is made behind, with a page that says how far it is."""
    assert at.survey is not None
    with writing() as db:
        audit(
            db, f"export.{request.endpoint}".replace("exports.", ""), subject="survey", subject_id=at.survey.id,
            data={"kind": kind, "n": len(at.chosen), "cut": at.cut.query()},
        )  # fmt: skip
    name = f"{at.survey.name} {what} {clock.today():%Y%m%d}.{kind}"
    if kind == "csv":
        return download(exports.as_csv(sheet), CSV, name)
    title, about, about_title = what[:31], _about(at), _("About this file")[:31]
    if rows <= LARGE:
        return download(_pieces(exports.as_xlsx(sheet, title, about, about_title)), XLSX, name)

    def make(tell: Callable[[int], None]) -> IO[bytes]:
        return exports.as_xlsx(replace(sheet, rows=counted(sheet.rows, tell)), title, about, about_title)

    made = _desk().start(_me(), name, rows, make)
    return redirect(url_for("exports.wait", token=made.token))


def download(content: Iterable[bytes], kind: str, name: str) -> Response:
    """A file that is saved under a name."""
    answer = Response(content, content_type=kind)
    answer.headers["Content-Disposition"] = disposition(name)
    return answer


# -- large files -----------------------------------------------------------------------------------------------
def _desk() -> ExportDesk:
    return ExportDesk(config().data)


def _me() -> int:
    user = current_user()
    assert user is not None
    assert user.id is not None
    return user.id


@bp.get("/")
@needs("analyse")
def index() -> str:
    """One's own large exports of the last hour."""
    return render_template("exports/index.html", made=_desk().of(_me()), large=LARGE)


@bp.get("/made/<token>")
@needs("analyse")
def wait(token: str) -> str:
    return render_template("exports/wait.html", export=_desk().find(token, _me()))


@bp.get("/made/<token>/file")
@needs("analyse")
def file(token: str) -> Response:
    export = _desk().find(token, _me())
    if export.state != "done":
        raise NotFound("export", N_("This export is not ready yet."), N_("Wait on its page."))
    return download(_pieces(_desk().open(export)), XLSX, export.name)


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
