"""Guesses at passwords: counted for each account and each visitor from the audit, so that they survive a restart."""

import ipaddress
from datetime import timedelta

from flask import request
from sqlmodel import Session, select

from .. import clock, crypto
from ..tables import AuditEntry
from .access import audit

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


def network(peer: str | None, forwarded: str) -> str:
    """Where a visitor comes from. Only a proxy on this machine is believed, and only in what it added last."""
    try:
        address = ipaddress.ip_address(peer or "")
        if address.is_loopback and forwarded:
            address = ipaddress.ip_address(forwarded.rpartition(",")[2].strip())
    except ValueError:
        return peer or ""
    # A subscriber of IPv6 has a whole network of addresses.
    return str(ipaddress.ip_network(f"{address}/64", strict=False) if address.version == 6 else address)
