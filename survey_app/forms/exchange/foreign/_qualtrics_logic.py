"""Display logic of Qualtrics, written down as text: $QID1 stands for an item, "#2" for its second choice."""

import re
from collections.abc import Mapping
from typing import Any

from .base import mapped

LOCATOR = re.compile(r"q://(QID\d+)/(SelectableChoice|ChoiceNumericEntryValue|ChoiceTextEntryValue)(?:/(\d+))?")
COMPARED = {
    "EqualTo": "==", "NotEqualTo": "!=", "GreaterThan": ">", "GreaterThanOrEqual": ">=", "LessThan": "<",
    "LessThanOrEqual": "<=",
}  # fmt: skip
NO_WORDS = "?"
"""What no parser takes: the condition is then reported as lost."""


def condition_of(logic: Any, *, said_by: Mapping[str, dict[str, Any]]) -> str:
    """The condition of a question; empty where it has none."""
    parts = [_group(mapped(mapped(logic).get(key)), said_by) for key in sorted(mapped(logic)) if key.isdigit()]
    return " and ".join(f"({part})" for part in parts if part)


def _group(group: dict[str, Any], said_by: Mapping[str, dict[str, Any]]) -> str:
    made = ""
    for key in sorted((key for key in group if key.isdigit()), key=int):
        one = mapped(group[key])
        joined = " and " if str(one.get("Conjuction") or one.get("Conjunction")).lower() == "and" else " or "
        made += (joined if made else "") + _one(one, said_by)
    return made


def _one(said: dict[str, Any], said_by: Mapping[str, dict[str, Any]]) -> str:
    found = LOCATOR.match(str(said.get("ChoiceLocator") or said.get("LeftOperand") or ""))
    operator = str(said.get("Operator") or "")
    if said.get("LogicType") != "Question" or not found or found[1] not in said_by:
        return NO_WORDS
    item, choice = f"${found[1]}", found[3]
    if operator in ("Displayed", "NotDisplayed", ""):
        return NO_WORDS
    if operator in ("Empty", "NotEmpty"):
        return f"{'not ' if operator == 'Empty' else ''}answered({item})"
    if operator in COMPARED and found[2] != "SelectableChoice":
        value = str(said.get("RightOperand") or "")
        is_number = re.fullmatch(r"-?\d+(\.\d+)?", value)
        return f"{item} {COMPARED[operator]} {value}" if is_number else NO_WORDS
    if operator in ("Selected", "NotSelected") and choice:
        several = str(said_by[found[1]].get("Selector")) in ("MAVR", "MAHR", "MACOL", "MSB")
        is_scale = str(said_by[found[1]].get("Selector")) == "NPS"
        value = choice if is_scale else f'"#{choice}"'
        text = f"{item} {'contains' if several else '=='} {value}"
        return text if operator == "Selected" else f"not ({text})"
    return NO_WORDS
