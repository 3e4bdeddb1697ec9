"""What listed words say about a clause: negation and its scope, degrees, things and their qualities, wishes."""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .words import Line, Word, WordList

STRAY = 2
"""Characters that are in no list and may still stand between a negator and what it turns."""
REACH = 16
"""How many characters back a negator or degree can work."""
QUALITIES = frozenset(("more", "less", "plain"))
OPINIONS = frozenset(("positive", "negative", "emoji"))
_SEEN_THROUGH = frozenset(("fillers", "skipped", "up", "down", "excess", "degrees", *QUALITIES))
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Weighed(NamedTuple):
    """`value` above 0 is praise; `spans` are the words that decided; not `is_sure` where no list had a say; `is_turned`
    where a negator made praise of a complaint or the reverse."""

    value: float
    is_sure: bool
    spans: tuple[tuple[int, int], ...] = ()
    is_turned: bool = False


class Values(NamedTuple):
    """The same of many clauses, one number each."""

    value: Floats
    is_sure: Flags
    is_turned: Flags


def weigh(text: str, words: WordList) -> Weighed:
    """Add up the opinions of a clause, each turned and strengthened by the words before it."""
    return _weighed(words.find(text))


def values(clauses: Sequence[str], words: WordList) -> Values:
    """What the lists say of many clauses. Words that nothing acts on are added up for all clauses at once."""
    none: Flags = np.zeros(len(clauses), np.bool_)
    made, is_sure, is_turned = np.zeros(len(clauses)), none, none.copy()
    hits = words.matcher.find("\n".join(clauses))
    if not len(hits.starts):
        return Values(made, is_sure, is_turned)
    lengths = np.fromiter(map(len, clauses), np.int64, len(clauses)) + 1
    ends = np.cumsum(lengths)
    clause = np.searchsorted(ends, hits.starts, side="right")
    strength, adds, acts, asks = _plainly(words)
    made += np.bincount(clause, strength[hits.words], len(clauses))
    is_sure[clause[adds[hits.words]]] = True
    acted = np.bincount(clause, acts[hits.words], len(clauses)) > 0
    asked = np.bincount(clause, asks[hits.words], len(clauses)) > 0
    bounds = np.searchsorted(clause, np.arange(len(clauses) + 1)).tolist()
    places = hits.starts - (ends - lengths)[clause]
    starts, stops, numbers = places.tolist(), (places + hits.lengths).tolist(), hits.words.tolist()
    for i in np.flatnonzero(asked | (acted & is_sure)).tolist():
        some = slice(bounds[i], bounds[i + 1])
        line = Line(clauses[i], starts[some], stops[some], [words.words[n] for n in numbers[some]])
        made[i], is_sure[i], _, is_turned[i] = _weighed(line)
    return Values(made, is_sure, is_turned)


@cache
def _plainly(words: WordList) -> tuple[Floats, Flags, Flags, Flags]:
    """For each word: what it adds by itself, whether it does, whether it acts on words that do, and whether it says
    something that only the words around it decide."""
    adds = np.array([word.kind in OPINIONS for word in words.words])
    strength = np.array([word.strength for word in words.words]) * adds
    acts, asks = words.having("negators", "intensifiers", "degrees"), words.having("wishes", "neutral", *QUALITIES)
    return strength, adds, acts, asks


def _weighed(line: Line) -> Weighed:
    turned: set[int] = set()
    found: list[tuple[int, float, int]] = []
    wish, is_neutral, is_turned = -1, False, False
    for i, word in enumerate(line.words):
        kind = word.kind
        if kind in OPINIONS or kind in QUALITIES:
            value, began, flips = _value(line, i, turned)
            is_turned |= flips > 0
            if value:
                found.append((i, value, began))
        elif kind == "neutral":
            is_neutral = True
        elif kind == "wishes" and wish < 0:
            wish = i
    kept = [one for one in found if one[0] not in turned]
    if wish >= 0:
        return _wished(line, kept, wish)
    total = sum(value for _, value, _ in kept)
    spans = tuple((began, line.stops[i]) for i, _, began in kept)
    if is_neutral:
        # 一般 says neither; beside a strong opinion it only softens.
        plain = [(line.starts[i], line.stops[i]) for i, word in enumerate(line.words) if word.kind == "neutral"]
        return Weighed(total * 0.5 if abs(total) > 1 else 0.0, True, spans or tuple(plain), is_turned)
    return Weighed(total, bool(kept), spans, is_turned)


def _value(line: Line, i: int, turned: set[int]) -> tuple[float, int, int]:
    """The value of word i with what stands before it, where that begins, and how often it was turned."""
    word, start = line.words[i], line.starts[i]
    if word.kind == "emoji":
        return word.strength, start, 0
    is_quality = word.kind in QUALITIES
    value = _quality(line, i) if is_quality else word.strength
    if not value:
        return 0.0, start, 0
    flips, factor, began = _before(line, i, turned)
    if is_quality and value < 0 and began < start and _has_excess(line, i):
        flips = 0  # 不够大, 太甜: the excess is already the complaint
    if flips % 2:
        value *= -0.9 if value > 0 else -0.6
    return value * factor, began, flips


def _before(line: Line, i: int, turned: set[int]) -> tuple[int, float, int]:
    """Walk back over degrees, fillers and negators: number of turns, factor, and where they begin."""
    here = began = at = line.starts[i]
    flips, factor, stray = 0, 1.0, 0
    for j in range(i - 1, -1, -1):
        word, start = line.words[j], line.starts[j]
        stray += _between(line, line.stops[j], at)
        if stray > STRAY or here - start > REACH:
            break
        if word.kind == "intensifiers":
            return flips, factor * 1.4, start
        if "negators" in word.roles:
            flips, began = flips + 1, start
            if word.kind == "negators":
                factor *= word.strength
            elif word.kind == "negative":
                turned.add(j)
        elif word.kind == "degrees":
            factor, began = factor * word.strength, start
        elif word.kind not in _SEEN_THROUGH:
            break
        at = start
    return flips, factor, began


def _between(line: Line, start: int, stop: int) -> int:
    """Characters between two words, without blanks."""
    return len(line.text[start:stop].strip()) if stop > start else 0


def _quality(line: Line, i: int) -> float:
    """高, 小, 多 … are good or bad by the thing they are said of, else only where there is too much of them."""
    word, sign = line.words[i], 1.0 if line.words[i].kind == "more" else -1.0
    if word.kind != "plain":
        if i + 1 < len(line.words) and line.starts[i + 1] == line.stops[i] and line.words[i + 1].kind == "up":
            return sign
        thing = _thing(line, i)
        if thing is not None:
            return sign if thing.kind == "up" else -sign
    return -1.0 if _has_excess(line, i) else 0.0


def _thing(line: Line, i: int) -> Word | None:
    here = at = line.starts[i]
    stray = 0
    for j in range(i - 1, -1, -1):
        word = line.words[j]
        stray += _between(line, line.stops[j], at)
        if stray > STRAY or here - line.starts[j] > REACH:
            return None
        if word.kind in ("up", "down"):
            return word
        if word.kind not in ("degrees", "fillers", "negators", "excess"):
            return None
        at = line.starts[j]
    return None


def _has_excess(line: Line, i: int) -> bool:
    if i == 0 or _between(line, line.stops[i - 1], line.starts[i]):
        return False
    before = line.words[i - 1]
    return "excess" in before.roles or before.word in ("不够", "不是很", "不太")


def _wished(line: Line, found: Sequence[tuple[int, float, int]], wish: int) -> Weighed:
    """After a wish praise is not meant; more of something, or less, says that it is not so now."""
    start, stop = line.starts[wish], line.stops[wish]
    said = [(i, v, b) for i, v, b in found if b < start]
    total = sum(value for _, value, _ in said)
    wanted = any(v > 0 and line.starts[i] > start for i, v, _ in found)
    blamed = sum(v for i, v, _ in found if v < 0 and line.starts[i] > start)
    is_lacking = any("lacks" in word.roles and at >= stop for word, at in zip(line.words, line.starts, strict=True))
    spans = tuple((b, line.stops[i]) for i, _, b in said) or ((start, stop),)
    if wanted and is_lacking:
        total -= 0.8
    return Weighed(total + blamed * 0.4, True, spans)
