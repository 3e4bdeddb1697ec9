"""The keys of programs: made with what they are for, shown once, revoked."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlmodel import col, select
from werkzeug.wrappers import Response as Answer

from ..errors import SurveyError
from ..store import api_keys
from ..tables import User
from .access import audit, current_user, needs
from .campaign_views import tell
from .database import config, reading, writing

bp = Blueprint("api_keys", __name__, url_prefix="/settings/api")


@bp.get("")
@needs("manage")
def index() -> str:
    return _page()


@bp.post("")
@needs("manage")
def make() -> str | tuple[str, int]:
    """Make a key; it is shown on the page that answers, and never again."""
    user, days = current_user(), request.form.get("days", "")
    try:
        with writing() as db:
            key, row = api_keys.make(
                db, request.form.get("name", ""), request.form.getlist("scope"),
                days=int(days) if days.isascii() and days.isdigit() and len(days) < 5 else None,
                per_minute=request.form.get("per_minute", 0, type=int), user_id=user.id if user else None,
            )  # fmt: skip
            audit(db, "key.made", subject="key", subject_id=row.id, data={"name": row.name, "scopes": row.scopes})
    except SurveyError as error:
        tell(error)
        return _page(), error.status
    return _page(key)


@bp.post("/<int:key_id>/revoke")
@needs("manage")
def revoke(key_id: int) -> Answer:
    with writing() as db:
        row = api_keys.revoke(db, key_id)
        audit(db, "key.revoked", subject="key", subject_id=key_id, data={"name": row.name})
    flash(_("The key no longer works."))
    return redirect(url_for("api_keys.index"))


def _page(fresh: str = "") -> str:
    with reading() as db:
        rows = api_keys.listed(db)
        makers = {row.user_id for row in rows}
        names = {user.id: user.name for user in db.exec(select(User).where(col(User.id).in_(makers)))}
    # What was refused stands in the form again; after a key was made it is empty.
    filled = request.form if request.method == "POST" and not fresh else None
    return render_template(
        "settings/api.html", rows=rows, names=names, fresh=fresh, scopes=api_keys.SCOPES, days=api_keys.DAYS,
        paces=api_keys.PACES, works=api_keys.works, base=f"{config().public_url}/api/v1",
        filled=filled, chosen=filled.getlist("scope") if filled else [],
    )  # fmt: skip
