"""docs/adding-a-rule.md, followed: the file as it stands there is a rule that keeps the contract."""

import importlib.util
import re
import sys
from pathlib import Path

import pytest

from survey_app.analysis import rules
from survey_app.analysis.rules import RULES, Facts, Rating

TEXT = (Path(__file__).parents[2] / "docs" / "adding-a-rule.md").read_text()
NAME = "survey_app.analysis.rules.silent_zero"


@pytest.fixture
def added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first block of the page, saved under the name it says and registered as the package does it."""
    path = tmp_path / "silent_zero.py"
    found = re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert found
    path.write_text(found[1])
    spec = importlib.util.spec_from_file_location(NAME, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, NAME, module)
    spec.loader.exec_module(module)
    monkeypatch.setattr(rules, "RULES", dict(RULES))
    rules.register(NAME)


@pytest.mark.usefixtures("added")
def test_the_rule_of_the_page_works_by_being_there() -> None:
    silent = Facts({"a": Rating("nps", 0, 10)})
    found = {trigger.rule: trigger for trigger in rules.triggered(silent)}
    assert found["silent_zero"].severity == "urgent"
    assert "silent_zero" not in {t.rule for t in rules.triggered(Facts(silent.ratings, texts={"why": "贵"}))}


@pytest.mark.usefixtures("added")
def test_it_keeps_the_contract() -> None:
    rule = rules.RULES["silent_zero"]
    assert rule.name and rule.label and rule.description and rule.check(Facts()) is None


def test_the_page_names_every_fact() -> None:
    missing = [name for name in Facts.__dataclass_fields__ if f"`{name}`" not in TEXT]
    assert not missing
