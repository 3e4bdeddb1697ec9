"""Stage 4: open answers get their text judged, once, by a named model; people check it; improving is told."""

from sqlalchemy import Engine

from ..config import Config
from .checking import check, check_again, check_due
from .correcting import correct
from .judging import score_all, score_due
from .labelling import SAMPLE, TEACH, Said, Task, count_of, label, next_task, task, undo
from .reading import How, chosen, in_use
from .teaching import LEAST, ask_to_teach, figures, is_better, lessons, rescore_due, teach_due, use, used_times

__all__ = [
    "LEAST", "SAMPLE", "TEACH", "How", "Said", "Task", "ask_to_teach", "check", "check_again", "chosen", "correct",
    "count_of", "figures", "in_use", "is_better", "label", "lessons", "next_task", "score_all", "score_due", "step",
    "task", "undo", "use", "used_times",
]  # fmt: skip


def step(engine: Engine, config: Config) -> int:
    """Judge one chunk of what is due, else read anew, else teach, else measure; how many rows were done."""
    return score_due(engine) or rescore_due(engine) or teach_due(engine) or check_due(engine)
