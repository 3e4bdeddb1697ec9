"""Edits of a draft, one function each: they take a questionnaire and give another one."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from ..errors import N_, NotFound
from .definition import Ending, Item, Page, Questionnaire
from .types import TYPES

Pages = list[Page]


def fresh_key(wanted: str, taken: Iterable[str]) -> str:
    """A key that nothing has been stored under: the wanted one, else with a number behind it."""
    taken = set(taken)
    base = re.sub(r"\d+$", "", wanted)[:36] or "q"
    return next(key for key in (wanted, *(f"{base}{n}" for n in range(2, 1000))) if key not in taken)


def add_item(
    draft: Questionnaire, type_name: str, page: int, *, taken: Iterable[str] = ()
) -> tuple[Questionnaire, str]:
    """A new question at the end of a page, and its key."""
    if type_name not in TYPES:
        raise _missing()
    key = fresh_key(type_name, {*taken, *(item.key for item in draft.items)})
    item = Item(key=key, type=type_name, options=dict(TYPES[type_name].starter))
    return _on_page(draft, page, lambda items: [*items, item]), key


def replace_item(draft: Questionnaire, key: str, item: Item) -> Questionnaire:
    page, index = place_of(draft, key)
    return _on_page(draft, page, lambda items: [*items[:index], item, *items[index + 1 :]])


def rewrite_item(
    draft: Questionnaire, key: str, items: tuple[Item, ...], *, taken: Iterable[str] = ()
) -> Questionnaire:
    """Other questions in the place of one; the first keeps its key, the others get keys of their own."""
    page, index = place_of(draft, key)
    known, made = {*taken, *(item.key for item in draft.items)}, [items[0].model_copy(update={"key": key})]
    for item in items[1:]:
        made.append(item.model_copy(update={"key": fresh_key(key, known)}))
        known.add(made[-1].key)
    return _on_page(draft, page, lambda all_of: [*all_of[:index], *made, *all_of[index + 1 :]])


def remove_item(draft: Questionnaire, key: str) -> Questionnaire:
    page, index = place_of(draft, key)
    return _on_page(draft, page, lambda items: [*items[:index], *items[index + 1 :]])


def duplicate_item(draft: Questionnaire, key: str, *, taken: Iterable[str] = ()) -> tuple[Questionnaire, str]:
    """A copy right behind the question, and its key."""
    page, index = place_of(draft, key)
    fresh = fresh_key(key, {*taken, *(item.key for item in draft.items)})
    copy = draft.pages[page].items[index].model_copy(update={"key": fresh})
    return _on_page(draft, page, lambda items: [*items[: index + 1], copy, *items[index + 1 :]]), fresh


def step_item(draft: Questionnaire, key: str, step: int) -> Questionnaire:
    """One place up (-1) or down (1), over the edge of a page onto the next one."""
    page, index = place_of(draft, key)
    if 0 <= index + step < len(draft.pages[page].items):
        return move_item(draft, key, page, index + step)
    other = page + step
    if not 0 <= other < len(draft.pages):
        return draft
    return move_item(draft, key, other, 0 if step > 0 else len(draft.pages[other].items))


def move_item(draft: Questionnaire, key: str, page: int, index: int) -> Questionnaire:
    """To a place on a page, counted without the question itself."""
    at, where = place_of(draft, key)
    item = draft.pages[at].items[where]
    without = remove_item(draft, key)
    return _on_page(without, page, lambda items: [*items[: max(0, index)], item, *items[max(0, index) :]])


def add_page(draft: Questionnaire, after: int | None = None) -> Questionnaire:
    pages = list(draft.pages)
    pages.insert(len(pages) if after is None else max(0, after + 1), Page())
    return _with(draft, pages=tuple(pages))


def change_page(draft: Questionnaire, page: int, **parts: Any) -> Questionnaire:
    pages, page = list(draft.pages), _number(draft, page)
    pages[page] = Page.model_validate(pages[page].model_dump() | parts)
    return _with(draft, pages=tuple(pages))


def remove_page(draft: Questionnaire, page: int) -> Questionnaire:
    """Take a page away with its questions; the last one left becomes empty."""
    _number(draft, page)
    return _with(draft, pages=(*draft.pages[:page], *draft.pages[page + 1 :]) or (Page(),))


def step_page(draft: Questionnaire, page: int, step: int) -> Questionnaire:
    pages = list(draft.pages)
    moved = pages.pop(_number(draft, page))
    pages.insert(max(0, page + step), moved)
    return _with(draft, pages=tuple(pages))


def change_start(draft: Questionnaire, **parts: Any) -> Questionnaire:
    """The title, the introduction, the languages."""
    return _with(draft, **parts)


def add_ending(draft: Questionnaire) -> Questionnaire:
    """A new thank-you text; one with a condition belongs before the one without."""
    return _with(draft, endings=(*draft.endings, Ending(text={})))


def change_ending(draft: Questionnaire, number: int, ending: Ending) -> Questionnaire:
    endings = _endings(draft, number)
    endings[number] = ending
    return _with(draft, endings=tuple(endings))


def remove_ending(draft: Questionnaire, number: int) -> Questionnaire:
    endings = _endings(draft, number)
    endings.pop(number)
    return _with(draft, endings=tuple(endings))


def step_ending(draft: Questionnaire, number: int, step: int) -> Questionnaire:
    endings = _endings(draft, number)
    moved = endings.pop(number)
    endings.insert(max(0, number + step), moved)
    return _with(draft, endings=tuple(endings))


def place_of(draft: Questionnaire, key: str) -> tuple[int, int]:
    """The page and place of a question."""
    for page, one in enumerate(draft.pages):
        for index, item in enumerate(one.items):
            if item.key == key:
                return page, index
    raise _missing()


def item_of(draft: Questionnaire, key: str) -> Item:
    page, index = place_of(draft, key)
    return draft.pages[page].items[index]


def _on_page(draft: Questionnaire, page: int, change: Callable[[list[Item]], list[Item]]) -> Questionnaire:
    pages = list(draft.pages)
    items = change(list(pages[_number(draft, page)].items))
    pages[page] = pages[page].model_copy(update={"items": tuple(items)})
    return _with(draft, pages=tuple(pages))


def _with(draft: Questionnaire, **parts: Any) -> Questionnaire:
    """The draft with other parts, checked as a whole again."""
    return Questionnaire.model_validate(draft.model_copy(update=parts).model_dump())


def _number(draft: Questionnaire, page: int) -> int:
    if not 0 <= page < len(draft.pages):
        raise _missing()
    return page


def _endings(draft: Questionnaire, number: int) -> list[Ending]:
    if not 0 <= number < len(draft.endings):
        raise _missing()
    return list(draft.endings)


def _missing() -> NotFound:
    return NotFound("part", N_("This part of the questionnaire is no longer there."), N_("Reload the page."))
