"""What a database that is locked, full or gone does to people: a clear page and 503, never a fault, never insides."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from survey_app.web import customers as customer_pages
from tests.conftest import Browser

from .house import House, addresses


@contextmanager
def down(engine: Engine) -> Iterator[None]:
    def refuse(*_: Any) -> None:
        raise OperationalError("BEGIN", {}, sqlite3.OperationalError("database is locked"))

    event.listen(engine, "checkout", refuse)
    try:
        yield
    finally:
        event.remove(engine, "checkout", refuse)


def test_every_page_says_that_the_service_is_busy(app: Flask, client: Browser, house: House, engine: Engine) -> None:
    urls = [url for url, rule in addresses(app, house, "GET") if rule.endpoint not in ("assets.file", "health.show")]
    with down(engine):
        # Programs are asked for a key first: whether it works cannot be looked up either.
        answers = {url: client.get(url, headers={"Authorization": "Bearer svk_x"}) for url in urls}
    assert {answer.status_code for answer in answers.values()} == {503}
    for url, answer in answers.items():
        assert answer.headers["Retry-After"], url
        assert "locked" not in answer.text and "sqlite" not in answer.text.lower(), url
        assert "Content-Security-Policy" in answer.headers, url


def test_health_tells_whether_the_database_can_be_written(client: Browser, engine: Engine, count: Any) -> None:
    before = count()
    assert (client.get("/health").status_code, client.get("/health").text) == (200, "ok")
    with down(engine):
        answer = client.get("/health")
    assert (answer.status_code, answer.text) == (503, "unavailable")
    assert "Set-Cookie" not in answer.headers
    assert count() == before


def test_health_is_down_when_only_writing_fails(client: Browser, engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("a lock on the whole database is SQLite's")
    other = sqlite3.connect(engine.url.database or "", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        assert client.get("/sign-in").status_code == 200
        assert client.get("/health").status_code == 503
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert client.get("/health").status_code == 200


@pytest.mark.parametrize(
    ("raised", "status"),
    [
        (PoolTimeout("QueuePool limit"), 503),
        (IntegrityError("INSERT secret", {"email": "ann@example.com"}, Exception("UNIQUE secret")), 409),
        (ZeroDivisionError("ann@example.com"), 500),
    ],
)
def test_a_fault_is_logged_and_shown_without_what_people_typed(
    client: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, raised: Exception, status: int
) -> None:
    def fail(*_: Any) -> None:
        raise raised

    monkeypatch.setattr(customer_pages.customers, "find", fail)
    with caplog.at_level(logging.INFO):
        answer = client.get("/customers?q=ann@example.com")
    assert answer.status_code == status
    logged = caplog.text
    assert "ann@example.com" not in answer.text.replace('value="ann@example.com"', "") and "secret" not in answer.text
    assert "ann@example.com" not in logged and "secret" not in logged
    if status == 500:
        assert "customers.index" in logged and "ZeroDivisionError" in logged and "customers.py" in logged


def test_a_statement_that_fails_does_not_print_its_values(engine: Engine) -> None:
    with pytest.raises(Exception, match="no_such_table") as caught, engine.connect() as connection:
        connection.exec_driver_sql(
            "SELECT * FROM no_such_table WHERE x = " + ("?" if engine.dialect.name == "sqlite" else "%s"),
            ("ann@example.com",),
        )
    assert "ann@example.com" not in str(caught.value)
