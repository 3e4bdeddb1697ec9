"""Dashboards: the list, one as it is looked at, and what it is made of."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlmodel import col, select
from werkzeug.wrappers import Response as Answer

from ..errors import SurveyError
from ..reporting import dashboard_links, dashboards
from ..reporting.dashboards import MOST_LETTERS, MOST_TILES, Tile
from ..reporting.figures import FIGURES
from ..store.cuts import PERIODS, Cut
from ..tables import Dashboard, User
from .access import audit, current_user, needs
from .cuts import look, page
from .database import reading, writing
from .drawing import draw, mark_of, marked, unchanged
from .figures import view_of
from .language import refusal, translate
from .tiles import edit_address

bp = Blueprint("dashboards", __name__, url_prefix="/dashboards")


@bp.get("")
@needs("look")
def index() -> str:
    """All dashboards."""
    with reading() as db:
        found = dashboards.every(db)
        makers = {row.user_id for row in found}
        names = {user.id: user.name for user in db.exec(select(User).where(col(User.id).in_(makers)))}
    return page("dashboards/index.html", None, dashboards=found, names=names, most=MOST_LETTERS)


@bp.post("")
@needs("analyse")
def make() -> Answer:
    user = current_user()
    with writing() as db:
        row = dashboards.make(db, request.form.get("name", ""), user.id if user else None)
        audit(db, "dashboard.made", subject="dashboard", subject_id=row.id)
    return redirect(url_for("dashboards.edit", dashboard_id=row.id))


@bp.get("/<int:dashboard_id>")
@needs("look")
def show(dashboard_id: int) -> Answer:
    """A dashboard with its figures, each on its own period or all on one."""
    with reading() as db:
        row = dashboards.found(db, dashboard_id)
    period = request.args.get("period", "")
    period = period if period in PERIODS else ""
    mark = mark_of(row, period)
    if unchanged(mark):
        return marked(mark)
    shown = draw(dashboards.tiles_of(row), period)
    periods = {name: translate(label) for name, label in PERIODS.items()}
    return marked(
        mark, page("dashboards/show.html", None, row=row, shown=shown, periods=periods, period=period, mark=mark)
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A figure in the list of those that a dashboard is made of: what it is, and the page on which it is changed."""

    tile: Tile
    label: str
    about: str
    change: str


@bp.get("/<int:dashboard_id>/edit")
@needs("analyse")
def edit(dashboard_id: int) -> str:
    """What a dashboard is made of."""
    with reading() as db:
        row = dashboards.found(db, dashboard_id)
    lines = [_line(row, tile) for tile in dashboards.tiles_of(row)]
    kinds = sorted(FIGURES.values(), key=lambda kind: kind.order)
    offered = [(translate(kind.label), url_for("tiles.edit", figure=kind.name, dashboard=row.id)) for kind in kinds]
    return page(
        "dashboards/edit.html", None, row=row, lines=lines, offered=offered, most=MOST_LETTERS,
        is_full=len(lines) >= MOST_TILES,
    )  # fmt: skip


def _line(row: Dashboard, tile: Tile) -> Line:
    kind = FIGURES.get(tile.figure)
    label = translate(kind.label) if kind else tile.figure
    try:
        view = view_of(look(Cut.from_query(tile.query)))
        return Line(tile, label, view.words.about(view.cut), edit_address(row, tile) if kind else "")
    except SurveyError as error:
        return Line(tile, label, refusal(error), "")


@bp.post("/<int:dashboard_id>/edit")
@needs("analyse")
def rename(dashboard_id: int) -> Answer:
    with writing() as db:
        row = dashboards.changing(db, dashboard_id)
        row.name = dashboards.named(request.form.get("name", ""))
        db.add(row)
        audit(db, "dashboard.changed", subject="dashboard", subject_id=row.id)
    flash(_("Saved."))
    return redirect(url_for("dashboards.edit", dashboard_id=dashboard_id))


@bp.post("/<int:dashboard_id>/delete")
@needs("analyse")
def delete(dashboard_id: int) -> Answer:
    """Delete a dashboard; its figures stay on the analysis pages."""
    with writing() as db:
        row = dashboards.changing(db, dashboard_id)
        for link in dashboard_links.links_of(db, dashboard_id):
            db.delete(link)
        db.flush()
        db.delete(row)
        audit(db, "dashboard.deleted", subject="dashboard", subject_id=dashboard_id)
    flash(_("Removed."))
    return redirect(url_for("dashboards.index"))
