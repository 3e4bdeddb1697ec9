"""Links by which people without an account look at a dashboard: made, found by their token, taken back."""

from datetime import timedelta

from sqlmodel import Session, col, select

from .. import clock, crypto
from ..errors import N_, Gone, NotFound, SurveyError
from ..tables import Dashboard, DashboardLink
from .dashboards import found

DAYS = (1, 7, 30, 90, 365)
"""How long a link may work."""
USUAL = 30
ASK = N_("Ask whoever gave you the link for a new one.")


def make(
    session: Session, dashboard_id: int, days: int, user_id: int | None, *, shows_answers: bool
) -> tuple[str, DashboardLink]:
    """A new link and its token, which nobody can read off the database afterwards."""
    if days not in DAYS:
        raise SurveyError("link-days", N_("This is not a time for which a link can work."), N_("Choose one of those."))
    token = crypto.new_token()
    link = DashboardLink(
        dashboard_id=dashboard_id, token_hash=crypto.hash_token(token), shows_answers=shows_answers, user_id=user_id,
        expires_at=clock.now() + timedelta(days=days),
    )  # fmt: skip
    session.add(link)
    session.flush()
    return token, link


def links_of(session: Session, dashboard_id: int) -> list[DashboardLink]:
    """The links to a dashboard, the newest first."""
    wanted = select(DashboardLink).where(DashboardLink.dashboard_id == dashboard_id)
    return list(session.exec(wanted.order_by(col(DashboardLink.id).desc())))


def opened(session: Session, token: str) -> tuple[Dashboard, DashboardLink]:
    """What a token opens; Gone where the link no longer works, NotFound where it never did."""
    link = session.exec(select(DashboardLink).where(DashboardLink.token_hash == crypto.hash_token(token))).first()
    if link is None:
        raise NotFound("link", N_("This link leads to no dashboard."), ASK)
    if link.revoked_at is not None:
        raise Gone("link-withdrawn", N_("This link has been withdrawn."), ASK)
    if link.expires_at <= clock.now():
        raise Gone("link-expired", N_("This link has expired."), ASK)
    return found(session, link.dashboard_id), link


def take_back(session: Session, dashboard_id: int, link_id: int) -> None:
    """Let a link work no longer; nothing happens where it was taken back before."""
    link = session.get(DashboardLink, link_id)
    if link is None or link.dashboard_id != dashboard_id:
        raise NotFound("link", N_("This link leads to no dashboard."), N_("Look at the links as they are now."))
    if link.revoked_at is None:
        link.revoked_at = clock.now()
        session.add(link)
