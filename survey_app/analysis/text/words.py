"""The word lists of the lexicon models: read from words/*.toml when first needed."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "words"


@dataclass(frozen=True, slots=True)
class Token:
    """A listed word in a clause: where it stands, its main kind, and how strong it is."""

    start: int
    stop: int
    word: str
    kind: str
    strength: float


@dataclass(slots=True, eq=False)
class WordList:
    """Words by kind, found by longest match; Latin words and figures only where they stand alone.

    A word has one main kind (the first that lists it) and may play further `roles`.
    """

    roles: dict[str, set[str]] = field(default_factory=dict)
    _words: dict[str, tuple[str, float]] = field(default_factory=dict)
    _lengths: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def add(self, words: Sequence[str], kind: str, strength: float = 1.0) -> None:
        self.roles.setdefault(kind, set()).update(words)
        for word in words:
            self._words.setdefault(word, (kind, strength))
            known = self._lengths.get(word[0], ())
            if len(word) not in known:
                self._lengths[word[0]] = tuple(sorted((*known, len(word)), reverse=True))

    def plays(self, token: Token, role: str) -> bool:
        return token.word in self.roles[role]

    def find(self, text: str) -> Iterator[Token]:
        """The listed words of a text from left to right, the longest at each place."""
        at, end = 0, len(text)
        while at < end:
            found = self._at(text, at)
            if found is None:
                at += 1
                continue
            yield found
            at = found.stop

    def _at(self, text: str, at: int) -> Token | None:
        if at and _joined(text, at):
            return None
        for length in self._lengths.get(text[at], ()):
            stop = at + length
            if stop > len(text):
                continue
            hit = self._words.get(text[at:stop])
            if hit is not None and not (stop < len(text) and _joined(text, stop)):
                return Token(at, stop, text[at:stop], *hit)
        return None


def _joined(text: str, at: int) -> bool:
    """Whether a Latin word or a figure goes on across this place."""
    left, right = text[at - 1], text[at]
    return left.isascii() and right.isascii() and left.isalnum() and right.isalnum()


GRADED = ("emoji", "positive", "negative", "negators", "degrees")
PLAIN = ("more", "less", "plain", "up", "down", "wishes", "excess", "lacks", "fillers")


@cache
def words(language: str) -> WordList:
    """The word list of a language: words/<language>.toml."""
    given: dict[str, Any] = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))
    made = WordList()

    def listed(text: str) -> list[str]:
        # Phrases are set apart by |, where there are any; else words by spaces.
        parts = text.replace("\n", "|").split("|") if "|" in text else text.split()
        return [word.strip() for word in parts if word.strip()]

    for kind in ("skipped", "intensifiers", "neutral"):
        made.add(listed(given.get(kind, "")), kind)
    for kind in GRADED:
        sign = -1.0 if kind == "negative" else 1.0
        for group in given.get(kind, ()):
            made.add(listed(group["words"]), kind, sign * float(group["strength"]))
    for kind in PLAIN:
        made.add(listed(given.get(kind, "")), kind)
    return made
