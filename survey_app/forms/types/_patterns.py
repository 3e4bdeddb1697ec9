"""What a short answer can be checked for, and the one way in which it is then kept."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from ...errors import N_
from .base import AnswerError


def _tidy(text: str) -> str:
    """What Chinese keyboards write at full width, and the spaces and hyphens people put between digits."""
    return unicodedata.normalize("NFKC", text).strip()


def mobile(text: str) -> str:
    """A mobile number of mainland China: 11 digits, from 13 to 19; +86 before it is left out."""
    digits = re.sub(r"[\s\-]", "", _tidy(text))
    digits = re.sub(r"^(?:\+|00)?86(?=1)", "", digits) if len(digits) > 11 else digits
    if not re.fullmatch(r"1[3-9][0-9]{9}", digits):
        raise AnswerError(N_("Please write a mobile number of 11 digits, such as 13800138000."))
    return digits


def email(text: str) -> str:
    """An address that could be one; only a mail can tell whether it is."""
    address = _tidy(text)
    name, at, host = address.rpartition("@")
    labels = host.split(".")
    is_host = len(labels) > 1 and all(re.fullmatch(r"[^\W_](?:[\w-]{0,61}[^\W_])?", label) for label in labels)
    is_name = name and len(name) <= 64 and not re.search(r"[\s@\"<>(),:;\[\]\\]|\.\.|^\.|\.$", name)
    if not (at and is_host and is_name) or len(address) > 254 or labels[-1].isdecimal():
        raise AnswerError(N_("Please write an e-mail address, such as name@example.com."))
    return f"{name}@{host.lower()}"


def postcode(text: str) -> str:
    """A postcode of mainland China: six digits."""
    digits = re.sub(r"\s", "", _tidy(text))
    if not re.fullmatch(r"[0-9]{6}", digits):
        raise AnswerError(N_("Please write a postcode of six digits."))
    return digits


SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The signs of GB 32100-2015, in the order of their values: digits and capitals without I, O, S, V and Z."""


def credit_code(text: str) -> str:
    """A unified social credit code (统一社会信用代码): 17 signs and a check sign by the weights 3**i mod 31."""
    code = re.sub(r"[\s\-]", "", _tidy(text)).upper()
    if len(code) != 18 or not all(sign in SIGNS for sign in code):
        raise AnswerError(N_("Please write a unified social credit code: 18 digits and capital letters."))
    total = sum(SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
    if SIGNS[-total % 31] != code[17]:
        raise AnswerError(N_("This unified social credit code does not agree with its last sign. Please check it."))
    return code


@dataclass(frozen=True, slots=True)
class Known:
    """A pattern by its name: its label, how it is read, and how a phone should ask for it."""

    label: str
    read: Callable[[str], str]
    keyboard: str = "text"
    autocomplete: str = "off"


PATTERNS = {
    "mobile": Known(N_("Mobile number (mainland China)"), mobile, "tel", "tel-national"),
    "email": Known(N_("E-mail address"), email, "email", "email"),
    "credit_code": Known(N_("Unified social credit code"), credit_code),
    "postcode": Known(N_("Postcode (mainland China)"), postcode, "numeric", "postal-code"),
}
