"""Doors that must stay shut: forged forms, odd verbs, foreign hosts, frames, caches; on every address there is."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

from survey_app import create_app
from survey_app.config import Config
from survey_app.store import accounts
from survey_app.store.database import writing
from tests.conftest import Browser

from .house import House, addresses

Sign = Callable[[str], Browser]
EVIL = "evil.example"


def test_no_form_is_taken_without_its_token(
    app: Flask, client: Browser, as_role: Sign, house: House, count: Any
) -> None:
    """Without, with a made-up one, and with the true one of somebody else's session."""
    foreign, before, taken = as_role("owner").fields("/account"), count(), []
    for url, rule in addresses(app, house, "POST"):
        for fields in ({}, {"csrf_token": "x"}, foreign):
            form = {**fields, "ticket": "x", "go": "next", "nps": "9", "_method": "POST"}
            answer = client.post(url, data=form, headers={"Origin": f"https://{EVIL}"})
            if not 400 <= answer.status_code < 500:
                taken.append((rule.endpoint, answer.status_code))
    assert taken == []
    assert count() == before


def test_looking_at_everything_changes_nothing(app: Flask, client: Browser, house: House, count: Any) -> None:
    """A prefetching browser or a crawler with an owner's session; that a file was exported is written down."""
    before = count()
    for url, _rule in addresses(app, house, "GET"):
        client.get(url, headers={"Sec-Purpose": "prefetch", "User-Agent": "Mozilla/5.0"})
        client.head(url)
    after = count()
    for name in ("audit_entry", "click"):
        before.pop(name), after.pop(name)
    assert after == before


def seated(app: Flask, browser: Browser) -> dict[str, str]:
    """The browser's session for requests that name another host."""
    cookie = browser.get_cookie(app.config["SESSION_COOKIE_NAME"])
    return {"Cookie": f"{cookie.key}={cookie.value}"} if cookie else {}


def test_links_of_a_page_have_no_acting_address_behind_them(client: Browser, house: House, app: Flask) -> None:
    """What a link can reach by GET is a page, never an act that answers 405."""
    pages = {url for url, _rule in addresses(app, house, "GET")}
    acting = {url for url, _rule in addresses(app, house, "POST")} - pages
    for url in sorted(pages):
        answer = client.get(url)
        links = set(re.findall(r'<a [^>]*href="([^"?#]*)', answer.text)) if "html" in answer.content_type else set()
        assert not links & acting, url


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "CONNECT", "PROPFIND", "BREW"])
def test_verbs_nobody_offers_are_refused(app: Flask, client: Browser, house: House, method: str, count: Any) -> None:
    before = count()
    for url, _rule in addresses(app, house, "GET"):
        assert client.open(url, method=method).status_code in (400, 405), url
    assert count() == before


@pytest.mark.parametrize(
    "headers",
    [{"Host": EVIL}, {"X-Forwarded-Host": EVIL}, {"Forwarded": f"host={EVIL}"}, {"X-Original-URL": f"//{EVIL}/"}],
    ids=str,
)
def test_a_foreign_host_gets_into_no_page_and_no_redirect(
    app: Flask, client: Browser, as_role: Sign, house: House, headers: dict[str, str]
) -> None:
    for who in (client, as_role("")):
        browser, session = app.test_client(use_cookies=False), seated(app, who)
        for url, _rule in addresses(app, house, "GET"):
            for path in (url, f"/{url}", f"{url}/"):
                answer = browser.get(path, headers={**headers, **session})
                assert EVIL not in answer.headers.get("Location", ""), path
                if "html" in answer.content_type:
                    assert EVIL not in answer.text, path


def test_a_foreign_host_gets_into_no_link_that_is_handed_over(app: Flask, client: Browser, house: House) -> None:
    form = {**client.fields("/account"), "survey": house.values["survey_id"]}
    headers, browser = {"Host": EVIL, **seated(app, client)}, app.test_client(use_cookies=False)
    users = browser.post(f"/settings/users/{house.values['user_id']}/link", data=form, headers=headers)
    assert "http://survey.test/setup/" in users.text and EVIL not in users.text
    made = browser.post(f"/customers/{house.values['customer_id']}/link", data=form, headers=headers)
    assert made.status_code == 302 and EVIL not in made.headers["Location"]
    assert EVIL not in str(made.headers)


@pytest.mark.parametrize(
    "target",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "/\n/evil.example", "\\\\evil",
     "/%09/evil.example", "javascript:alert(1)", " //evil.example", "/\x00/evil.example", "///evil.example", "/\r/evil",
     "\t//evil.example", "http:/evil.example", "/.//evil.example"],
)  # fmt: skip
def test_no_redirect_leads_to_another_place(as_role: Sign, engine: Engine, target: str) -> None:
    with writing(engine) as session:
        person = accounts.person(session, "owner@example.com", "o", "owner")
        accounts.set_password(person, "vier Pinguine lesen")
    browser = as_role("")
    form = {"email": "owner@example.com", "password": "vier Pinguine lesen"}
    signed = browser.post_form("/sign-in", form, query_string={"next": target})
    spoken = browser.post_form("/language/en", {"next": target}, page="/account")
    for answer in (signed, spoken):
        location = answer.headers.get("Location", "/")
        assert re.match(r"/(?![/\\])[!-~]*\Z", location), location


FOR_OTHER_SITES = {"sharing_embed.script"}


def test_every_page_carries_the_headers_that_protect_it(app: Flask, client: Browser, house: House) -> None:
    for url, rule in addresses(app, house, "GET"):
        headers = client.get(url).headers
        policy = headers["Content-Security-Policy"]
        scripts = re.search(r"script-src ([^;]*)", policy)
        assert scripts is None or "unsafe" not in scripts[1], rule.endpoint
        for part in ("default-src 'none'", "base-uri 'none'", "frame-ancestors"):
            assert part in policy, rule.endpoint
        assert headers["X-Content-Type-Options"] == "nosniff", rule.endpoint
        assert headers["Referrer-Policy"] in ("same-origin", "no-referrer"), rule.endpoint
        wanted = "cross-origin" if rule.endpoint in FOR_OTHER_SITES else "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == wanted, rule.endpoint
        assert "Server" not in headers
        if rule.endpoint in ("assets.file", *FOR_OTHER_SITES):
            assert "Set-Cookie" not in headers, "a shared cache would keep it"
        else:
            assert "no-store" in headers["Cache-Control"] or "no-cache" in headers["Cache-Control"], rule.endpoint
            assert "public" not in headers["Cache-Control"], rule.endpoint


def test_only_what_is_framed_by_our_own_pages_can_be_framed(app: Flask, client: Browser, house: House) -> None:
    framed = set()
    for url, rule in addresses(app, house, "GET"):
        policy = client.get(url).headers["Content-Security-Policy"]
        if "frame-ancestors 'none'" not in policy:
            assert "frame-ancestors 'self'" in policy
            framed.add(rule.endpoint)
    assert framed == {"builder.preview", "outbox.page", "campaigns.mail"}


def test_mail_in_a_frame_can_run_nothing(client: Browser, house: House) -> None:
    for url in (f"/outbox/{house.values['mail_id']}/page", f"/campaigns/{house.values['campaign_id']}/mail/1"):
        policy = client.get(url).headers["Content-Security-Policy"]
        assert "script-src" not in policy and "default-src 'none'" in policy and "form-action 'none'" in policy


def test_downloads_are_files_and_not_pages(app: Flask, client: Browser, house: House) -> None:
    for url, rule in addresses(app, house, "GET"):
        answer = client.get(url)
        if answer.status_code == 200 and rule.endpoint.endswith((".export", "exports.responses", "exports.opinions")):
            assert answer.headers["Content-Disposition"].startswith("attachment;"), url
            assert "html" not in answer.content_type
            assert not re.search(r"[\r\n<]", answer.headers["Content-Disposition"])


@pytest.mark.parametrize(
    ("peer", "host", "headers", "is_in"),
    [
        ("127.0.0.1", "127.0.0.1:8000", {}, True),
        ("127.0.0.1", "localhost", {}, True),
        ("192.168.1.7", "127.0.0.1:8000", {}, False),
        ("::ffff:10.0.0.1", "127.0.0.1:8000", {}, False),
        ("127.0.0.1", "evil.example:8000", {}, False),
        ("127.0.0.1", "127.0.0.1.evil.example", {}, False),
        ("127.0.0.1", "localhost.evil.example:80", {}, False),
        ("127.0.0.1", "127.0.0.1:80@evil.example", {}, False),
        ("127.0.0.1", "", {}, False),
        *(("127.0.0.1", "127.0.0.1:8000", {name: "1.2.3.4"}, False) for name in (
            "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded", "X-Real-IP", "Via",
            "X-Client-IP", "True-Client-IP", "CF-Connecting-IP", "X-Original-URL")),
    ],
)  # fmt: skip
def test_the_demo_opens_by_itself_only_for_who_sits_at_the_machine(
    config: Config, engine: Engine, peer: str, host: str, headers: dict[str, str], is_in: bool
) -> None:
    with writing(engine) as session:
        accounts.person(session, *accounts.DEMO_OWNER)
    app = create_app(replace(config, is_demo=True))
    answer = app.test_client().get(
        "/account", headers={"Host": host, **headers}, environ_overrides={"REMOTE_ADDR": peer}
    )
    assert (answer.status_code == 200) is is_in, answer.status
    app.extensions["survey"].engine.dispose()


def test_the_product_never_opens_by_itself(app: Flask, house: House) -> None:
    answer = app.test_client().get(
        "/account", headers={"Host": "127.0.0.1"}, environ_overrides={"REMOTE_ADDR": "127.0.0.1"}
    )
    assert answer.status_code == 302
