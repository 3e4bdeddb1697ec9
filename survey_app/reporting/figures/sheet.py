"""The table of a figure as a file keeps it: what people read beside a number gets a column of its own."""

from collections.abc import Iterator, Sequence

from ...errors import N_
from ..exports import Cell as Value
from ..exports import Sheet
from .base import Cell, Figure, Words, rounded

LOWER, UPPER, BASE, MARK = (
    N_("%(head)s: lower limit"), N_("%(head)s: upper limit"), N_("%(head)s: n"), N_("%(head)s: mark"),
)  # fmt: skip


def sheet(figure: Figure, words: Words) -> Sheet:
    """Heads and values; interval and base, or the mark, behind each column that has them."""
    held = list(zip(*figure.rows, strict=True)) if figure.rows else [()] * len(figure.heads)
    columns = [
        column for head, cells in zip(figure.heads, held, strict=True) for column in _columns(head, cells, words)
    ]
    heads = tuple(head for head, _ in columns)
    return Sheet(heads, heads, list(zip(*(values for _, values in columns), strict=True)))


def _columns(head: str, cells: Sequence[Cell], words: Words) -> Iterator[tuple[str, list[Value]]]:
    yield head, [cell.value for cell in cells]
    found = [cell.estimate for cell in cells]
    if any(found):
        yield words.tell(LOWER, {"head": head}), [rounded(e.low) if e else None for e in found]
        yield words.tell(UPPER, {"head": head}), [rounded(e.high) if e else None for e in found]
        yield words.tell(BASE, {"head": head}), [e.n if e else None for e in found]
    elif any(cell.mark for cell in cells):
        yield words.tell(MARK, {"head": head}), [cell.mark or None for cell in cells]
