"""Stage 4: open answers get their text judged, once, by a named model; improving is told when it is done."""

from sqlalchemy import Engine

from ..config import Config
from .correcting import correct
from .judging import score_all, score_due
from .reading import How, chosen

__all__ = ["How", "chosen", "correct", "score_all", "score_due", "step"]


def step(engine: Engine, config: Config) -> int:
    """Judge one chunk of what is due; how many rows were done."""
    return score_due(engine)
