"""Text made ready: a form for matching whose every character knows its place in the original, and masked text."""

import re
import unicodedata
from dataclasses import dataclass

from .words import FOLDER

LONGEST = 20_000
"""Characters of one answer that are looked at; what follows says nothing new."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """`matched` is for looking things up; `origin[i]` is where its character i stands in the original text."""

    matched: str
    origin: tuple[int, ...]

    def span(self, start: int, stop: int) -> tuple[int, int]:
        """The place in the original of matched[start:stop]."""
        if start >= stop:
            return self.origin[start], self.origin[start]
        return self.origin[start], self.origin[stop - 1] + 1


SIMPLIFIED = {ord(pair[0]): pair[1] for pair in (FOLDER / "traditional.txt").read_text("utf-8").split()}
"""One character to one character, so that offsets stay true."""

_NOISE = re.compile(
    r"(?:https?://|www\.)[!-~]+|#[^#\s，。！？]{1,20}#|[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u2060\ufeff\ufe0f\ud800-\udfff]+"
)
_REPEATED = re.compile(r"(.)\1{2,}", re.DOTALL)


def prepare(text: str) -> Prepared:
    """Full and half width, case and traditional characters made one; links and control characters made a space;
    a character said three times or more kept twice."""
    text = text[:LONGEST]
    folded = unicodedata.normalize("NFKC", text)
    origin: list[int] | range = range(len(text))
    if len(folded) != len(text):
        parts = [unicodedata.normalize("NFKC", character) for character in text]
        folded, origin = "".join(parts), [i for i, part in enumerate(parts) for _ in part]
    lowered = folded.lower()
    if len(lowered) != len(folded):
        lowered = "".join(c if len(c.lower()) != 1 else c.lower() for c in folded)
    matched = _NOISE.sub(lambda found: " " * len(found.group()), lowered.translate(SIMPLIFIED))
    pieces: list[str] = []
    places: list[int] = []
    last = 0
    for found in _REPEATED.finditer(matched):
        keep = found.start() + (1 if found.group(1).isspace() else 2)
        pieces.append(matched[last:keep])
        places.extend(origin[last:keep])
        last = found.end()
    pieces.append(matched[last:])
    places.extend(origin[last:])
    return Prepared("".join(pieces), tuple(places))


def has_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


_PERSONAL = re.compile(
    r"(?P<mail>[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4})"
    r"|(?<![\dA-Za-z])(?P<identity>[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx])(?![\dA-Za-z])"
    r"|(?<!\d)(?P<card>\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}(?:[ -]?\d{3})?)(?!\d)"
    r"|(?<!\d)(?P<mobile>(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4})(?!\d)"
    r"|(?<!\d)(?P<phone>0\d{2,3}[ -]\d{7,8}|400[ -]\d{3,4}[ -]?\d{3,4})(?!\d)"
)


def mask(text: str) -> str:
    """The text with mail addresses, identity, bank card and telephone numbers starred out, as long as before."""
    return _PERSONAL.sub(_starred, text)


def _starred(found: re.Match[str]) -> str:
    words = found.group()
    if found.lastgroup == "mail":
        name, _, host = words.partition("@")
        return name[:1] + "*" * (len(name) - 1) + "@" + host
    head, tail = (3, 4) if found.lastgroup in ("mobile", "phone") else (0, 4)
    middle = "".join("*" if c.isdigit() or c in "Xx" else c for c in words[head : len(words) - tail])
    return words[:head] + middle + words[len(words) - tail :]
