"""A real server with its worker, a real mail server, a real browser."""

import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, Page, expect, sync_playwright

from survey_app.config import ROOT
from tests.browser.find import HELP, browser

# What is waited for comes within this on the slowest machine; none of it is a measure of speed.
expect.set_options(timeout=30_000)

STARTED = re.compile(r"(http://127\.0\.0\.1:\d+)")
SETUP = re.compile(r"http://127\.0\.0\.1:\d+/setup/\S+")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@dataclass
class Running:
    """A server process: where it answers, and the one-time link it printed."""

    url: str
    process: subprocess.Popen[str]
    setup: str = ""
    lines: list[str] = field(default_factory=list)
    reader: threading.Thread | None = None


def start(command: str, data: Path, **environ: str) -> Running:
    """Start the product and wait until it says where it is."""
    port = free_port()
    environment = {
        **os.environ, "SURVEY_DATA": str(data), "SURVEY_PORT": str(port), "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1", **environ,
    }  # fmt: skip
    environment.pop("DATABASE_URL", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "survey_app", command], env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    running = Running(f"http://127.0.0.1:{port}", process)
    ready = threading.Event()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            running.lines.append(line)
            if found := SETUP.search(line):
                running.setup = found[0]
            if "/setup/" in line or (command == "run" and "demo" in line):
                ready.set()
        ready.set()

    running.reader = threading.Thread(target=read, daemon=True)
    running.reader.start()
    assert ready.wait(60), "the server did not start"
    assert process.poll() is None, "".join(running.lines)
    wait_for_port(port)
    return running


def wait_for_port(port: int) -> None:
    for _ in range(200):
        with socket.socket() as sock:
            sock.settimeout(0.2)
            if sock.connect_ex(("127.0.0.1", port)) == 0:
                return
        threading.Event().wait(0.1)
    raise AssertionError("nobody listens")


def stop(running: Running) -> None:
    running.process.terminate()
    try:
        running.process.wait(20)
    except subprocess.TimeoutExpired:
        running.process.kill()
        raise
    finally:
        if running.reader and running.process.stdout:
            # A pipe that is still read cannot be closed: whoever holds its other end would be waited for without end.
            running.reader.join(90)
            assert not running.reader.is_alive(), "the server left a process behind"
            running.process.stdout.close()


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Running]:
    """An empty installation, as after `survey-app serve` on a fresh machine."""
    running = start("serve", tmp_path / "data")
    yield running
    stop(running)


class Mailbox:
    """A mail server that keeps what it receives."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.came = threading.Condition()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        with self.came:
            self.mails.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
            self.came.notify_all()
        return "250 OK"

    def wait(self, count: int, seconds: float = 60) -> list[EmailMessage]:
        with self.came:
            assert self.came.wait_for(lambda: len(self.mails) >= count, seconds), f"{len(self.mails)} of {count} mails"
            return list(self.mails)


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    """The mails that arrive, and the port of the server they arrive at."""
    box, port = Mailbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = browser()
    assert path, HELP
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
        )
        yield running
        running.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page in Chinese on a laptop's screen; a fault in a script of ours fails the test."""
    context = chromium.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    faults: list[str] = []
    tab = context.new_page()
    tab.on("pageerror", lambda error: faults.append(str(error)))
    yield tab
    context.close()
    assert not faults, faults
