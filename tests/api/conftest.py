"""Programs with keys."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from survey_app.store import api_keys
from survey_app.store.database import writing
from survey_app.tables import Survey
from tests import make


class Program:
    """A client with a key that sends and reads JSON, and no cookies."""

    def __init__(self, app: Flask, key: str) -> None:
        self.client, self.key = app.test_client(use_cookies=False), key

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        sent = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        more = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.open(f"/api/v1{path}", method=method, headers={**sent, **named}, **more)

    def get(self, path: str) -> Any:
        answer = self.call("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json

    def hand_in(self, survey: Survey, body: dict[str, Any], key: str = "one") -> TestResponse:
        return self.call("POST", f"/surveys/{survey.public_id}/responses", body, Idempotency_Key=key)


@pytest.fixture
def program(app: Flask, engine: Engine) -> Callable[..., Program]:
    """A program with a key of these scopes; with all of them where none are named."""

    def program(*scopes: str, **more: Any) -> Program:
        values = {"days": None, "per_minute": 6000, "user_id": None, **more}
        with writing(engine) as session:
            key, _row = api_keys.make(session, "Shop", scopes or api_keys.SCOPES, **values)
        return Program(app, key)

    return program


@pytest.fixture
def stranger(app: Flask) -> Program:
    return Program(app, "")


@pytest.fixture
def survey(engine: Engine) -> Survey:
    return make.survey(engine)
