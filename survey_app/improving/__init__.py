"""Stage 6: a bad answer becomes a case, cases a cause, a cause an action, an action is verified, customers are told."""

from sqlalchemy import Engine

from ..config import Config
from .actions import create_action, fix_criterion, implement
from .alarms import raise_due
from .causes import seed_causes
from .closing import close_due
from .criteria import Criterion
from .opening import open_cases, open_cases_for, open_due
from .sending import send_due
from .verifying import verify, verify_due

__all__ = [
    "Criterion", "create_action", "fix_criterion", "implement", "open_cases", "open_cases_for", "seed_causes", "step",
    "verify",
]  # fmt: skip


def step(engine: Engine, config: Config) -> int:
    """One look of the worker: open cases, warn of late ones, close what is over, verify what is due, send mails."""
    cases = open_due(engine) + raise_due(engine) + close_due(engine)
    return cases + verify_due(engine, config.columns) + send_due(engine, config)
