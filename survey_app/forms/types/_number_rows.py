"""Several lines with a whole number each: rated, put in order, or sharing a sum. Kept: {code: number}."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from ...analysis.columns import Frame
from ...analysis.scores import mean
from ...errors import N_
from ..definition import Text, say
from ..remarks import Remark
from ._parts import missing_texts
from ._summing import any_answered
from .base import AnswerError, Cell, ColumnSpec, QuestionType, Stored, Summary, SummaryRow


class NumberRows(QuestionType):
    """A family: a subclass says which numbers a line may have, and what they mean together."""

    lines_option = "rows"
    starter: ClassVar[dict[str, Any]] = {
        "rows": [
            {"code": "a", "text": {"zh": "项目一", "en": "First"}},
            {"code": "b", "text": {"zh": "项目二", "en": "Second"}},
        ]
    }
    fewest_rows: ClassVar[int] = 1

    @property
    def rows(self) -> list[tuple[str, Text]]:
        return [(row.code, row.text) for row in self.lines]

    @property
    def rows_to_rate(self) -> int:
        return len(self.lines)

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(row.code for row in self.lines)

    def remarks(self, languages: Sequence[str]) -> Iterator[Remark]:
        if not self.lines:
            yield Remark("error", N_("Give at least one row to rate."), field="options")
        elif len(self.lines) < self.fewest_rows:
            yield Remark("error", N_("Give at least two options to choose from."), field="options")
        yield from missing_texts(self.lines, languages)

    def sent(self, stored: Stored) -> dict[str, list[str]]:
        if stored is None:
            return {}
        if stray := set(stored) - set(self.parts):
            raise AnswerError(N_("“%(answer)s” is not among the answers offered."), answer=", ".join(sorted(stray)))
        return {f"{self.item.key}.{code}": [str(value)] for code, value in stored.items()}

    def columns(self) -> tuple[ColumnSpec, ...]:
        return tuple(ColumnSpec(f"{self.item.key}.{code}", text) for code, text in self.rows)

    def cells(self, stored: Stored) -> dict[str, Cell]:
        return {f"{self.item.key}.{code}": (stored or {}).get(code) for code in self.parts}

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

    def means(self, frame: Frame) -> Summary:
        """The mean of every row, each over those who gave it a number."""
        rows = []
        for spec in self.columns():
            rated = mean(frame[spec.key].values if spec.key in frame else [])
            rows.append(SummaryRow(spec.key.removeprefix(f"{self.item.key}."), spec.title, rated.n, rated))
        return Summary(any_answered(frame, [spec.key for spec in self.columns()]), tuple(rows))

    def summarise(self, frame: Frame) -> Summary:
        return self.means(frame)
