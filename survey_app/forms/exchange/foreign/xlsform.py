"""XLSForm: questionnaires in a workbook with the sheets survey, choices and settings, as ODK and its kin read them."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar

from ....errors import N_
from ...definition import Text
from ...types._shapes import (
    Agreed,
    Day,
    Kept,
    Order,
    Pick,
    Quantity,
    Scale,
    Shape,
    Shown,
    Upload,
    Written,
)
from ..conditions import HELD, Known, Rule, ref
from ..native import ExchangeError
from ..plainly import guess_language, language_of, plain
from ..sketch import Sheets, Sketch, SketchItem, SketchPage, Source
from .base import Format, decimal
from .options import Codes, is_scale

R = r"(\x02[^\x03]*\x03)"
Row = dict[str, str]


class XlsForm(Format):
    name = "xlsform"
    label = "XLSForm (.xlsx)"
    piped = re.compile(r"\$\{(?P<item>[^{}\s]+)\}")
    rules: ClassVar[tuple[Rule, ...]] = (
        (re.compile(r"\$\{([^{}]+)\}"), lambda match: ref(match[1].strip())),
        (re.compile(rf"\bselected\(\s*{R}\s*,\s*({HELD})\s*\)"), r"\1 contains \2"),
        (re.compile(rf"\bstring-length\(\s*{R}\s*\)\s*>\s*0"), r"answered(\1)"),
        (re.compile(rf"\bcount-selected\(\s*{R}\s*\)\s*>\s*0"), r"answered(\1)"),
        (re.compile(r"<>"), "!="),
        (re.compile(r"(?<![=!<>])=(?!=)"), "=="),
    )

    def recognises(self, source: Source) -> bool:
        if not source.data.startswith(b"PK\x03\x04") or source.sheets is None:
            return False
        survey = _sheet(source.sheets(), "survey")
        return bool(survey) and {"type", "name"} <= {cell.strip().lower() for cell in survey[0]}

    def translate(self, condition: str, known: Known) -> str:
        """A comparison with nothing asks whether there is an answer."""
        said = super().translate(condition, known)
        said = re.sub(r'([a-z][a-z0-9_.]*) == ""', r"not answered(\1)", said)
        return re.sub(r'([a-z][a-z0-9_.]*) != ""', r"answered(\1)", said)

    def read(self, source: Source) -> Sketch:
        return _Reader(source.sheets() if source.sheets else {}).form()


def _sheet(sheets: Sheets, name: str) -> Sequence[Sequence[str]]:
    return next((rows for title, rows in sheets.items() if title.strip().lower() == name), ())


def _rows(sheets: Sheets, name: str) -> Iterator[tuple[int, Row]]:
    """The rows of a sheet by the names of its head, with their numbers."""
    rows = _sheet(sheets, name)
    if not rows:
        return
    head = [cell.strip().replace(" :: ", "::") for cell in rows[0]]
    names = [cell if "::" in cell else cell.lower() for cell in head]
    for number, row in enumerate(rows[1:], 2):
        cells = {key: cell.strip() for key, cell in zip(names, row, strict=False) if key and cell.strip()}
        if cells:
            yield number, cells


class _Reader:
    """Reads one workbook. Groups shown together are pages; groups inside of them only lend their condition."""

    def __init__(self, sheets: Sheets) -> None:
        self.sheets = sheets
        self.settings: Row = next((row for _, row in _rows(sheets, "settings")), {})
        said = " ".join(" ".join(row) for row in _sheet(sheets, "survey")[:200])
        self.own = language_of(self.settings.get("default_language", "")) or guess_language(said)
        self.lists: dict[str, list[tuple[str, Text]]] = {}
        for _, row in _rows(sheets, "choices"):
            name = row.get("list_name") or row.get("list name") or ""
            code = row.get("name") or row.get("value") or ""
            self.lists.setdefault(name, []).append((code, self.words(row, "label") or {self.own: code}))

    def words(self, row: Row, field: str) -> Text:
        made: Text = {}
        for name, words in row.items():
            first, _, language = name.partition("::")
            if first.strip().lower() == field and (said := plain(words)):
                spoken = language_of(language) if language else self.own
                if spoken:
                    made.setdefault(spoken, said)
        return made

    def form(self) -> Sketch:
        title = self.words(self.settings, "form_title") or {self.own: self.settings.get("form_id", "XLSForm")}
        title = {guess_language(words) if len(title) == 1 else language: words for language, words in title.items()}
        sketch = Sketch(title)
        pages, open_groups = _Pages(sketch), [("", False)]
        for number, row in _rows(self.sheets, "survey"):
            kind = " ".join(row.get("type", "").split())
            lowered = kind.lower().replace("_", " ")
            if lowered in ("begin group", "begin repeat"):
                if lowered == "begin repeat":
                    sketch.lose(self.place(number), N_("Its questions are asked once; they are not repeated here."))
                condition = _both(open_groups[-1][0], row.get("relevant", ""))
                is_page = "field-list" in row.get("appearance", "") or len(open_groups) == 1
                open_groups.append((condition, is_page))
                if is_page:
                    pages.begin(self.words(row, "label"))
            elif lowered in ("end group", "end repeat"):
                if len(open_groups) == 1:
                    raise ExchangeError(N_("Row %(row)s ends a group that was not begun."), row=number)
                if open_groups.pop()[1]:
                    pages.begin({})
            else:
                for item in self.item(kind, row, number, sketch):
                    item.condition = _both(open_groups[-1][0], item.condition)
                    pages.add(item)
        return sketch

    @staticmethod
    def place(number: int) -> str:
        return f"survey!{number}"

    def item(self, kind: str, row: Row, number: int, sketch: Sketch) -> Iterator[SketchItem]:
        word, _, rest = kind.partition(" ")
        if word in UNASKED:
            return
        name = row.get("name", "")
        item = SketchItem(name, Shape(), name or self.place(number), condition=row.get("relevant", ""))
        item.text, item.help = self.words(row, "label"), self.words(row, "hint")
        item.is_required = row.get("required", "").lower() in ("yes", "true", "true()", "1")
        if row.get("constraint") and word not in ("integer", "decimal"):
            item.note("lost", N_("What is written is not checked against “%(rule)s”."), rule=row["constraint"][:120])
        if row.get("choice_filter"):
            item.note("lost", N_("All of its options are always shown."))
        if "randomize" in row.get("parameters", ""):
            item.note("lost", N_("Its options keep their order; they are not shuffled."))
        make = KINDS.get(word)
        if make is None:
            item.note("lost", N_("“%(kind)s” is not known here."), kind=kind[:40])
        else:
            make(self, item, row, rest)
        yield item

    # -- kinds ------------------------------------------------------------------------------------------
    def pick(self, item: SketchItem, row: Row, rest: str) -> None:
        is_multiple = row["type"].split()[0] == "select_multiple"
        name, *more = rest.split()
        codes = Codes()
        for code, text in self.lists.get(name, ()):
            codes.add(code, text)
        if "or_other" in more:
            codes.add("other", OTHER, is_other=True)
        appearance = row.get("appearance", "")
        points = is_scale(option.code for option in codes.options)
        if points and "likert" in appearance and not is_multiple:
            item.shape = Scale(1, points, codes.made[0].text, codes.made[-1].text)
        else:
            looks = "dropdown" if "minimal" in appearance else ""
            item.shape = Pick(codes.made, is_multiple, looks=looks)
        item.codes = codes.renamed

    def order(self, item: SketchItem, row: Row, rest: str) -> None:
        codes = Codes()
        for code, text in self.lists.get(rest.split()[0] if rest else "", ()):
            codes.add(code, text)
        item.shape, item.codes = Order(codes.made), codes.renamed

    def written(self, item: SketchItem, row: Row, rest: str) -> None:
        item.shape = Written("multiline" in row.get("appearance", ""))

    def number(self, item: SketchItem, row: Row, rest: str) -> None:
        limits = row.get("constraint", "")
        low, high = (re.search(rf"\.\s*{sign}\s*(-?\d+(?:\.\d+)?)", limits) for sign in (">=", "<="))
        shape = Quantity(decimal(low[1]) if low else None, decimal(high[1]) if high else None)
        item.shape = shape if row["type"].startswith("integer") else Quantity(shape.minimum, shape.maximum, 2)
        left = re.sub(r"\.\s*[<>]=\s*-?\d+(?:\.\d+)?|\band\b", "", limits).strip()
        if left:
            item.note("lost", N_("What is written is not checked against “%(rule)s”."), rule=limits[:120])

    def scale(self, item: SketchItem, row: Row, rest: str) -> None:
        said = dict(part.split("=", 1) for part in row.get("parameters", "").replace(";", " ").split() if "=" in part)
        low, high, step = (
            decimal(said.get(name, usual)) for name, usual in (("start", "1"), ("end", "10"), ("step", "1"))
        )
        if None in (low, high) or step != 1 or low != int(low or 0) or high != int(high or 0):
            item.shape = Quantity(low, high, 0 if step and step == int(step) else 2, looks="slider")
        else:
            item.shape = Scale(int(low or 0), int(high or 0))

    def day(self, item: SketchItem, row: Row, rest: str) -> None:
        item.shape = Day(has_time=row["type"].lower() == "datetime")

    def shown(self, item: SketchItem, row: Row, rest: str) -> None:
        item.shape = Shown()

    def agreed(self, item: SketchItem, row: Row, rest: str) -> None:
        item.shape = Agreed()

    def kept(self, item: SketchItem, row: Row, rest: str) -> None:
        item.shape = Kept(row.get("calculation", ""))
        item.text = item.text or {self.own: item.name}

    def upload(self, item: SketchItem, row: Row, rest: str) -> None:
        item.shape = Upload(is_signature="signature" in row.get("appearance", ""))


class _Pages:
    """The pages of a form in the making."""

    def __init__(self, sketch: Sketch) -> None:
        self.sketch = sketch
        self.begin({})

    def begin(self, title: Text) -> None:
        self.sketch.pages.append(SketchPage(title=title))

    def add(self, item: SketchItem) -> None:
        self.sketch.pages[-1].items.append(item)


def _both(first: str, second: str) -> str:
    return f"({first}) and ({second})" if first and second else first or second


Make = Callable[[_Reader, SketchItem, Row, str], None]
OTHER: Text = {"zh": "其他", "en": "Other"}
UNASKED = frozenset(
    ["start", "end", "today", "deviceid", "username", "email", "phonenumber", "simserial", "subscriberid", "audit"]
)
"""What the collecting device fills in by itself."""
KINDS: dict[str, Make] = {
    "select_one": _Reader.pick, "select_multiple": _Reader.pick, "rank": _Reader.order, "text": _Reader.written,
    "integer": _Reader.number, "decimal": _Reader.number, "range": _Reader.scale, "date": _Reader.day,
    "datetime": _Reader.day, "dateTime": _Reader.day, "note": _Reader.shown, "acknowledge": _Reader.agreed,
    "calculate": _Reader.kept, "hidden": _Reader.kept, "image": _Reader.upload, "file": _Reader.upload,
}  # fmt: skip
