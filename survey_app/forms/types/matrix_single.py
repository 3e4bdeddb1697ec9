"""One choice in each row of a table."""

from collections.abc import Mapping

import numpy as np

from ...analysis.columns import Frame
from ...errors import N_
from ._grid import Grid
from ._parts import code_of, one_value
from ._summing import answered, any_answered, share_rows
from .base import Cell, ColumnSpec, Sent, Stored, Summary, SummaryRow


class MatrixSingle(Grid):
    name = "matrix_single"
    label = N_("Table, one choice a row")
    order = 64

    def read(self, sent: Sent) -> Stored:
        found = {row: one_value(sent, f"{self.item.key}.{row}") for row, _ in self.rows}
        return {row: self.offered(code) for row, code in found.items() if code is not None} or None

    def read_cells(self, cells: Mapping[str, str]) -> Stored:
        return {row: code_of(self.choices, cell) for row, cell in cells.items()} or None

    def sent(self, stored: Stored) -> dict[str, list[str]]:
        if stored is None:
            return {}
        self.known_rows(stored)
        return {f"{self.item.key}.{row}": [str(code)] for row, code in stored.items()}

    def columns(self) -> tuple[ColumnSpec, ...]:
        codes, labels = tuple(c.code for c in self.choices), tuple(c.text for c in self.choices)
        return tuple(ColumnSpec(f"{self.item.key}.{row}", text, codes=codes, labels=labels) for row, text in self.rows)

    def cells(self, stored: Stored) -> dict[str, Cell]:
        codes, given = [choice.code for choice in self.choices], stored or {}
        return {f"{self.item.key}.{row}": codes.index(given[row]) if row in given else None for row, _ in self.rows}

    def summarise(self, frame: Frame) -> Summary:
        """The share of every choice in every row, each over those who answered the row."""
        rows: list[SummaryRow] = []
        for spec, (row, text) in zip(self.columns(), self.rows, strict=True):
            values = answered(frame, spec.key)
            counts = np.bincount(values.astype(np.int64), minlength=len(self.choices)).tolist()
            codes = [f"{row}.{choice.code}" for choice in self.choices]
            labels = [self.row_labels(text, choice.text) for choice in self.choices]
            rows += share_rows(codes, labels, counts, len(values))
        return Summary(any_answered(frame, [spec.key for spec in self.columns()]), tuple(rows))
