"""How people get to a survey: its public link, the QR code, and cards with the code to print and cut."""

from typing import Any
from urllib.parse import quote_plus

from flask import Blueprint, Response, render_template, request

from .. import publishing
from ..channels import qr as codes
from ..errors import N_
from ..forms.definition import LANGUAGES, Questionnaire, say
from ..forms.logic import without_pipes
from ..tables import Survey
from .access import needs
from .database import config, reading
from .drafting import find
from .respondent_sheet import NAMES, wording

bp = Blueprint("sharing", __name__, url_prefix="/surveys/<int:survey_id>")

PER_PAGE = (1, 2, 4, 8)
"""Cards on a sheet of A4: a poster, table stands, postcards, labels."""
MAX_PLACES = 200
INVITING = N_("Scan the code and tell us how it was. It takes about a minute.")


def public_link(survey: Survey, channel: str = "", place: str = "", **more: str) -> str:
    """The public address; `c` and `ref` let answers be told apart by where people came from."""
    wanted = {"c": channel, **more, "ref": place}
    known = [f"{name}={quote_plus(value)}" for name, value in wanted.items() if value]
    return f"{config().public_url}/s/{survey.public_id}{'?' if known else ''}{'&'.join(known)}"


@bp.get("/share")
@needs("build")
def show(survey_id: int) -> str:
    with reading() as db:
        survey = find(db, survey_id)
        published = publishing.versions(db, survey)
    return render_template(
        "sharing/show.html", survey=survey, link=public_link(survey), published=published,
        qr=codes.data_uri(public_link(survey, codes.Qr.name)),
    )  # fmt: skip


@bp.get("/qr.<any(svg, png):form>")
@needs("build")
def qr(survey_id: int, form: str) -> Response:
    """The QR code of the public link, to print."""
    with reading() as db:
        link = public_link(find(db, survey_id), codes.Qr.name)
    # PNG at 1,200 pixels and more prints sharply on a card or a poster.
    image = codes.png(link, scale=40) if form == "png" else codes.svg(link, scale=8).encode()
    kind = "image/svg+xml" if form == "svg" else "image/png"
    name = f"survey-{survey_id}-qr.{form}"
    return Response(image, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


# -- cards to print --------------------------------------------------------------------------------------------
@bp.get("/cards")
@needs("build")
def cards(survey_id: int) -> str:
    """Sheets of A4 with the code, for counters and tables; each place named gets a code of its own."""
    with reading() as db:
        survey = find(db, survey_id)
        published = publishing.versions(db, survey)
    questionnaire = Questionnaire.model_validate(published[0].definition if published else survey.draft)
    wanted = _wanted(questionnaire)
    return render_template(
        "sharing/cards.html", survey=survey, wanted=wanted, sheets=_sheets(survey, wanted),
        languages={code: NAMES[code] for code in questionnaire.languages}, per_page=PER_PAGE, max_places=MAX_PLACES,
    )  # fmt: skip


def _wanted(questionnaire: Questionnaire) -> dict[str, Any]:
    """What is to stand on the cards: from the address, else from the questionnaire."""
    given = request.args
    language = given.get("words_in", "")
    language = language if language in LANGUAGES else questionnaire.languages[0]
    number = given.get("per_page", 4, type=int)
    title = given.get("title", without_pipes(say(questionnaire.title, language))).strip()[:80]
    words = given.get("words", wording(language)(INVITING)).strip()[:120]
    places = [as_place(line) for line in given.get("places", "").splitlines()]
    return {
        "language": language,
        "per_page": number if number in PER_PAGE else 4,
        "title": title,
        "words": words,
        "places": [place for place in places if place][:MAX_PLACES],
    }


def as_place(text: str) -> str:
    """The name of a place as it stands in a link; nothing where it cannot be read."""
    place = " ".join(text.split())[:60]
    return place if place.isprintable() else ""


def _sheets(survey: Survey, wanted: dict[str, Any]) -> list[list[dict[str, str]]]:
    """The cards of each sheet: one for each place, else a sheet full of the same."""
    number: int = wanted["per_page"]
    places = wanted["places"] or [""] * number
    drawn = {place: codes.data_uri(public_link(survey, codes.Qr.name, place)) for place in set(places)}
    made = [{"place": place, "qr": drawn[place], "link": public_link(survey)} for place in places]
    return [made[start : start + number] for start in range(0, len(made), number)]
