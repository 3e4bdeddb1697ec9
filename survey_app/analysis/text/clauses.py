"""An answer cut into clauses: at punctuation, and before words of contrast and concession."""

import re
from dataclasses import dataclass

from .clean import Prepared, prepare


@dataclass(frozen=True, slots=True)
class Clause:
    """`start` and `stop` are offsets into the original; `text` is the form for matching.

    `sentence` numbers the sentence it belongs to; `lead` is the contrast word that opens it, if any.
    """

    start: int
    stop: int
    text: str
    sentence: int
    lead: str = ""


_ENDS = r"[。！？!?；;\n\r…~～]+|\.{2,}|\.(?=\s|$)"
_PAUSES = r"[，,：:]+|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])|[、](?=[^、，。]{3,})(?<=[^、，。]{3}、)"
_CUT = re.compile(f"(?P<end>{_ENDS})|(?P<pause>{_PAUSES})")

LEADS = (
    "但是", "但", "不过", "可是", "然而", "只是", "就是", "可惜", "却", "反而", "相反", "除了", "虽然", "虽说",
    "尽管", "而且", "并且", "另外", "此外", "还有", "同时", "只不过", "美中不足", "唯一", "except", "but",
    "however", "although", "though", "yet",
)  # fmt: skip
_CONTRAST = re.compile(
    r"(?:(?<![不非])但是?(?!愿|凡)|(?<![再只好大胜])不过(?!如此|来|去|关|瘾|多|是|分|敏|滤|期|夜|\d)|(?<![你我他许])可是|然而|"
    r"(?<=[\u4e00-\u9fff]{2})(?<![不也还那这要])就是(?!说|这|那|我|因|要|为|想|了)|(?<![不也还])只是|可惜|"
    r"(?<=[\u4e00-\u9fff]{2})(?<![了忘退却冷推])却(?!步)|反而|美中不足|其[他它余](?=都|也|还|方面|的)|"
    r"(?<![a-z0-9'])(?:but|however|although|though|except|yet)(?![a-z0-9']))"
)  # fmt: skip
_TRIM = " \t\u3000，。！？!?；;,.:：、~～…\n\r\"'“”‘’()（）【】《》<>*#-—_|"


def clauses(text: str) -> list[Clause]:
    """The clauses of an answer, in order, with offsets into it."""
    return clauses_of(prepare(text))


def clauses_of(prepared: Prepared) -> list[Clause]:
    found: list[Clause] = []
    matched, start, sentence = prepared.matched, 0, 0
    for cut in _CUT.finditer(matched):
        _add(found, prepared, start, cut.start(), sentence)
        start = cut.end()
        sentence += cut.lastgroup == "end"
    _add(found, prepared, start, len(matched), sentence)
    return found


def _add(found: list[Clause], prepared: Prepared, start: int, stop: int, sentence: int) -> None:
    """Cut one stretch before its contrast words and keep what has letters, digits or emoji in it."""
    matched, at = prepared.matched, start
    for word in _CONTRAST.finditer(matched, start, stop):
        if word.start() > at:
            _keep(found, prepared, at, word.start(), sentence)
            at = word.start()
    _keep(found, prepared, at, stop, sentence)


def _keep(found: list[Clause], prepared: Prepared, start: int, stop: int, sentence: int) -> None:
    matched = prepared.matched
    while start < stop and matched[start] in _TRIM:
        start += 1
    while stop > start and matched[stop - 1] in _TRIM:
        stop -= 1
    if start == stop:
        return
    words = matched[start:stop]
    lead = next((lead for lead in LEADS if words.startswith(lead)), "")
    found.append(Clause(*prepared.span(start, stop), words, sentence, lead))
