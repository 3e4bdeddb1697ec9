"""Guesses at passwords: counted for each account and each visitor from the audit, so that they survive a restart."""

from datetime import timedelta

from flask import request
from sqlmodel import Session, select

from .. import clock, crypto
from ..tables import AuditEntry
from .access import audit
from .visitors import network

PER_ACCOUNT, PER_VISITOR, WINDOW = 10, 50, timedelta(minutes=15)
REFUSED = "account.refused"


def are_used_up(db: Session, address: str) -> bool:
    """Whether an account, or this visitor, has had its wrong tries for now."""
    wanted = select(AuditEntry.data).where(AuditEntry.action == REFUSED, AuditEntry.at > clock.now() - WINDOW)
    rows = list(db.exec(wanted))
    return any(
        sum(data.get(name) == key for data in rows) >= limit
        for name, key, limit in (("address", _hidden(address), PER_ACCOUNT), ("visitor", _visitor(), PER_VISITOR))
    )


def note(db: Session, address: str) -> None:
    """Write a wrong try down; the account and the visitor as keyed hashes."""
    audit(db, REFUSED, data={"address": _hidden(address), "visitor": _visitor()})


def _hidden(address: str) -> str:
    return crypto.blind_index(address, "sign-in")


def _visitor() -> str:
    return crypto.blind_index(network(request.remote_addr, request.headers.get("X-Forwarded-For", "")), "visitor")
