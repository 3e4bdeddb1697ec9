"""What the benchmarks share: options, a real server process, its CPU time, a result as the last line."""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
SERVE = "from survey_app import config, server; server.serve(config.load(), with_worker=False)"
SECRET = "the key of a benchmark, not a secret at all"


def options(description: str | None, **more: dict[str, Any]) -> argparse.Namespace:
    """The command line every benchmark understands: --quick for under a minute, --json for the result alone."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="a short run, under 60 seconds")
    parser.add_argument("--json", action="store_true", help="print only the result, as one JSON object")
    for name, settings in more.items():
        parser.add_argument(f"--{name.replace('_', '-')}", **settings)
    # Stopped from outside, a run ends like any other: servers and folders go with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    return parser.parse_args()


def report(title: str | None, result: dict[str, Any], *, as_json: bool) -> None:
    """Print a result: a readable table first unless JSON alone is asked for, one JSON object last.

    Names carry their units; those that begin with `limit_` or `peer_` are what the others are to be held against.
    """
    if not as_json:
        print(f"\n{(title or '').splitlines()[0]}")
        own = {name: value for name, value in result.items() if not name.startswith(("limit_", "peer_"))}
        for heading, rows in (("measured", own), ("limits and peers", {k: result[k] for k in result if k not in own})):
            print(f"  {heading}" if rows else "", end="\n" if rows else "")
            for name, value in rows.items():
                print(f"    {name:<{max(map(len, result))}}  {_shown(value):>14}")
    print(json.dumps(result, ensure_ascii=False))


def _shown(value: object) -> str:
    return f"{value:,}" if isinstance(value, int | float) else str(value)


@dataclass(slots=True)
class Spent:
    """How long something took: on the clock and in CPU time of this process."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def each(self, count: int) -> float:
        """CPU milliseconds for one of so many."""
        return 1000 * self.cpu_seconds / count


@contextmanager
def spent() -> Iterator[Spent]:
    """Measure a block; the result is there when it has ended."""
    made, start, cpu = Spent(), time.perf_counter(), time.process_time()
    yield made
    made.seconds, made.cpu_seconds = time.perf_counter() - start, time.process_time() - cpu


def cpu_ms(act: Callable[[], object], *, times: int = 1) -> float:
    """The least CPU time of several runs, which is the one that other programs disturbed least."""
    runs = []
    for _ in range(times):
        with spent() as took:
            act()
        runs.append(took.each(1))
    return round(min(runs), 2)


@dataclass(frozen=True, slots=True)
class Process:
    """A server under test."""

    pid: int
    port: int

    @property
    def cpu_ms(self) -> float:
        """CPU time the process has used so far, own and system."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        return 1000 * (int(fields[11]) + int(fields[12])) / TICKS

    @property
    def memory_mb(self) -> float:
        """What the process keeps in memory now."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text(encoding="ascii").split()[1])
        return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data: Path, port: int) -> dict[str, str]:
    return {
        **os.environ,
        "SURVEY_DATA": str(data),
        "SURVEY_PORT": str(port),
        "SURVEY_SECRET_KEY": SECRET,
        "SURVEY_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PYTHONPATH": f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}",
    }


@contextmanager
def serving(data: Path, *, code: str = SERVE, path: str = "/static/respond.css") -> Iterator[Process]:
    """A real server process on a free port, waited for until it answers, stopped at the end."""
    port = free_port()
    child = subprocess.Popen(
        [sys.executable, "-c", code], env=environment(data, port), stdout=subprocess.DEVNULL, cwd=ROOT
    )
    try:
        wait_for(f"http://127.0.0.1:{port}{path}", child)
        yield Process(child.pid, port)
    finally:
        child.terminate()
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def wait_for(url: str, child: "subprocess.Popen[bytes]", seconds: float = 60) -> None:
    """Wait until an address answers."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if child.poll() is not None:
            raise RuntimeError(f"the server ended with {child.returncode}")
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except urllib.error.HTTPError as error:
            error.close()
            return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(url)
