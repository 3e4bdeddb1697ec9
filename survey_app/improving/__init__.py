"""Stage 6: a bad answer becomes a case, cases a cause, a cause an action, an action is verified, customers are told."""

from sqlalchemy import Engine

from ..config import Config
from .opening import open_cases, open_cases_for, open_due

__all__ = ["open_cases", "open_cases_for", "step"]


def step(engine: Engine, config: Config) -> int:
    """One look of the worker: open cases, close what has been resolved long enough, verify what is due."""
    return open_due(engine)
