"""What listed words say about a clause: negation and its scope, degrees, things and their qualities, wishes."""

from collections.abc import Sequence
from dataclasses import dataclass

from .words import Token, WordList

STRAY = 2
"""Characters that are in no list and may still stand between a negator and what it turns."""
REACH = 16
"""How many characters back a negator or degree can work."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """`value` above 0 is praise; `spans` are the words that decided; not `is_sure` where no list had a say."""

    value: float
    is_sure: bool
    spans: tuple[tuple[int, int], ...] = ()


QUALITIES = ("more", "less", "plain")


def weigh(text: str, words: WordList) -> Weighed:
    """Add up the opinions of a clause, each turned and strengthened by the words before it."""
    tokens = list(words.find(text))
    turned: set[int] = set()
    found: list[tuple[int, float, int]] = []
    for i in range(len(tokens)):
        value, began = _value(tokens, i, text, words, turned)
        if value:
            found.append((i, value, began))
    is_neutral = any(token.kind == "neutral" for token in tokens)
    wish = next((token for token in tokens if token.kind == "wishes"), None)
    kept = [(i, v, b) for i, v, b in found if i not in turned]
    if wish is not None:
        return _wished(tokens, kept, wish, words)
    total = sum(value for _, value, _ in kept)
    spans = tuple((began, tokens[i].stop) for i, _, began in kept)
    if is_neutral:
        # 一般 says neither; beside a strong opinion it only softens.
        plain = tuple((t.start, t.stop) for t in tokens if t.kind == "neutral")
        return Weighed(total * 0.5 if abs(total) > 1 else 0.0, True, spans or plain)
    return Weighed(total, abs(total) >= 0.3 or bool(kept), spans)


def _value(tokens: Sequence[Token], i: int, text: str, words: WordList, turned: set[int]) -> tuple[float, int]:
    """The value of token i with what stands before it, and where that begins."""
    token = tokens[i]
    if token.kind == "emoji":
        return token.strength, token.start
    if token.kind in QUALITIES:
        value = _quality(tokens, i, text, words)
    elif token.kind in ("positive", "negative"):
        value = token.strength
    else:
        return 0.0, token.start
    if not value:
        return 0.0, token.start
    flips, factor, began = _before(tokens, i, text, words, turned)
    if token.kind in QUALITIES and value < 0 and began < token.start and _has_excess(tokens, i, text, words):
        flips = 0  # 不够大, 太甜: the excess is already the complaint
    if flips % 2:
        value *= -0.9 if value > 0 else -0.6
    return value * factor, began


def _before(tokens: Sequence[Token], i: int, text: str, words: WordList, turned: set[int]) -> tuple[int, float, int]:
    """Walk back over degrees, fillers and negators: number of turns, factor, and where they begin."""
    flips, factor, at, began, stray = 0, 1.0, tokens[i].start, tokens[i].start, 0
    for j in range(i - 1, -1, -1):
        token = tokens[j]
        stray += len(text[token.stop : at].strip())
        if stray > STRAY or tokens[i].start - token.start > REACH:
            break
        if token.kind == "intensifiers":
            return flips, factor * 1.4, token.start
        if words.plays(token, "negators"):
            flips, factor, began = flips + 1, factor * abs(_strength(token)), token.start
            if token.kind == "negative":
                turned.add(j)
        elif token.kind == "degrees":
            factor, began = factor * token.strength, token.start
        elif token.kind not in ("fillers", "skipped", "up", "down", "excess", *QUALITIES):
            break
        at = token.start
    return flips, factor, began


def _strength(token: Token) -> float:
    return token.strength if token.kind == "negators" else 1.0


def _quality(tokens: Sequence[Token], i: int, text: str, words: WordList) -> float:
    """高, 小, 多 … are good or bad by the thing they are said of, else only where there is too much of them."""
    token, sign = tokens[i], 1.0 if tokens[i].kind == "more" else -1.0
    if token.kind != "plain":
        after = tokens[i + 1] if i + 1 < len(tokens) else None
        if after and after.start == token.stop and after.kind == "up":
            return sign
        thing = _thing(tokens, i, text)
        if thing is not None:
            return sign if thing.kind == "up" else -sign
    return -1.0 if _has_excess(tokens, i, text, words) else 0.0


def _thing(tokens: Sequence[Token], i: int, text: str) -> Token | None:
    at, stray = tokens[i].start, 0
    for j in range(i - 1, -1, -1):
        token = tokens[j]
        stray += len(text[token.stop : at].strip())
        if stray > STRAY or tokens[i].start - token.start > REACH:
            return None
        if token.kind in ("up", "down"):
            return token
        if token.kind not in ("degrees", "fillers", "negators", "excess"):
            return None
        at = token.start
    return None


def _has_excess(tokens: Sequence[Token], i: int, text: str, words: WordList) -> bool:
    if i == 0 or text[tokens[i - 1].stop : tokens[i].start].strip():
        return False
    before = tokens[i - 1]
    return words.plays(before, "excess") or before.word in ("不够", "不是很", "不太")


def _wished(tokens: Sequence[Token], found: Sequence[tuple[int, float, int]], wish: Token, words: WordList) -> Weighed:
    """After a wish praise is not meant; more of something, or less, says that it is not so now."""
    said = [(i, v, b) for i, v, b in found if b < wish.start]
    total = sum(value for _, value, _ in said)
    wanted = [i for i, v, _ in found if v > 0 and tokens[i].start > wish.start]
    blamed = sum(v for i, v, _ in found if v < 0 and tokens[i].start > wish.start)
    is_lacking = any(words.plays(t, "lacks") for t in tokens if t.start >= wish.stop)
    spans = tuple((b, tokens[i].stop) for i, _, b in said) or ((wish.start, wish.stop),)
    if wanted and is_lacking:
        total -= 0.8
    return Weighed(total + blamed * 0.4, True, spans)
