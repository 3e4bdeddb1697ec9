"""Which passwords are refused: short ones, and those that anybody who guesses tries first."""

import re
from collections.abc import Iterable

from ..errors import N_

SHORTEST, LONGEST = 10, 256
FEWEST_DIFFERENT = 5
LEFT_OVER = 4
"""Characters that must remain when everything well known is taken out."""

KNOWN = """
password passwort passw0rd p@ssword p@ssw0rd qwertyuiop qwertzuiop qwerty qwertz asdfghjkl asdfgh asdf zxcvbnm zxcvbn
1qaz 2wsx 3edc 4rfv 5tgb qazwsx iloveyou welcome letmein monkey dragon admin administrator root login user guest test
survey changeme secret default master woaini mima 5201314 520520 521521 1314520 1314 520 888888 666666 abc123 abcd abc
1234567890 123456789 12345678 1234567 123456 12345 1234 123 0987654321 987654321 654321 321 112233 123123 147258369
"""
_LONGEST_FIRST = sorted(KNOWN.split(), key=len, reverse=True)
_KNOWN = re.compile("|".join([*map(re.escape, _LONGEST_FIRST), r"(?:19|20)\d\d", r"(.)\1{2,}"]))


def weakness(password: str, about: Iterable[str] = ()) -> str:
    """Why a password is refused, as a message id; empty where it is good. `about` is what is known of its owner."""
    if len(password) < SHORTEST:
        return N_("Use at least 10 characters.")
    rest = password.casefold()
    for word in _pieces(about):
        rest = rest.replace(word, "")
    rest = re.sub(r"[\W_]+", "", _KNOWN.sub("", rest)) if rest.isascii() else rest
    if len(set(password)) < FEWEST_DIFFERENT or len(rest) < LEFT_OVER:
        return N_("This password is easy to guess. Several unrelated words make a good one.")
    return ""


def _pieces(about: Iterable[str]) -> list[str]:
    """Names and addresses, whole and in parts, longest first."""
    words = {part for text in about for part in (text.casefold(), *re.split(r"[\W_]+", text.casefold()))}
    return sorted((word for word in words if len(word) >= LEFT_OVER), key=len, reverse=True)
