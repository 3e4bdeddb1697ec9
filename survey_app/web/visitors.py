"""Who a visitor seems to be: the network, the browser, a cookie where the survey asks for one."""

import ipaddress
import re

from .. import crypto
from ..collecting import Seen, Visit
from .respondent_asking import Asking
from .respondent_ways import Way

TRAP = ":website"
"""A field that people do not see; no question can have this name."""
COOKIE, YEAR = "visitor", 365 * 24 * 3600
TOKEN = re.compile(r"[\w-]{22}", re.ASCII)


def seen(asking: Asking, visit: Visit, way: Way | None) -> Seen:
    """What a request shows, as far as the survey wants to know it."""
    is_trapped = bool(asking.form.get(TRAP)) if asking.method == "POST" else False
    guard = visit.policy.guard
    if guard is None or visit.policy.is_anonymous or not (guard.by or guard.per_hour):
        return Seen(is_trapped)
    return Seen(
        is_trapped,
        network=network(asking.remote_addr, asking.headers.get("X-Forwarded-For", "")),
        browser=f"{asking.headers.get('User-Agent', '')} {asking.headers.get('Accept-Language', '')}",
        cookie=cookie_of(asking),
        is_shared=way is not None and way.next_is_offered,
    )


def cookie_of(asking: Asking) -> str:
    given = asking.cookies.get(COOKIE, "")
    return given if TOKEN.fullmatch(given) else ""


def cookie_for(asking: Asking, visit: Visit, path: str, *, is_https: bool) -> dict[str, str]:
    """The header that makes a browser known again at this survey alone, where the survey asks for it."""
    guard = visit.policy.guard
    if guard is None or visit.policy.is_anonymous or "cookie" not in guard.by or cookie_of(asking):
        return {}
    parts = (f"{COOKIE}={crypto.new_token()}", f"Path={path}", f"Max-Age={YEAR}", "HttpOnly", "SameSite=Lax")
    return {"Set-Cookie": "; ".join((*parts, *(["Secure"] if is_https else [])))}


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
