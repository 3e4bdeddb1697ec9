"""The way through a questionnaire: which pages and items are shown after what has been answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..definition import Ending, Item, Questionnaire
from ..types import TYPES, Stored, question
from .parser import parse
from .values import Values

Answers = Mapping[str, Stored]
Attributes = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown: page numbers and item keys, and the answers without those that are not shown (any more)."""

    pages: tuple[int, ...]
    items: frozenset[str]
    answers: dict[str, Stored]


def holds(show_if: str, values: Values) -> bool:
    """Whether a condition holds: an empty one always does, an unknown one does not."""
    return not show_if.strip() or parse(show_if).evaluate(values) is True


def is_required(item: Item, values: Values) -> bool:
    """Whether an item that is shown wants an answer."""
    return item.is_required or bool(item.required_if.strip() and holds(item.required_if, values))


def is_shown(item: Item, answers: Answers, attributes: Attributes | None = None) -> bool:
    return holds(item.show_if, Values(answers, attributes or {}))


def walk(questionnaire: Questionnaire, answers: Answers, attributes: Attributes | None = None) -> Shown:
    """Go through in order: what is hidden has no answer for what comes after it, what nobody sees is worked out."""
    kept: dict[str, Stored] = {}
    values = Values(kept, attributes or {})
    pages, items = [], []
    for number, page in enumerate(questionnaire.pages):
        if not holds(page.show_if, values):
            continue
        shown = 0
        for item in page.items:
            if not holds(item.show_if, values):
                continue
            items.append(item.key)
            kind = TYPES.get(item.type)
            if kind is not None and not kind.is_seen:
                kept[item.key] = question(item).derive(values.get)
                continue
            shown += 1
            if item.key in answers:
                kept[item.key] = answers[item.key]
        if shown:
            pages.append(number)
        if page.end_if and holds(page.end_if, values):
            break
    return Shown(tuple(pages), frozenset(items), kept)


def visible_pages(
    questionnaire: Questionnaire, answers: Answers, attributes: Attributes | None = None
) -> tuple[int, ...]:
    """The numbers of the pages that are shown after these answers; one with nothing to show is left out."""
    return walk(questionnaire, answers, attributes).pages


def next_page(
    questionnaire: Questionnaire, answers: Answers, attributes: Attributes | None = None, *, after: int = -1
) -> int | None:
    """The page that follows; None after the last one."""
    return next((page for page in visible_pages(questionnaire, answers, attributes) if page > after), None)


def previous_page(
    questionnaire: Questionnaire, answers: Answers, attributes: Attributes | None = None, *, before: int
) -> int | None:
    """The page to go back to; None on the first one."""
    earlier = [page for page in visible_pages(questionnaire, answers, attributes) if page < before]
    return earlier[-1] if earlier else None


def pick_ending(questionnaire: Questionnaire, answers: Answers, attributes: Attributes | None = None) -> Ending | None:
    """The first ending whose condition holds."""
    values = Values(answers, attributes or {})
    return next((ending for ending in questionnaire.endings if holds(ending.show_if, values)), None)
