"""How far the demo has come: a marker written with the rows it speaks of, so that a killed run goes on where it was."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from .. import clock
from ..config import Config
from ..errors import N_
from ..store.database import reading, writing
from ..tables import Progress, Setting
from .people import Person, people
from .story import CUSTOMERS

SETTING = JOB = "demo"
SEED = 20
READY = N_("The demo is ready")
RESPONSES = N_("Writing the answers of the demo")
OnProgress = Callable[[int, int, str], None]


@dataclass
class Demo:
    """One demo in the making. `now` is the day the story ends; it stays the same if a killed run goes on."""

    engine: Engine
    config: Config
    scale: float
    seed: int
    now: datetime
    marks: dict[str, Any]
    on_progress: OnProgress | None = None
    written: int = 0
    planned: int = 0
    _people: list[Person] = field(default_factory=list)

    @property
    def people(self) -> list[Person]:
        if not self._people:
            self._people = people(self.seed, self.size(CUSTOMERS))
        return self._people

    def size(self, full: int) -> int:
        """A number of rows at this scale."""
        return max(1, round(full * self.scale))

    def random(self, *about: object) -> random.Random:
        """Chance of its own for each thing, so that the order in which things are made does not matter."""
        return random.Random(":".join(map(str, (self.seed, *about))))

    def mark(self, session: Session, **marks: Any) -> None:
        """Say what is done, in the transaction that does it."""
        self.marks = {**self.marks, **marks}
        setting = session.get(Setting, SETTING)
        if setting is None:
            setting = Setting(key=SETTING)
        setting.value = {**self.marks, "now": self.now.isoformat(), "scale": self.scale, "seed": self.seed}
        session.add(setting)

    def ids(self, name: str) -> dict[str, int]:
        """Row ids that an earlier step has marked under a name."""
        return dict(self.marks[name])

    def made(self, count: int) -> None:
        """Count rows of the long steps, for the bar."""
        self.written += count
        self.tell(min(self.written, self.planned), self.planned, RESPONSES)

    def tell(self, done: int, total: int, message: str) -> None:
        """Show how far it is."""
        with writing(self.engine) as session:
            row = session.get(Progress, JOB) or Progress(job=JOB)
            row.done, row.total, row.message, row.updated_at = done, total, message, clock.now()
            row.state = "running"
            session.add(row)
        self._told(done, total, message)

    def finished(self) -> None:
        """The last word: everything is there."""
        with writing(self.engine) as session:
            self.mark(session, is_done=True)
            row = session.get(Progress, JOB) or Progress(job=JOB)
            row.done = row.total = max(self.planned, 1)
            row.message, row.state, row.updated_at = READY, "done", clock.now()
            session.add(row)
        self._told(row.done, row.total, READY)

    def _told(self, done: int, total: int, message: str) -> None:
        if self.on_progress:
            self.on_progress(done, total, message)


def load(engine: Engine, config: Config, scale: float, seed: int, on_progress: OnProgress | None) -> Demo:
    """A fresh demo, or the one that was begun."""
    with reading(engine) as session:
        setting = session.get(Setting, SETTING)
    marks = dict(setting.value) if setting else {}
    return Demo(
        engine, config,
        scale=float(marks.get("scale", scale)),
        seed=int(marks.get("seed", seed)),
        now=datetime.fromisoformat(marks["now"]) if "now" in marks else clock.now(),
        marks=marks,
        on_progress=on_progress,
    )  # fmt: skip


def is_made(engine: Engine) -> bool:
    """Whether the demo data is complete."""
    with reading(engine) as session:
        setting = session.get(Setting, SETTING)
        return bool(setting and setting.value.get("is_done"))
