"""The product is stopped as people and systems stop it: soon, completely, and whatever it was doing."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from benchmarks.base import free_port, wait_for
from survey_app.config import Config
from survey_app.store.database import connect, reading
from survey_app.store.schema import revisions, upgrade
from survey_app.tables import Cause

ROOT = Path(__file__).parents[2]
SECONDS = 10


@dataclass(frozen=True)
class Running:
    """A server as the command line starts it, with its worker."""

    process: "subprocess.Popen[bytes]"
    port: int
    log: Path

    def worker(self) -> int:
        """The worker's process id, waited for; it has a group of its own."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if found := [pid for pid in self.children() if os.getpgid(pid) == pid]:
                return found[0]
            time.sleep(0.02)
        raise AssertionError("no worker was started")

    def children(self) -> list[int]:
        return [pid for pid, parent in processes() if parent == self.process.pid]

    def ended_within(self, seconds: float) -> int:
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still running after {seconds} s\n{self.log.read_text()}") from None


def processes() -> Iterator[tuple[int, int]]:
    """All processes that live, with their parents."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if state != "Z":
            yield int(folder.name), int(parent)


def is_gone(pid: int, within: float) -> bool:
    end = time.monotonic() + within
    while time.monotonic() < end:
        if pid not in dict(processes()):
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def engine(tmp_path: Path, postgres_url: str | None, config: Config) -> Iterator[Engine]:
    """The server's own database: made by migrations, or taken as if it had been."""
    engine = connect(config.database_url if postgres_url else f"sqlite:///{tmp_path / 'served.db'}")
    if postgres_url:
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)")
            connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{revisions()[-1]}')")
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def serve(tmp_path: Path, config: Config, engine: Engine) -> Iterator[Callable[..., Running]]:
    started: list[Running] = []

    def start(*options: str) -> Running:
        port, log = free_port(), tmp_path / "server.log"
        environment = {
            **os.environ,
            "SURVEY_DATA": str(tmp_path),
            "SURVEY_PORT": str(port),
            "SURVEY_SECRET_KEY": config.secret_key.decode(),
            "DATABASE_URL": engine.url.render_as_string(hide_password=False).replace("+psycopg", ""),
            "PYTHONPATH": str(ROOT),
        }
        with log.open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "survey_app", "serve", *options], cwd=ROOT, env=environment, stdout=output,
                stderr=output, start_new_session=True,
            )  # fmt: skip
        started.append(Running(process, port, log))
        wait_for(f"http://127.0.0.1:{port}/health", process)
        return started[-1]

    yield start
    for one in started:
        for pid in (one.process.pid, *one.children()):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        one.process.wait()


def wait_for_work(engine: Engine) -> None:
    """Until the worker has written the first thing it writes."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        with reading(engine) as session:
            if session.exec(select(Cause.id).limit(1)).first() is not None:
                return
        time.sleep(0.1)
    raise AssertionError("the worker does not work")


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 3], ids=["one process", "three processes"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["terminate", "ctrl-c"])
def test_it_stops_soon_and_leaves_no_process(
    serve: Callable[..., Running], engine: Engine, number: int, count: int
) -> None:
    running = serve("--processes", str(count))
    running.worker()
    wait_for_work(engine)
    children = running.children()
    assert len(children) == (4 if count > 1 else 1)
    with socket.create_connection(("127.0.0.1", running.port)) as visitor:
        visitor.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\nGET /hea")
        assert visitor.recv(100).startswith(b"HTTP/1.1 200")
        os.killpg(running.process.pid, number)
        assert running.ended_within(SECONDS) == 0
    assert all(is_gone(child, 0.5) for child in children)
    assert "Traceback" not in running.log.read_text()


@pytest.mark.slow
def test_it_stops_while_the_worker_is_still_starting(serve: Callable[[], Running]) -> None:
    running = serve()
    worker = running.worker()
    os.kill(running.process.pid, signal.SIGTERM)
    assert running.ended_within(SECONDS) == 0
    assert is_gone(worker, 0.5)
    assert "Traceback" not in running.log.read_text()


@pytest.mark.slow
@pytest.mark.parametrize("is_early", [True, False], ids=["while it starts", "at work"])
def test_the_worker_ends_when_its_server_is_killed(
    serve: Callable[[], Running], engine: Engine, is_early: bool
) -> None:
    running = serve()
    worker = running.worker()
    if not is_early:
        wait_for_work(engine)
    running.process.kill()
    running.process.wait()
    assert is_gone(worker, 60 if is_early else SECONDS), "the worker goes on without its server"


@pytest.mark.slow
def test_a_worker_that_dies_is_started_again(serve: Callable[[], Running], engine: Engine) -> None:
    running = serve()
    worker = running.worker()
    wait_for_work(engine)
    os.kill(worker, signal.SIGKILL)
    assert is_gone(worker, 5)
    assert running.worker() != worker
    running.process.terminate()
    assert running.ended_within(SECONDS) == 0
