"""The page that sets up a kiosk: its own link with the seconds it waits, and what to do on the device."""

from flask import Blueprint, render_template, request

from .. import publishing
from ..channels import qr
from ..channels.kiosk import Kiosk
from ..forms.definition import Questionnaire
from .access import needs
from .database import reading
from .drafting import find
from .respondent_sheet import NAMES
from .respondent_ways import AFTER, IDLE, SETTINGS, USUAL_AFTER, USUAL_IDLE, Way
from .sharing import as_place, public_link

bp = Blueprint("sharing_kiosk", __name__, url_prefix="/surveys/<int:survey_id>")
CHANNEL = Kiosk()


@bp.get("/kiosk")
@needs("build")
def show(survey_id: int) -> str:
    with reading() as db:
        survey = find(db, survey_id)
        published = publishing.versions(db, survey)
    offered = Questionnaire.model_validate(published[0].definition if published else survey.draft).languages
    given, place = request.args, as_place(request.args.get("place", ""))
    idle, after = given.get("idle", USUAL_IDLE, type=int), given.get("after", USUAL_AFTER, type=int)
    wanted = Way(
        CHANNEL.piece,
        is_shared=True,
        idle=idle if idle in IDLE else USUAL_IDLE,
        after=after if after in AFTER else USUAL_AFTER,
        language=given["starts_in"] if given.get("starts_in") in offered else "",
    )
    link = public_link(survey, CHANNEL.name, place, **{SETTINGS: wanted.settings or ""})
    return render_template(
        "sharing/kiosk.html", survey=survey, is_published=bool(published), place=place, wanted=wanted, link=link,
        code=qr.data_uri(link), languages={code: NAMES[code] for code in offered}, idles=IDLE, afters=AFTER,
    )  # fmt: skip
