"""What every page carries: headers, languages, static files, errors in words."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.conftest import Browser


def test_pages_carry_a_strict_policy(client: Browser) -> None:
    headers = client.get("/account").headers
    policy = headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "base-uri 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "Server" not in headers


def test_a_page_speaks_the_language_that_was_chosen(client: Browser) -> None:
    assert "我的账号" in client.get("/account").text
    assert "Your account" in client.get("/account?lang=en").text
    assert "Your account" in client.get("/account").text
    client.post_form("/language/zh", {"next": "/account"}, page="/account")
    assert "我的账号" in client.get("/account").text


@pytest.mark.parametrize("path", ["/nope", "/static/../pyproject.toml", "/static/none.css", "/.env", "/%00", "/-1"])
def test_what_is_not_there_is_said_in_words(as_role: Callable[[str], Browser], path: str) -> None:
    answer = as_role("").get(path)
    assert answer.status_code == 404
    assert "页面不存在" in answer.text


def test_a_script_gets_the_refusal_as_problem_json(as_role: Callable[[str], Browser]) -> None:
    answer = as_role("viewer").get("/settings/users", headers={"Accept": "application/json"})
    assert answer.status_code == 403
    assert answer.content_type == "application/problem+json"


def test_static_files_are_compressed_and_kept(as_role: Callable[[str], Browser], app: Flask) -> None:
    with app.test_request_context():
        address = app.jinja_env.globals["asset"]("app.css")  # type: ignore[operator]
    answer = as_role("").get(address, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]
    again = as_role("").get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_the_figures_script_comes_from_the_installed_package(as_role: Callable[[str], Browser]) -> None:
    answer = as_role("").get("/static/plotly.js", headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert len(answer.data) > 500_000


def test_a_fault_is_told_without_its_insides(app: Flask) -> None:
    from survey_app import create_app

    live = create_app(app.extensions["survey"].config.__class__(**{
        **{f: getattr(app.extensions["survey"].config, f) for f in app.extensions["survey"].config.__slots__},
        "is_testing": False,
    }))  # fmt: skip

    @live.get("/fault")
    def fault() -> str:
        raise ZeroDivisionError("secret inside")

    answer = live.test_client().get("/fault")
    assert answer.status_code == 500
    assert "secret inside" not in answer.text
    assert "系统出现异常" in answer.text
