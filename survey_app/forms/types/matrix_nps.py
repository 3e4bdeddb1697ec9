"""How likely to recommend, 0 to 10, for several things."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field, field_validator

from ...analysis.columns import Frame
from ...analysis.scores import SCORES
from ...errors import N_
from ..definition import say
from ._parts import Line, as_options, unique_codes
from ._shapes import Fit, Scale, ScaleGrid, Shape, plain_options
from ._summing import answered, any_answered
from .base import Summary, SummaryRow
from .matrix import Matrix
from .nps import Nps


class MatrixNps(Matrix):
    name = "matrix_nps"
    label = N_("NPS matrix")
    order = 62
    low = 0

    class Options(BaseModel):
        model_config = ConfigDict(frozen=True, extra="forbid")

        rows: tuple[Line, ...] = Field(default=(), max_length=40, title=N_("Rows to rate"))

        @field_validator("rows")
        @classmethod
        def _codes(cls, rows: Sequence[Line]) -> tuple[Line, ...]:
            return tuple(unique_codes(rows))

    def shape(self) -> ScaleGrid:
        return ScaleGrid(as_options(self.options.rows), Scale(self.low, self.high, Nps.low_words, Nps.high_words))

    @classmethod
    def fits(cls, shape: Shape) -> Fit | None:
        if not isinstance(shape, ScaleGrid) or (shape.scale.low, shape.scale.high) != (0, 10):
            return None
        return Fit({"rows": plain_options(shape.rows)}, 3)

    @property
    def high(self) -> int:
        return 10

    def ends(self, language: str) -> tuple[str, str]:
        return say(Nps.low_words, language), say(Nps.high_words, language)

    def summarise(self, frame: Frame) -> Summary:
        """The NPS of every row, each over those who rated it."""
        keys = [spec.key for spec in self.columns()]
        rows = [
            SummaryRow(code, text, len(answered(frame, key)), SCORES["nps"](answered(frame, key)))
            for key, (code, text) in zip(keys, self.rows, strict=True)
        ]
        return Summary(any_answered(frame, keys), tuple(rows))
