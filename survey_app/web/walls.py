"""Dashboards for others: links that expire, the page behind them, and a screen on the wall."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlmodel import col, select
from werkzeug.wrappers import Response as Answer

from .. import clock
from ..reporting import dashboard_links as links
from ..reporting import dashboards
from ..tables import Dashboard, User
from .access import audit, current_user, needs, public
from .cuts import page
from .database import config, reading, writing
from .drawing import draw, mark_of, marked, unchanged

bp = Blueprint("walls", __name__)


@bp.after_request
def _keep_quiet(answer: Answer) -> Answer:
    """The address is the key: no search engine keeps it, no other site is told."""
    answer.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


# -- looking ---------------------------------------------------------------------------------------------------
@bp.get("/dashboards/<int:dashboard_id>/wall")
@needs("look")
def wall(dashboard_id: int) -> Answer:
    """A dashboard on the whole screen, for people of the house."""
    with reading() as db:
        row = dashboards.found(db, dashboard_id)
    return _answer("dashboards/wall.html", row)


@bp.get("/shared/<token>")
@public
def show(token: str) -> Answer:
    """A dashboard for whoever has the link."""
    with reading() as db:
        row, link = links.opened(db, token)
    return _answer("dashboards/shared.html", row, wall=url_for("walls.show_wall", token=token), until=link.expires_at)


@bp.get("/shared/<token>/wall")
@public
def show_wall(token: str) -> Answer:
    """A dashboard on the whole screen, for whoever has the link."""
    with reading() as db:
        row, _link = links.opened(db, token)
    return _answer("dashboards/wall.html", row)


def _answer(template: str, row: Dashboard, **more: object) -> Answer:
    mark = mark_of(row, template)
    if unchanged(mark):
        return marked(mark)
    shown = draw(dashboards.tiles_of(row), is_linked=False)
    return marked(mark, page(template, None, row=row, shown=shown, mark=mark, now=clock.now(), **more))


# -- sharing ---------------------------------------------------------------------------------------------------
@bp.get("/dashboards/<int:dashboard_id>/share")
@needs("analyse")
def share(dashboard_id: int) -> str:
    """The links to a dashboard, and making another."""
    return _sharing(dashboard_id)


@bp.post("/dashboards/<int:dashboard_id>/share")
@needs("analyse")
def make(dashboard_id: int) -> str:
    """Make a link; it is shown on the page that answers, and never again."""
    user = current_user()
    with writing() as db:
        row = dashboards.changing(db, dashboard_id)
        token, link = links.make(
            db, dashboard_id, request.form.get("days", 0, type=int), user.id if user else None, shows_answers=False
        )
        audit(db, "dashboard.shared", subject="dashboard", subject_id=row.id, data={"until": f"{link.expires_at:%F}"})
    return _sharing(dashboard_id, f"{config().public_url}{url_for('walls.show', token=token)}")


@bp.post("/dashboards/<int:dashboard_id>/share/<int:link_id>")
@needs("analyse")
def take_back(dashboard_id: int, link_id: int) -> Answer:
    with writing() as db:
        links.take_back(db, dashboard_id, link_id)
        audit(db, "dashboard.unshared", subject="dashboard", subject_id=dashboard_id)
    flash(_("The link no longer works."))
    return redirect(url_for("walls.share", dashboard_id=dashboard_id))


def _sharing(dashboard_id: int, fresh: str = "") -> str:
    with reading() as db:
        row = dashboards.found(db, dashboard_id)
        made = links.links_of(db, dashboard_id)
        makers = {link.user_id for link in made}
        names = {user.id: user.name for user in db.exec(select(User).where(col(User.id).in_(makers)))}
    return render_template(
        "dashboards/share.html", row=row, links=made, names=names, fresh=fresh, days=links.DAYS, usual=links.USUAL,
        now=clock.now(),
    )  # fmt: skip
