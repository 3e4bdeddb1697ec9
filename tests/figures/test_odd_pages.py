"""Every page of the analysis on answers that make no picture: it says something, without NaN, and never fails."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

from survey_app.reporting.figures import FIGURES
from tests import make
from tests.conftest import Browser
from tests.figures.conftest import DEFINITION
from tests.figures.test_odd_answers import ODD

ANALYSIS = {"overview", "questions", "figures", "opinions", "sides", "phrases", "responses"}
GIVEN = {"key": ["nps", "parts", "uses", "why"], "name": [name for name, kind in FIGURES.items() if not kind.beside]}
"""What stands in the places of an address. Pages about one row are no pages of a view."""
SAYS_NOTHING = "No answers|Nobody|There are no|no answers|None of"
FIGURE = re.compile(r'data-figure="([^"]*)"')
NO_NUMBER = re.compile(r"\b(nan|inf|undefined)\b", re.IGNORECASE)


def pages(app: Flask) -> Iterator[str]:
    """The addresses of all pages that look at a view: a new one is looked at too."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.split(".")[0] not in ANALYSIS or "GET" not in (rule.methods or ()):
            continue
        if rule.arguments <= {"key"} or rule.arguments == {"name"}:
            places = [dict.fromkeys(rule.arguments, value) for value in _values(rule.arguments)]
            for place in places or [{}]:
                with app.test_request_context():
                    yield app.url_map.bind("").build(rule.endpoint, place)


def _values(arguments: set[str]) -> list[str]:
    return [value for name in arguments for value in GIVEN[name]]


def refused(number: str) -> float:
    raise AssertionError(f"{number} in a figure")


def read(text: str) -> str:
    """What people read on a page."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", text, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", " ", body[body.index("<main") :]))


@pytest.mark.parametrize("what", ODD)
def test_every_page_says_something(what: str, engine: Engine, app: Flask, client: Browser) -> None:
    survey = make.survey(engine, definition=DEFINITION)
    if given := ODD[what]():
        make.responses(engine, survey, given)
    found = list(pages(app))
    assert len(found) >= 20
    for address in found:
        page = client.get(f"{address}{'&' if '?' in address else '?'}period=90d&lang=en")
        assert page.status_code == 200, address
        words = read(page.text)
        assert not NO_NUMBER.search(words), f"{address}: {NO_NUMBER.search(words)}"
        assert "%(" not in words and len(words.split()) > 20, address
        for figure in FIGURE.findall(page.text):
            json.loads(html.unescape(figure), parse_constant=refused)


def test_a_cut_that_leaves_nothing_says_so_on_every_page(app: Flask, client: Browser, filled: Any) -> None:
    heedless = {f"/analysis/{name}" for name, kind in FIGURES.items() if not kind.follows_view}
    for address in pages(app):
        page = client.get(f"{address}?period=90d&segment=nobody&lang=en")
        assert page.status_code == 200, address
        says = "whatever the period and the filters" if address in heedless else SAYS_NOTHING
        assert re.search(says, read(page.text)), address
