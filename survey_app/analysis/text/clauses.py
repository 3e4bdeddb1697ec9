"""Answers cut into clauses: at punctuation, and before words of contrast and concession."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from .clean import BETWEEN, Cleaned, clean


class Clause(NamedTuple):
    """`start` and `stop` are offsets into the original; `text` is the form for matching.

    `sentence` numbers the sentence it belongs to; `lead` is the contrast word that opens it, if any.
    """

    start: int
    stop: int
    text: str
    sentence: int
    lead: str = ""


# One mark of each kind; whether a blank, a dot or a 、 cuts depends on what stands around it.
_MARK = re.compile(rf"{BETWEEN}|[。！？!?；;\n\r…~～]+|[，,：:]+|\.+|[^\S\n\r{BETWEEN}]+|、")
_END = frozenset("。！？!?；;\n\r…~～")
_PAUSE = frozenset("，,：:")
_AFTER_DOT = re.compile(r"\s|\Z")
_LISTED = re.compile(rf"(?<=[^、，。{BETWEEN}]{{3}})、(?=[^、，。{BETWEEN}]{{3}})")

LEADS = (
    "但是", "但", "不过", "可是", "然而", "只是", "就是", "可惜", "却", "反而", "相反", "除了", "虽然", "虽说",
    "尽管", "而且", "并且", "另外", "此外", "还有", "同时", "只不过", "美中不足", "唯一", "except", "but",
    "however", "although", "though", "yet",
)  # fmt: skip
_LEAD = re.compile("|".join(LEADS))
# Each way begins with the character it is looked for by: that is what makes the search fast.
_CONTRAST = re.compile(
    r"但(?<![不非]但)(?!是?[愿凡])|不过(?<![再只好大胜]不过)(?!如此|来|去|关|瘾|多|是|分|敏|滤|期|夜|\d)|可是(?<![你我他许]可是)|然而|"
    r"就是(?<=[\u4e00-\u9fff]{2}就是)(?<![不也还那这要]就是)(?!说|这|那|我|因|要|为|想|了)|只是(?<![不也还]只是)|可惜|"
    r"却(?<=[\u4e00-\u9fff]{2}却)(?<![了忘退却冷推]却)(?!步)|反而|美中不足|其[他它余](?=都|也|还|方面|的)|"
    r"but(?<![a-z0-9']but)(?![a-z0-9'])|however(?<![a-z0-9']however)(?![a-z0-9'])|"
    r"although(?<![a-z0-9']although)(?![a-z0-9'])|though(?<![a-z0-9']though)(?![a-z0-9'])|"
    r"except(?<![a-z0-9']except)(?![a-z0-9'])|yet(?<![a-z0-9']yet)(?![a-z0-9'])"
)  # fmt: skip
_TRIM = " \t\u3000，。！？!?；;,.:：、~～…\n\r\"'“”‘’()（）【】《》<>*#-—_|"


Piece = tuple[int, int, str, int, str]
"""The fields of a Clause, without its name: there are very many of them."""


def clauses(text: str) -> list[Clause]:
    """The clauses of an answer, in order, with offsets into it."""
    return [Clause(*piece) for piece in cut(clean([text]))[0]]


def cut(cleaned: Cleaned) -> list[list[Piece]]:
    """The clauses of each text."""
    text, origin = cleaned.text, cleaned.origin.tolist()
    found: list[list[Piece]] = []
    mine: list[Piece] = []
    sentence = start = 0
    for stop, after, kind in _with_contrasts(text):
        words = text[start:stop].strip(_TRIM)
        if words:
            start = text.index(words, start)
            lead = _LEAD.match(words)
            last = origin[start + len(words) - 1]
            mine.append((origin[start], last + 1, words, sentence, lead.group() if lead else ""))
        start = after
        if kind == "text":
            found.append(mine)
            mine, sentence = [], 0
        else:
            sentence += kind == "end"
    return found


def _with_contrasts(text: str) -> Iterator[tuple[int, int, str]]:
    """All cuts, those before words of contrast among them."""
    turns = (found.start() for found in _CONTRAST.finditer(text))
    turn = next(turns, -1)
    for cut in _cuts(text):
        while 0 <= turn < cut[0]:
            yield turn, turn, "turn"
            turn = next(turns, -1)
        yield cut


def _cuts(text: str) -> Iterator[tuple[int, int, str]]:
    """Where something cuts: from, to, and whether a text, a sentence or only a clause ends there."""
    for found in _MARK.finditer(text):
        start, stop = found.span()
        mark = text[start]
        if mark in _PAUSE:
            yield start, stop, "pause"
        elif mark in _END:
            yield start, stop, "end"
        elif mark == BETWEEN:
            yield start, stop, "text"
        elif mark == ".":
            if stop - start > 1 or _AFTER_DOT.match(text, stop):
                yield start, stop, "end"
        elif mark == "、":
            if _LISTED.match(text, start):
                yield start, stop, "pause"
        elif _is_chinese(text, start - 1) and _is_chinese(text, stop):
            yield start, stop, "pause"
    yield len(text), len(text), "text"


def _is_chinese(text: str, at: int) -> bool:
    return 0 <= at < len(text) and "\u4e00" <= text[at] <= "\u9fff"
