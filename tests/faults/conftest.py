"""Workers that can be started at once and killed at any moment."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from survey_app.config import Config

ROOT = Path(__file__).parents[2]


class Nursery:
    """Starts workers that share nothing but the database."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def _ask(self, order: object) -> int:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{order}\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> int:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"the nursery ended with {self._process.wait()}"
        return int(line)

    def start(self) -> int:
        """A worker that goes on until it is killed; its process id."""
        return self._ask("on")

    def finish(self, *, die_at: int = 0) -> bool:
        """A worker does all there is to do; with a number it dies at that statement. Whether it lived."""
        self._ask(die_at)
        code = self._read()
        assert code in (0, -9), f"the worker ended with {code}"
        return code == 0


@pytest.fixture
def nursery(config: Config) -> Iterator[Callable[[float], "contextmanager[Nursery]"]]:
    """Opens a nursery whose workers hold what they take for so many seconds."""

    @contextmanager
    def opened(lease: float) -> Iterator[Nursery]:
        command = [sys.executable, "-m", "tests.faults.nursery", config.database_url, config.secret_key.decode(),
                   str(config.data), str(lease)]  # fmt: skip
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )  # fmt: skip
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield Nursery(process)
        finally:
            process.kill()
            process.communicate()

    return opened
