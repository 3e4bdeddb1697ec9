"""Kills web processes under load, one at a time or all of them, and holds what was acknowledged against the database.

`make faults` kills 200 processes and 20 whole servers; the last line printed is one JSON object.
"""

import argparse
import http.client
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlencode

from benchmarks import base
from benchmarks.submit import ANSWERS, prepare

CLIENTS, PROCESSES = 4, 3
PATIENCE = 120
"""Seconds until something must have been answered, or a killed process replaced, on the slowest machine."""

SERVE = f"from survey_app import config, server; server.serve(config.load(), with_worker=False, processes={PROCESSES})"


@dataclass(frozen=True, slots=True)
class Count:
    """What is left when all is over. `lost`, `doubled`, `torn` and `unfollowed` must be 0."""

    kills: int
    acknowledged: int
    stored: int
    lost: int
    doubled: int
    torn: int
    unfollowed: int
    """Responses that scoring or the columns were not told of, or told of twice."""
    is_sound: bool
    seconds: float = 0.0

    @property
    def is_clean(self) -> bool:
        return self.is_sound and not (self.lost or self.doubled or self.torn or self.unfollowed)


class Visitors:
    """Clients that keep a ledger: which tickets were acknowledged. A submission without a reply is sent again."""

    def __init__(self, port: int, public_id: str) -> None:
        self.port, self.public_id = port, public_id
        self.acknowledged: list[str] = []
        self.sent: set[str] = set()
        self.replies: Counter[int] = Counter()
        self.is_over = threading.Event()

    def request(self, method: str, path: str, body: str = "") -> tuple[int, str]:
        connection, status, text = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30), 0, ""
        try:
            connection.request(method, path, body, {"Content-Type": "application/x-www-form-urlencoded"})
            reply = connection.getresponse()
            text = reply.read().decode()
            status = reply.status
        except (OSError, http.client.HTTPException):
            time.sleep(0.02)
        finally:
            connection.close()
        self.replies[status] += 1
        return status, text

    def wait_for_another(self) -> None:
        """Until one more submission is acknowledged: what is killed faster than it can answer shows nothing.

        The clock cannot say when that is: on a busy machine a process that has just begun needs seconds for its
        first page, and a server whose kills are timed would answer nobody at all.
        """
        before, end = len(self.acknowledged), time.monotonic() + PATIENCE
        while len(self.acknowledged) == before:
            if time.monotonic() > end:
                raise AssertionError(f"nothing was acknowledged in {PATIENCE} s; replies by status: {self.replies}")
            time.sleep(0.01)

    def visit(self) -> None:
        while not self.is_over.is_set():
            status, page = self.request("GET", f"/s/{self.public_id}")
            if status != 200:
                continue
            (ticket,) = re.findall(r'name="ticket" value="([^"]+)"', page)
            form = [("ticket", ticket), ("page", "0"), *(("shown", key) for key in ANSWERS), *ANSWERS.items()]
            self.sent.add(ticket.split(".")[0])
            while not self.is_over.is_set():
                status, _ = self.request("POST", f"/s/{self.public_id}", urlencode(form))
                if status == 303:
                    self.acknowledged.append(ticket.split(".")[0])
                    break

    @contextmanager
    def visiting(self) -> Iterator[None]:
        threads = [threading.Thread(target=self.visit) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.is_over.set()
            for thread in threads:
                thread.join(PATIENCE)


def start(data: Path, port: int) -> subprocess.Popen[bytes]:
    """The server with its processes, in a group of its own, once it answers."""
    with (data / "server.log").open("ab") as log:
        child = subprocess.Popen(
            [sys.executable, "-c", SERVE], env=base.environment(data, port), cwd=base.ROOT,
            stdout=subprocess.DEVNULL, stderr=log, process_group=0,
        )  # fmt: skip
    try:
        base.wait_for(f"http://127.0.0.1:{port}/static/respond.css", child, 2 * PATIENCE)
    except (RuntimeError, TimeoutError) as error:
        kill_all(child)
        raise AssertionError((data / "server.log").read_text()[-3000:]) from error
    return child


def kill_all(child: subprocess.Popen[bytes]) -> None:
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def kill_one(child: subprocess.Popen[bytes], chance: random.Random) -> None:
    """One of the processes that answer, whichever; waits until another has taken its place."""
    there = _children(child.pid)
    os.kill(chance.choice(there), signal.SIGKILL)
    end = time.monotonic() + PATIENCE
    while (now := _children(child.pid)) == there or len(now) < PROCESSES:
        if time.monotonic() > end:
            raise AssertionError("a killed process was not replaced")
        time.sleep(0.01)


def _children(pid: int) -> list[int]:
    """The children that live; one that was killed and not yet waited for does not."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [int(one) for one in found if _lives(int(one))]


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def run(data: Path, *, ones: int, groups: int, seed: int = 7) -> Count:
    """Kill so many processes and so many whole servers while visitors answer; what is left then."""
    visitors, chance, begun = Visitors(base.free_port(), prepare(data)), random.Random(seed), time.monotonic()
    child = start(data, visitors.port)
    try:
        with visitors.visiting():
            for _ in range(ones):
                visitors.wait_for_another()
                time.sleep(0.2 * chance.random())
                kill_one(child, chance)
            for _ in range(groups):
                visitors.wait_for_another()
                time.sleep(0.5 * chance.random())
                kill_all(child)
                child = start(data, visitors.port)
            visitors.wait_for_another()
    finally:
        kill_all(child)
    return count(data / "survey.db", visitors, ones + groups, time.monotonic() - begun)


def count(path: Path, visitors: Visitors, kills: int, seconds: float) -> Count:
    """The ledger of the visitors against the database."""
    database = sqlite3.connect(path)
    rows = database.execute("SELECT id, ticket, state, answers FROM response").fetchall()
    wanted = {key: int(value) if value.isdigit() else value for key, value in ANSWERS.items()}
    tickets, ids = [row[1] for row in rows], sorted(row[0] for row in rows)
    told = [
        sorted(row[0] for row in database.execute(query))
        for query in ("SELECT response_id FROM change", "SELECT subject FROM due WHERE kind = 'score'")
    ]
    is_sound = database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
    return Count(
        kills, len(visitors.acknowledged), len(rows),
        lost=len(set(visitors.acknowledged) - set(tickets)),
        doubled=len(tickets) - len(set(tickets)) + len(set(tickets) - visitors.sent),
        torn=sum(state != "submitted" or json.loads(answers) != wanted for _, _, state, answers in rows),
        unfollowed=sum(len(set(ids) ^ set(found)) + len(found) - len(set(found)) for found in told),
        is_sound=is_sound, seconds=round(seconds, 1),
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ones", type=int, default=200, help="kills of one web process")
    parser.add_argument("--groups", type=int, default=20, help="kills of the whole server")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = run(Path(folder), ones=given.ones, groups=given.groups)
    print(json.dumps(asdict(found)))
    sys.exit(not found.is_clean)


if __name__ == "__main__":
    main()
