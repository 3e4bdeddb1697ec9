"""Piping: {{key}} becomes the answer in words, {{attr.name}} an attribute, {{attr.name|word}} has a default."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..definition import Text, say
from ..types import QuestionType, Stored
from .expression import Reference
from .values import ATTRIBUTES

PIPE = re.compile(r"\{\{\s*([A-Za-z][A-Za-z0-9_]*)(?:\.([A-Za-z0-9_\u4e00-\u9fff-]+))?\s*(?:\|([^{}]*))?\}\}", re.ASCII)


def without_pipes(text: str) -> str:
    """The words without a customer's answers in them: with the default of each, or an ellipsis where it has none."""
    return PIPE.sub(lambda match: (match[3] or "").strip() or "…", text)


def pipe(
    text: Text | str,
    answers: Mapping[str, Stored],
    questions: Mapping[str, QuestionType],
    attributes: Mapping[str, Any],
    language: str,
) -> str:
    """The text with everything piped in, in one pass: what people wrote is not looked at again.

    The result is plain text; the template escapes it.
    """

    def words(match: re.Match[str]) -> str:
        name, part, default = match[1], match[2] or "", (match[3] or "").strip()
        if name == ATTRIBUTES:
            found = attributes.get(part)
            return default if found in (None, "") else str(found)
        stored = answers.get(name)
        if stored is None or name not in questions:
            return default
        if part and isinstance(stored, Mapping):
            return str(stored.get(part, default))
        return questions[name].words(stored, language) or default

    return PIPE.sub(words, text if isinstance(text, str) else say(text, language))


def piped(text: str) -> Iterator[Reference]:
    """What a text refers to."""
    for match in PIPE.finditer(text):
        yield Reference(match[1], match[2] or "", match.start())
