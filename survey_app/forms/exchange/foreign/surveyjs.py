"""SurveyJS: questionnaires as its creator saves them in JSON."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, ClassVar

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
from ..conditions import HELD, Rule, ref
from ..native import ExchangeError
from ..plainly import guess_language, texts
from ..sketch import Sketch, SketchEnding, SketchItem, SketchPage, Source
from .base import Format, decimal, json_of, listed, mapped, whole
from .options import Codes, codes_of, is_scale

R = r"(\x02[^\x03]*\x03)"
DEEPEST = 30
LIST = r"(\[[^\[\]]*\])"
UNSAID = {
    "requiredIf": N_("Whether an answer is required depends on a condition there; here it does not."),
    "enableIf": N_("Questions cannot be shown and locked; this one can always be answered."),
    "choicesByUrl": N_("Its options are fetched from another server; they have to be written here."),
    "choicesFromQuestion": N_("Its options are taken from another question; they have to be written here."),
    "defaultValue": N_("Nothing is filled in before people answer."),
    "choicesVisibleIf": N_("All of its options are always shown."),
}


class SurveyJs(Format):
    name = "surveyjs"
    label = "SurveyJS (JSON)"
    piped = re.compile(r"\{(?P<item>[^{}\s.\[\]]+)\}")
    rules: ClassVar[tuple[Rule, ...]] = (
        (re.compile(r"\{([^{}]+)\}"), lambda match: ref(match[1].strip())),
        (re.compile(rf"{R}\s+notempty\b", re.I), r"answered(\1)"),
        (re.compile(rf"{R}\s+empty\b", re.I), r"not answered(\1)"),
        (re.compile(rf"{R}\s+anyof\s+{LIST}", re.I), r"\1 in \2"),
        (re.compile(rf"{R}\s+noneof\s+{LIST}", re.I), r"not (\1 in \2)"),
        (re.compile(rf"{R}\s+allof\s+{LIST}", re.I), lambda match: _all_of(match[1], match[2])),
        (re.compile(rf"{R}\s+notcontains?\s+({HELD}|[\w.-]+)", re.I), r"not (\1 contains \2)"),
        (re.compile(r"\*=|\bcontain\b", re.I), "contains"),
        (re.compile(r"<>"), "!="),
        (re.compile(r"(?<![=!<>])=(?!=)"), "=="),
        (re.compile(r"\bgreaterorequal\b", re.I), ">="),
        (re.compile(r"\blessorequal\b", re.I), "<="),
        (re.compile(r"\bgreater\b", re.I), ">"),
        (re.compile(r"\bless\b", re.I), "<"),
        (re.compile(r"\bnotequal\b", re.I), "!="),
        (re.compile(r"\bequal\b", re.I), "=="),
        (re.compile(r"&&"), " and "),
        (re.compile(r"\|\|"), " or "),
        (re.compile(r"!(?!=)"), " not "),
    )

    def recognises(self, source: Source) -> bool:
        start = source.data[:200_000]
        return (
            source.start.startswith(b"{") and b'"type"' in start and (b'"elements"' in start or b'"questions"' in start)
        )

    def read(self, source: Source) -> Sketch:
        parsed = json_of(source)
        return _Reader(_own_language(parsed)).survey(parsed)


def _own_language(parsed: dict[str, Any]) -> str:
    """The language of bare texts: the file's own, else by the looks of its words."""
    locale = str(parsed.get("locale") or "")
    return "zh" if locale.startswith("zh") else ("en" if locale else guess_language(str(parsed)[:20_000]))


def _all_of(reference: str, items: str) -> str:
    parts = [part.strip() for part in items[1:-1].split(",") if part.strip()]
    return "(" + " and ".join(f"{reference} contains {part}" for part in parts) + ")"


class _Reader:
    """Reads one file; `own` is the language of its bare texts."""

    def __init__(self, own: str) -> None:
        self.own = own
        self.count = 0

    def words(self, value: Any) -> Text:
        return texts(value, self.own)

    def survey(self, parsed: dict[str, Any]) -> Sketch:
        sketch = Sketch(self.words(parsed.get("title")) or {self.own: "SurveyJS"})
        sketch.introduction = self.words(parsed.get("description"))
        pages = listed(parsed.get("pages")) or [parsed]
        for page in map(mapped, pages):
            made = SketchPage(title=self.words(page.get("title")) if page is not parsed else {})
            made.condition = str(page.get("visibleIf") or "") if page is not parsed else ""
            made.items = list(self.elements(page, sketch))
            sketch.pages.append(made)
        for one in map(mapped, listed(parsed.get("completedHtmlOnCondition"))):
            sketch.endings.append(SketchEnding(self.words(one.get("html")), str(one.get("expression") or "")))
        sketch.endings.append(SketchEnding(self.words(parsed.get("completedHtml"))))
        for key in ("triggers", "calculatedValues", "maxTimeToFinish", "timeLimit", "navigateToUrl"):
            if parsed.get(key):
                sketch.lose(key, N_("“%(part)s” of the file has no place here."), part=key)
        return sketch

    def elements(self, parent: dict[str, Any], sketch: Sketch, *, depth: int = 0) -> Iterator[SketchItem]:
        """The items of a page or panel; what stands in panels is taken out of them with their condition."""
        for element in map(mapped, listed(parent.get("elements")) or listed(parent.get("questions"))):
            kind, condition = str(element.get("type") or ""), str(element.get("visibleIf") or "")
            if kind in INSIDE:
                if depth > DEEPEST:
                    raise ExchangeError(N_("The file is nested too deeply."))
                for item in self.elements(element, sketch, depth=depth + 1):
                    item.condition = _both(condition, item.condition)
                    yield item
                continue
            self.count += 1
            if self.count > 5000:
                raise ExchangeError(N_("The file holds more than %(max)s questions."), max=5000)
            yield from self.element(kind, element)

    def element(self, kind: str, element: dict[str, Any]) -> Iterator[SketchItem]:
        name = str(element.get("name") or f"question{self.count}")
        item = SketchItem(name, Shape(), name, condition=str(element.get("visibleIf") or ""))
        item.text = self.words(element.get("title")) or self.words(name)
        item.help = self.words(element.get("description"))
        item.is_required = element.get("isRequired") is True
        for key, message in UNSAID.items():
            if element.get(key) not in (None, "", []):
                item.note("lost", message)
        if element.get("choicesOrder") not in (None, "none", "asc", "desc"):
            item.note("lost", N_("Its options keep their order; they are not shuffled."))
        make = KINDS.get(kind)
        if make is None:
            item.note("lost", N_("“%(kind)s” is not known here."), kind=kind[:40])
            yield item
        else:
            yield from make(self, item, element)

    # -- kinds ------------------------------------------------------------------------------------------
    def text(self, item: SketchItem, element: dict[str, Any]) -> Iterator[SketchItem]:
        kind = str(element.get("inputType") or "text")
        if kind in NUMBERS:
            step = str(element.get("step") or "1")
            decimals = len(step.partition(".")[2]) if re.fullmatch(r"\d+(\.\d{1,6})?", step) else 0
            item.shape = Quantity(decimal(element.get("min")), decimal(element.get("max")), decimals)
        elif kind in DAYS:
            low, high = (str(element.get(side) or "")[:10] for side in ("min", "max"))
            item.shape = Day(low, high, has_time=DAYS[kind])
        else:
            checked = [mapped(one) for one in listed(element.get("validators"))]
            kinds = [kind, *(str(one.get("type")) for one in checked)]
            item.shape = replace(
                self.written(element),
                pattern=next((check for check in kinds if check in PATTERNS), ""),
                expression=next((str(one["regex"]) for one in checked if one.get("regex")), ""),
            )
        yield item

    def comment(self, item: SketchItem, element: dict[str, Any]) -> Iterator[SketchItem]:
        item.shape = self.written(element, is_long=True)
        yield item

    def written(self, element: dict[str, Any], *, is_long: bool = False) -> Written:
        longest = whole(element.get("maxLength"), 0)
        return Written(is_long, longest if longest > 0 else None, self.words(element.get("placeholder")))

    def pick(self, item: SketchItem, element: dict[str, Any]) -> Iterator[SketchItem]:
        kind = str(element.get("type"))
        codes = self.choices(element.get("choices"))
        if element.get("hasOther") is True or element.get("showOtherItem") is True:
            codes.add("other", self.words(element.get("otherText")) or OTHER, is_other=True)
        if element.get("hasNone") is True or element.get("showNoneItem") is True:
            codes.add("none", self.words(element.get("noneText")) or NONE, is_exclusive=True)
        is_multiple = kind in ("checkbox", "tagbox") or element.get("multiSelect") is True
        least, most = whole(element.get("minSelectedChoices"), 0), whole(element.get("maxSelectedChoices"), 0)
        item.shape = Pick(codes.made, is_multiple, least or None, most or None, LOOKS.get(kind, ""))
        item.codes = codes.renamed
        if kind == "imagepicker":
            item.note("lost", N_("Its pictures have to be added here; their words are kept."))
        yield item

    def boolean(self, item: SketchItem, element: dict[str, Any]) -> Iterator[SketchItem]:
        codes = Codes()
        codes.add("true", self.words(element.get("labelTrue")) or YES)
        codes.add("false", self.words(element.get("labelFalse")) or NO)
        item.shape = Pick(codes.made, looks="switch")
        yield item

    def rating(self, item: SketchItem, element: dict[str, Any]) -> Iterator[SketchItem]:
        values = [mapped(v).get("value", v) for v in listed(element.get("rateValues"))]
        numbers = [value for value in values if isinstance(value, int)]
        low = min(numbers) if numbers else whole(element.get("rateMin"), 1)
        high = max(numbers) if numbers else whole(element.get("rateMax"), low - 1 + whole(element.get("rateCount"), 5))
        ends = self.words(element.get("minRateDescription")), self.words(element.get("maxRateDescription"))
        looks = {"stars": "star", "smileys": "face"}.get(str(element.get("rateType") or ""), "")
        item.shape = Scale(low, high, *ends, looks)
        yield item

    def matrix(self, item: SketchItem, element: dict[str, Any]) -> Iterator[SketchItem]:
        rows, columns = self.choices(element.get("rows")), self.choices(element.get("columns"))
        item.codes = rows.renamed | columns.renamed
        points = is_scale(option.code for option in columns.options)
        if points:
            scale = Scale(1, points, _worded(columns.made[0]), _worded(columns.made[-1]))
            item.shape = ScaleGrid(rows.made, scale)
        else:
            item.shape = Grid(rows.made, columns.made, element.get("cellType") == "checkbox")
        yield item

    def several(self, item: SketchItem, element: dict[str, Any]) -> Iterator[SketchItem]:
        """Several fields under one question become questions of their own."""
        for field in map(mapped, listed(element.get("items"))):
            name = f"{item.name}.{field.get('name')}"
            made = SketchItem(name, self.written(field), f"{item.name}: {field.get('name')}")
            heading, own = item.text, self.words(field.get("title")) or self.words(field.get("name"))
            made.text = {k: f"{heading.get(k, '')} {words}".strip() for k, words in own.items()}
            made.is_required = item.is_required or field.get("isRequired") is True
            made.condition = item.condition
            made.note("changed", N_("It is a question of its own here."))
            yield made

    def order(self, item: SketchItem, element: dict[str, Any]) -> Iterator[SketchItem]:
        codes = self.choices(element.get("choices"))
        item.shape, item.codes = Order(codes.made), codes.renamed
        yield item

    def shown(self, item: SketchItem, element: dict[str, Any]) -> Iterator[SketchItem]:
        item.text, item.shape = self.words(element.get("html")) or item.text, Shown()
        yield item

    def kept(self, item: SketchItem, element: dict[str, Any]) -> Iterator[SketchItem]:
        item.shape = Kept(str(element.get("expression") or ""))
        yield item

    def upload(self, item: SketchItem, element: dict[str, Any]) -> Iterator[SketchItem]:
        item.shape = Upload(is_signature=element.get("type") == "signaturepad")
        yield item

    def choices(self, given: Any) -> Codes:
        pairs = []
        for one in listed(given):
            value = one.get("value") if isinstance(one, dict) else one
            code = str(value).lower() if isinstance(value, bool) else str(value)
            said = one.get("text") if isinstance(one, dict) and one.get("text") else code
            pairs.append((code, self.words(said)))
        return codes_of(pairs)


def _worded(option: Any) -> Text:
    """The words of a column, none where they only say its number."""
    return {k: words for k, words in option.text.items() if words != option.code}


def _both(first: str, second: str) -> str:
    return f"({first}) and ({second})" if first and second else first or second


Make = Callable[[_Reader, SketchItem, dict[str, Any]], Iterator[SketchItem]]
INSIDE = frozenset(["panel", "flowpanel"])
NUMBERS = frozenset(["number", "range"])
DAYS = {"date": False, "datetime": True, "datetime-local": True}
"""Kinds of fields for a day, and whether the time matters."""
PATTERNS = frozenset(["email", "tel", "url", "regex"])
LOOKS = {"dropdown": "dropdown", "tagbox": "dropdown", "imagepicker": "pictures"}
OTHER: Text = {"zh": "其他", "en": "Other"}
NONE: Text = {"zh": "以上都没有", "en": "None of these"}
YES: Text = {"zh": "是", "en": "Yes"}
NO: Text = {"zh": "否", "en": "No"}
KINDS: dict[str, Make] = {
    "text": _Reader.text, "comment": _Reader.comment, "radiogroup": _Reader.pick, "dropdown": _Reader.pick,
    "buttongroup": _Reader.pick, "checkbox": _Reader.pick, "tagbox": _Reader.pick, "imagepicker": _Reader.pick,
    "boolean": _Reader.boolean, "rating": _Reader.rating, "matrix": _Reader.matrix, "multipletext": _Reader.several,
    "ranking": _Reader.order, "html": _Reader.shown, "expression": _Reader.kept, "file": _Reader.upload,
    "signaturepad": _Reader.upload,
}  # fmt: skip
