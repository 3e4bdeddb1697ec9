"""The web server and the worker as processes: started together, stopped together."""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import Engine

from .app import create_app
from .config import ROOT, Config
from .errors import N_, SurveyError
from .listening import listen, room_for
from .store import accounts
from .store.database import connect, writing
from .store.schema import upgrade

log = logging.getLogger("survey.server")
THREADS = 4
VISITORS = 10_000
"""Connections at once, most of which wait for somebody who reads or types."""

MAX_BODY = 40 * 1024 * 1024
"""Refused before it is read; what pages take is less, and theirs to say."""

GRACE = 8
"""Seconds that the worker has to finish what it is at when the server is stopped."""


def serve(config: Config, *, with_worker: bool) -> None:
    """Bring the database up to date, serve until stopped. Prints where to go first."""
    engine = connect(config.database_url)
    upgrade(engine)
    for line in greeting(config, engine):
        print(line, flush=True)  # noqa: T201 - what the person who starts the server must see
    engine.dispose()
    app = create_app(config)
    # It writes a line whenever a request waits for a thread: every request of a busy minute.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    try:
        server = listen(
            app, host=config.host, port=config.port, threads=THREADS, connection_limit=room_for(VISITORS),
            max_request_body_size=MAX_BODY, asyncore_use_poll=True, channel_timeout=60, ident=None,
            clear_untrusted_proxy_headers=False,
        )  # fmt: skip
    except OSError as error:
        raise SurveyError(
            "port-taken", N_("Port %(port)s is in use already."), N_("Stop the other program or set SURVEY_PORT."),
            port=config.port,
        ) from error  # fmt: skip
    with _worker(config) if with_worker else _nothing() as ask_to_stop:
        _on_stop(ask_to_stop)
        try:
            server.run()
        except KeyboardInterrupt:
            pass
        finally:
            server.close()


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


def _on_stop(ask_worker: Callable[[], None]) -> None:
    """SIGTERM and Ctrl-C: the worker winds down while the server does."""

    def stop(*_: object) -> None:
        ask_worker()
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


@contextmanager
def _nothing() -> Iterator[Callable[[], None]]:
    yield lambda: None


@contextmanager
def _worker(config: Config) -> Iterator[Callable[[], None]]:
    """The worker as a child process that is started again when it dies; gives what asks it to stop."""
    stopping = threading.Event()
    command = [sys.executable, "-m", "survey_app", "worker", "--parent", str(os.getpid())]
    running: list[subprocess.Popen[bytes]] = []

    def keep() -> None:
        while not stopping.is_set():
            # In a group of its own: Ctrl-C at a terminal reaches the server, which asks the worker in an orderly way.
            running[:] = [subprocess.Popen(command, env=_environment(config), process_group=0)]
            if stopping.is_set():
                running[0].terminate()
            code = running[0].wait()
            if not stopping.wait(1):
                log.error("the worker ended with %s; starting it again", code)

    def ask_to_stop() -> None:
        stopping.set()
        for child in running:
            child.terminate()

    keeper = threading.Thread(target=keep, daemon=True)
    keeper.start()
    try:
        yield ask_to_stop
    finally:
        ask_to_stop()
        keeper.join(GRACE)
        for child in running:
            # Whatever it was at is taken up again by the next one: killing it loses nothing.
            child.kill()
        keeper.join(1)


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
