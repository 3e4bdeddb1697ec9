"""Complete submissions (page, answers, thank-you) at a real server: how many a second, and what one costs in CPU.

In turn in the same run, the reference: the smallest honest form in Flask, Flask-WTF and SQLModel (`plain_form`); and
the limits: the bare inserts of the same rows, and a server that only says hello. `submissions_per_second` and `p99_ms`
(of whole submissions) are at 32 clients, the CPU times at 8. Every acknowledged submission is looked up in the
database: `lost` and `doubled` must be 0.
"""

import gzip
import html
import http.client
import re
import sqlite3
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Any

from benchmarks import base, visitors
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


def walk(public_id: str) -> visitors.Walk:
    """Through our own form: the page, the answers, the thank-you."""
    form = (("page", "0"), *(("shown", key) for key in ANSWERS), *ANSWERS.items())
    return visitors.Walk(f"/s/{public_id}", "ticket", form)


PLAIN = visitors.Walk("/", "csrf_token", tuple(ANSWERS.items()))
PLAIN_FORM = "import runpy; runpy.run_module('benchmarks.plain_form', run_name='__main__')"


@dataclass(slots=True)
class Side:
    """One of the two servers, loaded in turn."""

    process: base.Process
    walk: visitors.Walk
    cpu_ms: float = 0.0
    done: int = 0
    failures: int = 0
    tickets: list[str] = field(default_factory=list)

    def visited(self, clients: int, seconds: float) -> visitors.Load:
        before = self.process.cpu_ms
        load = visitors.run(self.process.port, self.walk, clients, seconds)
        self.cpu_ms += self.process.cpu_ms - before
        self.done += load.done
        self.failures += load.failures
        self.tickets += load.tickets
        return load

    def each(self) -> float:
        """CPU ms of one submission since the count was last begun; begins it anew."""
        cost = self.cpu_ms / max(self.done, 1)
        self.cpu_ms, self.done = 0.0, 0
        return cost


def first_page(port: int, path: str) -> tuple[int, int]:
    """What a new visitor's browser loads: bytes of the page and its files as they are sent or gzipped, and requests."""
    page = _fetched(port, path)
    files = {html.unescape(link) for link in re.findall(r'(?:src|href)="(/static/[^"]+)"', page.decode())}
    pieces = [page, *(_fetched(port, link) for link in files)]
    return sum(len(gzip.compress(piece, 6)) for piece in pieces), len(pieces)


def _fetched(port: int, path: str) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as reply:
        return bytes(reply.read())


def ledger(database: Path, tickets: list[str]) -> tuple[int, int]:
    """How many acknowledged submissions are not in the database, and how many responses are there too often."""
    connection = sqlite3.connect(database)
    stored = [row[0] for row in connection.execute("SELECT ticket FROM response WHERE state = 'submitted'")]
    connection.close()
    return len(set(tickets) - set(stored)), len(stored) - len(set(tickets))


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


def measure(*, seconds: float) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        public_id = prepare(data)
        with (
            base.serving(data) as own,
            base.serving(data, code=PLAIN_FORM, path="/thanks") as reference,
        ):
            page_bytes, page_requests = first_page(own.port, f"/s/{public_id}")
            ours, theirs = Side(own, walk(public_id)), Side(reference, PLAIN)
            result = in_turn(ours, theirs, seconds)
            result |= {"page_gzip_bytes": page_bytes, "page_requests": page_requests, "start_memory_mb": own.memory_mb}
        result["lost"], result["doubled"] = ledger(data / "survey.db", ours.tickets)
        inserts, insert_cpu = bare_inserts(data / "survey.db", seconds / 2)
    return result | {
        "limit_bare_inserts_per_s": round(inserts, 1),
        "limit_bare_insert_cpu_ms": round(insert_cpu, 3),
        "limit_hello_cpu_ms_per_3_requests": round(3 * hello(seconds / 2), 2),
    }


def in_turn(ours: Side, theirs: Side, seconds: float) -> dict[str, Any]:
    """Load both servers one after the other, again and again, so that what else the machine does meets both."""
    for side in (ours, theirs):
        side.visited(2, min(2, seconds))
        side.each()
    loads: dict[int, visitors.Load] = {1: ours.visited(1, seconds)}
    ours.each()
    for _ in range(3):
        loads[8] = ours.visited(8, seconds)
        theirs.visited(8, seconds)
    server, reference = ours.each(), theirs.each()
    loads[32] = ours.visited(32, 2 * seconds)
    server_32, peer = ours.each(), theirs.visited(32, 2 * seconds)
    result: dict[str, Any] = {
        "submissions_per_second": round(loads[32].done / loads[32].seconds, 1),
        "p99_ms": _share(loads[32].latencies, 99),
        "p99_request_ms": _share(loads[32].requests, 99),
        "server_cpu_ms": round(server, 2),
        "server_cpu_ms_32_clients": round(server_32, 2),
        "reference_cpu_ms": round(reference, 2),
        "cpu_ratio_to_reference": round(server / reference, 3),
        "failures": ours.failures,
    }
    for clients, load in loads.items():
        result[f"submissions_per_second_{clients}_clients"] = round(load.done / load.seconds, 1)
        result |= {f"p{percent}_ms_{clients}_clients": _share(load.latencies, percent) for percent in (50, 95, 99)}
    return result | {
        "peer_plain_form_submissions_per_second_32_clients": round(peer.done / peer.seconds, 1),
        "peer_plain_form_p99_ms_32_clients": _share(peer.latencies, 99),
        "peer_plain_form_cpu_ms_32_clients": round(theirs.each(), 2),
    }


def _share(values: list[float], percent: int) -> float:
    return round(quantiles(values, n=100)[percent - 1], 1)


def main() -> None:
    options = base.options(__doc__)
    base.report(__doc__, measure(seconds=2 if options.quick else 10), as_json=options.json)


if __name__ == "__main__":
    main()
