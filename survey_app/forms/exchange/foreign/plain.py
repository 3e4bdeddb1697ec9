"""Questions as people type them: one a paragraph, its options on the lines below, its type in brackets."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ....errors import N_
from ...types._shapes import Day, Order, Pick, Quantity, Scale, ScaleGrid, Shape, Shown, Written
from ..native import ExchangeError
from ..plainly import guess_language, plain
from ..sketch import Sketch, SketchItem, SketchPage, Source
from .base import Format
from .options import Codes

NUMBERED = re.compile(r"^\s*(?:[Qq]?\d{1,3}\s*[.、．)）:：]|第\d{1,3}题[:：.、]?)\s*(?P<words>.+)$")
KIND = re.compile(r"\s*[\[【（(](?P<kind>[^\[\]【】()（）]{1,20})[\]】）)]\s*(?P<star>[*＊]?)\s*$")
BREAK = re.compile(
    r"^\s*(?:[=\-—]{3,}\s*(?:分页|page break|page)?\s*[=\-—]*|[\[【]?(?:分页|page break)[\]】]?)\s*$", re.I
)
LONGEST_LINE = 2000
MARK = re.compile(
    r"^\s*(?:[A-Za-z]\s*[.、．)）:：]|[（(][A-Za-z0-9一二三四五六七八九十]{1,2}[)）]|[-•·○□◯☐●]|\d{1,2}[)）])\s*"
)
OTHER = re.compile(r"^(其他|其它|other)\s*(?:[(（][^)）]*[)）])?\s*[:：]?\s*[_＿]*\s*$", re.I)


@dataclass(slots=True)
class _Paragraph:
    words: str
    line: int
    kind: str = ""
    is_required: bool = False
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
        first = next(((n, line) for n, line in lines if line), None)
        if first is None:
            raise ExchangeError(N_("The file does not hold a questionnaire."))
        has_title = not NUMBERED.match(first[1])
        title = re.sub(r"^(标题|title)\s*[:：]\s*", "", first[1], flags=re.I) if has_title else "—"
        sketch = Sketch({own: plain(title)[:200]}, [SketchPage()])
        before: list[str] = []
        for part in _paragraphs(lines, start=first[0] if has_title else 0, before=before):
            if part is None:
                sketch.pages.append(SketchPage())
            else:
                count = sum(len(page.items) for page in sketch.pages) + 1
                sketch.pages[-1].items.append(_item(part, count, own))
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


def _paragraphs(lines: list[tuple[int, str]], *, start: int, before: list[str]) -> Iterator[_Paragraph | None]:
    """The questions of the file, None for a page break. Lines before the first question go to `before`."""
    part: _Paragraph | None = None
    for number, line in lines:
        if number <= start or not line:
            continue
        found = NUMBERED.match(line)
        if found or BREAK.match(line):
            if part is not None:
                yield part
            part = _begun(found["words"], number) if found else None
            if not found:
                yield None
        elif part is None:
            before.append(line)
        else:
            part.options.append(MARK.sub("", line) or line)
    if part is not None:
        yield part


def _begun(words: str, line: int) -> _Paragraph:
    kind, is_required = "", False
    while found := KIND.search(words):
        said = found["kind"].strip()
        if said in REQUIRED or said in OPTIONAL:
            is_required = is_required or said in REQUIRED
        elif said.lower() in KINDS and not kind:
            kind = said.lower()
        else:
            break
        is_required = is_required or bool(found["star"])
        words = words[: found.start()]
    if words.rstrip().endswith(("*", "＊")):
        words, is_required = words.rstrip().rstrip("*＊"), True
    return _Paragraph(words.lstrip("*＊ ").strip(), line, kind, is_required or words.startswith(("*", "＊")))


def _item(part: _Paragraph, count: int, own: str) -> SketchItem:
    item = SketchItem(f"q{count}", Shape(), str(count), text={own: plain(part.words)}, is_required=part.is_required)
    kind = part.kind or ("单选" if part.options else "填空")
    item.shape = KINDS[kind](part.options, own)
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
    ("单选", "单选题", "single choice", "single"): _pick,
    ("多选", "多选题", "multiple choice", "multiple"): _several,
    ("下拉", "下拉题", "下拉框", "dropdown"): _dropdown,
    ("排序", "排序题", "ranking"): _order,
    ("矩阵量表", "矩阵量表题", "矩阵题", "rating matrix", "matrix"): _grid,
    ("nps", "nps题", "净推荐值"): lambda options, own: Scale(0, 10),
    ("量表", "量表题", "评分", "评分题", "打分题", "stars", "rating"): lambda options, own: Scale(1, 5, looks="star"),
    ("填空", "填空题", "简答", "简答题", "问答题", "long text", "open"): lambda options, own: Written(is_long=True),
    ("单行填空", "单行文本", "short text"): lambda options, own: Written(),
    ("数字", "数字题", "number"): lambda options, own: Quantity(),
    ("日期", "日期题", "date"): lambda options, own: Day(),
    ("段落说明", "说明", "text only"): lambda options, own: Shown(),
}
KINDS: dict[str, Make] = {name: make for names, make in _NAMES.items() for name in names}
