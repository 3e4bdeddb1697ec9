"""How well the rules find what people have marked: one file of labelled questions, counted."""

import json
from dataclasses import dataclass
from typing import Any

from ...errors import N_, SurveyError
from .asking import Asking, Finding, language_of
from .rules import ordered

CALLED = {
    "unbalanced": "unbalanced_options",
    "unbalanced_scale": "unbalanced_options",
    "overlap": "overlapping_options",
    "incomplete_options": "non_exhaustive_options",
    "non_exhaustive": "non_exhaustive_options",
    "missing_other": "non_exhaustive_options",
    "double_negation": "negation",
    "double_negative": "negation",
    "too_long": "long_stem",
    "personal_data": "sensitive",
    "accessibility": "not_accessible",
    "missing_not_applicable": "missing_na",
    "loaded": "leading",
}
"""Other names that labelled files use for a rule."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One labelled question: what was raised, and what of the wanted is missing."""

    id: str
    level: str
    raised: tuple[str, ...]
    missing: tuple[str, ...]


def findings(asking: Asking) -> dict[str, Finding]:
    """What every rule says about a question, by the rule's name."""
    return {rule.name: found for rule in ordered() if (found := rule.examine(asking)) is not None}


def judge(data: str | bytes) -> list[Judged]:
    """Every question of a labelled file: {"items": [{"text": …, "options": […]|null, "flags": […], "level": …}]}."""
    try:
        items = json.loads(data)["items"]
        return [_judged(number, item) for number, item in enumerate(items, 1)]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise SurveyError(
            "labelled", N_("The file does not hold labelled questions."),
            N_('It is JSON: {"items": [{"text": …, "options": […], "flags": […], "level": "core"}]}.'),
        ) from error  # fmt: skip


def _judged(number: int, item: dict[str, Any]) -> Judged:
    text = str(item["text"])
    options = tuple(str(one.get("text", "") if isinstance(one, dict) else one) for one in item.get("options") or ())
    raised = findings(Asking(text, language_of(text), options))
    wanted = [CALLED.get(flag, flag) for flag in item.get("flags") or ()]
    missing = tuple(flag for flag in wanted if flag not in raised)
    return Judged(str(item.get("id", number)), str(item.get("level", "")), tuple(raised), missing)


def count(judged: list[Judged]) -> dict[str, int]:
    """The figures: core questions all of whose flags were raised, and negatives with any flag."""
    core = [one for one in judged if one.level == "core"]
    negative = [one for one in judged if one.level == "hard_negative"]
    return {
        "core_found": sum(not one.missing for one in core),
        "core_total": len(core),
        "hard_negative_flagged": sum(bool(one.raised) for one in negative),
        "hard_negative_total": len(negative),
    }
