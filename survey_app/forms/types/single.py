"""One choice from a list."""

import numpy as np

from ...analysis.columns import Frame
from ...errors import N_
from ._choice import Choosing, other_of, with_other
from ._parts import one_value
from ._summing import answered, share_rows
from .base import Cell, ColumnSpec, Sent, Stored, Summary


class Single(Choosing):
    name = "single"
    label = N_("Single choice")
    order = 40

    def read(self, sent: Sent) -> Stored:
        code, other = one_value(sent, self.item.key), self.written(sent)
        if code is None and other and self.other:
            code = self.other.code
        if code is None:
            return None
        is_other = self.other is not None and self.offered(code) == self.other.code
        return {"code": code, "other": other} if is_other and other else self.offered(code)

    def sent(self, stored: Stored) -> dict[str, list[str]]:
        return with_other({self.item.key: [_code(stored)]}, self.item.key, stored) if stored is not None else {}

    def read_cell(self, cell: str) -> Stored:
        if not cell.strip():
            return None
        (code,), other = self.cell_codes([cell])
        return {"code": code, "other": other} if other else code

    def columns(self) -> tuple[ColumnSpec, ...]:
        codes = tuple(choice.code for choice in self.choices)
        labels = tuple(choice.text for choice in self.choices)
        return (ColumnSpec(self.item.key, self.item.text, codes=codes, labels=labels),)

    def cells(self, stored: Stored) -> dict[str, Cell]:
        codes = [choice.code for choice in self.choices]
        return {self.item.key: None if stored is None else codes.index(_code(stored))}

    def export(self, stored: Stored, language: str) -> dict[str, str | int | float | None]:
        key, other = self.item.key, other_of(stored)
        cells: dict[str, str | int | float | None] = {
            key: None if stored is None else self.name_of(_code(stored), language)
        }
        return cells | ({f"{key}.other.text": other} if self.other else {})

    def words(self, stored: Stored, language: str) -> str:
        if stored is None:
            return ""
        return other_of(stored) or self.name_of(_code(stored), language)

    def summarise(self, frame: Frame) -> Summary:
        codes = [choice.code for choice in self.choices]
        values = answered(frame, self.item.key)
        counts = np.bincount(values.astype(np.int64), minlength=len(codes))
        return Summary(len(values), share_rows(codes, [c.text for c in self.choices], counts.tolist(), len(values)))


def _code(stored: Stored) -> str:
    return str(stored["code"] if isinstance(stored, dict) else stored)
