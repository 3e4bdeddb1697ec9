"""Figures, one file each: what is asked of the answers, drawn, tabulated, defined. A new file here is a new figure."""

from ...analysis.registry import modules, take_in
from .base import Ask, Cell, Figure, Kind, View, Words
from .splits import Split, splits

__all__ = ["FIGURES", "Ask", "Cell", "Figure", "Kind", "Split", "View", "Words", "splits"]

FIGURES: dict[str, Kind] = {}

for _name in modules(__path__, __name__):
    take_in(_name, Kind, FIGURES, lambda kind: kind())
