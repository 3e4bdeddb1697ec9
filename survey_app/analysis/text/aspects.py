"""What a clause is about: a taxonomy of aspects with words that name them and cues that imply them."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from .words import FOLDER, WordList


@dataclass(frozen=True, slots=True)
class Aspect:
    """`label` is a message id. `words` name the aspect; `cues` are patterns that imply it (等了两天 → time)."""

    code: str
    label: str
    words: tuple[str, ...]
    cues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """An aspect named or implied at a place of a clause."""

    code: str
    start: int
    stop: int


class TaxonomyError(ValueError):
    """A taxonomy that cannot be used; the text says which aspect and why."""


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """Aspects in order. It is data: `from_dict(to_dict())` gives it back, so that an analyst can edit it."""

    aspects: tuple[Aspect, ...]
    _words: WordList = field(init=False, repr=False, compare=False)
    _cues: tuple[tuple[str, re.Pattern[str]], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        words = WordList()
        for aspect in self.aspects:
            words.add([word.lower() for word in aspect.words], aspect.code)
        words.add(sorted(_rule("passed")), PASSED)
        object.__setattr__(self, "_words", words)
        object.__setattr__(self, "_cues", tuple((a.code, _compiled(a)) for a in self.aspects if a.cues))

    def find(self, clause: str) -> list[Mention]:
        """The aspects of a clause in order of place, each once; names win over cues at the same place, and weak
        names (产品, 方便) count only where nothing else is named."""
        tokens = [token for token in self._words.find(clause) if token.kind != PASSED]
        named = [Mention(token.kind, token.start, token.stop) for token in tokens]
        implied = [Mention(code, *m.span()) for code, pattern in self._cues for m in pattern.finditer(clause)]
        found: dict[str, Mention] = {}
        for mention in sorted(named, key=lambda m: m.start) + sorted(implied, key=lambda m: m.start):
            found.setdefault(mention.code, mention)
        strong = [m for m in found.values() if clause[m.start : m.stop] not in _rule("weak")]
        return sorted(strong or found.values(), key=lambda mention: mention.start)

    def label(self, code: str) -> str:
        """The message id of an aspect; opinions about nothing in particular are "Overall"."""
        return next((aspect.label for aspect in self.aspects if aspect.code == code), code or OVERALL)

    def called(self, name: str) -> str | None:
        """The code of the aspect that a name means: its code, its label, or one of its words; None where none is."""
        wanted = name.strip().lower()
        if wanted in _rule("everything"):
            return ""
        exact = (a.code for a in self.aspects if wanted in (a.code, a.label.lower()))
        return next(exact, None) or next((a.code for a in self.aspects if wanted in a.words), None)

    def to_dict(self) -> dict[str, dict[str, Any]]:
        return {a.code: {"label": a.label, "words": " ".join(a.words), "cues": list(a.cues)} for a in self.aspects}

    @classmethod
    def from_dict(cls, given: Mapping[str, Mapping[str, Any]]) -> "Taxonomy":
        """A taxonomy from data. TaxonomyError for codes, words or cues that cannot be used."""
        return cls(tuple(_aspect(code, part) for code, part in given.items()))


OVERALL = "Overall"
PASSED = ""
"""The kind of words that only look as if they named an aspect."""
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
LONGEST_CUE = 200
# Nested repeats could take for ever on a hostile text; bounded ones ({0,6}) cannot.
_RUNAWAY = re.compile(r"[*+]\)?[*+{]|\([^)]*[*+][^)]*\)[*+{]")


def _aspect(code: str, part: Mapping[str, Any]) -> Aspect:
    if not CODE.fullmatch(code):
        raise TaxonomyError(f"{code}: a code is made of small letters, digits and _")
    cues: Sequence[str] = tuple(str(cue) for cue in part.get("cues", ()))
    for cue in cues:
        if len(cue) > LONGEST_CUE or _RUNAWAY.search(cue):
            raise TaxonomyError(f"{code}: the cue {cue[:40]} is too long or repeats a repeat")
    made = Aspect(code, str(part.get("label", code)), tuple(str(part.get("words", "")).split()), tuple(cues))
    _compiled(made)
    return made


def _compiled(aspect: Aspect) -> re.Pattern[str]:
    try:
        return re.compile("|".join(f"(?:{cue})" for cue in aspect.cues) or r"(?!)")
    except re.error as error:
        raise TaxonomyError(f"{aspect.code}: a cue is not a pattern: {error}") from error


@cache
def _rule(name: str) -> frozenset[str]:
    """One list of words/aspect_rules.toml."""
    return frozenset(tomllib.loads((FOLDER / "aspect_rules.toml").read_text("utf-8"))[name].split())


def is_about_the_whole(clause: str) -> bool:
    """Whether a short clause (强烈推荐, 谢谢) speaks of the whole and not of what was named before it."""
    return any(word in clause for word in _rule("whole"))


@cache
def general() -> Taxonomy:
    """The taxonomy that ships: words/aspects.toml."""
    return Taxonomy.from_dict(tomllib.loads((FOLDER / "aspects.toml").read_text("utf-8")))
