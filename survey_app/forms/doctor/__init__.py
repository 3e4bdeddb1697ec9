"""The doctor looks a draft over before it is published: errors block, warnings advise."""

from ...errors import N_, NotFound
from ..definition import Item, Questionnaire
from .timing import TARGET, minutes
from .walk import errors, look

__all__ = ["TARGET", "errors", "look", "minutes", "rewrite"]


def rewrite(draft: Questionnaire, key: str, rule: str) -> tuple[Item, ...]:
    """The questions that a rule would put in the place of one."""
    for remark in look(draft):
        if remark.item == key and remark.rule == rule and remark.rewrite:
            return remark.rewrite
    raise NotFound("rewrite", N_("This remark no longer holds."), N_("Reload the page."))
