"""One database and one app per test; a client that sends back the hidden fields of the page's own form."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine, event, text
from sqlmodel import SQLModel
from werkzeug.test import TestResponse

from survey_app import clock, create_app, crypto
from survey_app import tables as tables
from survey_app.config import Config
from survey_app.store.database import connect, writing
from survey_app.tables import Login, User
from survey_app.web.database import Installation
from tests.postgres import server

# No test fails because the machine is slow: examples have no time limit.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

KEY = b"the key of a test installation, long enough"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str | None]:
    """The address of a throw-away PostgreSQL, None while tests run on SQLite."""
    if os.environ.get("SURVEY_TEST_DATABASE") != "postgresql":
        yield None
        return
    with server() as url:
        yield url


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with all tables, made once a worker and copied for each test."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    _make_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_admin(postgres_url: str | None) -> Iterator[Engine | None]:
    """Where databases are made; with a template that has all tables, copied for each test."""
    if postgres_url is None:
        yield None
        return
    admin = connect(postgres_url.format("postgres")).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE empty"))
    _make_tables(postgres_url.format("empty"))
    yield admin
    admin.dispose()


def _make_tables(url: str) -> None:
    engine = connect(url)
    SQLModel.metadata.create_all(engine)
    engine.dispose()


@pytest.fixture
def database_url(
    postgres_url: str | None, postgres_admin: Engine | None, empty_file: Path, tmp_path: Path
) -> Iterator[str]:
    """The address of this test's own empty database, with all tables."""
    crypto.use_key(KEY)
    if postgres_url is None or postgres_admin is None:
        yield f"sqlite:///{shutil.copy(empty_file, tmp_path / 'test.db')}"
        return
    name = f"test_{os.urandom(6).hex()}"
    with postgres_admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE empty STRATEGY file_copy"))
    yield postgres_url.format(name)
    with postgres_admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def config(tmp_path: Path, database_url: str) -> Config:
    return Config(
        data=tmp_path,
        database_url=database_url,
        secret_key=KEY,
        public_url="http://survey.test",
        is_testing=True,
    )


@pytest.fixture(scope="session")
def wired(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Config], Flask]:
    """The application for a configuration, made once a worker: its routes are compiled and its templates kept."""
    folder = tmp_path_factory.mktemp("wired")
    made: dict[Config, Flask] = {}

    def wire(config: Config) -> Flask:
        kind = replace(config, data=folder, database_url=f"sqlite:///{folder / 'none.db'}")
        if kind not in made:
            made[kind] = create_app(kind)
        return made[kind]

    return wire


@pytest.fixture
def app(wired: Callable[[Config], Flask], config: Config) -> Iterator[Flask]:
    """The application on this test's own database; whatever a test puts into it is gone for the next one."""
    app, engine = wired(config), connect(config.database_url)
    settings, parts = dict(app.config), dict(app.extensions)
    crypto.use_key(config.secret_key)
    clock.use_zone(config.timezone)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _trust_the_machine)
    app.extensions["survey"] = Installation(config, engine)
    yield app
    engine.dispose()
    app.test_client_class = None
    for kept, at_first in ((app.config, settings), (app.extensions, parts)):
        kept.clear()
        kept.update(at_first)


def _trust_the_machine(connection: Any, _record: object) -> None:
    # A test outlives a killed process, not a power cut: waiting for the disk would prove nothing.
    connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture
def engine(app: Flask) -> Engine:
    """The engine of the app under test."""
    return app.extensions["survey"].engine  # type: ignore[no-any-return]


class Browser(FlaskClient):
    """A client that fills in the page's own form, so that CSRF protection stays on in tests."""

    def open(self, *args: Any, **more: Any) -> TestResponse:
        """Close what was sent, too: a large upload lies in a file that would else be left to the garbage collector."""
        answer = super().open(*args, **more)
        answer.request.environ["wsgi.input"].close()
        return answer

    def fields(self, url: str) -> dict[str, str]:
        page = self.get(url, follow_redirects=True)
        assert page.status_code == 200, f"{url} answers {page.status}"
        found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        assert found, f"{url} has no form with a CSRF token"
        return {"csrf_token": found[1]}

    def post_form(
        self, url: str, data: dict[str, Any] | None = None, *, page: str | None = None, **more: Any
    ) -> TestResponse:
        """Fetch the page (`page`, else the address itself), then send its token together with the data."""
        return self.post(url, data={**self.fields(page or url), **(data or {})}, **more)


@pytest.fixture
def as_role(app: Flask, engine: Engine) -> Callable[[str], Browser]:
    """A client signed in with a role; "" for somebody who is not signed in."""
    app.test_client_class = Browser

    def sign_in(role: str) -> Browser:
        client: Browser = app.test_client()  # type: ignore[assignment]
        if role:
            token = f"session of the test's {role} {os.urandom(4).hex()}"
            with writing(engine) as session:
                user = User(email=f"{role}-{os.urandom(4).hex()}@example.com", name=role, role=role)
                session.add(user)
                session.flush()
                assert user.id is not None
                session.add(
                    Login(
                        user_id=user.id,
                        token_hash=crypto.hash_token(token),
                        expires_at=clock.now() + timedelta(days=1),
                    )
                )
            with client.session_transaction(base_url="http://localhost") as cookie:
                cookie["login"] = token
        return client

    return sign_in


@pytest.fixture
def client(as_role: Callable[[str], Browser]) -> Browser:
    """Signed in as owner."""
    return as_role("owner")
