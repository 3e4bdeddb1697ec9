"""Things put in order, all of them or the first few. Kept: {code: place}."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, field_validator

from ...analysis import charts
from ...analysis.columns import Frame
from ...analysis.scores import mean
from ...errors import N_
from ._number_rows import NumberRows
from ._parts import Line, as_options, one_value, unique_codes, whole
from ._shapes import Fit, Order, Shape, plain_options
from ._summing import lying
from .base import AnswerError, Sent, Stored, Summary, SummaryRow


class Ranking(NumberRows):
    name = "ranking"
    label = N_("Ranking")
    order = 56
    family = N_("Choices")
    widget = "ranking"
    base_seconds = 5.0
    fewest_rows = 2

    class Options(BaseModel):
        model_config = ConfigDict(frozen=True, extra="forbid")

        rows: tuple[Line, ...] = Field(default=(), max_length=30, title=N_("Things to put in order"))
        top: int | None = Field(default=None, ge=1, le=30, title=N_("Only the first so many (empty: all)"))

        @field_validator("rows")
        @classmethod
        def _codes(cls, rows: tuple[Line, ...]) -> tuple[Line, ...]:
            return tuple(unique_codes(rows))

    def shape(self) -> Order:
        return Order(as_options(self.options.rows))

    @classmethod
    def fits(cls, shape: Shape) -> Fit | None:
        if not isinstance(shape, Order) or len(shape.choices) > 30:
            return None
        return Fit({"rows": [{"code": one["code"], "text": one["text"]} for one in plain_options(shape.choices)]}, 2)

    @property
    def places(self) -> int:
        """How many places are given away."""
        return min(self.options.top or len(self.lines), len(self.lines))

    def read(self, sent: Sent) -> Stored:
        places: dict[str, int] = {}
        for code in self.parts:
            text = one_value(sent, f"{self.item.key}.{code}")
            if text is not None:
                place = whole(text)
                if not 1 <= place <= self.places:
                    raise AnswerError(N_("Please choose one of the answers offered."))
                if place in places.values():
                    raise AnswerError(N_("Place %(place)s is given twice. Please give each place once."), place=place)
                places[code] = place
        if sorted(places.values()) != list(range(1, len(places) + 1)):
            missing = next(place for place in range(1, self.places + 1) if place not in places.values())
            raise AnswerError(N_("Place %(place)s is not given yet."), place=missing)
        return places or None

    def read_cells(self, cells: Mapping[str, str]) -> Stored:
        return super().read_cells({part: cell for part, cell in cells.items() if cell.strip()})

    def require(self, stored: Stored) -> None:
        """A required ranking wants all its places."""
        if stored is None or len(stored) < self.places:
            raise AnswerError(N_("Please give away all %(count)s places."), count=self.places)

    def words(self, stored: Stored, language: str) -> str:
        """The things from the first place on."""
        order = sorted(stored or {}, key=lambda code: (stored or {})[code])
        texts = dict(self.rows)
        mark = " ＞ " if language == "zh" else " > "
        return mark.join(texts[code].get(language) or next(iter(texts[code].values()), code) for code in order)

    def summarise(self, frame: Frame) -> Summary:
        """The mean place of each thing, the best first, over all who answered.

        What somebody has left without a place shares the places that are left over: their mean counts.
        """
        columns = {spec.key: frame[spec.key] for spec in self.columns() if spec.key in frame}
        if not columns:
            return Summary(0, tuple(self._row(code, np.empty(0), 0) for code in self.parts))
        placed = np.column_stack([column.is_answered for column in columns.values()])
        counts = placed.sum(axis=1)
        answered = counts > 0
        left_over = (counts[answered] + 1 + len(self.lines)) / 2
        rows = []
        for number, code in enumerate(self.parts):
            column = columns.get(f"{self.item.key}.{code}")
            if column is not None:
                values = np.where(placed[answered, number], column.values[answered], left_over)
                rows.append(self._row(code, values, int(placed[:, number].sum())))
        rows.sort(key=lambda row: (row.estimate is None or row.estimate.value is None, row.estimate.value))  # type: ignore[union-attr]
        return Summary(int(answered.sum()), tuple(rows))

    def _row(self, code: str, values: Any, count: int) -> SummaryRow:
        return SummaryRow(code, dict(self.rows)[code], count, mean(values))

    def chart(self, summary: Summary, language: str) -> dict[str, Any] | None:
        """The mean place of each thing."""
        return lying(summary, language, charts.estimate_bars)
