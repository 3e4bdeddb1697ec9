"""What the benchmarks share: options, a real server process, its CPU time, a result as the last line."""

import argparse
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
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
    return parser.parse_args()


def report(result: dict[str, Any], *, as_json: bool) -> None:
    """Print a result: a readable table first unless JSON alone is asked for, one JSON object last."""
    if not as_json:
        width = max(map(len, result))
        for name, value in result.items():
            print(f"{name:<{width}}  {value}")
    print(json.dumps(result, ensure_ascii=False))


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


def wait_for(url: str, child: "subprocess.Popen[bytes]", seconds: float = 40) -> None:
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
