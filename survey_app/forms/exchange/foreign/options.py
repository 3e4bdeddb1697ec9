"""Codes for the options of foreign files: theirs where ours can be so, else made from them, never twice the same."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ...definition import Text
from ...types._shapes import Option
from ..plainly import slug


@dataclass(slots=True)
class Codes:
    """Options in the making, and what their codes were called in the file."""

    options: list[Option] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)

    def add(self, code: str, text: Text, *, is_other: bool = False, is_exclusive: bool = False) -> None:
        taken = {option.code for option in self.options}
        wanted = slug(code, longest=34) or f"o{len(self.options) + 1}"
        made, count = wanted, 2
        while made in taken:
            made, count = f"{wanted}_{count}", count + 1
        if made != code:
            self.renamed.setdefault(code, made)
        self.options.append(Option(made, text or {"en": code}, is_other, is_exclusive))

    @property
    def made(self) -> tuple[Option, ...]:
        return tuple(self.options)


def codes_of(pairs: Iterable[tuple[str, Text]]) -> Codes:
    made = Codes()
    for code, text in pairs:
        made.add(code, text)
    return made


def is_scale(codes: Iterable[str]) -> int | None:
    """The number of points where the codes are 1, 2, 3 …, else None."""
    found = list(codes)
    return len(found) if 2 <= len(found) <= 11 and found == [str(n) for n in range(1, len(found) + 1)] else None
