"""What pydantic finds wrong, in words for people: message ids with values."""

from collections.abc import Mapping
from typing import Any

from ..errors import N_

WORDS = {
    "missing": N_("Something is missing here."),
    "extra_forbidden": N_("This is not known here."),
    "string_type": N_("Text is wanted here."),
    "string_pattern_mismatch": N_("Use small letters, digits and _, beginning with a letter."),
    "int_type": N_("A whole number is wanted here."),
    "int_parsing": N_("A whole number is wanted here."),
    "int_from_float": N_("A whole number is wanted here."),
    "float_type": N_("A number is wanted here."),
    "float_parsing": N_("A number is wanted here."),
    "bool_type": N_("true or false is wanted here."),
    "bool_parsing": N_("true or false is wanted here."),
    "dict_type": N_("Texts are written as zh: … and en: …"),
    "tuple_type": N_("A list is wanted here."),
    "greater_than_equal": N_("This must be at least %(ge)s."),
    "less_than_equal": N_("This must be at most %(le)s."),
    "too_long": N_("This list is longer than %(max_length)s."),
    "too_short": N_("This list is shorter than %(min_length)s."),
    "literal_error": N_("Use one of: %(expected)s."),
}
OTHERWISE = N_("This does not fit here.")


def explain(problem: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """One of pydantic's errors as a message id and its values."""
    values = {key: value for key, value in problem.get("ctx", {}).items() if isinstance(value, str | int | float)}
    return WORDS.get(problem["type"], OTHERWISE), values


def place(location: tuple[int | str, ...]) -> str:
    """("pages", 0, "items") as pages[0].items."""
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in location)
    return path.lstrip(".")
