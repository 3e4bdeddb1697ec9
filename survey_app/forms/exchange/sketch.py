"""A questionnaire as a foreign file says it, before its items become question types of ours; and what is told of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ...errors import N_
from ..definition import Text
from ..types._shapes import Shape

Outcome = Literal["kept", "changed", "lost"]
OUTCOMES: dict[Outcome, str] = {
    "kept": N_("Taken over"),
    "changed": N_("Altered"),
    "lost": N_("Left out"),
}

Sheets = Mapping[str, Sequence[Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Note:
    """One line of the loss report: where in the file, what became of it, and why in a message id with values."""

    where: str
    outcome: Outcome
    message: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read: its bytes, and how to get its sheets where it is a workbook (the edge knows how)."""

    filename: str
    data: bytes
    sheets: Callable[[], Sheets] | None = None

    @property
    def start(self) -> bytes:
        return self.data[:4000].removeprefix(b"\xef\xbb\xbf").lstrip()


@dataclass(slots=True)
class SketchItem:
    """An item of a foreign file. `where` is what people call it there, `condition` is in the file's own language."""

    name: str
    shape: Shape
    where: str = ""
    alias: str = ""
    """What conditions and texts of the file call it, where that is not its name."""
    text: Text = field(default_factory=dict)
    help: Text = field(default_factory=dict)
    is_required: bool = False
    condition: str = ""
    notes: list[Note] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)
    """Codes that conditions of the file use, where they differ from those of the shape."""

    def note(self, outcome: Outcome, message: str, **values: Any) -> None:
        self.notes.append(Note(self.where or self.name, outcome, message, values))


@dataclass(slots=True)
class SketchPage:
    items: list[SketchItem] = field(default_factory=list)
    title: Text = field(default_factory=dict)
    condition: str = ""


@dataclass(slots=True)
class SketchEnding:
    text: Text
    condition: str = ""


@dataclass(slots=True)
class Sketch:
    """All that was read. `notes` holds what has no place in a questionnaire of ours."""

    title: Text
    pages: list[SketchPage] = field(default_factory=list)
    introduction: Text = field(default_factory=dict)
    endings: list[SketchEnding] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def lose(self, where: str, message: str, **values: Any) -> None:
        self.notes.append(Note(where, "lost", message, values))
