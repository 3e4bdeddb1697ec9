"""A visitor who fills in the page's own form, as a browser without scripts does."""

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

_FIELD = re.compile(r"<(input|textarea)\b([^>]*)>(?:\n?([^<]*)</textarea>)?")
_ATTRIBUTE = re.compile(r'([\w-]+)(?:="([^"]*)")?')


class Visitor:
    """Keeps no cookies: pages must work embedded and with cookies refused."""

    def __init__(self, app: Flask, address: str, **headers: str) -> None:
        self.client = app.test_client(use_cookies=False)
        self.headers = headers
        self.page = self.open(address)

    def open(self, address: str, method: str = "GET") -> TestResponse:
        self.address = address
        self.page = self.client.open(address, method=method, headers=self.headers, follow_redirects=True)
        return self.page

    @property
    def form(self) -> dict[str, list[str]]:
        """What the form would send as it stands: disabled parts, empty radios and boxes left out."""
        shown = re.sub(r"<fieldset[^>]* hidden disabled>.*?</fieldset>", "", self.page.text, flags=re.S)
        fields: dict[str, list[str]] = {}
        for tag, raw, text in _FIELD.findall(shown):
            attributes = dict(_ATTRIBUTE.findall(raw))
            name = attributes.get("name")
            if name and (attributes.get("type") not in ("radio", "checkbox") or "checked" in attributes):
                value = text if tag == "textarea" else attributes.get("value", "on")
                fields.setdefault(name, []).append(html.unescape(value))
        return fields

    @property
    def action(self) -> str:
        found = re.search(r'<form method="post" action="([^"]*)"', self.page.text)
        assert found, self.page.text
        return html.unescape(found[1])

    def send(self, answers: Mapping[str, str | Sequence[str]] | None = None, **more: Any) -> TestResponse:
        """Fill in the form and send it; the reply after all redirects."""
        form: dict[str, Any] = {**self.form, **(answers or {})}
        self.page = self.client.post(self.action, data=form, headers=self.headers, follow_redirects=True, **more)
        return self.page
