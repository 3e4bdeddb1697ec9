"""Stage 4: open answers get their text judged, once, by a named model; people check it; improving is told."""

from sqlalchemy import Engine

from ..config import Config
from .checking import check, check_again, check_due
from .correcting import correct
from .judging import score_all, score_due
from .labelling import SAMPLE, TEACH, Said, Task, count_of, label, next_task, task, undo
from .reading import How, chosen

__all__ = [
    "SAMPLE", "TEACH", "How", "Said", "Task", "check", "check_again", "chosen", "correct", "count_of", "label",
    "next_task", "score_all", "score_due", "step", "task", "undo",
]  # fmt: skip


def step(engine: Engine, config: Config) -> int:
    """Judge one chunk of what is due, else measure; how many rows were done."""
    return score_due(engine) or check_due(engine)
