"""Question types, one file each. A new file here is a new type to choose."""

from pydantic import ValidationError

from ...analysis.registry import modules, take_in
from ...errors import N_, SurveyError
from ..definition import Item
from ..problems import explain, place
from .base import AnswerError, ColumnSpec, QuestionType, Sent, Stored

__all__ = ["TYPES", "AnswerError", "ColumnSpec", "QuestionType", "Sent", "Stored", "question", "register"]

TYPES: dict[str, type[QuestionType]] = {}


def register(module_name: str) -> None:
    """Take in the question types a module defines (those with a name of their own)."""
    take_in(module_name, QuestionType, TYPES, lambda kind: kind)


for _name in modules(__path__, __name__):
    register(_name)


def question(item: Item) -> QuestionType:
    """The question object of an item; SurveyError where the type is unknown or its options do not hold."""
    if item.type not in TYPES:
        raise SurveyError(
            "item-type", N_("Question %(key)s: there is no question type %(type)s."),
            N_("Use one of: %(types)s."), key=item.key, type=item.type, types=", ".join(sorted(TYPES)),
        )  # fmt: skip
    try:
        return TYPES[item.type](item)
    except ValidationError as error:
        first = error.errors()[0]
        message, values = explain(first)
        raise SurveyError("item-options", message, option=place(first["loc"]), key=item.key, **values) from error
