"""Texts made ready together: a form for matching whose every character knows its place in the original; and masks."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .words import FOLDER

LONGEST = 20_000
"""Characters of one answer that are looked at; what follows says nothing new."""
BETWEEN = "\x1e"
"""Stands between two texts that are looked at together; no text contains it."""
_CUT, _BLANK, _EXPANDS = ord(BETWEEN), ord(" "), 0x110000
_ASTRAL = 0x10000
_LETTERLIKE = (0x1D400, 0x1D7FF)
"""Mathematical letters, the only ones beyond the first plane that stand for others."""

Codes = NDArray[np.uint32]
Ints = NDArray[np.int64]


class Cleaned(NamedTuple):
    """Texts one after another, BETWEEN between them. `origin[i]` is where character i stands in its own original text;
    text number k is `text[bounds[k] : bounds[k + 1] - 1]`."""

    text: str
    origin: Ints
    bounds: Ints

    def of(self, number: int) -> str:
        return self.text[self.bounds[number] : self.bounds[number + 1] - 1]


class Prepared(NamedTuple):
    """One text: `matched` is for looking things up; `origin[i]` is where its character i stands in the original."""

    matched: str
    origin: Sequence[int]


SIMPLIFIED = {ord(pair[0]): pair[1] for pair in (FOLDER / "traditional.txt").read_text("utf-8").split()}
"""One character to one character, so that offsets stay true."""
_NOISE = re.compile(r"(?:https?://|www\.)[!-~]+|#[^#\s，。！？]{1,20}#")


def prepare(text: str) -> Prepared:
    """One text made ready, see `clean`."""
    made = clean([text])
    return Prepared(made.of(0), made.origin[: made.bounds[1] - 1].tolist())


def clean(texts: Sequence[str]) -> Cleaned:
    """Full and half width, case and traditional characters made one; links, tags and control characters made blanks;
    a character said three times or more kept twice."""
    parts = [text[:LONGEST] for text in texts]
    codes = _codes(BETWEEN.join(parts))
    lengths = np.fromiter(map(len, parts), np.int64, len(parts)) + 1
    starts = np.cumsum(lengths) - lengths
    origin = np.arange(len(codes)) - np.repeat(starts, lengths)[: len(codes)]
    mapped = _alike()[np.minimum(codes, _ASTRAL - 1)]
    if len(codes) and codes.max() >= _ASTRAL:
        mapped = np.where(codes < _ASTRAL, mapped, codes)
        mapped[(codes >= _LETTERLIKE[0]) & (codes <= _LETTERLIKE[1])] = _EXPANDS
    mapped[starts[1:] - 1] = _CUT
    if (mapped == _EXPANDS).any():
        mapped, origin = _expanded(mapped, origin, codes)
    text = _text(mapped)
    for noise in _NOISE.finditer(text):
        mapped[noise.start() : noise.end()] = _BLANK
    kept = _once(mapped)
    mapped = mapped[kept]
    bounds = np.concatenate(([0], np.flatnonzero(mapped == _CUT) + 1, [len(mapped) + 1]))
    return Cleaned(_text(mapped), origin[kept], bounds)


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _text(codes: Codes) -> str:
    return codes.tobytes().decode("utf-32-le", "surrogatepass")


@cache
def _alike() -> Codes:
    """For each character of the first plane the one it counts as; _EXPANDS where that is several."""
    made = np.arange(_ASTRAL, dtype=np.uint32)
    for code in (*range(0x80, 0x3400), *range(0xA000, 0xD800), *range(0xF900, _ASTRAL)):
        folded = _folded(chr(code))
        if len(folded) != 1:
            made[code] = _EXPANDS
        else:
            made[code] = ord(folded)
    made[65:91] += 32
    for code, simple in SIMPLIFIED.items():
        made[code] = ord(simple)
    made[0x2026] = 0x2026  # … ends a clause as it is
    for first, last in ((0, 8), (11, 31), (127, 127), (0x200B, 0x200F), (0x2060, 0x2060), (0xFE0F, 0xFE0F),
                        (0xFEFF, 0xFEFF), (0xD800, 0xDFFF)):  # fmt: skip
        made[first : last + 1] = _BLANK
    made[13] = 13
    return made


def _folded(character: str) -> str:
    folded = unicodedata.normalize("NFKC", character)
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in folded)


def _expanded(mapped: Codes, origin: Ints, codes: Codes) -> tuple[Codes, Ints]:
    """Characters that count as several written out."""
    pieces, counts, last = [], np.ones(len(mapped), np.int64), 0
    for at in np.flatnonzero(mapped == _EXPANDS).tolist():
        folded = _folded(chr(codes[at])).translate(SIMPLIFIED)
        pieces += [mapped[last:at], np.array([ord(c) for c in folded], np.uint32)]
        counts[at], last = len(folded), at + 1
    return np.concatenate([*pieces, mapped[last:]]), np.repeat(origin, counts)


def _once(codes: Codes) -> NDArray[np.bool_]:
    """Which characters stay: the first two of a longer run, of blanks the first."""
    kept = np.ones(len(codes), np.bool_)
    if len(codes) > 2:
        again = (codes[1:] == codes[:-1]) & (codes[1:] != _CUT)
        third = again[1:] & again[:-1]
        kept[2:] = ~third
        blank = (codes == _BLANK) | ((codes >= 9) & (codes <= 13))
        kept[1:-1] &= ~(third & blank[1:-1])
    return kept


CHINESE = re.compile("[\u4e00-\u9fff]")


def has_chinese(text: str) -> bool:
    return CHINESE.search(text) is not None


def goes_as_chinese(text: str) -> bool:
    """Chinese, or nothing but emoji and figures, which the Chinese lists know as well."""
    return CHINESE.search(text) is not None or not any(c.isascii() and c.isalpha() for c in text)


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
