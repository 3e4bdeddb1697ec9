"""Complete submissions (page, answers, thank-you) at a real server: how many a second, and what one costs in CPU.

In the same run, the peer: the smallest honest form in Flask, Flask-WTF and SQLModel (`plain_form`); and the limits: the
bare inserts of the same rows, and a server that only says hello.
"""

import http.client
import re
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlencode

from benchmarks import base
from survey_app import crypto
from survey_app.store.database import connect, writing
from survey_app.store.schema import upgrade
from survey_app.tables import Survey, Version

HELLO = """
import os, waitress
def app(environ, start):
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"hello"]
waitress.serve(app, host="127.0.0.1", port=int(os.environ["SURVEY_PORT"]), threads=8, _quiet=True)
"""
REASON = "物流很快,但是客服态度很差,等了两天没人回复"
DEFINITION: dict[str, Any] = {
    "title": {"zh": "购物体验调查", "en": "Shopping survey"},
    "languages": ["zh", "en"],
    "pages": [
        {
            "items": [
                {"key": "nps", "type": "nps", "is_required": True, "text": {"zh": "您有多大可能推荐我们?"}},
                {"key": "why", "type": "long_text", "text": {"zh": "主要原因是什么?"}},
                {"key": "csat", "type": "csat", "text": {"zh": "您对这次购物满意吗?"}},
                {"key": "city", "type": "short_text", "text": {"zh": "您在哪个城市?"}},
                {
                    "key": "way", "type": "single", "text": {"zh": "您从哪里知道我们?"},
                    "options": {"choices": [{"code": "web", "text": {"zh": "网络"}}, {"code": "shop"}]},
                },
            ]
        }
    ],
}  # fmt: skip
ANSWERS = {"nps": "7", "why": REASON, "csat": "4", "city": "杭州", "way": "web"}


@dataclass(slots=True)
class Load:
    """What the clients did together."""

    seconds: float
    latencies: list[float] = field(default_factory=list)
    failures: int = 0

    @property
    def done(self) -> int:
        return len(self.latencies) - self.failures


def prepare(data: Path) -> str:
    """A database with one open survey; its public id."""
    crypto.use_key(base.SECRET.encode())
    engine = connect(f"sqlite:///{data / 'survey.db'}")
    upgrade(engine)
    with writing(engine) as session:
        survey = Survey(public_id=crypto.new_token(), name="benchmark", draft=DEFINITION, is_open=True)
        session.add(survey)
        session.flush()
        assert survey.id is not None
        session.add(Version(survey_id=survey.id, number=1, definition=DEFINITION))
    engine.dispose()
    return survey.public_id


Visit = Callable[[http.client.HTTPConnection], bool]
"""One whole submission; False where something was refused."""


def submission(public_id: str) -> Visit:
    """Visits to our own server: the page, the answers, the thank-you."""
    form = [("page", "0"), *(("shown", key) for key in ANSWERS), *ANSWERS.items()]
    return lambda connection: _visit(connection, f"/s/{public_id}", "ticket", form)


def plain_submission(connection: http.client.HTTPConnection) -> bool:
    """The same at the peer."""
    return _visit(connection, "/", "csrf_token", list(ANSWERS.items()))


def _visit(connection: http.client.HTTPConnection, path: str, token: str, form: list[tuple[str, str]]) -> bool:
    connection.request("GET", path)
    page = connection.getresponse()
    found = re.search(rf'name="{token}"[^>]* value="([^"]+)"', page.read().decode())
    if not found:
        return False
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if cookie := page.headers["Set-Cookie"]:
        headers["Cookie"] = cookie.partition(";")[0]
    connection.request("POST", path, urlencode([(token, found[1]), *form]), headers)
    reply = connection.getresponse()
    reply.read()
    if reply.status != 303:
        return False
    connection.request("GET", reply.headers["Location"])
    thanks = connection.getresponse()
    thanks.read()
    return thanks.status == 200


def run_clients(port: int, visit: Visit, clients: int, seconds: float) -> Load:
    """Visitors one after the other from each of several clients."""
    load, lock, end = Load(seconds), threading.Lock(), time.monotonic() + seconds

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while time.monotonic() < end:
            start = time.perf_counter()
            is_done = visit(connection)
            with lock:
                load.latencies.append(1000 * (time.perf_counter() - start))
                load.failures += not is_done
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(clients)]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    load.seconds = time.monotonic() - start
    return load


def loaded(process: base.Process, visit: Visit, clients: int, seconds: float) -> tuple[Load, float]:
    """Let a server warm up, then load it; what the clients did, and the server's CPU ms for one submission."""
    run_clients(process.port, visit, 2, min(2, seconds))
    before = process.cpu_ms
    load = run_clients(process.port, visit, clients, seconds)
    return load, (process.cpu_ms - before) / max(load.done, 1)


def hello(seconds: float) -> float:
    """CPU ms of an empty WSGI page under the same server."""
    with tempfile.TemporaryDirectory() as folder, base.serving(Path(folder), code=HELLO, path="/") as process:
        connection = http.client.HTTPConnection("127.0.0.1", process.port)
        count, before, start = 0, process.cpu_ms, time.monotonic()
        while time.monotonic() - start < seconds:
            connection.request("GET", "/")
            connection.getresponse().read()
            count += 1
        connection.close()
        return (process.cpu_ms - before) / count


def bare_inserts(database: Path, seconds: float) -> tuple[float, float]:
    """The rows of one submission by the driver alone, one transaction each: per second and CPU ms."""
    connection = sqlite3.connect(database, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    columns = [row[1] for row in connection.execute("PRAGMA table_info(response)") if row[1] != "id"]
    names, places = ",".join(columns), ",".join("?" * len(columns))
    sample = connection.execute(f"SELECT {names} FROM response ORDER BY id LIMIT 1").fetchone()
    ticket, count = columns.index("ticket"), 0
    with base.spent() as took:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            row = list(sample)
            row[ticket] = f"bare-{count}"
            connection.execute("BEGIN IMMEDIATE")
            number = connection.execute(f"INSERT INTO response ({names}) VALUES ({places})", row).lastrowid
            connection.execute("INSERT INTO change (survey_id, response_id) VALUES (1, ?)", (number,))
            for kind in ("case", "score"):
                connection.execute(
                    "INSERT INTO due (kind, subject, revision, due_at, claimed_by, attempts, error) "
                    "VALUES (?, ?, 1, '2026-01-01 00:00:00', '', 0, '')",
                    (kind, number),
                )
            connection.execute("COMMIT")
            count += 1
    connection.close()
    return count / took.seconds, took.each(count)


def measure(*, clients: int, seconds: float) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        visit = submission(prepare(data))
        with base.serving(data) as process:
            load, cpu = loaded(process, visit, clients, seconds)
        inserts, insert_cpu = bare_inserts(data / "survey.db", seconds / 4)
        with base.serving(data, code="import runpy; runpy.run_module('benchmarks.plain_form', run_name='__main__')",
                          path="/thanks") as process:  # fmt: skip
            peer, peer_cpu = loaded(process, plain_submission, clients, seconds)
    hello_cpu = hello(seconds / 4)
    return {
        "clients": clients,
        "submissions": load.done,
        "failures": load.failures + peer.failures,
        "server_cpu_ms_per_submission": round(cpu, 2),
        "submissions_per_s": round(load.done / load.seconds, 1),
        "p50_ms": round(median(load.latencies), 1),
        "p95_ms": round(quantiles(load.latencies, n=20)[-1], 1),
        "peer_plain_form_cpu_ms_per_submission": round(peer_cpu, 2),
        "peer_plain_form_submissions_per_s": round(peer.done / peer.seconds, 1),
        "peer_plain_form_p95_ms": round(quantiles(peer.latencies, n=20)[-1], 1),
        "limit_bare_inserts_per_s": round(inserts, 1),
        "limit_bare_insert_cpu_ms": round(insert_cpu, 3),
        "limit_hello_cpu_ms_per_3_requests": round(3 * hello_cpu, 2),
    }


def main() -> None:
    options = base.options(__doc__, clients={"type": int, "default": 8})
    result = measure(clients=options.clients, seconds=8 if options.quick else 30)
    base.report(__doc__, result, as_json=options.json)


if __name__ == "__main__":
    main()
