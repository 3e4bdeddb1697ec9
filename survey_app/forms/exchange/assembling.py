"""From a sketch of a foreign file to a questionnaire of ours, with the loss report: one line an item at least."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ...errors import N_, SurveyError
from ..definition import KEY, LANGUAGES, RESERVED, Questionnaire, Text
from ..types import TYPES
from ..types._shapes import Fit, Pick, Shape
from .conditions import Known, Untranslatable
from .native import ExchangeError, validate
from .plainly import slug
from .sketch import Note, Sketch, SketchEnding, SketchItem, SketchPage

MOST_ITEMS = 2000
Translate = Callable[[str, Known], str]
Pipe = Callable[[str, Known], str]


@dataclass(frozen=True, slots=True)
class Imported:
    """What a foreign file became, and the report on it, in the order of the file."""

    questionnaire: Questionnaire
    notes: tuple[Note, ...]


def assemble(sketch: Sketch, translate: Translate, pipe: Pipe) -> Imported:
    """The questionnaire of a sketch. `translate` turns a condition, `pipe` a text of the file into ours."""
    items = [item for page in sketch.pages for item in page.items]
    if not items:
        raise ExchangeError(N_("The file holds no questions that can be read."))
    if len(items) > MOST_ITEMS:
        raise ExchangeError(N_("The file holds more than %(max)s questions."), max=MOST_ITEMS)
    notes: list[Note] = []
    known = _known(items)
    maker = _Maker(known, translate, pipe, notes)
    pages = [made for page in sketch.pages if (made := maker.page(page))["items"]]
    parsed: dict[str, Any] = {
        "title": sketch.title, "introduction": maker.words(sketch.introduction),
        "languages": _languages(sketch), "pages": _fitting(pages),
        "endings": [maker.ending(ending) for ending in sketch.endings if ending.text],
    }  # fmt: skip
    if not any(parsed["title"].values()):
        raise ExchangeError(N_("The file gives the questionnaire no title."))
    return Imported(validate({key: value for key, value in parsed.items() if value}), (*notes, *sketch.notes))


def _languages(sketch: Sketch) -> list[str]:
    """The languages in which questions are asked; the title's alone where a file has no questions in words."""
    used = {language for page in sketch.pages for item in page.items for language in item.text} or set(sketch.title)
    return [language for language in LANGUAGES if language in used]


def _fitting(pages: list[dict[str, Any]], most: int = 200) -> list[dict[str, Any]]:
    """Pages that are longer than a page of ours can be, in several pages."""
    made = []
    for page in pages:
        for start in range(0, len(page["items"]), most):
            made.append({**page, "items": page["items"][start : start + most]})
    return made


def _known(items: list[SketchItem]) -> Known:
    """A key for every item, unique and allowed; the report tells of names that had to change."""
    keys: dict[str, str] = {}
    taken: set[str] = set()
    for number, item in enumerate(items, 1):
        key = _key(item.name, number, taken)
        taken.add(key)
        keys.setdefault(item.alias or item.name, key)
        if item.name and key != item.name.lower():
            item.note("changed", N_("Its name is now %(key)s."), key=key)
        item.name = key
    several = frozenset(item.name for item in items if isinstance(item.shape, Pick) and item.shape.is_multiple)
    return Known(keys, {item.name: item.codes for item in items if item.codes}, dict(_parts(items)), several)


def _key(name: str, number: int, taken: set[str]) -> str:
    key = slug(name, longest=34).replace("-", "_").lower()
    key = key if KEY.fullmatch(key) else (f"q_{key}" if key else f"q{number}")
    if key in RESERVED:
        key = f"q_{key}"
    made, count = key, 2
    while made in taken:
        made, count = f"{key}_{count}", count + 1
    return made


def _parts(items: list[SketchItem]) -> Iterator[tuple[str, frozenset[str]]]:
    for item in items:
        lines = getattr(item.shape, "rows", None) or getattr(item.shape, "choices", None)
        if lines:
            yield item.name, frozenset(line.code for line in lines)


@dataclass(slots=True)
class _Maker:
    known: Known
    translate: Translate
    pipe: Pipe
    notes: list[Note]

    def page(self, page: SketchPage) -> dict[str, Any]:
        where = next(iter(page.title.values()), "")
        made: dict[str, Any] = {"items": [one for item in page.items if (one := self.item(item))]}
        if page.title:
            made["title"] = self.words(page.title)
        if condition := self.condition(where, page.condition):
            made["show_if"] = condition
        return made

    def ending(self, ending: SketchEnding) -> dict[str, Any]:
        made: dict[str, Any] = {"text": self.words(ending.text)}
        if condition := self.condition(next(iter(ending.text.values()))[:40], ending.condition):
            made["show_if"] = condition
        return made

    def item(self, item: SketchItem) -> dict[str, Any] | None:
        where = item.where or item.name
        found = fitting(item.shape)
        if found is None:
            lost = [note for note in item.notes if note.outcome == "lost"]
            self.notes += lost
            if not lost:
                self.notes.append(Note(where, "lost", N_("There is no question type for this.")))
            return None
        kind, fit = found
        made: dict[str, Any] = {"key": item.name, "type": kind, "text": self.words(item.text)}
        if item.help:
            made["help"] = self.words(item.help)
        if item.is_required:
            made["is_required"] = True
        if fit.options:
            made["options"] = fit.options
        problem = _problem(made)
        if problem is not None:
            self.notes.append(Note(where, "lost", problem.message, problem.values))
            return None
        self.notes += [Note(where, "changed", message) for message in fit.changed] or [
            Note(where, "kept", N_("As “%(type)s”."), {"type": TYPES[kind].label})
        ]
        self.notes += item.notes
        if condition := self.condition(where, item.condition):
            made["show_if"] = condition
        return made

    def words(self, text: Text) -> Text:
        return {language: self.pipe(words, self.known) for language, words in text.items()}

    def condition(self, where: str, condition: str) -> str:
        if not condition.strip():
            return ""
        try:
            return self.translate(condition, self.known)
        except Untranslatable:
            message = N_("Its condition cannot be said here, so everybody is asked: %(condition)s")
            self.notes.append(Note(where, "lost", message, {"condition": condition[:200]}))
            return ""


def _problem(item: dict[str, Any]) -> SurveyError | None:
    """What our own check has against an item, if anything."""
    try:
        validate({"title": {"en": "?"}, "pages": [{"items": [item]}]})
    except SurveyError as error:
        return error
    return None


def fitting(shape: Shape) -> tuple[str, Fit] | None:
    """The question type that comes closest to a shape; of equals the one that stands first in the list of types."""
    fits = [(kind, fit) for kind in sorted(TYPES.values(), key=lambda k: k.order) if (fit := kind.fits(shape))]
    best = max(fits, key=lambda pair: pair[1].closeness, default=None)
    return (best[0].name, best[1]) if best else None
