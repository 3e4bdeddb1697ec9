"""What a condition at some place of a questionnaire can look at, and how, for choosing it from lists."""

from collections.abc import Iterator
from dataclasses import dataclass

from ...errors import N_, SurveyError
from ..definition import Questionnaire, Text
from ..types import QuestionType, question
from .values import ATTRIBUTES

NUMBER, CHOICE, SET, DAY, TEXT, MARK = "number", "choice", "set", "day", "text", "mark"

LACKS, ANSWERED, UNANSWERED = "lacks", "answered", "unanswered"
"""Comparisons that are no operators of the language: not … contains, answered(…), not answered(…)."""

_GIVEN = ((ANSWERED, N_("is answered")), (UNANSWERED, N_("is not answered")))
_EQUAL = (("==", N_("is")), ("!=", N_("is not")))
_HOLDS = (("contains", N_("contains")), (LACKS, N_("does not contain")))
COMPARISONS: dict[str, tuple[tuple[str, str], ...]] = {
    NUMBER: (("<=", N_("is at most")), (">=", N_("is at least")), *_EQUAL, *_GIVEN),
    CHOICE: (*_EQUAL, ("in", N_("is one of")), *_GIVEN),
    SET: (*_HOLDS, *_GIVEN),
    DAY: ((">=", N_("is on or after")), ("<=", N_("is on or before")), *_EQUAL, *_GIVEN),
    TEXT: (*_EQUAL, *_HOLDS, *_GIVEN),
    MARK: _GIVEN,
}
"""Kind of term → its comparisons, the usual one first: (code, message id)."""


@dataclass(frozen=True, slots=True)
class Term:
    """`name` is what an expression calls it; `of` is the question that a row belongs to. `values` are the codes it can
    have, with their words; empty where anything can be written."""

    name: str
    title: Text
    kind: str
    values: tuple[tuple[str, Text], ...] = ()
    of: Text | None = None


def terms(questionnaire: Questionnaire, *, page: int | None = None, item: str = "") -> list[Term]:
    """What has been asked before an item, before a page, or (neither given) before the end. Types that are not
    installed are left out."""
    found: list[Term] = []
    for number, whole in enumerate(questionnaire.pages):
        if number == page and not item:
            break
        for one in whole.items:
            if item and one.key == item:
                return found
            try:
                found += _of(question(one))
            except SurveyError:
                continue
    return found


def attribute(name: str, title: Text, values: tuple[str, ...] = ()) -> Term:
    """An attribute of the customer as a term; its known values stand for themselves."""
    return Term(f"{ATTRIBUTES}.{name}", title, CHOICE if values else TEXT, tuple((one, {"zh": one}) for one in values))


def _of(asked: QuestionType) -> Iterator[Term]:
    key, title = asked.item.key, asked.item.text
    specs = asked.columns()
    if not asked.is_asked:
        return
    parts = [spec.key.removeprefix(f"{key}.") for spec in specs]
    if not specs:
        yield Term(key, title, TEXT)
    elif asked.compared:
        yield Term(key, title, asked.compared)
    elif any("." in part for part in parts):
        yield Term(key, title, MARK)
    elif getattr(asked, "is_multiple", False):
        yield Term(key, title, SET, tuple((part, spec.title) for part, spec in zip(parts, specs, strict=True)))
    else:
        for spec in specs:
            values = tuple(zip(spec.codes, spec.labels, strict=False)) or _steps(asked)
            kind = CHOICE if spec.codes else NUMBER
            is_row = spec.key != key
            yield Term(spec.key, spec.title if is_row else title, kind, values, title if is_row else None)


def _steps(asked: QuestionType) -> tuple[tuple[str, Text], ...]:
    """The steps of a scale, which are offered as they are; other numbers are typed."""
    low, high = getattr(asked, "low", None), getattr(asked, "high", None)
    if not isinstance(low, int) or not isinstance(high, int) or high - low > 20:
        return ()
    return tuple((str(step), {"zh": str(step)}) for step in range(low, high + 1))
