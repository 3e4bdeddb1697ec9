"""What is talked about: phrases that stand out from everyday speech, ranked, with how often they praise or blame."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import log

from .judging import TextResult
from .segmenting import segmented
from .words import FOLDER


@dataclass(frozen=True, slots=True)
class Theme:
    """A phrase with the number of answers that contain it, by the polarity of the clause it stands in.

    `examples` are indices of answers, at most five, the shortest first.
    """

    phrase: str
    n: int
    positive: int
    negative: int
    neutral: int
    weight: float
    examples: tuple[int, ...] = ()


@dataclass(slots=True)
class _Count:
    polarities: Counter[int]
    answers: list[int]


_WORD = re.compile(r"[\u4e00-\u9fffA-Za-z][\u4e00-\u9fffA-Za-z0-9+\-]*")


def themes(
    texts: Sequence[str], results: Sequence[TextResult] | None = None, *, aspect: str | None = None, k: int = 20,
    smallest: int = 3,
) -> list[Theme]:  # fmt: skip
    """The k phrases that say most about these answers, most telling first.

    Words and pairs of neighbouring words inside a clause are weighed by answers × surprise (log odds against everyday
    frequency); a phrase inside a longer one that is nearly as frequent is left out. With `results` (from `opinions`)
    phrases carry the polarity of their clauses, of a clause whose opinions differ the lowest; `aspect` looks at the
    opinions about one aspect only. Each answer counts once a phrase, however many clauses and aspects it has. Same
    input, same result.
    """
    counts: dict[str, _Count] = defaultdict(lambda: _Count(Counter(), []))
    for number, text in enumerate(texts):
        seen: dict[str, int] = {}
        for clause, polarity in _parts(text, results[number] if results is not None else None, aspect):
            for phrase in _phrases(clause):
                seen.setdefault(phrase, polarity)
        for phrase, polarity in seen.items():
            counts[phrase].polarities[polarity] += 1
            counts[phrase].answers.append(number)
    ranked = sorted(
        ((phrase, c, _weight(phrase, len(c.answers))) for phrase, c in counts.items() if len(c.answers) >= smallest),
        key=lambda row: (-row[2], row[0]),
    )
    chosen = _distinct([(phrase, c) for phrase, c, weight in ranked if weight > 0], k)
    return [_theme(phrase, c, texts) for phrase, c in chosen]


def _parts(text: str, result: TextResult | None, aspect: str | None) -> list[tuple[str, int]]:
    if result is None:
        return [(text.lower(), 0)]
    spans: dict[tuple[int, int], int] = {}
    for said in result.opinions:
        if aspect is None or said.aspect == aspect:
            place = said.start, said.stop
            spans[place] = min(said.polarity, spans.get(place, 1))
    return [(text[start:stop].lower(), polarity) for (start, stop), polarity in spans.items()]


@lru_cache(maxsize=50_000)
def _phrases(clause: str) -> tuple[str, ...]:
    """Words and pairs of neighbours that mean something on their own."""
    words = segmented(clause)
    found = [w for w in words if tells(w)]
    for left, right in pairwise(words):
        if _WORD.fullmatch(left) and _WORD.fullmatch(right) and (tells(left) or tells(right)):
            if left in _edges() or right in _edges():
                continue
            gap = " " if left.isascii() and right.isascii() else ""
            found.append(f"{left}{gap}{right}")
    return tuple(dict.fromkeys(found))


def tells(word: str) -> bool:
    """Whether a word names something: two characters or more, and none of the words that stand everywhere."""
    return len(word) >= 2 and word not in _stop() and _WORD.fullmatch(word) is not None


def _weight(phrase: str, n: int) -> float:
    """Damped number of answers × surprise: a common word of the language has to be very common here to count."""
    common = _background().get(phrase, 0.0)
    return float(n**0.75 * (log(n + 1) + 2.5 * (len(phrase) > 2) + 1.0 - common))


def _distinct(ranked: Sequence[tuple[str, _Count]], k: int) -> list[tuple[str, _Count]]:
    """Leave out parts of longer phrases, and longer ones of parts, that share most of their answers."""
    chosen: list[tuple[str, _Count]] = []
    for phrase, count in ranked:
        mine = set(count.answers)
        double = any(
            (phrase in other or other in phrase) and len(mine & set(c.answers)) >= 0.6 * min(len(mine), len(c.answers))
            for other, c in chosen
        )
        if not double:
            chosen.append((phrase, count))
        if len(chosen) == k:
            break
    return chosen


def _theme(phrase: str, count: _Count, texts: Sequence[str]) -> Theme:
    examples = sorted(count.answers, key=lambda i: (len(texts[i]), i))[:5]
    p = count.polarities
    n = len(count.answers)
    return Theme(phrase, n, p[1], p[-1], p[0], round(_weight(phrase, n), 3), tuple(examples))


@lru_cache(maxsize=1)
def _lists() -> dict[str, str]:
    return dict(
        line.split("\t", 1) for line in (FOLDER / "stopwords.txt").read_text("utf-8").splitlines() if "\t" in line
    )


@lru_cache(maxsize=1)
def _stop() -> frozenset[str]:
    return frozenset(_lists()["stop"].split())


@lru_cache(maxsize=1)
def _edges() -> frozenset[str]:
    """Words that neither begin nor end a phrase."""
    return frozenset(_lists()["edge"].split()) | _stop()


@lru_cache(maxsize=1)
def _background() -> dict[str, float]:
    """Everyday words → how many log units they are commoner than a topical word."""
    return {word: float(level[-1]) for level in ("common1", "common2", "common3") for word in _lists()[level].split()}
