"""Conditions and piping: which pages, items and endings are shown, and answers put into later texts."""

from .expression import Expression, Reference
from .flow import Shown, holds, is_required, is_shown, next_page, pick_ending, previous_page, visible_pages, walk
from .parser import LogicError, parse, same_condition
from .piping import pipe, piped, without_pipes
from .terms import COMPARISONS, Term, attribute, terms
from .values import Values, value_of

__all__ = [
    "COMPARISONS", "Expression", "LogicError", "Reference", "Shown", "Term", "Values", "as_json", "attribute", "holds",
    "is_required", "is_shown", "next_page", "parse", "pick_ending", "pipe", "piped", "previous_page", "same_condition",
    "terms", "value_of", "visible_pages", "walk", "without_pipes",
]  # fmt: skip


def as_json(show_if: str, values: Values | None = None, here: frozenset[str] = frozenset()) -> object:
    """A condition for the page's script, with everything worked out that is not asked on the page itself.

    `here` names the items of the page. True, False and None (unknown, so not shown) stand for themselves; else it is
    ["and"|"or", …], ["not", x], ["answered", ["ref", key, part]], or [operator, left, right], whose sides are
    ["ref", key, part], ["value", v] or ["list", …]. A bare True is what an empty condition gives.
    """
    return parse(show_if).as_json(values or Values(), here) if show_if.strip() else True
