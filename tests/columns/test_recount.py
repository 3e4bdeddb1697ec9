"""The copy equals a recount from the rows: after edits, erasures, late commits, and writers that are killed."""

import multiprocessing
import os
import random
import signal
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlmodel import Session, col, select

from survey_app import clock, crypto
from survey_app.analysis import nps
from survey_app.store import columns, due, tags
from survey_app.store.columns import shelf
from survey_app.store.database import connect, for_writing, is_sqlite, reading, writing
from survey_app.tables import Opinion, Response, Tag, Version
from tests import make
from tests.columns.test_following import QUESTIONS, decoded, opinion

SECOND = {**QUESTIONS, "pages": [{"items": [*QUESTIONS["pages"][0]["items"],
                                            {"key": "new", "type": "yes_no", "text": {"zh": "新题"}}]}]}  # fmt: skip
STATES = {"answered": 0.0, "skipped": 1.0, "not shown": 2.0, "not in version": 3.0}


def recount(session: Session, survey_id: int) -> dict[int, dict[str, Any]]:
    """What the rows say of every submitted response, read one by one and without columns."""
    versions = {row.id: row.number for row in session.exec(select(Version).where(Version.survey_id == survey_id))}
    rows = session.exec(select(Response).where(Response.survey_id == survey_id, Response.state == "submitted"))
    made = {}
    for row in rows:
        said = session.exec(select(Opinion).where(Opinion.response_id == row.id)).all()
        names = session.exec(select(Tag.name).where(Tag.response_id == row.id)).all()
        states = {key: "answered" if row.answers.get(key) is not None else "skipped" if key in row.answers
                  else "not shown" for key in ("nps", "use", "age")}  # fmt: skip
        states["new"] = "not shown" if versions[row.version_id] == 2 else "not in version"
        made[row.id or 0] = {
            "nps": row.answers.get("nps"), "use": row.answers.get("use"), "age": row.answers.get("age"),
            "segment": row.segment, "channel": row.channel, "version": str(versions[row.version_id]),
            "attr:shop": row.attributes.get("shop"), "tags": sorted(names),
            "said": sorted((one.aspect, one.polarity) for one in said),
            **{f"state:{key}": STATES[state] for key, state in states.items()},
        }  # fmt: skip
    return made


def kept(frame: columns.Answers, keys: set[str]) -> dict[int, dict[str, Any]]:
    """The same things as the copy has them."""
    unknown = {"state:new": STATES["not in version"]}
    made = {number: {key: row.get(key, unknown.get(key)) for key in keys} for number, row in decoded(frame).items()}
    for row in made.values():
        row["tags"] = []
    if len(frame.tags):
        codes = frame.tags["tag"].codes
        for number, code in zip(frame.tags["response"].values, frame.tags["tag"].values, strict=True):
            # Tags stand in the copy whether their response counts or not.
            if int(number) in made:
                made[int(number)]["tags"] = sorted([*made[int(number)]["tags"], codes[code]])
    return made


def agree(engine: Any, folder: Path, survey_id: int) -> int:
    """Compare the copy with the recount, number for number; how many responses there are."""
    columns.forget_memory()
    frame = columns.load(engine, folder, survey_id)
    with reading(engine) as session:
        wanted = recount(session, survey_id)
    keys = {key for row in wanted.values() for key in row} | {"said"}
    assert kept(frame, keys) == wanted
    if wanted:
        given = [row["nps"] for row in wanted.values() if row["nps"] is not None]
        assert nps(frame["nps"].values) == nps(given)
    return len(wanted)


@contextmanager
def death_at(step: int, die: Callable[[], None]) -> Any:
    """A writer of the copy dies when it has put its so-manieth piece on the disk."""
    settle, left = shelf._settle, [step]

    def settled(file: Any) -> None:
        settle(file)
        left[0] -= 1
        if left[0] == 0:
            die()

    shelf._settle = settled
    try:
        yield
    finally:
        shelf._settle = settle


def interrupt() -> None:
    raise KeyboardInterrupt


def answers_of(value: int, which: int) -> dict[str, Any]:
    given: dict[str, Any] = {"nps": value, "use": ("home", "work", None)[which % 3], "age": None if which % 4 else 1.5}
    return {key: answer for key, answer in given.items() if key != "age" or which % 2}


class Life:
    """A survey whose answers live through all that can happen; `open` holds transactions that have not come to an
    end, with the responses they touch."""

    def __init__(self, engine: Any, folder: Path) -> None:
        survey = make.survey(engine, definition=QUESTIONS)
        assert survey.id is not None
        self.engine, self.folder, self.survey, self.survey_id = engine, folder, survey, survey.id
        self.known: list[int] = []
        self.open: list[tuple[Session, ExitStack, int]] = []
        self.is_second = False

    def do(self, act: str, value: int, which: int) -> None:
        if act in ("submit", "late") or (act == "late edit" and not self.free):
            self.submit(act, value, which)
        elif act == "late edit":
            self.late_edit(self.free[which % len(self.free)], value)
        elif act == "commit":
            self.commit(which)
        elif act == "version":
            if not self.is_second:
                make.version(self.engine, self.survey, definition=SECOND)
            self.is_second = True
        elif act == "read":
            columns.load(self.engine, self.folder, self.survey_id)
        elif act == "kill":
            with death_at(value + 1, interrupt):
                try:
                    columns.load(self.engine, self.folder, self.survey_id)
                except KeyboardInterrupt:
                    columns.forget_memory()
        elif self.free:
            self.edit(act, self.free[which % len(self.free)], value)

    @property
    def free(self) -> list[int]:
        """The responses that no open transaction holds."""
        held = {number for *_, number in self.open}
        return [number for number in self.known if number not in held]

    def submit(self, act: str, value: int, which: int) -> None:
        row = {"answers": answers_of(value, which), "segment": "ab"[which % 2], "channel": ("link", "qr")[which % 2],
               "attributes": {"shop": str(which)} if which % 3 else {}}  # fmt: skip
        if act == "submit" or not self.begin():
            self.known.append(make.response(self.engine, self.survey, **row).id or 0)
            return
        session, stack, _ = self.open.pop()
        [made] = make._written(session, self.survey, [row])
        self.open.append((session, stack, made.id or 0))

    def begin(self) -> bool:
        """Open a transaction that ends later than others; SQLite lets one write at a time, so nothing can be late."""
        with reading(self.engine) as session:
            if is_sqlite(session):
                return False
        stack = ExitStack()
        session = stack.enter_context(Session(for_writing(self.engine), expire_on_commit=False))
        self.open.append((session, stack, 0))
        return True

    def late_edit(self, number: int, value: int) -> None:
        if not self.begin():
            self.edit("change", number, value)
            return
        session, stack, _ = self.open.pop()
        row = session.get_one(Response, number)
        row.answers = {**row.answers, "nps": value}
        due.note_changes(session, self.survey_id, [number])
        session.flush()
        self.open.append((session, stack, number))

    def commit(self, which: int) -> None:
        if self.open:
            session, stack, number = self.open.pop(which % len(self.open))
            session.commit()
            stack.close()
            self.known += [number] if number not in self.known else []

    def edit(self, act: str, number: int, value: int) -> None:
        with writing(self.engine) as session:
            row = session.get_one(Response, number)
            if act == "erase":
                self.known.remove(number)
                session.execute(delete(Opinion).where(col(Opinion.response_id) == number))
                session.execute(delete(Tag).where(col(Tag.response_id) == number))
                session.delete(row)
            elif act == "opinion":
                session.add(opinion(self.survey_id, number, ("price", "service")[value % 2], value % 3 - 1))
            elif act == "tag":
                tags.put(session, row, f"t{value % 3}") or tags.take_off(session, row, f"t{value % 3}")
            elif act == "move":
                row.segment, row.attributes = "abc"[value % 3], {"shop": str(value)} if value % 2 else {}
            elif act == "change":
                row.answers = {**row.answers, "nps": value if value else None}
            else:
                row.state = {"invalidate": "invalid", "restore": "submitted"}[act]
            due.note_changes(session, self.survey_id, [number])

    def end(self) -> None:
        while self.open:
            self.commit(0)


ACTS = (
    "submit", "submit", "late", "late edit", "commit", "change", "invalidate", "restore", "erase", "opinion", "tag",
    "move", "version", "read", "read", "kill",
)  # fmt: skip
STEPS = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 10), st.integers(0, 30)), max_size=30)


def live_through(steps: list[tuple[str, int, int]], engine: Any, folder: Path) -> None:
    life = Life(engine, folder / "columns")
    try:
        for act, value, which in steps:
            life.do(act, value, which)
        agree(engine, life.folder, life.survey_id)
    finally:
        life.end()
    agree(engine, life.folder, life.survey_id)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_the_copy_equals_a_recount(steps: list[tuple[str, int, int]], engine: Any, tmp_path: Path) -> None:
    live_through(steps, engine, tmp_path)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_the_copy_equals_a_recount_after_many_lives(
    steps: list[tuple[str, int, int]], engine: Any, tmp_path: Path
) -> None:
    live_through(steps, engine, tmp_path)


def test_a_commit_that_comes_late_is_not_passed_over(engine: Any, tmp_path: Path) -> None:
    life = Life(engine, tmp_path)
    for act in ("submit", "late", "submit", "read", "late edit", "read", "submit", "read", "commit", "read", "commit"):
        life.do(act, 3, 1)
    life.end()
    assert agree(engine, life.folder, life.survey_id) == 4


def lead_a_life(url: str, folder: Path, survey_id: int, seed: int, death: int) -> None:
    """A process that edits and reads, and is killed while it writes the copy."""
    crypto.use_key(b"x" * 32)
    clock.use_zone("Asia/Shanghai")
    engine, chance = connect(url), random.Random(seed)
    life = Life.__new__(Life)
    life.engine, life.folder, life.survey_id, life.open, life.known, life.is_second = (
        engine, folder, survey_id, [], [], True,
    )  # fmt: skip
    with reading(engine) as session:
        life.survey = session.get_one(make.Survey, survey_id)
    alone = [act for act in ACTS if act not in ("kill", "version", "late", "late edit", "commit")]
    with death_at(death, lambda: os.kill(os.getpid(), signal.SIGKILL)):
        for _ in range(400):
            life.do(chance.choice(alone), chance.randrange(11), chance.randrange(31))


@pytest.mark.slow
def test_processes_killed_while_they_write_leave_the_copy_equal(engine: Any, database_url: str, tmp_path: Path) -> None:
    life = Life(engine, tmp_path / "columns")
    spawn = multiprocessing.get_context("spawn")
    for part in range(3):
        jobs = [
            spawn.Process(target=lead_a_life, args=(database_url, life.folder, life.survey_id, seed, 40 + 37 * seed))
            for seed in range(2 * part, 2 * part + 2)
        ]
        for job in jobs:
            job.start()
        for job in jobs:
            job.join(300)
        assert [job.exitcode for job in jobs] == [-signal.SIGKILL] * 2
        assert agree(engine, life.folder, life.survey_id) > 0
