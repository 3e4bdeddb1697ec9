"""Who may do what: sessions that can be revoked, roles, and one check in front of every view."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar, cast, overload

from flask import Flask, g, redirect, request, session, url_for
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import update
from sqlmodel import Session, col, select
from werkzeug.wrappers import Response as Answer

from .. import clock, crypto
from ..errors import N_, NotFound, Refused
from ..tables import AuditEntry, Login, User
from .database import config, reading, writing

View = TypeVar("View", bound=Callable[..., Any])

ROLES: dict[str, tuple[str, frozenset[str]]] = {
    "owner": (N_("Owner"), frozenset({"look", "analyse", "build", "send", "work", "manage"})),
    "analyst": (N_("Analyst"), frozenset({"look", "analyse", "build", "send", "work"})),
    "case_worker": (N_("Case worker"), frozenset({"look", "work"})),
    "viewer": (N_("Viewer"), frozenset({"look"})),
}
"""Each role with its label and what it may do."""

SESSION_DAYS = 14
PROXY_HEADERS = ("forwarded", "x-forwarded", "x-real-ip", "x-client-ip", "x-original", "true-client-ip", "cf-", "via")
"""How the headers begin that only a proxy sends."""
csrf = CSRFProtect()


@overload
def public(view: View) -> View: ...
@overload
def public(*, own_ticket: bool) -> Callable[[View], View]: ...
def public(view: View | None = None, *, own_ticket: bool = False) -> View | Callable[[View], View]:
    """Mark a view as open to everybody. With `own_ticket` it checks a signed ticket of its own instead of CSRF."""

    def mark(function: View) -> View:
        function.__dict__["needs"] = None
        function.__dict__["own_ticket"] = own_ticket
        return function

    return mark(view) if view is not None else mark


def needs(ability: str) -> Callable[[View], View]:
    """Only signed-in people whose role has the ability get to this view."""
    if not any(ability in abilities for _, abilities in ROLES.values()):
        raise ValueError(f"no role has the ability {ability}")

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            user = current_user()
            if user is None:
                wanted = request.full_path.rstrip("?") if request.method == "GET" else None
                return redirect(url_for("account.sign_in", next=wanted))
            if not may(ability):
                raise Refused("role", N_("Your role does not allow this."), N_("Ask an owner of this installation."))
            return view(*args, **kwargs)

        guarded.__dict__["needs"] = ability
        return cast(View, guarded)

    return mark


def ticketed(view: View) -> View:
    """Mark a staff view whose pages carry a signed ticket of their own instead of the CSRF token."""
    view.__dict__["own_ticket"] = True
    return view


def may(ability: str) -> bool:
    user = current_user()
    return user is not None and ability in ROLES[user.role][1]


def current_user() -> User | None:
    """The person signed in, read once per request; None after a revocation, expiry or deactivation."""
    if "user" not in g:
        g.user = _find_user()
    return cast("User | None", g.user)


def _find_user() -> User | None:
    token = session.get("login")
    if not isinstance(token, str):
        return _demo_visitor()
    with reading() as db:
        found = db.exec(
            select(User, Login)
            .join(Login, col(Login.user_id) == col(User.id))
            .where(Login.token_hash == crypto.hash_token(token), col(Login.revoked_at).is_(None), User.is_active)
        ).first()
    if found is None or found[1].expires_at <= clock.now():
        session.clear()
        return None
    return found[0]


def _demo_visitor() -> User | None:
    """The demo signs its visitor in, but only one who sits at the machine itself."""
    is_proxied = any(name.lower().startswith(PROXY_HEADERS) for name, _ in request.headers)
    if not config().is_demo or session.get("left_demo") or is_proxied:
        return None
    if not is_local(request.remote_addr, request.host):
        return None
    with reading() as db:
        return db.exec(select(User).where(User.role == "owner", User.is_active).order_by(col(User.id))).first()


def is_local(address: str | None, host: str) -> bool:
    """True for a loopback peer asking for a loopback name: neither a proxy nor a rebound name passes."""
    name = host.rsplit(":", 1)[0].strip("[]")
    return address in ("127.0.0.1", "::1") and name in ("127.0.0.1", "localhost", "::1")


def sign_in(db: Session, user: User) -> None:
    """Start a new session for a person; whatever session the browser had ends."""
    token = crypto.new_token() + secrets.token_urlsafe(16)
    if before := session.get("login"):
        revoke(db, col(Login.token_hash) == crypto.hash_token(before))
    db.add(
        Login(
            user_id=cast(int, user.id),
            token_hash=crypto.hash_token(token),
            user_agent=request.headers.get("User-Agent", "")[:200],
            expires_at=clock.now() + timedelta(days=SESSION_DAYS),
        )
    )
    session.clear()
    session["login"] = token
    session.permanent = True
    g.user = user


def sign_out() -> None:
    """End this session on the server, not only in the browser."""
    if token := session.get("login"):
        with writing() as db:
            revoke(db, col(Login.token_hash) == crypto.hash_token(token))
    session.clear()
    session["left_demo"] = True
    g.pop("user", None)


def revoke(db: Session, which: Any) -> None:
    """End all sessions that a condition describes."""
    db.execute(update(Login).where(which, col(Login.revoked_at).is_(None)).values(revoked_at=clock.now()))


def audit(
    db: Session,
    action: str,
    *,
    subject: str = "",
    subject_id: int | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """Write down who did what, in the transaction that does it."""
    user, key = current_user(), g.get("api_key")
    entry = AuditEntry(user_id=user.id if user else None, action=action, subject=subject, subject_id=subject_id)
    entry.data = (data or {}) | ({"key": key.name} if key is not None else {})
    db.add(entry)


def register(app: Flask) -> None:
    app.permanent_session_lifetime = timedelta(days=SESSION_DAYS)
    csrf.init_app(app)
    for view in app.view_functions.values():
        if getattr(view, "own_ticket", False):
            csrf.exempt(view)
    app.context_processor(lambda: {"user": current_user(), "may": may, "ROLES": ROLES})

    @app.before_request
    def _head_is_get() -> None:
        """Views tell GET from POST; a HEAD must never be taken for the POST, which it could pass without a token."""
        if request.method == "HEAD":
            request.method = "GET"

    @app.before_request
    def _known_address() -> Answer | None:
        if request.endpoint is None and request.routing_exception is None:
            raise NotFound("address", N_("There is no such page."))
        return None
