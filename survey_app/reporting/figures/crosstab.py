"""A closed answer by groups: shares of each column, shaded where they stand out, with letters for what differs."""

import numpy as np

from ...analysis import Crosstab, crosstab_of
from ...analysis.charts import heat
from ...analysis.compare import SMALLEST_BASE
from ...analysis.notes import NotPossible
from ...errors import N_
from .base import Cell, Chosen, Figure, Kind, Rows, View, first, notes, probability
from .splits import Split, different, split_ask

MOST_ROWS, MOST_COLUMNS = 200, 40
REACH = 4.0
"""Adjusted residuals beyond this are as deep as the shade gets."""


class CrosstabFigure(Kind):
    name = "crosstab"
    label = N_("Crosstab")
    order = 50
    asks = (
        split_ask("rows", N_("Rows"), is_item_first=True), split_ask("columns", N_("Columns")),
    )  # fmt: skip

    def draw(self, view: View, chosen: Chosen) -> Figure:
        words = view.words
        up, across = different(view, first(chosen, "rows"), first(chosen, "columns"))
        table, down, wide = tabulated(up, across)
        if not table.n:
            raise NotPossible(N_("Nobody has answered both questions in this view."))
        shares, names = table.percent, table.column_letters
        heads = [f"{across.labels[j]} ({names[b]})" for b, j in enumerate(wide)]
        texts = [[_text(shares[a, b], table.letters[a][b]) for b in range(len(wide))] for a in range(len(down))]
        said = [[_note(view, table, a, b) for b in range(len(wide))] for a in range(len(down))]
        to = [
            [words.answers(across.narrow(up.narrow(view.cut, up.codes[i]), across.codes[j])) for j in wide]
            for i in down
        ]
        shades = [[float(x) for x in row] for row in table.residuals]
        labels = [up.labels[i] for i in down]
        plot = heat(labels, heads, shades, texts, said, reach=REACH, addresses=to if to[0][0] else None)
        lines = (_tested(view, table),) if table.test is not None else ()
        return Figure(
            self.name, words.tell(N_("%(rows)s by %(columns)s"), {"rows": up.title, "columns": across.title}),
            n=table.n, plot=plot, heads=(up.title, *heads), rows=tuple(_rows(view, table, labels, to)),
            notes=notes(words, table.notes), lines=lines, definition=words.tell(
                N_("Shares of each column. A letter in a cell: significantly higher than the column of that letter "
                   "(z tests of all pairs, Holm, 95%%). Shade: adjusted residual; blue above, orange below what "
                   "would be if nothing went together.")),
        )  # fmt: skip


def tabulated(up: Split, across: Split) -> tuple[Crosstab, list[int], list[int]]:
    """The crosstab of the groups that have answers to both, and which those are."""
    down, wide = up.largest(MOST_ROWS), across.largest(MOST_COLUMNS)
    a, b = _placed(up, down), _placed(across, wide)
    kept = (a >= 0) & (b >= 0)
    counts = np.bincount(a[kept] * len(wide) + b[kept], minlength=len(down) * len(wide))
    table = counts.reshape(len(down), len(wide))
    if not table.any():
        raise NotPossible(N_("Nobody has answered both questions in this view."))
    there_a, there_b = np.flatnonzero(table.sum(axis=1)), np.flatnonzero(table.sum(axis=0))
    found = crosstab_of(table[np.ix_(there_a, there_b)])
    return found, [down[i] for i in there_a], [wide[j] for j in there_b]


def _placed(of: Split, kept: list[int]) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    table = np.full(len(of.codes) + 1, -1, np.int64)
    table[kept] = np.arange(len(kept))
    return table[of.values]


def _text(share: float, letters: str) -> str:
    return f"{share:.0f}%{' ' + letters if letters else ''}"


def _note(view: View, table: Crosstab, a: int, b: int) -> str:
    words = view.words
    return (f"{words.number(table.percent[a, b], 1)}% ({words.number(table.counts[a, b])} / "
            f"{words.number(table.bases[b])})")  # fmt: skip


def _rows(view: View, table: Crosstab, labels: list[str], to: list[list[str]]) -> Rows:
    rows: Rows = [
        (
            Cell(label, label),
            *(
                Cell(round(float(share), 3), f"{share:.1f}%", to[a][b], mark=table.letters[a][b],
                     is_small=bool(table.bases[b] < SMALLEST_BASE))
                for b, share in enumerate(table.percent[a])
            ),
        )
        for a, label in enumerate(labels)
    ]  # fmt: skip
    return [*rows, (Cell("n", "n"), *(Cell(int(n), view.words.number(float(n))) for n in table.bases))]


def _tested(view: View, table: Crosstab) -> str:
    assert table.test is not None
    is_real = table.test.p < 0.05
    message = (
        N_("The columns differ by more than chance would give (p %(p)s, Cramér's V %(v)s).")
        if is_real
        else N_("The columns do not differ by more than chance would give (p %(p)s, Cramér's V %(v)s).")
    )
    return view.words.tell(message, {"p": probability(table.test.p), "v": f"{table.test.effect:.2f}"})
