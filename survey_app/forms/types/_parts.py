"""What several question types share: choice lines, picking what was sent, cleaning what people write."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import Field, StringConstraints

from ...errors import N_, SurveyError
from ..definition import LANGUAGE_NAMES, UNWANTED, Part, Text
from ..remarks import Remark
from ._shapes import Option
from .base import AnswerError, Sent

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_-]{0,39}$")]
YES, NO = frozenset({"1", "yes", "true", "是", "y"}), frozenset({"0", "no", "false", "否", "n"})
"""Cells that mean that an option was chosen, or not."""
WHOLE = re.compile(r"^(0|-?[1-9][0-9]{0,8})$", re.ASCII)


class Line(Part):
    """A row of a matrix, or anything else with a code and words."""

    code: Code
    text: Text = Field(default_factory=dict)


class Choice(Line):
    """An option to choose. `is_other` brings a line to write in; `is_exclusive` rules the others out."""

    is_other: bool = False
    is_exclusive: bool = False


def as_options(lines: Sequence[Line]) -> tuple[Option, ...]:
    """Lines as foreign formats see them."""
    return tuple(
        Option(line.code, line.text, getattr(line, "is_other", False), getattr(line, "is_exclusive", False))
        for line in lines
    )


def unique_codes(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines, if no code comes twice."""
    codes = [line.code for line in lines]
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        raise SurveyError("codes-twice", N_("The same code is used twice: %(codes)s."), codes=", ".join(twice))
    return lines


def sent_values(sent: Sent, name: str) -> list[str]:
    """What was sent under a name, without the empty ones."""
    return [value for value in sent.get(name, ()) if value.strip()]


def one_value(sent: Sent, name: str) -> str | None:
    """The single value sent under a name, None for nothing."""
    values = sent_values(sent, name)
    if len(values) > 1:
        raise AnswerError(N_("Please give only one answer."))
    return values[0] if values else None


def whole(text: str) -> int:
    """A whole number written the one usual way: no sign for zero, no leading zeros, ASCII digits."""
    if not WHOLE.fullmatch(text):
        raise AnswerError(N_("Please choose one of the answers offered."))
    return int(text)


def clean_text(text: str, max_length: int, *, is_one_line: bool = False) -> str | None:
    """What a person wrote: composed, trimmed, without characters that no database or page can hold."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = unicodedata.normalize("NFC", UNWANTED.sub("", text))
    text = re.sub(r"\s+", " ", text).strip() if is_one_line else text.strip()
    if len(text) > max_length:
        raise AnswerError(
            N_("Please shorten this to %(max)s characters; it has %(length)s."),
            max=max_length,
            length=len(text),
        )
    return text or None


def code_of(lines: Sequence[Line], cell: str) -> str:
    """The code of a line that an imported cell names by code or by its words in any language."""
    wanted = cell.strip()
    for line in lines:
        if wanted == line.code:
            return line.code
    folded = wanted.casefold()
    for line in lines:
        if any(folded == words.strip().casefold() for words in line.text.values()):
            return line.code
    raise AnswerError(N_("“%(answer)s” is not among the answers offered."), answer=wanted[:60])


def divided(cell: str) -> list[str]:
    """The parts of an imported cell that holds several answers, as survey tools of China and elsewhere divide them."""
    return [part for part in re.split(r"[;；|┋\n]", cell) if part.strip()]


def missing_texts(lines: Sequence[Line], languages: Sequence[str]) -> Iterator[Remark]:
    """The lines that have no words in one of the languages."""
    for language in languages:
        if codes := [line.code for line in lines if not line.text.get(language, "").strip()]:
            yield Remark(
                "error", N_("No text in %(language)s for: %(codes)s."),
                {"language": LANGUAGE_NAMES[language], "codes": ", ".join(codes)}, field="options",
            )  # fmt: skip
