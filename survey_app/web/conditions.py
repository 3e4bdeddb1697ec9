"""Choosing a condition from lists: question, comparison, value.

The page's script writes what is chosen as an expression; without one the expression is typed."""

from typing import Any

from flask_babel import gettext as _

from .. import customers
from ..forms import logic
from ..forms.definition import Questionnaire
from ..forms.logic import COMPARISONS, LogicError, Term
from .database import reading
from .filters import words
from .language import translate

LONGEST = 60


def chooser(
    draft: Questionnaire, show_if: str, *, page: int | None = None, item: str = "", always: str = ""
) -> dict[str, Any]:
    """What the script needs at one place: the terms in words, their comparisons, and the condition as it is now (None
    where it cannot be read). `always` says what holds without a condition."""
    found = [*logic.terms(draft, page=page, item=item), *_attributes()]
    return {
        "terms": [_said(term) for term in found],
        "comparisons": {kind: [[code, translate(said)] for code, said in kinds] for kind, kinds in COMPARISONS.items()},
        "now": _read(show_if, found),
        "words": {
            "and": _("All of these hold"), "or": _("At least one of these holds"), "add": _("Add a condition"),
            "remove": _("Remove the condition"), "question": _("Question"), "comparison": _("Comparison"),
            "value": _("Value"), "always": always or _("Always shown. Add a condition to show it only to some."),
            "typed": _("This condition says more than the lists can show. Edit it as text."),
            "save": _("The text counts. Save to see it here."), "text": _("Edit as text"),
        },
    }  # fmt: skip


def _attributes() -> list[Term]:
    with reading() as db:
        known = customers.facets(db)
    return [
        logic.attribute(name, {"zh": _(label), "en": _(label)}, tuple(value for value, _count in known[name]))
        for name, label in (("segment", "Segment"), ("tier", "Tier"))
        if known[name]
    ]


def _said(term: Term) -> dict[str, Any]:
    return {
        "name": term.name, "kind": term.kind, "label": _short(words(term.title)) or term.name,
        "of": _short(words(term.of)) if term.of else "",
        "values": [[code, words(label) or code] for code, label in term.values],
    }  # fmt: skip


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _read(show_if: str, found: list[Term]) -> Any:
    """The condition as a tree in which nothing has been worked out."""
    if not show_if.strip():
        return []
    try:
        return logic.as_json(show_if, here=frozenset(term.name.partition(".")[0] for term in found))
    except LogicError:
        return None
