"""Choices in a table: rows of things, the same columns to choose from in each."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, field_validator

from ...analysis import charts
from ...errors import N_
from ..definition import Text, say
from ..remarks import Remark
from . import _shapes
from ._parts import Line, as_options, missing_texts, unique_codes
from ._shapes import Fit, Shape
from ._summing import lying
from .base import AnswerError, QuestionType, Stored, Summary


class GridOptions(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: tuple[Line, ...] = Field(default=(), max_length=40, title=N_("Rows"))
    columns: tuple[Line, ...] = Field(default=(), max_length=20, title=N_("Columns to choose from"))

    @field_validator("rows", "columns")
    @classmethod
    def _codes(cls, lines: tuple[Line, ...]) -> tuple[Line, ...]:
        return tuple(unique_codes(lines))


class Grid(QuestionType):
    """A family: a subclass says whether several columns may be chosen in a row. Kept: {row: code or [codes]}."""

    Options = GridOptions
    family = N_("Tables")
    widget = "grid"
    lines_option = "rows"
    are_lines_apart = True
    base_seconds = 3.0
    is_multiple: ClassVar[bool] = False
    starter: ClassVar[dict[str, Any]] = {
        "rows": [
            {"code": "a", "text": {"zh": "项目一", "en": "First"}},
            {"code": "b", "text": {"zh": "项目二", "en": "Second"}},
        ],
        "columns": [
            {"code": "x", "text": {"zh": "选项一", "en": "Option one"}},
            {"code": "y", "text": {"zh": "选项二", "en": "Option two"}},
        ],
    }

    def shape(self) -> _shapes.Grid:
        return _shapes.Grid(as_options(self.options.rows), as_options(self.choices), self.is_multiple)

    @classmethod
    def fits(cls, shape: Shape) -> Fit | None:
        """The same kind of table; its columns bring no line to write in here."""
        if not isinstance(shape, _shapes.Grid) or shape.is_multiple != cls.is_multiple:
            return None
        kept = {"rows": shape.rows, "columns": shape.columns}
        lines = {name: [{"code": one.code, "text": one.text} for one in given] for name, given in kept.items()}
        return Fit(lines, 2)

    @property
    def rows(self) -> list[tuple[str, Text]]:
        return [(row.code, row.text) for row in self.options.rows]

    @property
    def choices(self) -> tuple[Line, ...]:
        return self.options.columns  # type: ignore[no-any-return]

    @property
    def rows_to_rate(self) -> int:
        return len(self.options.rows)

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(row.code for row in self.options.rows)

    def remarks(self, languages: Sequence[str]) -> Iterator[Remark]:
        if not self.options.rows:
            yield Remark("error", N_("Give at least one row to rate."), field="options")
        if len(self.choices) < 2:
            yield Remark("error", N_("Give at least two options to choose from."), field="options")
        yield from missing_texts((*self.options.rows, *self.choices), languages)

    def offered(self, code: str) -> str:
        if all(code != choice.code for choice in self.choices):
            raise AnswerError(N_("Please choose one of the answers offered."))
        return code

    def known_rows(self, stored: Stored) -> None:
        if stray := set(stored) - {code for code, _ in self.rows}:
            raise AnswerError(N_("“%(answer)s” is not among the answers offered."), answer=", ".join(sorted(stray)))

    def require(self, stored: Stored) -> None:
        """A required table wants every row."""
        if stored is None or len(stored) < len(self.rows):
            raise AnswerError(N_("Please answer in every row."))

    def chosen_in(self, stored: Stored, row: str) -> list[str]:
        found = (stored or {}).get(row)
        return [] if found is None else list(found) if isinstance(found, list) else [str(found)]

    def name_of(self, code: str, language: str) -> str:
        return next((say(choice.text, language) for choice in self.choices if choice.code == code), "") or code

    def export(self, stored: Stored, language: str) -> dict[str, str | int | float | None]:
        """The words chosen in each row."""
        mark = "、" if language == "zh" else ", "
        return {
            f"{self.item.key}.{row}": mark.join(self.name_of(code, language) for code in self.chosen_in(stored, row))
            or None
            for row, _ in self.rows
        }

    def export_titles(self, language: str) -> dict[str, str]:
        title = self.title(language)
        return {f"{self.item.key}.{code}": f"{title} – {say(text, language) or code}" for code, text in self.rows}

    def words(self, stored: Stored, language: str) -> str:
        separator, colon = ("；", "：") if language == "zh" else ("; ", ": ")
        cells = self.export(stored, language)
        named = [(say(text, language) or code, cells[f"{self.item.key}.{code}"]) for code, text in self.rows]
        return separator.join(f"{name}{colon}{cell}" for name, cell in named if cell)

    def row_labels(self, row: Text, column: Text) -> Text:
        return {code: f"{words} – {say(column, code)}" for code, words in row.items()}

    def chart(self, summary: Summary, language: str) -> dict[str, Any] | None:
        """The share of each choice in each row."""
        return lying(summary, language, charts.share_bars)
