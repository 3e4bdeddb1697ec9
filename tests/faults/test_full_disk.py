"""The disk runs full while people answer: nobody is thanked for what was not kept, and nobody has to type it again."""

import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event, text

from survey_app.config import Config
from survey_app.store.database import connect
from survey_app.web.database import Installation
from tests import make

WORDS = "等了两个星期还没到,而且没有人接电话。" * 60


@dataclass
class Disk:
    """How many pages the database may have; what a full disk answers, SQLite answers beyond them."""

    engine: Engine
    pages: int = 1 << 30

    def fill(self, more: int) -> None:
        with self.engine.connect() as connection:
            self.pages = connection.execute(text("PRAGMA page_count")).scalar_one() + more

    def clear(self) -> None:
        self.pages = 1 << 30


@pytest.fixture
def disk(app: Flask, tmp_path: Path, config: Config, empty_file: Path) -> Iterator[Disk]:
    engine = connect(f"sqlite:///{shutil.copy(empty_file, tmp_path / 'small.db')}")
    disk = Disk(engine)

    def allow(connection: Any, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count={disk.pages}")

    event.listen(engine, "checkout", allow)
    app.extensions["survey"] = Installation(config, engine)
    yield disk
    engine.dispose()


def test_on_a_full_disk_the_page_keeps_what_was_typed_and_thanks_nobody(app: Flask, disk: Disk) -> None:
    survey = make.survey(disk.engine)
    address = f"/s/{survey.public_id}"
    visitors = [app.test_client(use_cookies=False) for _ in range(40)]
    tickets = [re.findall(r'name="ticket" value="([^"]+)"', one.get(address).text)[0] for one in visitors]

    def send(number: int) -> Any:
        form = {"ticket": tickets[number], "page": "0", "nps": "3", "why": f"{WORDS}{number}"}
        return visitors[number].post(address, data=form, follow_redirects=True)

    disk.fill(more=60)
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(send, range(40)))
    thanked = {number for number, reply in enumerate(replies) if "谢谢" in reply.text}
    assert 0 < len(thanked) < 40, [reply.status for reply in replies]
    for number, reply in enumerate(replies):
        if number not in thanked:
            assert reply.status_code == 503 and f"{WORDS}{number}</textarea>" in reply.text
            assert re.search(r'value="3"[^>]*checked', reply.text) and reply.headers["Retry-After"]
    assert _stored(disk.engine) == {f"{WORDS}{number}" for number in thanked}
    assert visitors[0].get(address).status_code == 200, "who reads is not held up"
    disk.clear()
    again = [send(number) for number in range(40)]
    assert all(reply.status_code == 200 and "谢谢" in reply.text for reply in again)
    assert _stored(disk.engine) == {f"{WORDS}{number}" for number in range(40)}


def _stored(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
        query = "SELECT json_extract(answers, '$.why') FROM response WHERE state = 'submitted'"
        found: list[str] = list(connection.execute(text(query)).scalars())
    assert len(found) == len(set(found))
    return set(found)
