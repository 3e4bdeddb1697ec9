"""What a question asks for, apart from any product's name for it: the middle between our types and foreign formats.

A type says what shape it has (`QuestionType.shape`) and which shapes it can take over (`QuestionType.fits`);
a format knows shapes only. So a new type reaches every format, and a new format every type.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ..definition import Text


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose, rate or order: its code, its words, and whether it brings a line or rules others out."""

    code: str
    text: Text = field(default_factory=dict)
    is_other: bool = False
    is_exclusive: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """One of the shapes below. `looks` is how it is drawn, where that matters."""


@dataclass(frozen=True, slots=True)
class Scale(Shape):
    """One whole number from `low` to `high`, with words at the ends."""

    low: int
    high: int
    low_words: Text = field(default_factory=dict)
    high_words: Text = field(default_factory=dict)
    looks: str = ""
    easy: str = ""
    """For effort: the end of the scale, high or low, that means easy."""


@dataclass(frozen=True, slots=True)
class Pick(Shape):
    """One of the choices, or several of them (from `least` to `most`)."""

    choices: tuple[Option, ...]
    is_multiple: bool = False
    least: int | None = None
    most: int | None = None
    looks: str = ""


@dataclass(frozen=True, slots=True)
class Grid(Shape):
    """Each row is answered with one or several of the columns."""

    rows: tuple[Option, ...]
    columns: tuple[Option, ...]
    is_multiple: bool = False


@dataclass(frozen=True, slots=True)
class ScaleGrid(Shape):
    """Each row is answered with a whole number."""

    rows: tuple[Option, ...]
    scale: Scale


@dataclass(frozen=True, slots=True)
class Written(Shape):
    """Words of the respondent's own."""

    is_long: bool = False
    longest: int | None = None
    placeholder: Text = field(default_factory=dict)
    pattern: str = ""
    """What is wanted: "email", "tel" or something else by its name; `expression` is a regular expression for it."""
    expression: str = ""


@dataclass(frozen=True, slots=True)
class Quantity(Shape):
    """A number, possibly with limits."""

    minimum: float | None = None
    maximum: float | None = None
    decimals: int = 0
    unit: Text = field(default_factory=dict)
    looks: str = ""


@dataclass(frozen=True, slots=True)
class Day(Shape):
    """A calendar day, possibly with limits; `has_time` where the hour matters."""

    minimum: str = ""
    maximum: str = ""
    has_time: bool = False


@dataclass(frozen=True, slots=True)
class Order(Shape):
    """Choices put in order."""

    choices: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Shares(Shape):
    """Numbers for each row that add up to a total."""

    rows: tuple[Option, ...]
    total: int = 100


@dataclass(frozen=True, slots=True)
class Shown(Shape):
    """Words that ask for nothing."""


@dataclass(frozen=True, slots=True)
class Agreed(Shape):
    """A box to tick."""


@dataclass(frozen=True, slots=True)
class Kept(Shape):
    """A value that nobody sees: handed over with the link, or computed."""

    formula: str = ""


@dataclass(frozen=True, slots=True)
class Upload(Shape):
    """A file of the respondent; a drawn name where it is a signature."""

    is_signature: bool = False


def plain_options(options: Sequence[Option]) -> list[dict[str, Any]]:
    """Options as a definition writes them: what is not so is left out."""
    return [
        {"code": one.code, "text": one.text}
        | {flag: True for flag in ("is_other", "is_exclusive") if getattr(one, flag)}
        for one in options
    ]


@dataclass(frozen=True, slots=True)
class Fit:
    """That a type can take a shape over: its options, how close it comes, and what is not the same afterwards."""

    options: dict[str, Any]
    closeness: int = 1
    changed: tuple[str, ...] = ()
    """Message ids of what is different then."""
