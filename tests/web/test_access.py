"""Every route × every role, made from the routes themselves: who is let in, who is not."""

from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter

from survey_app.web.access import ROLES
from tests.conftest import Browser


def _sample(converter: BaseConverter) -> object:
    """A value that an address takes, of something that is not there."""
    if isinstance(converter, IntegerConverter):
        return 999_999
    return sorted(converter.items)[0] if isinstance(converter, AnyConverter) else "x"


def guarded(app: Flask) -> list[tuple[str, str, str]]:
    """(method, address, ability) of every staff view; addresses with ids that are not there."""
    found = []
    for rule in app.url_map.iter_rules():
        ability = getattr(app.view_functions[rule.endpoint], "needs", "unmarked")
        if ability is None:
            continue
        values = {name: _sample(rule._converters[name]) for name in rule.arguments}
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            found.append((method, app.url_map.bind("survey.test").build(rule.endpoint, values, method=method), ability))
    return found


def test_every_view_says_who_may_see_it(app: Flask) -> None:
    unmarked = [
        endpoint
        for endpoint, view in app.view_functions.items()
        if not hasattr(view, "needs") and not endpoint.startswith("_")
    ]
    assert not unmarked


def test_nobody_gets_in_without_signing_in(app: Flask, as_role: Callable[[str], Browser]) -> None:
    stranger = as_role("")
    token = stranger.fields("/sign-in")
    for method, url, _ability in guarded(app):
        answer = stranger.open(url, method=method, data=token if method != "GET" else None)
        assert answer.status_code in (302, 308, 405), f"{method} {url} answers {answer.status} to a stranger"
        assert "/sign-in" in answer.headers.get("Location", "/sign-in")


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_kept_out_of_what_it_may_not_do(app: Flask, as_role: Callable[[str], Browser], role: str) -> None:
    browser = as_role(role)
    token = browser.fields("/account")
    for method, url, ability in guarded(app):
        if ability in ROLES[role][1]:
            continue
        answer = browser.open(url, method=method, data=token if method != "GET" else None)
        assert answer.status_code == 403, f"{role} gets {answer.status} for {method} {url}"


def test_an_owner_meets_no_fault_on_any_address(app: Flask, client: Browser) -> None:
    for method, url, _ability in guarded(app):
        if method == "GET":
            answer = client.get(url)
            assert answer.status_code < 500, f"{url} answers {answer.status}"


def test_reading_changes_nothing(app: Flask) -> None:
    """Views that answer GET alone must not be the ones whose names say that they act."""
    acting = ("delete", "remove", "send", "publish", "close", "open", "erase", "start", "pause", "cancel")
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or set()) and "POST" not in (rule.methods or set()):
            assert rule.endpoint.rpartition(".")[2] not in acting, rule.endpoint
