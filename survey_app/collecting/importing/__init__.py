"""Answers given elsewhere, taken in from a table: every valid row once, every other row named with its reason."""

from .guessing import definition_for, guess_kinds, guess_mapping
from .makers import maker_of
from .mapping import NOT_ANSWERED, SPECIALS, ImportProblem, Mapping, plan, targets
from .rows import RowError
from .running import ImportResult, check_responses, import_file, import_responses, undo_import

__all__ = [
    "NOT_ANSWERED",
    "SPECIALS",
    "ImportProblem",
    "ImportResult",
    "Mapping",
    "RowError",
    "check_responses",
    "definition_for",
    "guess_kinds",
    "guess_mapping",
    "import_file",
    "import_responses",
    "maker_of",
    "plan",
    "targets",
    "undo_import",
]
