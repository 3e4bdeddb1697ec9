"""Scores, one file each: what one number says about many ratings. A new file here is a new score."""

import pkgutil
from importlib import import_module

from .base import SCORES, Moments, Score, score

__all__ = ["SCORES", "Moments", "Score", "ces", "csat", "mean", "nps", "score"]

for _info in pkgutil.iter_modules(__path__):
    import_module(f"{__name__}.{_info.name}")

nps, csat, ces, mean = (SCORES[name] for name in ("nps", "csat", "ces", "mean"))
