"""Tags on responses: put on and taken off from any quote."""

from flask import Blueprint, redirect, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response as Answer

from ..store import cuts, tags
from ..tables import Response
from .access import current_user, needs
from .cuts import go
from .database import writing
from .errors import missing
from .opinions import place_of

bp = Blueprint("tags", __name__, url_prefix="/responses")


@bp.post("/<int:response_id>/tags")
@needs("work")
def put(response_id: int) -> Answer:
    """Put a tag on a response."""
    user = current_user()
    with writing() as db:
        tags.put(db, _found(db, response_id), request.form.get("name", "")[:200], user_id=user.id if user else None)
    return _back(response_id)


@bp.post("/<int:response_id>/tags/off")
@needs("work")
def take_off(response_id: int) -> Answer:
    """Take a tag off a response."""
    with writing() as db:
        tags.take_off(db, _found(db, response_id), request.form.get("name", ""))
    return _back(response_id)


def _found(db: Session, response_id: int) -> Response:
    row = db.get(Response, response_id) if response_id < 2**31 else None
    if row is None:
        raise missing()
    return row


def _back(response_id: int) -> Answer:
    """To the page of opinions that the form came from, else to the response."""
    query = request.form.get("query", "")[:2000]
    if not query:
        return redirect(url_for("responses.show", response_id=response_id))
    return redirect(go("opinions.index", cuts.Cut.from_query(query), extra=place_of(query)))
