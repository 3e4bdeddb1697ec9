"""Numbers no row can have, bytes no text can hold, parameters nobody asked for: never a fault, on any address."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import IntegerConverter

from tests.conftest import Browser

from .house import House, addresses

ODD = (
    "page=99999999999999999999&survey=99999999999999999999&step=99999999999999999999&days=99999999999999999999"
    "&number=99999999999999999999&version=99999999999999999999&ending=99999999999999999999&cause=99999999999999999999",
    "page=-1&survey=-1&step=-1&days=-1&version=-1&ending=-1&since=0000-00-00&until=9999-99-99&answer=%EF%BC%99:1",
    "page=%00&q=%00&state=%00&segment=%00&survey=%00&reason=%00&tier=%00&aspect=%00&item=%00&part=%00&next=%00&lang=%00"
    "&answer=why:%00&in=%00&tab=%00&customer=%00&t=%00&score=%00&utm_source=%00&p=%00",
    "q=%ED%A0%80&segment=%C0%AF&state=%FF%FE&answer=%ED%A0%80:%FF&item=%ED%A0%80&next=%ED%A0%80&reason=%FF&in=%FF",
    "endpoint=x&_anchor=x&_scheme=javascript&_external=1&_method=x&self=x&filename=x&values=x&_=x",
    "q=%27)%20OR%201=1--&segment=%27)%20OR%201=1--&tier=%22;DROP&state=%27&answer=%27:%27&tab=%27&reason=%27",
    "since=2026-01-01&until=1999-01-01&period=all&polarity=7&aspect=%27&channel=%00&language=%00&version=%00",
    "period=all&answer=nps:0-99999999999999999999&answer=nps:9-&answer=nps:%D9%A1&answer=nps:-&answer=x:1",
)


@pytest.mark.parametrize("query", ODD, ids=range(len(ODD)))
def test_no_odd_parameter_breaks_a_page(app: Flask, client: Browser, house: House, query: str) -> None:
    answers = {rule.endpoint: client.get(f"{url}?{query}") for url, rule in addresses(app, house, "GET")}
    assert [name for name, answer in answers.items() if answer.status_code >= 500] == []


@pytest.mark.parametrize("number", ["2147483648", "9223372036854775808", "9" * 30])
def test_no_number_in_an_address_breaks_a_page(app: Flask, client: Browser, house: House, number: str) -> None:
    token, faults = client.fields("/account"), []
    for method in ("GET", "POST"):
        for url, rule in addresses(app, house, method):
            names = [name for name in rule.arguments if isinstance(rule._converters[name], IntegerConverter)]
            for name in names:
                path = url.replace(f"/{house.values[name]}", f"/{number}", 1)
                answer = client.open(path, method=method, data=token if method == "POST" else None)
                faults += [(method, path)] if answer.status_code >= 500 else []
    assert faults == []


FIELDS = """
name email role is_active survey survey_id segment segments tier tiers language languages address page query
text day channel owner_id cause_id parent_id case cases case_id customer action_id seen severity outcome title
plan due_on why metric baseline_from baseline_to change min_n verify_days on days state polarity aspect response
reference phone yearly_value type to_page to step open revision back show_if key title_zh text_zh text_en
starts_at per_minute window_start window_end delay_days answered_days min_days_between subject1_zh body1_zh host
port security user password connections per_connection from_name from_address reply_to test_address contact
template closes_at cap quotas quota0_most quota0_condition
note zh en do go as show_step show_language column0 missing
at_page at_survey at_tab next
ticket shown nps how answered
"""


@pytest.mark.parametrize(
    "value",
    ["\x00", "9" * 30, "-9223372036854775809", "nan", "\u2028\r\nBcc: x@evil.example\ufffe", "9999-12-31T23:59",
     "0001-01-01"],
    ids=str.encode,
)  # fmt: skip
def test_no_odd_field_breaks_a_form(app: Flask, client: Browser, house: House, value: str) -> None:
    form = {**dict.fromkeys(FIELDS.split(), value), **client.fields("/account")}
    _send_everywhere(app, client, house, form)


@pytest.mark.parametrize("value", [b"%ED%A0%80%C0%AF", b"%FF%FE", b"%F0%9F%98%80%E2%80%AE"])
def test_no_odd_bytes_break_a_form(app: Flask, client: Browser, house: House, value: bytes) -> None:
    token = client.fields("/account")["csrf_token"].encode()
    body = b"&".join([b"csrf_token=" + token, *(name.encode() + b"=" + value for name in FIELDS.split())])
    _send_everywhere(app, client, house, body)


def _send_everywhere(app: Flask, client: Browser, house: House, body: Any) -> None:
    faults = []
    for url, rule in addresses(app, house, "POST"):
        if rule.endpoint not in ("account.leave", "users.change", "customers.erase"):
            answer = client.post(url, data=body, content_type="application/x-www-form-urlencoded")
            faults += [rule.endpoint] if answer.status_code >= 500 else []
    assert faults == []


@pytest.mark.parametrize("body", [b'["\\ud800"]', b"[" * 50_000, b"\xff"])
def test_json_where_a_form_is_wanted_is_refused(
    app: Flask, client: Browser, house: House, count: Callable[[], object], body: bytes
) -> None:
    before = count()
    for url, _rule in addresses(app, house, "POST"):
        for kind in ("application/json", "text/plain", "multipart/form-data", "multipart/form-data; boundary=x"):
            answer = client.post(url, data=body, content_type=kind)
            assert 400 <= answer.status_code < 500, f"{url} {kind}: {answer.status}"
    assert count() == before


@pytest.mark.parametrize("path", ["/static/%00", "/static/" + "a" * 5000, "/static/%ED%A0%80", "/static/a/../../x",
    "/%ED%A0%80", "/surveys/1.0", "/surveys/-1", "/surveys/%00", "/customers/..%2f", "/questions/%00",
    "/questions/" + "a" * 5000, "/u/%00", "/u/1.%00", "/u/99999999999.x", "/u/999999999999999.x", "/setup/%00",
    "/setup/%ED%A0%80", "/u/%ED%A0%80", "/customers/import/%00", "/responses/import/%00", "/responses/import/..%2f..",
    "/surveys/1/build/items/%00", "/?__debugger__=yes", "/console", "/.git/config", "/metrics", "/admin"])  # fmt: skip
def test_addresses_that_lead_nowhere_answer_in_words(client: Browser, house: House, path: str) -> None:
    assert client.get(path).status_code in (200, 302, 404)
    assert client.head(path).status_code in (200, 302, 404)


def test_parameters_in_a_link_do_not_steer_the_links_of_the_page(client: Browser, house: House) -> None:
    page = client.get("/account?_scheme=javascript&_external=1&_anchor=x&endpoint=account.leave&lang=en")
    assert page.status_code == 200
    assert "javascript:" not in page.text
    assert 'name="next" value="/account?_scheme=javascript' in page.text
