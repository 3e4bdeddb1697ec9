"""Two versions of a questionnaire side by side: what changed, in words, and where the trend breaks."""

from flask import Blueprint, render_template, request
from sqlmodel import Session

from .. import publishing
from ..errors import NotFound
from ..forms import changes
from ..tables import Survey
from .access import needs
from .database import reading
from .drafting import find
from .errors import missing

bp = Blueprint("comparing", __name__, url_prefix="/surveys")


@bp.get("/<int:survey_id>/versions/compare")
@needs("build")
def show(survey_id: int) -> str:
    """`from` and `to` are numbers of versions, or the word draft; the newest version and the draft unless said."""
    with reading() as db:
        survey = find(db, survey_id)
        numbers = [str(version.number) for version in publishing.versions(db, survey)]
        if not numbers:
            raise missing()
        before, after = request.args.get("from", numbers[0]), request.args.get("to", publishing.DRAFT)
        found = _between(db, survey, before, after)
    broken = list(dict.fromkeys(change.key for change in found if change.breaks and change.key))
    return render_template(
        "surveys/compare.html", survey=survey, numbers=[publishing.DRAFT, *numbers], before=before, after=after,
        changes=found, broken=broken, breaks=any(change.breaks for change in found),
    )  # fmt: skip


def _between(db: Session, survey: Survey, before: str, after: str) -> list[changes.Change]:
    try:
        return changes.between(publishing.found(db, survey, before), publishing.found(db, survey, after))
    except NotFound as error:
        raise missing() from error
