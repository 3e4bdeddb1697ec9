"""Which columns a survey has: worked out from its versions alone, so that a rebuilt copy is the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ...forms.types import ColumnSpec, QuestionType
from ..questionnaires import Asked

GRID = 4
"""From so many rows on, the same answer in all of them is a sign of a careless respondent."""


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
    grids: tuple[tuple[str, ...], ...] = ()
    """The columns of each question that rates several things on one scale."""


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
    grids: dict[tuple[str, ...], None] = {}
    for asked in versions:
        for key, question in asked.questions.items():
            states[key] = None
            specs = question.columns()
            for spec in specs:
                of = (spec.key, shape(question, spec))
                if of not in names:
                    names[of] = spec.key if spec.key not in columns else f"{spec.key}@{asked.number}"
                before = columns.get(names[of], Stored("")).codes
                codes = (*before, *(code for code in spec.codes if code not in before))
                columns[names[of]] = Stored("<f8" if spec.is_number else "<i4", codes)
            if len(specs) >= GRID and getattr(question.options, "points", None):
                grids[tuple(names[spec.key, shape(question, spec)] for spec in specs)] = None
    return Layout(columns, names, tuple(states), tuple(grids))
