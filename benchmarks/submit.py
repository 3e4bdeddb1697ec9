"""Complete submissions (page, answers, thank-you) at a real server: how many a second, and what one costs in CPU.

In the same run: the bare inserts of the same rows, and a server that says hello, as the limits of what is possible.
"""

import http.client
import re
import sqlite3
import tempfile
import threading
import time
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


def submit(connection: http.client.HTTPConnection, public_id: str) -> bool:
    """One visitor: the page, the answers, the thank-you."""
    connection.request("GET", f"/s/{public_id}")
    page = connection.getresponse().read().decode()
    found = re.search(r'name="ticket" value="([^"]+)"', page)
    if not found:
        return False
    form = [("ticket", found[1]), ("page", "0"), *(("shown", key) for key in ANSWERS), *ANSWERS.items()]
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", f"/s/{public_id}", urlencode(form), headers)
    reply = connection.getresponse()
    reply.read()
    if reply.status != 303:
        return False
    connection.request("GET", reply.headers["Location"])
    thanks = connection.getresponse()
    thanks.read()
    return thanks.status == 200


def run_clients(port: int, public_id: str, clients: int, seconds: float) -> Load:
    """Visitors one after the other from each of several clients."""
    load, lock, end = Load(seconds), threading.Lock(), time.monotonic() + seconds

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while time.monotonic() < end:
            start = time.perf_counter()
            is_done = submit(connection, public_id)
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


def hello(seconds: float) -> tuple[float, float]:
    """Requests a second and CPU ms of an empty WSGI page under the same server."""
    with tempfile.TemporaryDirectory() as folder, base.serving(Path(folder), code=HELLO, path="/") as process:
        connection = http.client.HTTPConnection("127.0.0.1", process.port)
        count, before, start = 0, process.cpu_ms, time.monotonic()
        while time.monotonic() - start < seconds:
            connection.request("GET", "/")
            connection.getresponse().read()
            count += 1
        elapsed = time.monotonic() - start
        connection.close()
        return count / elapsed, (process.cpu_ms - before) / count


def bare_inserts(database: Path, seconds: float) -> tuple[float, float]:
    """The rows of one submission by the driver alone, one transaction each: per second and CPU ms."""
    connection = sqlite3.connect(database, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    columns = [row[1] for row in connection.execute("PRAGMA table_info(response)") if row[1] != "id"]
    names, places = ",".join(columns), ",".join("?" * len(columns))
    sample = connection.execute(f"SELECT {names} FROM response ORDER BY id LIMIT 1").fetchone()
    ticket, count = columns.index("ticket"), 0
    start, cpu = time.monotonic(), time.process_time()
    while time.monotonic() - start < seconds:
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
    elapsed, used = time.monotonic() - start, time.process_time() - cpu
    connection.close()
    return count / elapsed, 1000 * used / count


def measure(*, clients: int, seconds: float) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        public_id = prepare(data)
        with base.serving(data) as process:
            run_clients(process.port, public_id, 2, min(2, seconds))
            before = process.cpu_ms
            load = run_clients(process.port, public_id, clients, seconds)
            cpu = process.cpu_ms - before
        inserts, insert_cpu = bare_inserts(data / "survey.db", seconds / 4)
    hellos, hello_cpu = hello(seconds / 4)
    done = len(load.latencies) - load.failures
    return {
        "clients": clients,
        "submissions": done,
        "failures": load.failures,
        "submissions_per_s": round(done / load.seconds, 1),
        "server_cpu_ms_per_submission": round(cpu / max(done, 1), 2),
        "p50_ms": round(median(load.latencies), 1),
        "p95_ms": round(quantiles(load.latencies, n=20)[-1], 1),
        "limit_bare_inserts_per_s": round(inserts, 1),
        "limit_bare_insert_cpu_ms": round(insert_cpu, 3),
        "limit_hello_requests_per_s": round(hellos, 1),
        "limit_hello_cpu_ms_per_3_requests": round(3 * hello_cpu, 2),
        "times_limit_cpu": round(cpu / max(done, 1) / (3 * hello_cpu + insert_cpu), 1),
        "reference_cpu_ms_limesurvey": 439,
        "reference_cpu_ms_django_survey": 47,
    }


def main() -> None:
    options = base.options(__doc__, clients={"type": int, "default": 8})
    result = measure(clients=options.clients, seconds=8 if options.quick else 30)
    base.report(result, as_json=options.json)


if __name__ == "__main__":
    main()
