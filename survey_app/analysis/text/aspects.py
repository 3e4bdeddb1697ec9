"""What a clause is about: a taxonomy of aspects with words that name them and cues that imply them."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .matching import Matcher
from .words import FOLDER


@dataclass(frozen=True, slots=True)
class Aspect:
    """`label` is a message id. `words` name the aspect; `cues` are patterns that imply it (等了两天 → time)."""

    code: str
    label: str
    words: tuple[str, ...]
    cues: tuple[str, ...] = ()


class Mention(NamedTuple):
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
    _codes: tuple[str, ...] = field(init=False, repr=False, compare=False)
    _are_names: NDArray[np.bool_] = field(init=False, repr=False, compare=False)
    _matcher: Matcher = field(init=False, repr=False, compare=False)
    _cues: tuple[tuple[str, re.Pattern[str], bool], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        words: dict[str, str] = {}
        for aspect in self.aspects:
            for word in aspect.words:
                words.setdefault(word.lower(), aspect.code)
        for word in sorted(_rule("passed")):
            words.setdefault(word, PASSED)
        object.__setattr__(self, "_matcher", Matcher(list(words)))
        object.__setattr__(self, "_codes", tuple(words.values()))
        object.__setattr__(self, "_are_names", np.array([code != PASSED for code in words.values()], np.bool_))
        object.__setattr__(self, "_cues", tuple(
            (a.code, _compiled(a), not any(_CROSSES.search(cue) for cue in a.cues)) for a in self.aspects if a.cues
        ))  # fmt: skip

    def find(self, clause: str) -> list[Mention]:
        """The aspects of a clause in order of place, each once; names win over cues at the same place, and weak
        names (产品, 方便) count only where nothing else is named."""
        return self.find_all([clause]).get(0, [])

    def find_all(self, clauses: Sequence[str]) -> dict[int, list[Mention]]:
        """The aspects of each clause that has any, by its number."""
        joined = "\n".join(clauses)
        starts = np.concatenate(([0], np.cumsum(np.fromiter(map(len, clauses), np.int64, len(clauses)) + 1)))
        found: dict[int, list[Mention]] = {}
        for i, mention in chain(self._named(joined, starts), self._implied(clauses, joined, starts)):
            mine = found.get(i)
            if mine is None:
                found[i] = [mention]
            elif all(mention[0] != known[0] for known in mine):
                mine.append(mention)
        for i, mine in found.items():
            if len(mine) > 1:
                found[i] = _ordered(mine, clauses[i])
        return found

    def _named(self, joined: str, starts: NDArray[np.int64]) -> Iterator[tuple[int, Mention]]:
        """What words name, from left to right."""
        hits = self._matcher.find(joined)
        real = self._are_names[hits.words]
        begins, lengths, words = (column[real] for column in hits)
        numbers = np.searchsorted(starts, begins, side="right") - 1
        places = begins - starts[numbers]
        for i, start, stop, word in zip(
            numbers.tolist(), places.tolist(), (places + lengths).tolist(), words.tolist(), strict=True
        ):
            yield i, _new(Mention, (self._codes[word], start, stop))

    def _implied(self, clauses: Sequence[str], joined: str, starts: NDArray[np.int64]) -> Iterator[tuple[int, Mention]]:
        """What cues imply, aspect after aspect, from left to right."""
        for code, pattern, is_inside in self._cues:
            if not is_inside:  # the pattern could run over the end of a clause
                for i, clause in enumerate(clauses):
                    yield from ((i, Mention(code, *made.span())) for made in pattern.finditer(clause))
                continue
            spans = [made.span() for made in pattern.finditer(joined)]
            numbers = (np.searchsorted(starts, [start for start, _ in spans], side="right") - 1).tolist()
            for i, (start, stop) in zip(numbers, spans, strict=True):
                begin = int(starts[i])
                yield i, Mention(code, start - begin, stop - begin)

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


_new = tuple.__new__


def _ordered(mentions: list[Mention], clause: str) -> list[Mention]:
    """In order of place, without weak names where there are others."""
    weak = _rule("weak")
    strong = [mention for mention in mentions if clause[mention.start : mention.stop] not in weak]
    return sorted(strong or mentions, key=lambda mention: mention.start)


OVERALL = "Overall"
PASSED = ""
"""The kind of words that only look as if they named an aspect."""
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
LONGEST_CUE = 200
# Nested repeats could take for ever on a hostile text; bounded ones ({0,6}) cannot.
_CROSSES = re.compile(r"\\[sWDSAZbBn]|\[\^|\(\?[a-zA-Z-]+[:)]|\^")
"""What may match beyond the end of a clause where clauses are looked at together."""
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
        return re.compile("|".join(f"(?:{cue})" for cue in aspect.cues) or r"(?!)", re.MULTILINE)
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
