"""Several choices from a list, with limits and options that rule the others out."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Self

from pydantic import Field, model_validator

from ...analysis.columns import Frame
from ...errors import N_, SurveyError
from ._choice import ChoiceOptions, Choosing, other_of, with_other
from ._parts import NO, divided, sent_values
from ._shapes import Pick
from ._summing import answered, any_answered, share_rows
from .base import AnswerError, Cell, ColumnSpec, Sent, Stored, Summary


class Multiple(Choosing):
    name = "multiple"
    label = N_("Multiple choice")
    order = 50
    is_multiple = True
    base_seconds = 8.0

    class Options(ChoiceOptions):
        min_choices: int = Field(default=0, ge=0, le=200, title=N_("At least this many"))
        max_choices: int | None = Field(default=None, ge=1, le=200, title=N_("At most this many"))

        @model_validator(mode="after")
        def _limits(self) -> Self:
            if self.max_choices is not None and self.min_choices > self.max_choices:
                raise SurveyError("limits", N_("The least number of choices is above the greatest."))
            return self

    def shape(self) -> Pick:
        least, most = self.options.min_choices or None, self.options.max_choices
        return replace(super().shape(), least=least, most=most)

    @classmethod
    def limits(cls, shape: Pick) -> dict[str, Any]:
        said = {"min_choices": shape.least or None, "max_choices": shape.most}
        return {name: value for name, value in said.items() if value is not None}

    def read(self, sent: Sent) -> Stored:
        chosen = {self.offered(code) for code in sent_values(sent, self.item.key)}
        return self._stored(chosen, self.written(sent))

    def _stored(self, chosen: set[str], other: str | None) -> Stored:
        if other and self.other:
            chosen = chosen | {self.other.code}
        codes = [choice.code for choice in self.choices if choice.code in chosen]
        if not codes:
            return None
        self._check_limits(codes)
        return {"codes": codes, "other": other} if other else {"codes": codes}

    def _check_limits(self, codes: list[str]) -> None:
        if any(choice.is_exclusive and choice.code in codes for choice in self.choices):
            if len(codes) > 1:
                raise AnswerError(N_("One of these options excludes the others. Please keep one or the other."))
            return
        least, most = self.options.min_choices, self.options.max_choices
        if len(codes) < least:
            raise AnswerError(N_("Please choose at least %(count)s."), count=least)
        if most is not None and len(codes) > most:
            raise AnswerError(N_("Please choose at most %(count)s."), count=most)

    def sent(self, stored: Stored) -> dict[str, list[str]]:
        if stored is None:
            return {}
        return with_other({self.item.key: [str(code) for code in stored["codes"]]}, self.item.key, stored)

    def read_cell(self, cell: str) -> Stored:
        codes, other = self.cell_codes(divided(cell))
        return self._stored(set(codes), other)

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(choice.code for choice in self.choices)

    def read_cells(self, cells: Mapping[str, str]) -> Stored:
        return self.read({self.item.key: [code for code, cell in cells.items() if cell.casefold() not in NO]})

    def columns(self) -> tuple[ColumnSpec, ...]:
        return tuple(ColumnSpec(f"{self.item.key}.{choice.code}", choice.text) for choice in self.choices)

    def cells(self, stored: Stored) -> dict[str, Cell]:
        return {
            f"{self.item.key}.{choice.code}": None if stored is None else int(choice.code in stored["codes"])
            for choice in self.choices
        }

    def export(self, stored: Stored, language: str) -> dict[str, str | int | float | None]:
        cells: dict[str, str | int | float | None] = dict(self.cells(stored))
        return cells | ({f"{self.item.key}.other.text": other_of(stored)} if self.other else {})

    def export_titles(self, language: str) -> dict[str, str]:
        title = self.title(language)
        titles = {
            f"{self.item.key}.{choice.code}": f"{title} – {self.name_of(choice.code, language)}"
            for choice in self.choices
        }
        others = super().export_titles(language)
        return titles | {key: words for key, words in others.items() if key != self.item.key}

    def words(self, stored: Stored, language: str) -> str:
        if stored is None:
            return ""
        other = self.other.code if self.other else None
        names = [
            (other_of(stored) if code == other else None) or self.name_of(code, language) for code in stored["codes"]
        ]
        return ("、" if language == "zh" else ", ").join(names)

    def summarise(self, frame: Frame) -> Summary:
        """Shares of those who answered; they add up to more than 100 %."""
        keys = [spec.key for spec in self.columns()]
        counts = [int(answered(frame, key).sum()) for key in keys]
        n = any_answered(frame, keys)
        return Summary(n, share_rows([c.code for c in self.choices], [c.text for c in self.choices], counts, n))
