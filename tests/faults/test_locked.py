"""Another process holds SQLite's lock for long: people are told so, keep what they typed, and nothing is lost."""

import http.client
import re
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import urlencode

import pytest

from benchmarks.base import environment, free_port, wait_for
from benchmarks.submit import ANSWERS, prepare

ROOT = Path(__file__).parents[2]
SERVE = (
    "from survey_app.store import database; database.PATIENCE = 400\n"
    "from survey_app import config, server; server.serve(config.load(), with_worker=False)"
)
WORDS = "等了两个星期 <b>还没到</b>"


def request(port: int, method: str, path: str, form: list[tuple[str, str]] | None = None) -> tuple[int, str, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    body = urlencode(form) if form else None
    connection.request(method, path, body, {"Content-Type": "application/x-www-form-urlencoded"})
    reply = connection.getresponse()
    text = reply.read().decode()
    connection.close()
    return reply.status, text, reply.getheader("Retry-After", "")


@pytest.mark.slow
def test_answers_sent_to_a_locked_database_are_kept_on_the_page_and_taken_later(tmp_path: Path) -> None:
    public_id, port = prepare(tmp_path), free_port()
    server = subprocess.Popen(
        [sys.executable, "-c", SERVE], cwd=ROOT, env=environment(tmp_path, port), stdout=subprocess.DEVNULL
    )
    other = sqlite3.connect(tmp_path / "survey.db", isolation_level=None)
    try:
        wait_for(f"http://127.0.0.1:{port}/static/respond.css", server)
        address = f"/s/{public_id}"
        form = [("page", "0"), *(("shown", key) for key in ANSWERS), *{**ANSWERS, "why": WORDS}.items()]
        pages = [request(port, "GET", address)[1] for _ in range(8)]
        tickets = [re.findall(r'name="ticket" value="([^"]+)"', page)[0] for page in pages]
        other.execute("BEGIN EXCLUSIVE")
        assert request(port, "GET", address)[0] == 200, "who only reads waits for nobody"
        replies: list[tuple[int, str, str]] = []

        def send(ticket: str) -> None:
            replies.append(request(port, "POST", address, [("ticket", ticket), *form]))

        senders = [threading.Thread(target=send, args=(ticket,)) for ticket in tickets]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        assert [status for status, _, _ in replies] == [503] * len(tickets)
        for _, page, retry in replies:
            assert retry and "&lt;b&gt;还没到&lt;/b&gt;</textarea>" in page
            assert re.search(r'name="nps"[^>]*value="7"[^>]*checked', page)
        assert request(port, "GET", "/health")[0] == 503
        other.execute("ROLLBACK")
        kept = [re.findall(r'name="ticket" value="([^"]+)"', page)[0] for _, page, _ in replies]
        for ticket in kept:
            assert request(port, "POST", address, [("ticket", ticket), *form])[0] == 303
        rows = other.execute("SELECT state, json_extract(answers, '$.why') FROM response").fetchall()
        assert rows == [("submitted", WORDS)] * len(tickets)
        assert request(port, "GET", "/health")[0] == 200
    finally:
        other.close()
        server.kill()
        server.wait()
