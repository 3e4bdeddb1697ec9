"""Several things rated on one scale: rows of rating points."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, field_validator

from ...analysis import charts
from ...analysis.columns import Frame
from ...analysis.scores import mean
from ...errors import N_
from ..definition import Text, say
from ..remarks import Remark
from ._parts import Line, as_options, missing_texts, one_value, unique_codes, whole
from ._shapes import Fit, Scale, ScaleGrid, Shape, plain_options
from ._summing import any_answered, lying
from .base import AnswerError, Cell, ColumnSpec, QuestionType, Sent, Stored, Summary, SummaryRow


class Matrix(QuestionType):
    name = "matrix"
    label = N_("Rating matrix")
    order = 60
    family = N_("Tables")
    widget = "matrix"
    lines_option = "rows"
    are_lines_apart = True
    base_seconds = 3.0
    low: int = 1
    starter: ClassVar[dict[str, Any]] = {
        "rows": [
            {"code": "a", "text": {"zh": "项目一", "en": "First"}},
            {"code": "b", "text": {"zh": "项目二", "en": "Second"}},
        ]
    }

    class Options(BaseModel):
        model_config = ConfigDict(frozen=True, extra="forbid")

        rows: tuple[Line, ...] = Field(default=(), max_length=40, title=N_("Rows to rate"))
        points: int = Field(default=5, ge=2, le=11, title=N_("Number of points"))
        low_label: Text = Field(
            default={"zh": "非常不满意", "en": "Very dissatisfied"}, title=N_("Words at the low end")
        )
        high_label: Text = Field(default={"zh": "非常满意", "en": "Very satisfied"}, title=N_("Words at the high end"))

        @field_validator("rows")
        @classmethod
        def _codes(cls, rows: tuple[Line, ...]) -> tuple[Line, ...]:
            return tuple(unique_codes(rows))

    def shape(self) -> ScaleGrid:
        scale = Scale(self.low, self.high, self.options.low_label, self.options.high_label)
        return ScaleGrid(as_options(self.options.rows), scale)

    @classmethod
    def fits(cls, shape: Shape) -> Fit | None:
        if not isinstance(shape, ScaleGrid) or shape.scale.low != 1 or not 2 <= shape.scale.high <= 11:
            return None
        scale, usual = shape.scale, cls.Options()
        said = {"points": scale.high, "low_label": scale.low_words, "high_label": scale.high_words}
        options = {name: value for name, value in said.items() if value and value != getattr(usual, name)}
        return Fit({"rows": plain_options(shape.rows)} | options, 2)

    @property
    def rows(self) -> list[tuple[str, Text]]:
        return [(row.code, row.text) for row in self.options.rows]

    @property
    def rows_to_rate(self) -> int:
        return len(self.options.rows)

    def points(self, language: str) -> list[tuple[int, str]]:
        return [(value, str(value)) for value in range(self.low, self.high + 1)]

    @property
    def high(self) -> int:
        return int(self.options.points)

    def ends(self, language: str) -> tuple[str, str]:
        return say(self.options.low_label, language), say(self.options.high_label, language)

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(row.code for row in self.options.rows)

    def remarks(self, languages: Sequence[str]) -> Iterator[Remark]:
        if not self.options.rows:
            yield Remark("error", N_("Give at least one row to rate."), field="options")
        yield from missing_texts(self.options.rows, languages)

    def read(self, sent: Sent) -> Stored:
        answers: dict[str, int] = {}
        for code, _ in self.rows:
            text = one_value(sent, f"{self.item.key}.{code}")
            if text is None:
                continue
            value = whole(text)
            if not self.low <= value <= self.high:
                raise AnswerError(N_("Please choose a number from %(low)s to %(high)s."), low=self.low, high=self.high)
            answers[code] = value
        return answers or None

    def sent(self, stored: Stored) -> dict[str, list[str]]:
        if stored is None:
            return {}
        if stray := set(stored) - {code for code, _ in self.rows}:
            raise AnswerError(N_("“%(answer)s” is not among the answers offered."), answer=", ".join(sorted(stray)))
        return {f"{self.item.key}.{code}": [str(value)] for code, value in stored.items()}

    def require(self, stored: Stored) -> None:
        """A required matrix wants every row."""
        if stored is None or len(stored) < len(self.rows):
            raise AnswerError(N_("Please give a rating in every row."))

    def columns(self) -> tuple[ColumnSpec, ...]:
        return tuple(ColumnSpec(f"{self.item.key}.{code}", text) for code, text in self.rows)

    def cells(self, stored: Stored) -> dict[str, Cell]:
        return {f"{self.item.key}.{code}": (stored or {}).get(code) for code, _ in self.rows}

    def export(self, stored: Stored, language: str) -> dict[str, str | int | float | None]:
        return dict(self.cells(stored))

    def export_titles(self, language: str) -> dict[str, str]:
        title = self.title(language)
        return {f"{self.item.key}.{code}": f"{title} – {say(text, language) or code}" for code, text in self.rows}

    def words(self, stored: Stored, language: str) -> str:
        separator, colon = ("；", "：") if language == "zh" else ("; ", ": ")
        return separator.join(
            f"{say(text, language) or code}{colon}{stored[code]}"
            for code, text in self.rows
            if stored and code in stored
        )

    def summarise(self, frame: Frame) -> Summary:
        """The mean of every row, each over those who rated it."""
        rows = []
        for spec in self.columns():
            rated = mean(frame[spec.key].values if spec.key in frame else [])
            rows.append(SummaryRow(spec.key.removeprefix(f"{self.item.key}."), spec.title, rated.n, rated))
        return Summary(any_answered(frame, [spec.key for spec in self.columns()]), tuple(rows))

    def chart(self, summary: Summary, language: str) -> dict[str, Any] | None:
        """The mean of each row."""
        return lying(summary, language, charts.estimate_bars)
