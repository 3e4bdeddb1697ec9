"""The examples of docs/api.md, one after the other: what is sent there gives what stands there."""

import json
import re
from typing import Any

from survey_app.config import ROOT
from survey_app.store import api_keys

PAGE = (ROOT / "docs/api.md").read_text()
EXAMPLE = re.compile(r"```http\n(.*?)```\n+```json\n(.*?)```", re.S)


def _request(text: str) -> tuple[str, str, dict[str, str], str]:
    head, _, body = text.strip().partition("\n\n")
    first, *lines = head.splitlines()
    method, path = first.split(" ", 1)
    return method, path, dict(line.split(": ", 1) for line in lines), body


def _same(said: Any, got: Any, where: str) -> None:
    """Equal, but for what the page leaves open with an ellipsis."""
    if said == "…":
        assert got is not None, where
    elif isinstance(said, dict):
        assert isinstance(got, dict) and list(said) == list(got), f"{where}: {list(got)}"
        for key, value in said.items():
            _same(value, got[key], f"{where}.{key}")
    elif isinstance(said, list):
        assert len(said) == len(got), where
        for place, value in enumerate(said):
            _same(value, got[place], f"{where}[{place}]")
    else:
        assert said == got, where


def test_the_examples_run_as_they_stand(program, survey):
    shop, examples = program(), EXAMPLE.findall(PAGE)
    assert len(examples) >= 7 and PAGE.count("```http") == len(examples)
    for asked, answered in examples:
        filled = asked.replace("KEY", shop.key, 1).replace("SURVEY", survey.public_id)
        method, path, headers, body = _request(filled)
        answer = shop.client.open(path, method=method, headers=headers, data=body or None)
        said = json.loads(answered.replace('"SURVEY"', json.dumps(survey.public_id)))
        assert answer.status_code == said.get("status", answer.status_code) < 500
        _same(said, answer.json, f"{method} {path}")


def test_every_address_and_scope_stands_in_the_document(app):
    missing = [scope for scope in api_keys.SCOPES if f"`{scope}`" not in PAGE]
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("api."):
            address = rule.rule.removeprefix("/api/v1")
            for part, name in (("<public_id>", "SURVEY"), ("<int:version>", "NUMBER"), (r"<int:\w+>", "ID")):
                address = re.sub(part, name, address)
            method = next(iter((rule.methods or set()) - {"HEAD", "OPTIONS"}))
            if not re.search(rf"\| `[\w.]+` \|[^\n]*{method}[^\n]*{re.escape(address)}`", PAGE):
                missing.append(f"{method} {address}")
    assert not missing
