"""Accounts as rows: passwords, one-time links, inviting and disabling people."""

from datetime import timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import func
from sqlmodel import Session, col, select

from .. import clock, crypto
from ..errors import N_, Conflict, NotFound
from ..tables import SetupLink, User
from .addresses import normalise_email

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
LINK_DAYS = 3
DEMO_OWNER = ("demo@example.com", "演示管理员", "owner")


def normal(address: str) -> str:
    """An e-mail address as accounts are known by it."""
    return address.strip().casefold()


@cache
def _nobody() -> str:
    """What is compared with where there is no account: made when first needed, since hashing is slow on purpose."""
    return _hasher.hash("nobody has this password")


def matches(password_hash: str, password: str) -> bool:
    """Whether the password is right; as slow for accounts that do not exist."""
    try:
        return _hasher.verify(password_hash or _nobody(), password) and bool(password_hash)
    except (VerificationError, InvalidHashError):
        return False


def hashed(password: str) -> str:
    """What is kept of a password. Slow on purpose: made before a write transaction, not inside."""
    return _hasher.hash(password)


def set_password(user: User, password: str) -> None:
    user.password_hash = hashed(password)


def has_owner(session: Session) -> bool:
    """Whether the installation has been set up."""
    return bool(session.exec(select(func.count()).select_from(User).where(User.role == "owner")).one())


def person(session: Session, email: str, name: str, role: str) -> User:
    """The account of an address, made without a password where there is none yet."""
    user = session.exec(select(User).where(User.email == email)).first()
    if user is None:
        user = User(email=email, name=name, role=role)
        session.add(user)
        session.flush()
    return user


def new_link(session: Session, user: User | None = None) -> str:
    """The token of a one-time link: for the first owner, or for a person who is to choose a password."""
    token = crypto.new_token()
    session.add(
        SetupLink(
            purpose="password" if user else "owner",
            user_id=user.id if user else None,
            token_hash=crypto.hash_token(token),
            expires_at=clock.now() + timedelta(days=LINK_DAYS),
        )
    )
    return token


def open_link(session: Session, token: str) -> SetupLink | None:
    """The link of a token if it can still be used. An owner's link dies when there is an owner."""
    link = session.exec(select(SetupLink).where(SetupLink.token_hash == crypto.hash_token(token))).first()
    if link is None or link.used_at is not None or link.expires_at <= clock.now():
        return None
    if link.user_id is not None and not session.get_one(User, link.user_id).is_active:
        return None
    return None if link.purpose == "owner" and has_owner(session) else link


def use_link(session: Session, token: str, user: User, password: str) -> User:
    """Use a link up, and with it all others for the same: the person gets the password, and exists from now on."""
    link = open_link(session, token)
    same = _unused_like(session, link) if link else []
    if link not in same:
        raise NotFound("setup-link", N_("This link was used already or has expired."), N_("Ask for a new one."))
    for other in same:
        other.used_at = clock.now()
    person = session.get_one(User, user.id) if user.id is not None else user
    set_password(person, password)
    session.add(person)
    session.flush()
    return person


def _unused_like(session: Session, link: SetupLink) -> list[SetupLink]:
    """The unused links for the same person, or for the first owner; locked, so that of two clicks one comes first."""
    whose = col(SetupLink.user_id) == link.user_id if link.user_id is not None else col(SetupLink.user_id).is_(None)
    unused = select(SetupLink).where(SetupLink.purpose == link.purpose, whose, col(SetupLink.used_at).is_(None))
    return list(session.exec(unused.order_by(col(SetupLink.id)).with_for_update()))


def invite(session: Session, *, email: str, name: str, role: str, language: str = "zh") -> tuple[User, str]:
    """A new colleague and the token of the link to hand over."""
    normalise_email(email)
    if session.exec(select(User).where(User.email == normal(email))).first():
        raise Conflict("user-exists", N_("%(email)s has an account already."), email=email)
    user = User(email=normal(email), name=name.strip(), role=role, language=language)
    session.add(user)
    session.flush()
    return user, new_link(session, user)


def keep_an_owner(session: Session) -> None:
    """Refuse a change after which nobody could manage the installation."""
    owners = select(func.count()).select_from(User).where(User.role == "owner", col(User.is_active))
    session.flush()
    if not session.exec(owners).one():
        raise Conflict("last-owner", N_("This is the last owner."), N_("Make somebody else an owner first."))
