"""Which columns a survey has: worked out from its versions alone, so that a rebuilt copy is the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ...forms.types import ColumnSpec, QuestionType
from ..questionnaires import Asked


@dataclass(frozen=True, slots=True)
class Stored:
    """One item column: how it is kept and, where it holds codes, all codes that any version had."""

    dtype: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """`columns` by name; `names` leads from a question's column key and shape to the name."""

    columns: Mapping[str, Stored] = field(default_factory=dict)
    names: Mapping[tuple[str, str], str] = field(default_factory=dict)
    states: tuple[str, ...] = ()


def shape(question: QuestionType, spec: ColumnSpec) -> str:
    """What must be equal for answers of two versions to stand in one column: kind and scale, not words."""
    kind = "code" if spec.codes else "number" if spec.is_number else "whole"
    scale: object = question.score_options or getattr(question.options, "points", None)
    return f"{kind} {question.score or ''} {scale or ''}"


def layout_of(versions: Sequence[Asked]) -> Layout:
    """The columns of all versions, oldest first. Where a question changed its shape, the new one gets a name of
    its own (`key@version`), so that no figure mixes two scales."""
    columns: dict[str, Stored] = {}
    names: dict[tuple[str, str], str] = {}
    states: dict[str, None] = {}
    for asked in versions:
        for key, question in asked.questions.items():
            states[key] = None
            for spec in question.columns():
                of = (spec.key, shape(question, spec))
                if of not in names:
                    names[of] = spec.key if spec.key not in columns else f"{spec.key}@{asked.number}"
                before = columns.get(names[of], Stored("")).codes
                codes = (*before, *(code for code in spec.codes if code not in before))
                columns[names[of]] = Stored("<f8" if spec.is_number else "<i4", codes)
    return Layout(columns, names, tuple(states))
