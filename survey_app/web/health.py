"""Whether the service works, for monitors and proxies: 200 when the database can be written, 503 when it cannot."""

from flask import Blueprint, Response

from ..store.database import can_write
from .access import public
from .database import engine

bp = Blueprint("health", __name__)


@bp.get("/health")
@public
def show() -> Response:
    """No versions, no counts, no reasons: those are in the log."""
    is_well = can_write(engine())
    return Response(
        "ok" if is_well else "unavailable", 200 if is_well else 503, content_type="text/plain; charset=utf-8"
    )
