"""E-mail addresses and phone numbers: one way to write them, keyed look-up, and who must not be written to."""

import re
import secrets
import unicodedata
from collections.abc import Iterable

from sqlalchemy import delete, insert
from sqlmodel import Session, col, select

from .. import clock, crypto
from ..errors import N_, SurveyError
from ..tables import Suppression

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*\Z")
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\Z")
_PHONE_MARKS = re.compile(r"[\s().\-‐-―]")

UNSUBSCRIBED, BOUNCED, BY_STAFF, ERASED = "unsubscribed", "bounced", "by_staff", "erased"


class AddressError(SurveyError):
    """An address that nothing can be sent to."""


def normalise_email(text: str) -> str:
    """The address as it is kept and sent to: full-width forms folded, domain in lower case and punycode."""
    address = unicodedata.normalize("NFKC", text).strip()
    local, at, domain = address.rpartition("@")
    if not at:
        raise _bad_email(text)
    try:
        host = domain.rstrip(".").lower().encode("idna").decode() if not domain.isascii() else domain.lower()
    except UnicodeError:
        raise _bad_email(text) from None
    labels = host.split(".")
    is_host = len(host) <= 253 and len(labels) > 1 and all(_LABEL.match(label) for label in labels)
    if not is_host or labels[-1].isdigit() or len(local) > 64 or len(address) > 254 or not _LOCAL.match(local):
        raise _bad_email(text)
    return f"{local}@{host}"


def _bad_email(text: str) -> AddressError:
    return AddressError(
        "address-email", N_("%(text)s is not an e-mail address."), N_("Write it like name@example.com."),
        text=_shown(text),
    )  # fmt: skip


def normalise_phone(text: str) -> str:
    """Digits with a plus sign and country code; a Chinese mobile number may come without."""
    number = _PHONE_MARKS.sub("", unicodedata.normalize("NFKC", text))
    if number.startswith("00"):
        number = "+" + number[2:]
    if re.fullmatch(r"1[3-9]\d{9}", number, re.ASCII):
        number = "+86" + number
    elif re.fullmatch(r"861[3-9]\d{9}", number, re.ASCII):
        number = "+" + number
    if re.fullmatch(r"\+[1-9]\d{6,14}", number, re.ASCII) or re.fullmatch(r"0\d{9,11}", number, re.ASCII):
        return number
    raise AddressError(
        "address-phone", N_("%(text)s is not a phone number."),
        N_("Write it with its area or country code, such as 13800138000 or +86 10 5555 0000."), text=_shown(text),
    )  # fmt: skip


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text.strip())[:60] or "—"


def email_index(email: str) -> str:
    """The look-up key of an address: two spellings that differ in case are one mailbox."""
    return crypto.blind_index(email, "customer.email")


def phone_index(phone: str) -> str:
    return crypto.blind_index(phone, "customer.phone")


def suppressed(session: Session, indexes: Iterable[str | None] | None = None) -> dict[str, str]:
    """The look-up keys that must not be written to, with the reason; all of them when none are named."""
    if indexes is None:
        return {row.address_index: row.reason for row in session.exec(select(Suppression))}
    keys, found = [key for key in indexes if key], {}
    for start in range(0, len(keys), 500):
        wanted = col(Suppression.address_index).in_(keys[start : start + 500])
        found.update({row.address_index: row.reason for row in session.exec(select(Suppression).where(wanted))})
    return found


def suppress(session: Session, indexes: Iterable[str | None], reason: str) -> int:
    """Never write to these again. The first reason stays; saying it twice changes nothing."""
    keys = {key for key in indexes if key}
    fresh = keys - set(suppressed(session, keys))
    if fresh:
        rows = [{"address_index": key, "reason": reason, "at": clock.now()} for key in sorted(fresh)]
        session.execute(insert(Suppression), rows)
    return len(fresh)


def allow_again(session: Session, indexes: Iterable[str | None]) -> None:
    """Take addresses off the list, because their owner asked for it."""
    session.execute(delete(Suppression).where(col(Suppression.address_index).in_([key for key in indexes if key])))


# -- leaving by a link -----------------------------------------------------------------------------------------
def leave_link(public_url: str, customer_id: int) -> str:
    """Where a customer unsubscribes, for mails that answer no invitation; an invitation has a link of its own."""
    return f"{public_url}/u/c{customer_id}.{_leaving(customer_id)}"


def leaver(token: str) -> int | None:
    """The customer that such a link was made for, None where it was not made by us."""
    number, _, signature = token.removeprefix("c").partition(".")
    is_number = token.startswith("c") and number.isascii() and number.isdigit() and len(number) <= 10
    if not is_number or not signature.isascii() or int(number) >= 2**31:
        return None
    return int(number) if secrets.compare_digest(_leaving(int(number)), signature) else None


def _leaving(customer_id: int) -> str:
    return crypto.sign(f"customer:{customer_id}", "unsubscribe")


REASONS = {
    UNSUBSCRIBED: N_("unsubscribed"),
    BOUNCED: N_("mailbox does not exist"),
    BY_STAFF: N_("blocked by staff"),
    ERASED: N_("erased"),
}
