"""Commands for accounts: user add, list, link, disable."""

import argparse
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from .. import clock
from ..config import Config
from ..errors import N_, NotFound
from ..store import accounts
from ..store.database import reading, writing
from ..tables import Login, User
from ..web.access import ROLES
from .installation import note, opened
from .words import say, t


def add(commands: Any) -> None:
    user = commands.add_parser("user", help=t("accounts: add, list, link, disable")).add_subparsers(required=True)
    new = user.add_parser("add", help=t("a new account; prints its one-time link"))
    new.add_argument("email")
    new.add_argument("--name", default="")
    new.add_argument("--role", choices=tuple(ROLES), default="analyst")
    new.set_defaults(run=_add)
    user.add_parser("list", help=t("who has an account")).set_defaults(run=_list)
    link = user.add_parser("link", help=t("a new one-time link, for a forgotten password"))
    link.add_argument("email")
    link.set_defaults(run=_link)
    end = user.add_parser("disable", help=t("end an account and its sessions"))
    end.add_argument("email")
    end.set_defaults(run=_disable)


def _add(given: argparse.Namespace) -> None:
    with opened() as (engine, config), writing(engine) as session:
        user, token = accounts.invite(
            session, email=given.email, name=given.name or given.email.split("@")[0], role=given.role
        )
        note(session, "user.invited", "user", user.id, role=user.role)
        _say_link(config, token)


def _list(_given: argparse.Namespace) -> None:
    with opened() as (engine, _config), reading(engine) as session:
        for user in session.exec(select(User).order_by(col(User.id))):
            state = t("disabled") if not user.is_active else "" if user.password_hash else t("invited")
            say(f"{user.id}\t{user.email}\t{user.name}\t{t(ROLES[user.role][0])}\t{state}".rstrip())


def _link(given: argparse.Namespace) -> None:
    with opened() as (engine, config), writing(engine) as session:
        user = _find(session, given.email)
        note(session, "user.link_made", "user", user.id)
        _say_link(config, accounts.new_link(session, user))


def _disable(given: argparse.Namespace) -> None:
    with opened() as (engine, _config), writing(engine) as session:
        user = _find(session, given.email)
        user.is_active = False
        accounts.keep_an_owner(session)
        ended = update(Login).where(col(Login.user_id) == user.id, col(Login.revoked_at).is_(None))
        session.execute(ended.values(revoked_at=clock.now()))
        note(session, "user.changed", "user", user.id, role=user.role)
    say(t("%(email)s is disabled.", email=given.email))


def _find(session: Session, email: str) -> User:
    user = session.exec(select(User).where(User.email == accounts.normal(email))).first()
    if user is None:
        raise NotFound("user", N_("%(email)s has no account."), email=email)
    return user


def _say_link(config: Config, token: str) -> None:
    say(t("One-time link, good for %(days)s days:", days=accounts.LINK_DAYS))
    say(f"{config.public_url}/setup/{token}")
