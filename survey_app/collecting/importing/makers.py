"""Files as other survey tools export them: what they call their columns, and which cells mean “no answer”."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ...forms.types import QuestionType

ATTRIBUTE, LEFT_OUT = "@attribute", ""
FEWEST = 3
"""So many columns of its own make a file one of this tool."""
_NUMBER = re.compile(r"^\d+(?:\.\d+)?\s*[、.．:：]\s*")
_CODE = re.compile(r"^(?P<whole>[A-Za-z]\w*)(?:\[(?P<part>[^\]]+)\])?(?:\.\s.*)?$", re.DOTALL)
_PARTS = (
    re.compile(r"^(?P<whole>.+?)\s*\[(?P<part>[^\[\]]+)\]$", re.DOTALL),
    re.compile(r"^(?P<whole>.+?)\s*(?:—+|--|:|：)\s*(?P<part>[^—:：]+)$", re.DOTALL),
    re.compile(r"^(?P<whole>.+?)\s*[(（](?P<part>[^()（）]+)[)）]$", re.DOTALL),
)


@dataclass(frozen=True, slots=True)
class Maker:
    """One tool: `columns` are those it adds itself, with what they become (nothing where they are left out)."""

    label: str
    columns: dict[str, str]
    missing: tuple[str, ...] = ()

    def target(self, header: str) -> str | None:
        """What a column of the tool's own becomes; None for a question."""
        return self.columns.get(_plain(header))


WENJUANXING = Maker(
    "问卷星",
    {
        "序号": LEFT_OUT, "提交答卷时间": "@at", "所用时间": LEFT_OUT, "来源": ATTRIBUTE, "来源详情": LEFT_OUT,
        "来自ip": LEFT_OUT, "总分": LEFT_OUT,
    },
    ("(跳过)", "（跳过）", "(空)", "（空）"),
)  # fmt: skip
LIMESURVEY = Maker(
    "LimeSurvey",
    {
        **dict.fromkeys(("id", "response id", "lastpage", "last page", "seed", "token", "access code"), LEFT_OUT),
        **dict.fromkeys(("startdate", "date started", "datestamp", "date last action"), LEFT_OUT),
        **dict.fromkeys(("ipaddr", "ip address", "refurl", "referrer url"), LEFT_OUT),
        **dict.fromkeys(("submitdate", "date submitted"), "@at"),
        **dict.fromkeys(("startlanguage", "start language"), "@language"),
    },
)
MAKERS = (WENJUANXING, LIMESURVEY)


def maker_of(headers: Sequence[str]) -> Maker | None:
    """The tool that a file comes from, by the columns it adds; None for any other file."""
    found = {maker.label: sum(maker.target(header) is not None for header in headers) for maker in MAKERS}
    return next((maker for maker in MAKERS if found[maker.label] >= FEWEST), None)


def _plain(header: str) -> str:
    """A tool's column without the code that LimeSurvey writes before its words."""
    text = header.strip().casefold()
    code, dot, words = text.partition(". ")
    return words if dot and code.isalpha() else text


def names_in(header: str) -> Iterator[tuple[str, str]]:
    """What a header may name: (question, part), by key or words; the part is empty for the whole question."""
    text = _NUMBER.sub("", header.strip())
    yield text, ""
    if match := _CODE.match(text):
        yield match["whole"], match["part"] or ""
        if words := text.partition(". ")[2]:
            yield words, ""
    for pattern in _PARTS:
        if match := pattern.match(text):
            yield match["whole"], match["part"]


def means(header: str, target: str, question: QuestionType) -> bool:
    """Whether a header of an exported file means a question, or one of its rows or options."""
    item, part = question.item, target.partition(".")[2]
    wholes = {item.key.casefold(), *_folded(item.text.values())}
    lines = [*getattr(question, "rows", ()), *((one.code, one.text) for one in getattr(question, "choices", ()))]
    parts = {part.casefold(), *(word for code, text in lines if code == part for word in _folded(text.values()))}
    return any(
        whole.strip().casefold() in wholes and ((said.strip().casefold() in parts) if part else not said)
        for whole, said in names_in(header)
    )


def _folded(words: Iterable[str]) -> Iterator[str]:
    return (word.strip().casefold() for word in words if word.strip())
