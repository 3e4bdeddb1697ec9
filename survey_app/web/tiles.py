"""The figures of a dashboard: each chosen with its cut on a page of its own, then put in its place."""

from typing import Any
from urllib.parse import parse_qs

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from ..reporting import dashboards
from ..reporting.dashboards import MOST_LETTERS, Tile
from ..reporting.figures import FIGURES, Kind
from ..reporting.figures.base import Chosen
from ..store.cuts import Cut
from ..tables import Dashboard
from .access import audit, current_user, needs
from .cuts import go, looking, page
from .database import reading, writing
from .errors import missing
from .figures import asked_for, choices, view_of

bp = Blueprint("tiles", __name__, url_prefix="/dashboards")
MOST_CHOSEN, LONGEST_CODE = 60, 200


@bp.get("/figure")
@needs("analyse")
def edit() -> str:
    """A figure with its cut and what is chosen for it, to be put on a dashboard or changed there."""
    kind = FIGURES.get(request.args.get("figure", ""))
    if kind is None:
        raise missing()
    at, dashboard_id, tile_id = looking(), _whole("dashboard"), _whole("tile")
    with reading() as db:
        known = dashboards.every(db)
        row = dashboards.found(db, dashboard_id) if dashboard_id else None
        tile = dashboards.tile_of(row, tile_id) if row and tile_id else None
    wanted = asked_for(kind)
    view = view_of(at)
    figure = kind.figure(view, wanted)
    place = {name: str(value) for name, value in (("dashboard", dashboard_id), ("tile", tile_id)) if value}
    kept = {"figure": kind.name, **place, **{ask: list(codes) for ask, codes in wanted.items()}}
    return page(
        "dashboards/tile.html", at, kind=kind, figure=figure, forms=choices(view, kind, figure), kept=kept,
        place={"figure": kind.name, **place}, dashboards=known, row=row, tile=tile, most=MOST_LETTERS,
        query=go("tiles.edit", at.cut, kept).partition("?")[2],
    )  # fmt: skip


def _whole(name: str) -> int | None:
    number = request.values.get(name, type=int)
    return number if number is not None and 0 < number < 2**31 else None


@bp.post("/figure")
@needs("analyse")
def put() -> Answer:
    """Put the figure of a page on a dashboard, a new one where it is given a name."""
    query, title = request.form.get("query", "")[:4000], " ".join(request.form.get("title", "").split())
    kind = FIGURES.get(request.form.get("figure", ""))
    if kind is None:
        raise missing()
    tile = Tile(
        kind.name, go("tiles.edit", Cut.from_query(query)).partition("?")[2], _chosen(kind, query),
        title[:MOST_LETTERS], request.form.get("is_wide") == "1", _whole("tile") or 0,
    )  # fmt: skip
    user, dashboard_id = current_user(), _whole("dashboard")
    with writing() as db:
        if dashboard_id:
            row = dashboards.changing(db, dashboard_id)
        else:
            row = dashboards.make(db, request.form.get("name", ""), user.id if user else None)
        dashboards.put(row, tile)
        db.add(row)
        audit(db, "dashboard.changed" if dashboard_id else "dashboard.made", subject="dashboard", subject_id=row.id)
    flash(_("Saved."))
    return redirect(url_for("dashboards.show", dashboard_id=row.id))


def _chosen(kind: Kind, query: str) -> Chosen:
    given = parse_qs(query, max_num_fields=200)
    return {
        ask.name: tuple(code[:LONGEST_CODE] for code in given[ask.name][:MOST_CHOSEN])
        for ask in kind.asks
        if ask.name in given
    }


@bp.post("/<int:dashboard_id>/figures/<int:tile_id>")
@needs("analyse")
def act(dashboard_id: int, tile_id: int) -> Answer:
    """Move a figure, change its width or take it off."""
    name = request.form.get("act", "")
    if name not in ACTS:
        raise missing()
    with writing() as db:
        row = dashboards.changing(db, dashboard_id)
        ACTS[name](row, tile_id)
        db.add(row)
        audit(db, "dashboard.changed", subject="dashboard", subject_id=row.id)
    return redirect(url_for("dashboards.edit", dashboard_id=dashboard_id))


def _moving(by: int) -> Any:
    return lambda row, tile_id: dashboards.move(row, tile_id, by)


def _widening(*, is_wide: bool) -> Any:
    return lambda row, tile_id: dashboards.resize(row, tile_id, is_wide=is_wide)


ACTS: dict[str, Any] = {
    "up": _moving(-1), "down": _moving(1), "wide": _widening(is_wide=True), "narrow": _widening(is_wide=False),
    "remove": dashboards.take_off,
}  # fmt: skip


def edit_address(row: Dashboard, tile: Tile) -> str:
    """The page on which a figure of a dashboard is changed."""
    place = {"figure": tile.figure, "dashboard": row.id, "tile": tile.id}
    chosen = {ask: list(codes) for ask, codes in tile.chosen.items()}
    return go("tiles.edit", Cut.from_query(tile.query), {**chosen, **place})
