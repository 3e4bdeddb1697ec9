"""Cuts: which answers are looked at, as an address says it, and the answers that it lets through."""

from .choosing import FLAGS, answered, opinions, select
from .cut import LISTS, Cut
from .words import ANY, EPOCH, NONE, PERIODS, preset

__all__ = ["ANY", "EPOCH", "FLAGS", "LISTS", "NONE", "PERIODS", "Cut", "answered", "opinions", "preset", "select"]
