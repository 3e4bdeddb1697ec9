"""LimeSurvey: surveys (.lss), groups (.lsg) and questions (.lsq) as it exports them in XML."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import ClassVar

from ....errors import N_
from ...definition import Text
from ...types._shapes import (
    Day,
    Grid,
    Kept,
    Order,
    Pick,
    Quantity,
    Scale,
    ScaleGrid,
    Shape,
    Shown,
    Upload,
    Written,
)
from ..conditions import Known, Rule, ref
from ..plainly import language_of, plain
from ..sketch import Sketch, SketchEnding, SketchItem, SketchPage, Source
from ._lime_file import File, Row, read_file
from .base import Format, decimal, whole
from .options import Codes, is_scale

R = r"(\x02[^\x03]*\x03)"
NAME = r"\b([A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)?)(?:\.(?:NAOK|code|value|shown))?\b(?!\()"
OWN = frozenset(["and", "or", "not", "true", "false"])


class LimeSurvey(Format):
    name = "limesurvey"
    label = "LimeSurvey (.lss, .lsg, .lsq)"
    piped = re.compile(
        r"\{(?:TOKEN:(?P<attribute>[A-Z_0-9]+)|(?P<item>[A-Za-z][A-Za-z0-9]*)(?:\.(?:shown|NAOK|code))?)\}"
    )
    rules: ClassVar[tuple[Rule, ...]] = (
        (re.compile(r"^\s*(?:1|true)\s*$", re.I), "true"),
        (re.compile(r"\b(?:eq)\b"), "=="),
        (re.compile(r"\b(?:ne)\b"), "!="),
        (re.compile(r"\b(?:ge)\b"), ">="),
        (re.compile(r"\b(?:le)\b"), "<="),
        (re.compile(r"\b(?:gt)\b"), ">"),
        (re.compile(r"\b(?:lt)\b"), "<"),
        (re.compile(NAME), lambda match: match[1] if match[1].lower() in OWN else ref(match[1])),
        (re.compile(rf"!\s*is_empty\(\s*{R}\s*\)"), r"answered(\1)"),
        (re.compile(rf"is_empty\(\s*{R}\s*\)"), r"not answered(\1)"),
        (re.compile(r"&&"), " and "),
        (re.compile(r"\|\|"), " or "),
        (re.compile(r"!(?!=)"), " not "),
    )

    def translate(self, condition: str, known: Known) -> str:
        """An option of a multiple choice is a question of its own there, answered with Y or nothing."""
        said = super().translate(condition, known)
        ticked = re.compile(r'\b([a-z][a-z0-9_]*)\.(\w+) (==|!=) "(Y|)"')
        return ticked.sub(lambda match: _ticked(match, known), said)

    def recognises(self, source: Source) -> bool:
        return source.start.startswith(b"<") and b"LimeSurveyDocType" in source.data[:2000]

    def read(self, source: Source) -> Sketch:
        return _Reader(read_file(source.data)).survey()


def _ticked(match: re.Match[str], known: Known) -> str:
    if match[1] not in known.several:
        return match[0]
    said = f'{match[1]} contains "{match[2]}"'
    return said if (match[3] == "==") == (match[4] == "Y") else f"not ({said})"


class _Reader:
    """Reads one file: groups are pages, questions are items, subquestions and answers their rows and options."""

    def __init__(self, file: File) -> None:
        self.file = file
        self.answers = file.by("answers", "qid")
        self.rows = file.by("subquestions", "parent_qid")
        self.settings: dict[str, dict[str, str]] = defaultdict(dict)
        for row in file.tables.get("question_attributes", ()):
            self.settings[row.get("qid", "")].setdefault(row.get("attribute", ""), row.get("value", ""))

    def survey(self) -> Sketch:
        languages = self.file.tables.get("surveys_languagesettings", ())
        sketch = Sketch(self.spoken(languages, "surveyls_title", "surveyls_language") or {"en": "LimeSurvey"})
        sketch.introduction = self.spoken(languages, "surveyls_welcometext", "surveyls_language")
        sketch.endings.append(SketchEnding(self.spoken(languages, "surveyls_endtext", "surveyls_language")))
        questions = self.file.by("questions", "gid")
        groups = self.file.merged("groups", "gid")
        for gid in groups or {gid: [] for gid in questions}:
            said = groups.get(gid, [])
            page = SketchPage(title=self.spoken(said, "group_name"))
            page.condition = _condition(said[0].get("grelevance", "") if said else "")
            for rows in self.file.grouped(questions.get(gid, ()), "qid").values():
                page.items += self.question(rows)
            sketch.pages.append(page)
        for part in ("quota", "assessments", "conditions", "defaultvalues"):
            if self.file.tables.get(part):
                sketch.lose(part, N_("“%(part)s” of the file has no place here."), part=part)
        return sketch

    def spoken(self, rows: Iterable[Row], field: str, language: str = "language") -> Text:
        """A field of rows that say the same in several languages."""
        made: Text = {}
        for row in rows:
            words, spoken = plain(row.get(field)), language_of(row.get(language, "")) or self.file.language
            if words:
                made.setdefault(spoken, words)
        return made

    def question(self, rows: list[Row]) -> list[SketchItem]:
        first = rows[0]
        item = SketchItem(first.get("title", ""), Shape(), first.get("title", ""))
        item.text, item.help = self.spoken(rows, "question"), self.spoken(rows, "help")
        item.is_required = first.get("mandatory", "N") in ("Y", "S")
        item.condition = _condition(first.get("relevance", ""))
        if self.setting(first, "random_order") == "1":
            item.note("lost", N_("Its options keep their order; they are not shuffled."))
        make = KINDS.get(first.get("type", ""))
        if make is None:
            item.note("lost", N_("“%(kind)s” is not known here."), kind=first.get("type", "")[:40])
            return [item]
        return make(self, item, first)

    def setting(self, row: Row, name: str) -> str:
        return self.settings.get(row.get("qid", ""), {}).get(name, "")

    def lines(self, rows: Iterable[Row], code: str, words: str) -> Codes:
        made = Codes()
        for said in self.file.grouped(rows, code).values():
            made.add(said[0].get(code, ""), self.spoken(said, words))
        return made

    def subquestions(self, row: Row, scale: str = "0") -> Codes:
        found = [one for one in self.rows.get(row.get("qid", ""), ()) if one.get("scale_id", "0") in ("", scale)]
        return self.lines(found, "title", "question")

    def options(self, row: Row) -> Codes:
        found = [one for one in self.answers.get(row.get("qid", ""), ()) if one.get("scale_id", "0") in ("", "0")]
        return self.lines(found, "code", "answer")

    # -- kinds ------------------------------------------------------------------------------------------
    def single(self, item: SketchItem, row: Row) -> list[SketchItem]:
        kind, codes = row.get("type", ""), self.options(row)
        if row.get("other") == "Y":
            codes.add("other", OTHER, is_other=True)
            codes.renamed["-oth-"] = "other"
        item.shape, item.codes = Pick(codes.made, looks="dropdown" if kind == "!" else ""), codes.renamed
        if kind == "O":
            item.note("lost", N_("Its field for a comment is not asked."))
        return [item]

    def fixed(self, item: SketchItem, row: Row) -> list[SketchItem]:
        codes = Codes()
        for code, text in FIXED[row.get("type", "")]:
            codes.add(code, text)
        item.shape = Pick(codes.made, looks="switch")
        return [item]

    def multiple(self, item: SketchItem, row: Row) -> list[SketchItem]:
        codes = self.subquestions(row)
        excluding = set(re.split(r"[;,]", self.setting(row, "exclude_all_others")))
        made = Codes(renamed=codes.renamed)
        for option in codes.options:
            made.add(option.code, option.text, is_exclusive=option.code in excluding)
        if row.get("other") == "Y":
            made.add("other", OTHER, is_other=True)
        least, most = whole(self.setting(row, "min_answers"), 0), whole(self.setting(row, "max_answers"), 0)
        item.shape, item.codes = Pick(made.made, True, least or None, most or None), made.renamed
        if row.get("type") == "P":
            item.note("lost", N_("Its field for a comment is not asked."))
        return [item]

    def points(self, item: SketchItem, row: Row) -> list[SketchItem]:
        item.shape = Scale(1, 5)
        return [item]

    def written(self, item: SketchItem, row: Row) -> list[SketchItem]:
        longest = whole(self.setting(row, "maximum_chars"), 0)
        item.shape = Written(
            row.get("type") in ("T", "U"), longest if longest > 0 else None, expression=row.get("preg", "")
        )
        return [item]

    def number(self, item: SketchItem, row: Row) -> list[SketchItem]:
        low, high = (decimal(self.setting(row, f"{side}_num_value_n")) for side in ("min", "max"))
        item.shape = Quantity(low, high, 0 if self.setting(row, "num_value_int_only") == "1" else 2)
        return [item]

    def several(self, item: SketchItem, row: Row) -> list[SketchItem]:
        made = []
        for option in self.subquestions(row).options:
            shape = Quantity(decimals=2) if row.get("type") == "K" else Written()
            one = SketchItem(f"{item.name}_{option.code}", shape, f"{item.name}: {option.code}")
            one.text = {k: f"{item.text.get(k, '')} {words}".strip() for k, words in option.text.items()}
            one.is_required, one.condition = item.is_required, item.condition
            one.note("changed", N_("It is a question of its own here."))
            made.append(one)
        return made

    def day(self, item: SketchItem, row: Row) -> list[SketchItem]:
        low, high = (self.setting(row, f"date_{side}")[:10] for side in ("min", "max"))
        item.shape = Day(low, high, has_time=bool(re.search(r"H|h|M{2}:|:i", self.setting(row, "date_format"))))
        return [item]

    def array(self, item: SketchItem, row: Row) -> list[SketchItem]:
        rows, kind = self.subquestions(row), row.get("type", "")
        item.codes = rows.renamed
        if kind in ARRAY_POINTS:
            item.shape = ScaleGrid(rows.made, Scale(1, ARRAY_POINTS[kind]))
        elif kind in FIXED:
            columns = Codes()
            for code, text in FIXED[kind]:
                columns.add(code, text)
            item.shape = Grid(rows.made, columns.made)
        else:
            columns = self.options(row)
            points = is_scale(option.code for option in columns.options)
            scale = Scale(1, points, columns.made[0].text, columns.made[-1].text) if points else None
            item.shape = ScaleGrid(rows.made, scale) if scale else Grid(rows.made, columns.made)
            item.codes |= columns.renamed
        return [item]

    def order(self, item: SketchItem, row: Row) -> list[SketchItem]:
        codes = self.options(row) if self.answers.get(row.get("qid", "")) else self.subquestions(row)
        item.shape, item.codes = Order(codes.made), codes.renamed
        return [item]

    def shown(self, item: SketchItem, row: Row) -> list[SketchItem]:
        item.shape = Shown()
        return [item]

    def kept(self, item: SketchItem, row: Row) -> list[SketchItem]:
        item.shape = Kept(next(iter(item.text.values()), ""))
        return [item]

    def upload(self, item: SketchItem, row: Row) -> list[SketchItem]:
        item.shape = Upload()
        return [item]


def _condition(relevance: str) -> str:
    """A condition that says something: 1 means always."""
    return "" if relevance.strip() in ("", "1") else relevance


Make = Callable[[_Reader, SketchItem, Row], list[SketchItem]]
OTHER: Text = {"zh": "其他", "en": "Other"}
YES_NO = (("Y", {"zh": "是", "en": "Yes"}), ("N", {"zh": "否", "en": "No"}))
FIXED: dict[str, tuple[tuple[str, Text], ...]] = {
    "Y": YES_NO,
    "G": (("F", {"zh": "女", "en": "Female"}), ("M", {"zh": "男", "en": "Male"})),
    "C": (*YES_NO, ("U", {"zh": "不确定", "en": "Uncertain"})),
    "E": (
        ("I", {"zh": "增加", "en": "Increase"}), ("S", {"zh": "不变", "en": "Same"}),
        ("D", {"zh": "减少", "en": "Decrease"}),
    ),
}  # fmt: skip
ARRAY_POINTS = {"A": 5, "B": 10}
KINDS: dict[str, Make] = {
    "L": _Reader.single, "!": _Reader.single, "O": _Reader.single, "Y": _Reader.fixed, "G": _Reader.fixed,
    "M": _Reader.multiple, "P": _Reader.multiple, "5": _Reader.points, "S": _Reader.written, "T": _Reader.written,
    "U": _Reader.written, "N": _Reader.number, "K": _Reader.several, "Q": _Reader.several, "D": _Reader.day,
    "A": _Reader.array, "B": _Reader.array, "C": _Reader.array, "E": _Reader.array, "F": _Reader.array,
    "R": _Reader.order, "X": _Reader.shown, "*": _Reader.kept, "|": _Reader.upload,
}  # fmt: skip
