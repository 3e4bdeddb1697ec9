"""Geometry of the small figures that the server draws as SVG: plain numbers, no markup."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a strip: where it starts and how wide it is, in percent of the strip."""

    start: float
    width: float
    count: int


def strip(counts: Sequence[int]) -> list[Piece]:
    """Counts as parts of one strip of width 100; empty where nothing was counted."""
    total, start, pieces = sum(counts), 0.0, []
    for count in counts if total else ():
        width = count / total * 100
        pieces.append(Piece(round(start, 3), round(width, 3), count))
        start += width
    return pieces


def spark(values: Sequence[float | None], width: float = 120, height: float = 32) -> list[list[tuple[float, float]]]:
    """A line of values as runs of (x, y) points inside width × height; a gap (None) starts a new run."""
    known = [value for value in values if value is not None]
    if not known:
        return []
    low, span = min(known), (max(known) - min(known)) or 1.0
    step = width / max(1, len(values) - 1)
    runs: list[list[tuple[float, float]]] = [[]]
    for i, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            y = height / 2 if max(known) == low else height - (value - low) / span * height
            runs[-1].append((round(i * step, 2), round(y, 2)))
    return [run for run in runs if run]
