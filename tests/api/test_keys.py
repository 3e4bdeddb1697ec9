"""Keys: shown once, kept as a hash, good for their scopes only, revoked at once; each has its own pace."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlmodel import select

from survey_app import clock
from survey_app.store import api_keys
from survey_app.store.database import reading
from survey_app.tables import ApiKey, AuditEntry
from tests.api.conftest import Program


def _routes(app: Flask) -> list[tuple[str, str, str]]:
    """(method, address below /api/v1, scope) of every view of the API."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("api."):
            view = app.view_functions[rule.endpoint]
            address = re.sub(r"<int:\w+>", "999999", rule.rule)
            address = re.sub(r"<\w+>", "x", address).removeprefix("/api/v1")
            method = next(iter((rule.methods or set()) - {"HEAD", "OPTIONS"}))
            found.append((method, address, view.scope))
    return found


def test_every_address_wants_a_key_with_its_scope(app, program, stranger):
    routes = _routes(app)
    assert len(routes) > 5
    for method, address, scope in routes:
        answer = stranger.call(method, address)
        assert answer.status_code == 401 and answer.json["code"] == "key-missing", address
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        others = program(*(set(api_keys.SCOPES) - {scope}))
        answer = others.call(method, address)
        assert answer.status_code == 403 and answer.json["code"] == "scope", address
        assert scope in answer.json["detail"]


def test_a_cookie_opens_nothing_and_a_key_no_page(app, client, program):
    assert client.get("/api/v1/surveys").status_code == 401
    shop = program()
    answer = shop.client.get("/settings/api", headers={"Authorization": f"Bearer {shop.key}"})
    assert answer.status_code == 302 and "/sign-in" in answer.headers["Location"]


@pytest.mark.parametrize(
    "sent", ["", "Bearer", "Bearer ", "Basic x", "Bearer svk_" + "x" * 32, "Bearer svk_é", "svk_x"]
)
def test_what_is_no_key_is_refused_in_words(app, sent):
    answer = app.test_client().get("/api/v1/surveys", headers={"Authorization": sent.encode().decode("latin-1")})
    assert answer.status_code == 401 and answer.json["title"] and answer.json["code"].startswith("key-")


def test_an_address_that_is_not_there_is_said_in_json(program):
    answer = program().call("GET", "/nowhere")
    assert answer.status_code == 404 and answer.content_type == "application/problem+json"
    answer = program().call("DELETE", "/surveys")
    assert answer.status_code == 405 and answer.json["code"] == "method-not-allowed"


def test_a_key_is_made_on_the_page_shown_once_and_kept_as_a_hash(client, engine, app):
    form = {"name": "Shop", "scope": ["surveys.read", "responses.read"], "days": "90", "per_minute": "600"}
    answer = client.post_form("/settings/api", form)
    key = re.search(r'value="(svk_[\w-]+)"', answer.text)[1]
    assert key not in client.get("/settings/api").text
    with reading(engine) as session:
        row = session.exec(select(ApiKey)).one()
        entries = session.exec(select(AuditEntry)).all()
    assert key not in row.key_hash and row.scopes == ["surveys.read", "responses.read"] and len(key) > 30
    assert timedelta(days=89) < row.expires_at - clock.now() <= timedelta(days=90)
    assert [entry.action for entry in entries] == ["key.made"] and key not in str(entries[0].data)
    shop = Program(app, key)
    assert shop.get("/surveys")["items"] == []
    assert "just now" in client.get("/settings/api?lang=en").text
    client.post_form(f"/settings/api/{row.id}/revoke", page="/settings/api")
    assert shop.call("GET", "/surveys").json["code"] == "key-unknown"


@pytest.mark.parametrize(
    ("form", "word"),
    [
        ({"name": " ", "scope": ["surveys.read"]}, "name"),
        ({"name": "Shop"}, "of no use"),
        ({"name": "Shop", "scope": ["surveys.read"], "days": "7"}, "cannot be chosen"),
        ({"name": "Shop", "scope": ["surveys.read"], "per_minute": "99999"}, "cannot be chosen"),
        ({"name": "Shop", "scope": ["everything"]}, "of no use"),
    ],
)
def test_a_key_that_makes_no_sense_is_refused(client, engine, form, word):
    answer = client.post_form("/settings/api?lang=en", {"days": "", "per_minute": "600", **form}, page="/settings/api")
    assert answer.status_code == 400 and word in answer.text
    with reading(engine) as session:
        assert not session.exec(select(ApiKey)).all()


def test_a_key_ends_by_itself(program):
    shop = program(days=30)
    assert shop.get("/surveys")
    with clock.at(clock.now() + timedelta(days=31)):
        assert shop.call("GET", "/surveys").status_code == 401


def test_each_key_has_its_own_pace(program):
    shop, other = program(per_minute=60), program(per_minute=60)
    with clock.at(clock.now()):
        answers = [shop.call("GET", "/surveys") for _ in range(61)]
        assert [answer.status_code for answer in answers] == [200] * 60 + [429]
        assert answers[0].headers["RateLimit-Remaining"] == "59" and answers[-1].headers["Retry-After"] == "1"
        assert answers[-1].json["code"] == "too-fast" and other.get("/surveys")
    with clock.at(clock.now() + timedelta(seconds=5)):
        assert shop.get("/surveys")
