"""The server process dies in the middle of submissions, again and again; what it had acknowledged is there, once."""

import http.client
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

import pytest

from benchmarks import base
from benchmarks.submit import ANSWERS, prepare

KILLS, CLIENTS = 6, 4


class Visitors:
    """Clients that keep a ledger: which tickets were acknowledged. A submission without a reply is sent again."""

    def __init__(self, port: int, public_id: str) -> None:
        self.port, self.public_id = port, public_id
        self.acknowledged: list[str] = []
        self.sent: set[str] = set()
        self.is_over = threading.Event()

    def request(self, method: str, path: str, body: str = "") -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body, {"Content-Type": "application/x-www-form-urlencoded"})
            reply = connection.getresponse()
            return reply.status, reply.read().decode()
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
            return 0, ""
        finally:
            connection.close()

    def visit(self) -> None:
        while not self.is_over.is_set():
            status, page = self.request("GET", f"/s/{self.public_id}")
            if status != 200:
                continue
            (ticket,) = re.findall(r'name="ticket" value="([^"]+)"', page)
            form = [("ticket", ticket), ("page", "0"), *(("shown", key) for key in ANSWERS), *ANSWERS.items()]
            self.sent.add(ticket.split(".")[0])
            for _ in range(400):
                status, _ = self.request("POST", f"/s/{self.public_id}", urlencode(form))
                if status == 303:
                    self.acknowledged.append(ticket.split(".")[0])
                    break


def start(data: Path, port: int) -> subprocess.Popen[bytes]:
    with (data / "server.log").open("ab") as log:
        child = subprocess.Popen(
            [sys.executable, "-c", base.SERVE], env=base.environment(data, port), cwd=base.ROOT,
            stdout=subprocess.DEVNULL, stderr=log,
        )  # fmt: skip
    try:
        base.wait_for(f"http://127.0.0.1:{port}/static/respond.css", child)
    except RuntimeError as error:
        raise AssertionError((data / "server.log").read_text()[-3000:]) from error
    return child


@pytest.mark.slow
def test_killing_the_server_loses_and_doubles_no_acknowledged_answer(tmp_path):
    visitors = Visitors(base.free_port(), prepare(tmp_path))
    chance = random.Random(7)
    child = start(tmp_path, visitors.port)
    threads = [threading.Thread(target=visitors.visit) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(KILLS):
            time.sleep(0.3 + chance.random())
            os.kill(child.pid, signal.SIGKILL)
            child.wait()
            child = start(tmp_path, visitors.port)
        time.sleep(0.5)
    finally:
        visitors.is_over.set()
        for thread in threads:
            thread.join(60)
        child.kill()
        child.wait()
    database = sqlite3.connect(tmp_path / "survey.db")
    rows = database.execute("SELECT id, ticket, state, json_extract(answers, '$.why') FROM response").fetchall()
    tickets = [row[1] for row in rows]
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert len(visitors.acknowledged) > 20
    assert set(visitors.acknowledged) <= set(tickets), "an acknowledged answer is lost"
    assert len(tickets) == len(set(tickets)), "an answer is there twice"
    assert set(tickets) <= visitors.sent
    assert all(state == "submitted" and why == ANSWERS["why"].strip() for _, _, state, why in rows), "an answer is torn"
    for table, column in (("change", "response_id"), ("due", "subject")):
        where = "WHERE kind = 'score'" if table == "due" else ""
        handed_over = [row[0] for row in database.execute(f"SELECT {column} FROM {table} {where}")]
        assert sorted(handed_over) == sorted(row[0] for row in rows), f"{table} does not follow the answers"
    database.close()
