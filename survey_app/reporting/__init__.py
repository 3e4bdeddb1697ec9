"""Reporting: columns become estimates, figures, tables and exports; behind, the columnar copy is kept up to date."""

from sqlalchemy import Engine

from ..config import Config
from ..store import columns


def step(engine: Engine, config: Config) -> int:
    """Take the changes of all surveys into their columnar copies; how many surveys had some."""
    waiting = columns.behind(engine)
    for survey_id in waiting:
        columns.refresh(engine, config.columns, survey_id)
    return len(waiting)
