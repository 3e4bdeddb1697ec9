"""The web server and the worker as processes: started together, stopped together."""

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from sqlalchemy import Engine

from .app import create_app
from .config import ROOT, Config
from .errors import N_, SurveyError
from .listening import listen, open_sockets, room_for
from .several import GRACE, Processes
from .store import accounts
from .store.database import connect, writing
from .store.schema import upgrade

log = logging.getLogger("survey.server")
THREADS = 4
VISITORS = 10_000
"""Connections at once, most of which wait for somebody who reads or types."""

MAX_BODY = 40 * 1024 * 1024
"""Refused before it is read; what pages take is less, and theirs to say."""

LOOK = 0.1
"""Seconds between two looks at the worker."""


def serve(config: Config, *, with_worker: bool, processes: int = 1) -> None:
    """Bring the database up to date, serve until stopped. Prints where to go first."""
    # First: where somebody else has the port, nothing may be said to run and no link be given away.
    sockets = _opened(config)
    engine = connect(config.database_url)
    upgrade(engine)
    for line in greeting(config, engine):
        print(line, flush=True)  # noqa: T201 - what the person who starts the server must see
    engine.dispose()
    app = create_app(config)
    # It writes a line whenever a request waits for a thread: every request of a busy minute.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    settings = {
        "threads": THREADS, "connection_limit": room_for(VISITORS), "max_request_body_size": MAX_BODY,
        "asyncore_use_poll": True, "channel_timeout": 60, "ident": None, "clear_untrusted_proxy_headers": False,
    }  # fmt: skip
    worker = Worker(config) if with_worker else None
    _on_stop(worker)
    try:
        if processes > 1:
            pool: Engine = app.extensions["survey"].engine
            # A connection to the database that two processes use is a broken one.
            renew = partial(pool.dispose, close=False)
            _several(Processes(app, sockets, processes, settings, renew), worker)
        else:
            _one(listen(app, sockets, **settings), worker)
    finally:
        if worker:
            worker.end()


def _opened(config: Config) -> list[socket.socket]:
    try:
        return open_sockets(config.host, config.port)
    except OSError as error:
        raise SurveyError(
            "port-taken", N_("Port %(port)s is in use already."), N_("Stop the other program or set SURVEY_PORT."),
            port=config.port,
        ) from error  # fmt: skip


def _one(server: Any, worker: "Worker | None") -> None:
    stopping = threading.Event()

    def look() -> None:
        while worker and not stopping.wait(LOOK):
            worker.look()

    keeper = threading.Thread(target=look, daemon=True)
    keeper.start()
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        stopping.set()
        server.close()
        keeper.join()


def _several(processes: Processes, worker: "Worker | None") -> None:
    try:
        processes.run(worker.look if worker else lambda: None)
    except KeyboardInterrupt:
        pass
    finally:
        processes.close()


def greeting(config: Config, engine: Engine) -> Iterator[str]:
    """The address; on the first start of a real installation the one-time set-up link."""
    yield f"问卷与 NPS 平台已启动 / surveys and NPS running: {config.public_url}"
    if config.is_demo:
        with writing(engine) as session:
            # The visitor of the demo is somebody before the rest of the team is made.
            accounts.person(session, *accounts.DEMO_OWNER)
        yield "演示数据正在后台生成，按 Ctrl-C 停止 / demo data is being made behind, Ctrl-C stops"
        return
    with writing(engine) as session:
        token = None if accounts.has_owner(session) else accounts.new_link(session)
    if token:
        yield f"首次设置(链接仅可用一次) / set up the first account (works once): {config.public_url}/setup/{token}"


def _on_stop(worker: "Worker | None") -> None:
    """SIGTERM and Ctrl-C: the worker winds down while the server does."""

    def stop(*_: object) -> None:
        if worker:
            worker.ask_to_stop()
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


class Worker:
    """The worker as a child process that is started again when it dies."""

    def __init__(self, config: Config) -> None:
        self.environment = _environment(config)
        self.process: subprocess.Popen[bytes] | None = None
        self.died_at: float | None = None
        self.is_stopping = False

    def look(self) -> None:
        """Start it where it does not run; one that has died gets a second before the next is tried."""
        if self.is_stopping or (self.process and self.process.poll() is None):
            return
        if self.process and self.died_at is None:
            self.died_at = time.monotonic()
            log.error("the worker ended with %s; starting it again", self.process.returncode)
        if self.died_at is None or time.monotonic() - self.died_at >= 1:
            command = [sys.executable, "-m", "survey_app", "worker", "--parent", str(os.getpid())]
            # In a group of its own: Ctrl-C at a terminal reaches the server, which asks the worker in an orderly way.
            self.process, self.died_at = subprocess.Popen(command, env=self.environment, process_group=0), None
            if self.is_stopping:
                self.process.terminate()

    def ask_to_stop(self) -> None:
        self.is_stopping = True
        if self.process:
            self.process.terminate()

    def end(self) -> None:
        """Ask it to stop, wait, and kill it where it does not: the next one takes up whatever it was at."""
        self.ask_to_stop()
        if self.process:
            try:
                self.process.wait(GRACE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def _environment(config: Config) -> dict[str, str]:
    """The configuration as a child process reads it."""
    return os.environ | {
        "SURVEY_DATA": str(config.data),
        "SURVEY_SECRET_KEY": config.secret_key.decode(),
        "DATABASE_URL": config.database_url,
        "SURVEY_PUBLIC_URL": config.public_url,
        "SURVEY_DEMO": "1" if config.is_demo else "0",
        "PYTHONPATH": str(ROOT),
    }


def demo_config(config: Config) -> Config:
    """The demo keeps to itself: its own folder and database beside the real ones, loopback only."""
    folder = config.data / "demo"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return replace(
        config, data=folder, database_url=f"sqlite:///{folder / 'survey.db'}", host="127.0.0.1", is_demo=True
    )
