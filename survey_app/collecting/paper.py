"""Printed forms: each carries a code of its own, so that what stands on it is entered once and a slip is noticed."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from functools import lru_cache

from .. import crypto
from ..store.questionnaires import Asked

SYMBOLS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without those that look alike on paper."""
RANDOM, CHECK = 5, 3
_CODE = re.compile(rf"([1-9]\d{{0,8}})([{SYMBOLS}]{{{RANDOM}}})([{SYMBOLS}]{{{CHECK}}})")


@dataclass(frozen=True, slots=True)
class Form:
    """One sheet: the version printed on it, and its code as it stands there."""

    version_id: int
    code: str

    @property
    def key(self) -> str:
        """What the response row keeps: one sheet is one response, whoever enters it."""
        return f"paper-{self.code}"


def new_form(version_id: int) -> Form:
    drawn = "".join(secrets.choice(SYMBOLS) for _ in range(RANDOM))
    return Form(version_id, f"{version_id}-{drawn}-{_check(version_id, drawn)}")


def read_form(text: str) -> Form | None:
    """The form of a code as somebody types it; None for a slip, and for a code that was never printed here."""
    found = _CODE.fullmatch(re.sub(r"[\s\-‐–—_.]", "", text[:60].upper()))
    if found is None:
        return None
    number, drawn, check = found.groups()
    is_ours = secrets.compare_digest(_check(int(number), drawn), check)
    return Form(int(number), f"{number}-{drawn}-{check}") if is_ours else None


def _check(version_id: int, drawn: str) -> str:
    digest = hashlib.sha256(crypto.sign(f"{version_id}|{drawn}", "paper-form").encode()).digest()
    return "".join(SYMBOLS[byte % len(SYMBOLS)] for byte in digest[:CHECK])


@lru_cache(maxsize=64)
def relaxed(asked: Asked) -> Asked:
    """The same questionnaire with nothing required: what was left empty on paper cannot be asked again."""
    pages = asked.questionnaire.model_dump(mode="json")["pages"]
    for item in (item for page in pages for item in page["items"]):
        item |= {"is_required": False, "required_if": ""}
    definition = asked.questionnaire.model_dump(mode="json") | {"pages": pages}
    return Asked(asked.version_id, asked.survey_id, asked.number, definition)
