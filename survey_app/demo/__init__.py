"""A company to try everything with: customers, two years of answers, cases and improvements, made from a seed."""

from collections.abc import Callable

from sqlalchemy import Engine

from ..config import Config
from . import loop, mailings, plan, responses, surveys
from .progress import SEED, Demo, OnProgress, is_made, load

__all__ = ["is_made", "make_demo"]


def make_demo(
    engine: Engine, config: Config, *, scale: float = 1.0, seed: int = SEED, on_progress: OnProgress | None = None
) -> None:
    """Make the demo data, or go on where a killed run stopped. The newest answers come first."""
    if is_made(engine):
        return
    demo = load(engine, config, scale, seed, on_progress)
    _once(demo, "team", lambda: surveys.make(demo))
    _once(demo, "hold", lambda: loop.hold(demo))
    responses.make_customers(demo)
    visits = plan.visits(demo)
    demo.planned = len(visits)
    _once(demo, "mailings", lambda: mailings.make(demo, visits))
    responses.make(demo, responses.recent(visits), "recent")
    responses.make(demo, responses.older(visits), "older")
    loop.make(demo, visits)
    demo.finished()


def _once(demo: Demo, name: str, make: Callable[[], None]) -> None:
    """Run a step whose single transaction marks what it made."""
    marked = {"team": "surveys", "hold": "is_held", "mailings": "campaigns"}[name]
    if marked not in demo.marks:
        make()
