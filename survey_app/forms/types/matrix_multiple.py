"""Several choices in each row of a table."""

from collections.abc import Mapping

from ...analysis.columns import Frame
from ...errors import N_
from ._grid import Grid
from ._parts import code_of, divided, sent_values
from ._summing import answered, any_answered, share_rows
from .base import Cell, ColumnSpec, Sent, Stored, Summary, SummaryRow


class MatrixMultiple(Grid):
    name = "matrix_multiple"
    label = N_("Table, several choices a row")
    order = 66
    is_multiple = True

    def read(self, sent: Sent) -> Stored:
        found = {}
        for row, _ in self.rows:
            chosen = {self.offered(code) for code in sent_values(sent, f"{self.item.key}.{row}")}
            if chosen:
                found[row] = [choice.code for choice in self.choices if choice.code in chosen]
        return found or None

    def read_cells(self, cells: Mapping[str, str]) -> Stored:
        parts = {row: [code_of(self.choices, part) for part in divided(cell)] for row, cell in cells.items()}
        return self.read({f"{self.item.key}.{row}": codes for row, codes in parts.items()})

    def sent(self, stored: Stored) -> dict[str, list[str]]:
        if stored is None:
            return {}
        self.known_rows(stored)
        if not all(isinstance(codes, list) for codes in stored.values()):
            raise TypeError("a row holds a list of codes")
        return {f"{self.item.key}.{row}": [str(code) for code in codes] for row, codes in stored.items()}

    def columns(self) -> tuple[ColumnSpec, ...]:
        return tuple(
            ColumnSpec(f"{self.item.key}.{row}.{choice.code}", self.row_labels(text, choice.text))
            for row, text in self.rows
            for choice in self.choices
        )

    def cells(self, stored: Stored) -> dict[str, Cell]:
        given = stored or {}
        return {
            f"{self.item.key}.{row}.{choice.code}": int(choice.code in given[row]) if row in given else None
            for row, _ in self.rows
            for choice in self.choices
        }

    def summarise(self, frame: Frame) -> Summary:
        """The share of every choice among those who answered its row."""
        rows: list[SummaryRow] = []
        for row, text in self.rows:
            keys = [f"{self.item.key}.{row}.{choice.code}" for choice in self.choices]
            labels = [self.row_labels(text, choice.text) for choice in self.choices]
            counts = [int(answered(frame, key).sum()) for key in keys]
            codes = [f"{row}.{choice.code}" for choice in self.choices]
            rows += share_rows(codes, labels, counts, any_answered(frame, keys))
        return Summary(any_answered(frame, [spec.key for spec in self.columns()]), tuple(rows))
