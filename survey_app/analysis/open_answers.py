"""Open answers worth reading: content, short content, valid non-answers, and gibberish, in Chinese and English."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

VERSION = "open-answers-1"
"""Goes into the log with every flag, so that flags of different rules are never mixed."""


class Kind(StrEnum):
    """What an answer is good for. Non-answers are valid: leave them out of theme rates, never call them bad."""

    CONTENT = "content"
    SHORT = "content_short"
    NON_ANSWER = "non_answer"
    GIBBERISH = "gibberish"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class OpenAnswer:
    """The kind of one answer and the signs that speak for it (message ids); a copy keeps its kind."""

    kind: Kind
    signs: tuple[str, ...] = ()


NON_ANSWERS = frozenset(
    [
        "无",
        "没有",
        "没",
        "暂无",
        "暂时没有",
        "目前没有",
        "没有意见",
        "无意见",
        "没意见",
        "暂无意见",
        "没有建议",
        "无建议",
        "没建议",
        "暂无建议",
        "没有了",
        "没了",
        "没啥",
        "没什么",
        "没有什么",
        "没有想法",
        "没想法",
        "不知道",
        "不清楚",
        "不了解",
        "不好说",
        "说不清",
        "略",
        "同上",
        "无可奉告",
        "随便",
        "都可以",
        "都行",
        "没有问题",
        "没问题",
        "na",
        "none",
        "no",
        "nothing",
        "nil",
        "null",
        "nope",
        "idk",
        "dunno",
        "notsure",
        "noidea",
        "nocomment",
        "nocomments",
        "noanswer",
        "dontknow",
        "idontknow",
        "wu",
        "meiyou",
    ]
)
PRAISE = frozenset("好赞棒牛优强6")
"""Said four times in a row these still say something."""
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890")
MASHED = (
    "阿斯顿",
    "阿萨德",
    "阿斯蒂芬",
    "啊实打实",
    "撒大声",
    "撒旦法",
    "大师傅",
    "阿斯达",
    "啊啥的",
    "撒地方",
    "发斯蒂芬",
    "似懂非懂是",
)
"""What Chinese input makes of asd, asdf and the like; a sign only where it fills the answer."""

NOTHING, COPY, SAME = "Says that there is nothing to say", "Copies the question", "Same text from several people"
GIBBERISH = (
    "Only punctuation",
    "One character over and over",
    "Neighbouring keys",
    "Letters that form no words",
    "Characters that form no words",
)
SIGNS = (NOTHING, COPY, SAME, *GIBBERISH)
SAYS = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Nl", "No", "So"})
"""The kinds of characters that say something: letters, digits, and symbols such as emoji."""

_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[a-z]+")
_CONSONANTS = re.compile(r"[^aeiouy\d\W_]{6,}")


def read_answer(text: str | None, *, question: str = "") -> OpenAnswer:
    """The kind of one answer. Several weak signs are needed where one could be wrong; emoji and dialect are safe.

    >>> [read_answer(text).kind.value for text in ("退款太慢了", "还行", "无", "asdfgh", "👍", "。。。")]
    ['content', 'content_short', 'non_answer', 'gibberish', 'content_short', 'gibberish']
    """
    folded = unicodedata.normalize("NFKC", text or "").strip().lower()
    if not folded:
        return OpenAnswer(Kind.EMPTY)
    bare = _bare(folded)
    if bare in NON_ANSWERS or bare.rstrip("呢啊吧了哦呀的") in NON_ANSWERS or folded in {"-", "--", "/", "\\", "x"}:
        return OpenAnswer(Kind.NON_ANSWER, (NOTHING,))
    signs = _signs(folded, bare)
    if signs:
        return OpenAnswer(Kind.GIBBERISH, signs)
    copied = (COPY,) if len(bare) >= 6 and bare == _bare(question) else ()
    return OpenAnswer(Kind.SHORT if _size(folded) <= 3 else Kind.CONTENT, copied)


def read_answers(texts: Sequence[str | None], *, question: str = "", least: int = 3) -> list[OpenAnswer]:
    """The kind of each answer; the same long text from `least` or more people is marked in their signs.

    Looks at each distinct text once.
    """
    known = {text: read_answer(text, question=question) for text in set(texts)}
    told = Counter(_bare(text) for text in texts if text and len(_bare(text)) >= 15)
    made = []
    for text in texts:
        found = known[text]
        if text and told[_bare(text)] >= least:
            found = OpenAnswer(found.kind, (*found.signs, SAME))
        made.append(found)
    return made


def _bare(text: str) -> str:
    """Letters, digits and symbols such as emoji; no spaces, punctuation or invisible characters."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join(character for character in folded if unicodedata.category(character)[0] in "LNS")


def _size(text: str) -> int:
    """Characters of Chinese, words of other scripts."""
    return len(_HAN.findall(text)) + len(re.findall(r"[^\W\d_]+", _HAN.sub(" ", text)))


def _signs(folded: str, bare: str) -> tuple[str, ...]:
    is_silent = all(unicodedata.category(character) not in SAYS for character in bare)
    checks = (is_silent, _is_repeated(bare), _is_keyboard(bare), _is_wordless(folded, bare), _is_unknown(bare))
    return tuple(sign for sign, is_there in zip(GIBBERISH, checks, strict=True) if is_there)


def _is_repeated(bare: str) -> bool:
    if set(bare) <= PRAISE or any(unicodedata.category(character) == "So" for character in bare):
        return False
    return (len(set(bare)) == 1 and len(bare) >= 4) or (len(bare) >= 6 and len(set(bare)) / len(bare) < 0.3)


def _is_keyboard(bare: str) -> bool:
    """At least four keys, all next to each other in one direction, or the same few turned round."""
    if len(bare) < 4:
        return False
    text = bare
    for row in (*ROWS, *(row[::-1] for row in ROWS)):
        for length in range(len(row), 2, -1):
            for start in range(len(row) - length + 1):
                text = text.replace(row[start : start + length], "")
    return len(text) <= len(bare) // 5


def _is_wordless(folded: str, bare: str) -> bool:
    """Long runs of consonants, or hardly a vowel and all on the middle row of keys."""
    letters = "".join(_LATIN.findall(bare))
    if len(letters) < 5 or len(letters) < 0.8 * len(bare):
        return False
    longest = max(_LATIN.findall(folded), key=len, default="")
    vowels = sum(letter in "aeiouy" for letter in longest)
    middle = sum(letter in ROWS[1] for letter in longest)
    if len(longest) >= 5 and not vowels:
        return True
    is_poor = len(longest) >= 6 and vowels / len(longest) < 0.2
    return (bool(_CONSONANTS.search(longest)) and (is_poor or len(longest) > 12)) or (
        is_poor and middle / len(longest) >= 0.8
    )


def _is_unknown(bare: str) -> bool:
    """Chinese of which hardly a character belongs to a word of two or more, or that typing along the keys makes."""
    import rjieba  # its dictionary is loaded at the first use

    characters = "".join(_HAN.findall(bare))
    if len(characters) < 4 or len(characters) < 0.8 * len(bare):
        return False
    mashed = characters
    for piece in sorted(MASHED, key=len, reverse=True):
        mashed = mashed.replace(piece, "")
    if len(mashed) <= len(characters) // 3:
        return True
    if len(characters) < 6:
        return False
    covered = sum(len(word) for word in rjieba.cut(characters, hmm=False) if len(word) >= 2)
    common = sum(character in _FUNCTION for character in characters)
    return covered / len(characters) < 0.15 and common / len(characters) < 0.2


_FUNCTION = frozenset("的了是不很太我你他她它们在有和就都也要还没会能可这那个人上下来去到说吃买送快慢好差贵多少大小")
