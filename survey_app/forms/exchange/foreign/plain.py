"""Questions as people type them: numbered or after an empty line, options below, the type in brackets."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from ....errors import N_
from ...types._shapes import Day, Order, Pick, Quantity, Scale, ScaleGrid, Shape, Shown, Written
from ..native import ExchangeError
from ..plainly import guess_language, plain
from ..sketch import Sketch, SketchItem, SketchPage, Source
from .base import Format
from .options import Codes

NUMBERED = re.compile(
    r"^\s*(?P<star>[*＊]?)\s*(?:(?:[Qq]|问题)?\d{1,3}\s*[.、．)）:：]|[Qq]\d{1,3}\s+|第\s*\d{1,3}\s*题\s*[:：.、]?)\s*(?P<words>.+)$"
)
CHAPTER = re.compile(
    r"^\s*(?P<star>)(?:第?[一二三四五六七八九十]{1,3}(?:\s*[、.．:：]|部分\s*[:：]?))\s*(?P<words>.+)$"
)
KIND = re.compile(r"\s*[\[【（(](?P<kind>[^\[\]【】()（）]{1,24})[\]】）)]\s*(?P<star>[*＊]?)\s*$")
LEADING = re.compile(r"^\s*[\[【（(](?P<kind>[^\[\]【】()（）]{1,24})[\]】）)]\s*(?P<star>[*＊]?)\s*")
LIMIT = re.compile(r"(?:最多|至多|不超过|at most)\s*选?\s*(\d{1,2})\s*[项个]?$")
BREAK = re.compile(
    r"^\s*(?:[=\-—]{3,}\s*(?:分页|page break|page)?\s*[=\-—]*|[\[【]?(?:分页|page break)[\]】]?)\s*$", re.I
)
LONGEST_LINE = 2000
EXAMPLE = N_(
    "Write each question with its number, its type in brackets and each option on a line of its own, for example: "
    "“1. How satisfied are you? [single choice]”, below it “A. Satisfied” and “B. Not satisfied”."
)
MARK = re.compile(
    r"^\s*(?:[A-Za-z]\s*[.、．)）:：]|[（(][A-Za-z0-9一二三四五六七八九十]{1,2}[)）]|[-•·○□◯☐●]|\d{1,2}[)）])\s*"
)
INLINE = re.compile(r"\s+(?=[B-Zb-z]\s*[.、．)）:：]|[（(][B-Zb-z][)）]|[○◯☐□●])")
"""Where the next option begins that stands on the same line."""
OTHER = re.compile(r"^(其他|其它|other)\s*(?:[(（][^)）]*[)）])?\s*[:：]?\s*[_＿]*\s*$", re.I)


@dataclass(slots=True)
class _Paragraph:
    words: str
    line: int
    kind: str = ""
    is_required: bool = False
    most: int = 0
    options: list[str] = field(default_factory=list)


class Plain(Format):
    name = "plain"
    label = "TXT"
    piped = re.compile(r"\{\{(?P<item>never)\}\}")

    def recognises(self, source: Source) -> bool:
        return source.filename.lower().endswith((".txt", ".md"))

    def read(self, source: Source) -> Sketch:
        text = _decoded(source.data)
        own = guess_language(re.sub(r"\s", "", text)[:5000])
        lines = [(number, " ".join(line.split())[:LONGEST_LINE]) for number, line in enumerate(text.splitlines(), 1)]
        if not any(line for _, line in lines):
            raise ExchangeError(N_("The file does not hold a questionnaire."), hint=EXAMPLE)
        heads = _heads(lines)
        first = next((number, line) for number, line in lines if line)
        has_title = first[0] not in heads
        title = (
            re.sub(r"^(?:#+|(?:标题|title)\s*[:：])\s*", "", first[1], flags=re.I)
            if has_title
            else PurePath(source.filename).stem or "—"
        )
        sketch = Sketch({own: plain(title)[:200]}, [SketchPage()])
        before: list[str] = []
        for part in _paragraphs(lines, heads, start=first[0] if has_title else 0, before=before):
            if isinstance(part, str):
                if sketch.pages[-1].items:
                    sketch.pages.append(SketchPage())
                sketch.pages[-1].title = {own: plain(part)} if part else {}
            else:
                count = sum(len(page.items) for page in sketch.pages) + 1
                sketch.pages[-1].items.append(_item(part, count, own))
        if not any(page.items for page in sketch.pages):
            raise ExchangeError(N_("The file holds no questions that can be read."), hint=EXAMPLE)
        if before:
            sketch.introduction = {own: plain("\n".join(before))}
        return sketch


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ExchangeError(N_("The file is not text in UTF-8."))


def _heads(lines: list[tuple[int, str]]) -> dict[int, str]:
    """The lines that begin a question, with its words: the numbered ones, else what stands after an empty line or
    asks."""
    for sign in (NUMBERED, CHAPTER):
        if found := {n: f"{made['star']}{made['words']}" for n, line in lines if (made := sign.match(line))}:
            return found
    heads, is_free = {}, True
    for number, line in lines:
        if not line or BREAK.match(line):
            is_free = True
        else:
            if not MARK.match(line) and (is_free or _asks(line)):
                heads[number] = line
            is_free = False
    return _without_opening(lines, heads)


def _without_opening(lines: list[tuple[int, str]], heads: dict[int, str]) -> dict[int, str]:
    """Title and greeting are no questions: they stand alone, ask nothing, and something follows them."""
    full = [(number, line) for number, line in lines if line]
    if len(full) == 1 and not _asks(full[0][1]):
        return {}
    for place, (number, line) in enumerate(full[:-1]):
        is_alone = full[place + 1][0] in heads
        is_greeting = place == 0 or line.endswith(("。", ".", "！", "!", "：", ":"))
        if number not in heads or _asks(line) or not is_alone or not is_greeting:
            break
        del heads[number]
    return heads


def _asks(line: str) -> bool:
    told = next((_told(found["kind"]) for sign in (KIND, LEADING) if (found := sign.search(line))), None)
    return line.rstrip("*＊ ").endswith(("?", "？")) or bool(told and told[0])


def _paragraphs(
    lines: list[tuple[int, str]], heads: dict[int, str], *, start: int, before: list[str]
) -> Iterator[_Paragraph | str]:
    """The questions of the file, and the title of each new page. Lines before the first question go to `before`."""
    part: _Paragraph | None = None
    for number, line in lines:
        if number <= start or not line:
            continue
        chapter = None if number in heads else CHAPTER.match(line)
        if number in heads or chapter or BREAK.match(line):
            if part is not None:
                yield part
            part = _begun(heads[number], number) if number in heads else None
            if part is None:
                yield chapter["words"] if chapter else ""
        elif part is None:
            before.append(line)
        else:
            part.options += _options(line)
    if part is not None:
        yield part


def _options(line: str) -> list[str]:
    """The options of a line: one, or several with a mark each."""
    return [MARK.sub("", one) or one for one in (INLINE.split(line) if MARK.match(line) else [line])]


def _told(said: str) -> tuple[str, bool, int] | None:
    """The type, whether an answer is needed, and the most options to choose, as words in brackets say; None where they
    say something else."""
    kind, is_required, most = "", False, 0
    for word in re.split(r"\s*[，,、/；;]\s*", said.strip().lower()):
        if limit := LIMIT.match(word):
            kind, most = kind or "多选", int(limit[1])
        elif word in KINDS:
            kind = kind or word
        elif word not in REQUIRED and word not in OPTIONAL:
            return None
        is_required = is_required or word in REQUIRED
    return kind, is_required, most


def _begun(words: str, line: int) -> _Paragraph:
    bare = words.strip().lstrip("*＊ ")
    part = _Paragraph(bare, line, is_required=bare != words.strip())
    for sign in (KIND, LEADING):
        while (found := sign.search(part.words)) and (told := _told(found["kind"])):
            part.kind, part.most = part.kind or told[0], part.most or told[2]
            part.is_required = part.is_required or told[1] or bool(found["star"])
            part.words = part.words[: found.start()] + part.words[found.end() :]
    bare = part.words.strip().strip("*＊").strip()
    part.is_required = part.is_required or bare != part.words.strip()
    part.words = bare
    return part


def _item(part: _Paragraph, count: int, own: str) -> SketchItem:
    item = SketchItem(f"q{count}", Shape(), str(count), text={own: plain(part.words)}, is_required=part.is_required)
    kind = part.kind or ("单选" if part.options else "填空")
    item.shape = KINDS[kind](part.options, own)
    if part.most and isinstance(item.shape, Pick):
        item.shape = replace(item.shape, most=part.most)
    if not part.kind:
        item.note("changed", N_("The file says no type; it was taken from the lines below the question."))
    unused = isinstance(item.shape, (Scale, Written, Quantity, Day)) and part.options
    if unused:
        item.note("lost", N_("Lines below it were not used: %(lines)s"), lines=" / ".join(part.options)[:120])
    return item


def _codes(options: list[str], own: str) -> Codes:
    made = Codes()
    for number, words in enumerate(options, 1):
        other = OTHER.match(words)
        made.add(str(number), {own: plain(other[1] if other else words)}, is_other=bool(other))
    return made


def _pick(options: list[str], own: str) -> Shape:
    return Pick(_codes(options, own).made)


def _yes_no(options: list[str], own: str) -> Shape:
    return _pick(options or (["是", "否"] if own == "zh" else ["Yes", "No"]), own)


def _several(options: list[str], own: str) -> Shape:
    return Pick(_codes(options, own).made, is_multiple=True)


def _dropdown(options: list[str], own: str) -> Shape:
    return Pick(_codes(options, own).made, looks="dropdown")


def _order(options: list[str], own: str) -> Shape:
    return Order(_codes(options, own).made)


def _grid(options: list[str], own: str) -> Shape:
    return ScaleGrid(_codes(options, own).made, Scale(1, 5))


Make = Callable[[list[str], str], Shape]
REQUIRED, OPTIONAL = frozenset(["必答", "必填", "required"]), frozenset(["选答", "选填", "optional"])
_NAMES: dict[tuple[str, ...], Make] = {
    ("单选", "单选题", "单项选择", "单项选择题", "single choice", "single"): _pick,
    ("多选", "多选题", "可多选", "多项选择", "多项选择题", "不定项", "multiple choice", "multiple"): _several,
    ("下拉", "下拉题", "下拉框", "dropdown"): _dropdown,
    ("判断", "判断题", "是非题", "yes/no", "true/false"): _yes_no,
    ("排序", "排序题", "ranking"): _order,
    ("矩阵量表", "矩阵量表题", "矩阵题", "rating matrix", "matrix"): _grid,
    ("nps", "nps题", "净推荐值"): lambda options, own: Scale(0, 10),
    ("量表", "量表题", "评分", "评分题", "打分题", "stars", "rating"): lambda options, own: Scale(1, 5, looks="star"),
    (
        "填空",
        "填空题",
        "主观题",
        "开放题",
        "文本题",
        "文本",
        "多行填空",
        "多行文本",
        "简答",
        "简答题",
        "问答题",
        "long text",
        "open",
    ): lambda options, own: Written(is_long=True),
    ("单行填空", "单项填空", "单行文本", "short text"): lambda options, own: Written(),
    ("数字", "数字题", "number"): lambda options, own: Quantity(),
    ("日期", "日期题", "date"): lambda options, own: Day(),
    ("段落说明", "说明", "text only"): lambda options, own: Shown(),
}
KINDS: dict[str, Make] = {name: make for names, make in _NAMES.items() for name in names}
