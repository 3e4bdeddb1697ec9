"""Many listed words looked up in many texts in one pass: windows of every length are hashed by numpy at once."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SHORT = 6
"""Windows are hashed up to this length; what a longer word has beyond it is compared."""
_PRIME = np.uint64(0x9E3779B97F4A7C15)
_TOP = np.uint64(48)

Ints = NDArray[np.int64]
Hashes = NDArray[np.uint64]


class Hits(NamedTuple):
    """What was found from left to right, the longest word at each place: where, how long, and which word."""

    starts: Ints
    lengths: Ints
    words: Ints


NOTHING = Hits(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64))


class Matcher:
    """Words by number. Latin words and figures are found only where they stand alone.

    >>> found = Matcher(["快", "很快", "app"]).find("物流很快的app，happy")
    >>> found.starts.tolist(), found.words.tolist()
    ([2, 5], [1, 2])
    """

    def __init__(self, words: Sequence[str]) -> None:
        by_length: dict[int, dict[str, list[int]]] = {}
        for number, word in enumerate(words):
            if word:
                by_length.setdefault(min(len(word), SHORT), {}).setdefault(word[:SHORT], []).append(number)
        self._words = words
        self._sizes = max(by_length, default=0)
        self._tables = {size: _Table(group, words) for size, group in by_length.items()}

    def find(self, text: str) -> Hits:
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        if not len(codes) or not self._tables:
            return NOTHING
        joined = _joined(codes)
        best, word = np.zeros(len(codes), np.int64), np.zeros(len(codes), np.int64)
        wide = codes.astype(np.uint64)
        hashes: Hashes = np.zeros(len(codes), np.uint64)
        for size in range(1, min(self._sizes, len(codes)) + 1):
            hashes = (hashes[: len(codes) - size + 1] + wide[size - 1 :]) * _PRIME
            if size in self._tables:
                starts, lengths, words = self._tables[size].find(hashes, text, self._words)
                alone = ~(joined[starts] | joined[starts + lengths])
                starts = starts[alone]
                best[starts], word[starts] = lengths[alone], words[alone]
        return _leftmost(best, word)


class _Table:
    """The words of one length (or those longer than SHORT, by their beginning)."""

    def __init__(self, group: dict[str, list[int]], words: Sequence[str]) -> None:
        hashed = sorted((_hash(begin), begin) for begin in group)
        self._known: Hashes = np.array([value for value, _ in hashed], np.uint64)
        self._first: Ints = np.array([group[begin][0] for _, begin in hashed], np.int64)
        self._maybe = np.zeros(1 << 16, np.bool_)
        self._maybe[self._known >> _TOP] = True
        self._longer = {
            begin: sorted(numbers, key=lambda n: -len(words[n]))
            for begin, numbers in group.items() if any(len(words[n]) > SHORT for n in numbers)
        }  # fmt: skip
        self._size = min(SHORT, max(map(len, group)))

    def find(self, hashes: Hashes, text: str, words: Sequence[str]) -> Hits:
        starts: Ints = np.flatnonzero(self._maybe[(hashes >> _TOP).view(np.int64)])
        if not len(starts):
            return NOTHING
        place = np.minimum(np.searchsorted(self._known, hashes[starts]), len(self._known) - 1)
        known = self._known[place] == hashes[starts]
        starts, place = starts[known], place[known]
        lengths, found = np.full(len(starts), self._size, np.int64), self._first[place]
        if self._longer:
            for i, at in enumerate(starts.tolist()):
                lengths[i], found[i] = self._longest(text, at, words, int(found[i]))
        some = lengths > 0
        return Hits(starts[some], lengths[some], found[some])

    def _longest(self, text: str, at: int, words: Sequence[str], first: int) -> tuple[int, int]:
        for number in self._longer.get(text[at : at + SHORT], (first,)):
            word = words[number]
            if text.startswith(word, at) and not _splits(text, at + len(word)):
                return len(word), number
        return 0, 0


def _hash(word: str) -> int:
    value = 0
    for character in word:
        value = (value + ord(character)) * int(_PRIME) % (1 << 64)
    return value


def _joined(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Where a Latin word or a figure goes on across a place; one more than there are characters."""
    low = codes | 32
    inside = ((codes >= 48) & (codes <= 57)) | ((low >= 97) & (low <= 122) & (codes < 128))
    joined = np.zeros(len(codes) + 1, np.bool_)
    joined[1:-1] = inside[1:] & inside[:-1]
    return joined


def _splits(text: str, at: int) -> bool:
    """Whether a Latin word or a figure goes on across one place."""
    pair = text[at - 1 : at + 1]
    return len(pair) == 2 and pair.isascii() and pair.isalnum()


def _leftmost(best: Ints, word: Ints) -> Hits:
    """Of words that overlap the one that begins first."""
    starts = np.flatnonzero(best)
    lengths = best[starts]
    ends = starts + lengths
    free = np.ones(len(starts), np.bool_)
    free[1:] = starts[1:] >= np.maximum.accumulate(ends)[:-1]
    if not free.all():
        _settle(free, starts, ends)
        starts, lengths = starts[free], lengths[free]
    return Hits(starts, lengths, word[starts])


def _settle(free: NDArray[np.bool_], starts: Ints, ends: Ints) -> None:
    """Among words that overlap an earlier one: those that overlap only words which are left out are kept."""
    end, last = 0, -1
    for i in np.flatnonzero(~free).tolist():
        if i - 1 != last:
            end = int(ends[i - 1])
        last = i
        if starts[i] >= end:
            free[i], end = True, int(ends[i])
