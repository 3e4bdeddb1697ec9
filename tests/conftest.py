"""One database and one app per test; a client that sends back the hidden fields of the page's own form."""

import os
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from sqlmodel import SQLModel
from werkzeug.test import TestResponse

from survey_app import clock, create_app, crypto
from survey_app import tables as tables
from survey_app.config import Config
from survey_app.store.database import connect, writing
from survey_app.tables import Login, User
from tests.postgres import server

KEY = b"the key of a test installation, long enough"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str | None]:
    """The address of a throw-away PostgreSQL, None while tests run on SQLite."""
    if os.environ.get("SURVEY_TEST_DATABASE") != "postgresql":
        yield None
        return
    with server() as url:
        yield url


@pytest.fixture
def database_url(postgres_url: str | None, tmp_path: Path) -> Iterator[str]:
    """The address of this test's own empty database, with all tables."""
    crypto.use_key(KEY)
    if postgres_url is None:
        url = f"sqlite:///{tmp_path / 'test.db'}"
        engine = connect(url)
        SQLModel.metadata.create_all(engine)
        engine.dispose()
        yield url
        return
    admin = connect(postgres_url.format("postgres")).execution_options(isolation_level="AUTOCOMMIT")
    name = f"test_{os.getpid()}_{os.urandom(4).hex()}"
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {_template(admin, postgres_url)}"))
    yield postgres_url.format(name)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


_templates: set[str] = set()


def _template(admin: Engine, url: str) -> str:
    """A database with all tables, made once a worker and copied for each test."""
    name = f"template_{os.getpid()}"
    if name not in _templates:
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine = connect(url.format(name))
        SQLModel.metadata.create_all(engine)
        engine.dispose()
        _templates.add(name)
    return name


@pytest.fixture
def config(tmp_path: Path, database_url: str) -> Config:
    return Config(
        data=tmp_path,
        database_url=database_url,
        secret_key=KEY,
        public_url="http://survey.test",
        is_testing=True,
    )


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    app = create_app(config)
    yield app
    app.extensions["survey"].engine.dispose()


@pytest.fixture
def engine(app: Flask) -> Engine:
    """The engine of the app under test."""
    return app.extensions["survey"].engine  # type: ignore[no-any-return]


class Browser(FlaskClient):
    """A client that fills in the page's own form, so that CSRF protection stays on in tests."""

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
