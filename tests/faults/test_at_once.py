"""Many at once at a server of several processes: links that count once count once, and looking changes nothing."""

import http.client
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import Engine, text

from benchmarks.base import ROOT, free_port, wait_for
from survey_app import collecting, crypto, publishing
from survey_app.config import Config
from survey_app.store.database import writing
from survey_app.store.policies import Limit, Policy
from survey_app.store.schema import revisions
from survey_app.tables import Invitation, Survey
from tests import make

LINKS, CLIENTS, PROCESSES = 150, 8, 4


@dataclass(frozen=True)
class Served:
    port: int

    def ask(self, method: str, path: str, form: list[tuple[str, str]] | None = None) -> tuple[int, str]:
        """One request, its redirects followed."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "User-Agent": "Mozilla/5.0"}
        connection.request(method, path, urlencode(form) if form else None, headers)
        reply = connection.getresponse()
        page, status, place = reply.read().decode(), reply.status, reply.getheader("Location")
        connection.close()
        return self.ask("GET", place) if status == 303 and place else (status, page)

    def ticket(self, path: str) -> str:
        found: list[str] = re.findall(r'name="ticket" value="([^"]+)"', self.ask("GET", path)[1])
        return found[0]


@pytest.fixture
def served(tmp_path: Path, config: Config, engine: Engine) -> Iterator[Served]:
    """The product with several web processes, on this test's database of either kind."""
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:last)"), {"last": revisions()[-1]})
    port, log = free_port(), tmp_path / "server.log"
    environment = {
        **os.environ, "SURVEY_DATA": str(tmp_path), "SURVEY_PORT": str(port), "PYTHONPATH": str(ROOT),
        "SURVEY_SECRET_KEY": config.secret_key.decode(), "DATABASE_URL": config.database_url,
    }  # fmt: skip
    command = [sys.executable, "-m", "survey_app", "serve", "--no-worker", "--processes", str(PROCESSES)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
    try:
        wait_for(f"http://127.0.0.1:{port}/static/respond.css", process)
        yield Served(port)
        assert "Traceback" not in log.read_text()
    finally:
        process.terminate()
        process.wait(30)


def invited(engine: Engine, survey: Survey, count: int) -> list[str]:
    tokens = [crypto.new_token() for _ in range(count)]
    with writing(engine) as session:
        session.add_all(
            Invitation(survey_id=survey.id, channel="email", nonce="n", token_hash=crypto.hash_token(token))
            for token in tokens
        )
    return tokens


def stored(engine: Engine, query: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(query)).scalar_one())


@pytest.mark.slow
def test_links_and_clicks_at_once_count_once(served: Served, engine: Engine) -> None:
    survey = make.survey(engine)
    tokens = invited(engine, survey, LINKS)
    for _ in range(10):
        for path in (f"/s/{survey.public_id}", *(f"/r/{token}" for token in tokens[:9])):
            assert served.ask("GET", path)[0] == 200
    assert stored(engine, "SELECT count(*) FROM response") == 0
    assert stored(engine, "SELECT count(*) FROM due") == 0

    # Every client goes through all links; the same page is sent by all of them.
    tickets = [(f"/r/{token}", served.ticket(f"/r/{token}")) for token in tokens]

    def send(path: str, ticket: str) -> bool:
        status, page = served.ask("POST", path, [("ticket", ticket), ("page", "0"), ("nps", "9"), ("why", "快")])
        return status == 200 and "谢谢" in page

    with ThreadPoolExecutor(CLIENTS) as pool:
        sent = [pool.submit(send, *one) for one in tickets for _ in range(CLIENTS)]
        assert Counter(one.result() for one in sent) == {True: LINKS * CLIENTS}
    assert stored(engine, "SELECT count(*) FROM response WHERE state = 'submitted'") == LINKS
    assert stored(engine, "SELECT count(DISTINCT invitation_id) FROM response") == LINKS
    assert stored(engine, "SELECT count(*) FROM due WHERE kind = 'score'") == LINKS

    # A fourfold click at a public link.
    path = f"/s/{survey.public_id}"
    for _ in range(10):
        ticket = served.ticket(path)
        with ThreadPoolExecutor(4) as pool:
            assert all(pool.map(send, [path] * 4, [ticket] * 4))
    assert stored(engine, "SELECT count(*) FROM response") == LINKS + 10


@pytest.mark.slow
def test_a_quota_of_a_hundred_is_a_hundred_at_several_processes(served: Served, engine: Engine) -> None:
    survey = make.survey(engine)
    quota = Limit(key="q1", name="unhappy", condition="nps <= 6", most=100)
    with writing(engine) as session:
        row = session.get_one(Survey, survey.id)
        publishing.change_policy(session, row, Policy(cap=160, quotas=(quota,)))
        session.flush()
        collecting.recount(session, row.id or 0)
    path = f"/s/{survey.public_id}"

    def answer(number: int) -> str:
        """One in ten has had the page open before it was full; the others are told as they come."""
        page = served.ask("GET", path)[1] if number % 10 else opened.pop()
        found = re.findall(r'name="ticket" value="([^"]+)"', page)
        score = "9" if number % 3 == 0 else "2"
        form = [("ticket", found[0]), ("page", "0"), ("nps", score), ("why", "快")] if found else None
        return served.ask("POST", path, form)[1] if form else page

    opened = [served.ask("GET", path)[1] for _ in range(25)]
    with ThreadPoolExecutor(CLIENTS) as pool:
        pages = list(pool.map(answer, range(200)))
    assert sum("谢谢您的反馈" in page for page in pages) == 160
    assert stored(engine, "SELECT count(*) FROM response WHERE state = 'submitted'") == 160
    assert stored(engine, "SELECT count(*) FROM reservation WHERE quota = 'q1' AND expires_at IS NULL") == 100
    assert stored(engine, "SELECT taken FROM quota WHERE key = 'q1'") == 100
    assert stored(engine, "SELECT taken FROM quota WHERE key = 'cap'") == 160
