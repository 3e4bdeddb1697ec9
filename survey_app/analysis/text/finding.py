"""Looking for words in many texts at once: Chinese of any length, Latin words, and pinyin initials (wl for 物流)."""

import unicodedata
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from .clean import SIMPLIFIED, mask
from .initials import initials

Codes = npt.NDArray[np.uint16]
Places = npt.NDArray[np.intp]

MOST_TERMS = 8


def fold(text: str) -> str:
    """The form that is compared: half width, small letters, simplified characters; as long as the text."""
    folded = unicodedata.normalize("NFKC", text).lower().translate(SIMPLIFIED)
    return folded if len(folded) == len(text) else "".join(map(_folded, text))


def _folded(character: str) -> str:
    made = unicodedata.normalize("NFKC", character).lower().translate(SIMPLIFIED)
    return made if len(made) == 1 else character


def codes_of(text: str) -> Codes:
    """A text as it is kept to be searched: personal data starred out, folded, two bytes a character (UTF-16)."""
    return _codes(fold(mask(text)))


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-16-le", "surrogatepass"), "<u2")


def terms_of(query: str) -> list[str]:
    """What a query looks for: its parts between spaces, all of which a text must hold."""
    return list(dict.fromkeys(fold(query).split()))[:MOST_TERMS]


def places_of(codes: Codes, term: str) -> Places:
    """Where a folded term begins among the codes; two or more Latin letters are also read as pinyin initials.

    >>> texts = codes_of("物流很快，客服 OK")
    >>> [places_of(texts, term).tolist() for term in ("客服", "kf", "ok")]
    [[5], [5], [8]]
    """
    wanted = _codes(term)
    found = np.flatnonzero(codes[: max(0, len(codes) - len(wanted) + 1)] == wanted[0]) if len(wanted) else _NONE
    for step, code in enumerate(wanted[1:], 1):
        found = found[codes[found + step] == code]
    if not is_initials(term):
        return found
    return np.union1d(found, _by_initials(codes, wanted))


def is_initials(term: str) -> bool:
    return len(term) >= 2 and term.isascii() and term.isalpha()


def _by_initials(codes: Codes, wanted: Codes) -> Places:
    first, second = initials()
    fits = [(first == letter) | (second == letter) for letter in wanted]
    found = np.flatnonzero(fits[0][codes[: max(0, len(codes) - len(wanted) + 1)]])
    for step in range(1, len(wanted)):
        found = found[fits[step][codes[found + step]]]
    return found


def spans_of(text: str, terms: Sequence[str]) -> list[tuple[int, int]]:
    """Where the terms of a query stand in one text, in order, without overlaps.

    >>> spans_of("物流很快，客服很慢", ["wl", "很"])
    [(0, 2), (2, 3), (7, 8)]
    """
    # One text is short: its characters beyond the basic plane are replaced, so that places are those of the string.
    folded = "".join(c if ord(c) < 0x10000 else "\ufffd" for c in fold(text))
    codes, size = _codes(folded), len(folded)
    made: list[tuple[int, int]] = []
    for start, stop in sorted((int(at), int(at) + len(term)) for term in terms for at in places_of(codes, term)):
        if stop <= size and (not made or start >= made[-1][1]):
            made.append((start, stop))
    return made


_NONE: Places = np.empty(0, np.intp)
