"""What the documents say is there: commands, pages, links, kinds, settings."""

import re
from pathlib import Path

import pytest

from survey_app import cli
from tests.test_architecture import ROOT

PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "deploy/README.md", *(ROOT / "docs").rglob("*.md")])
BLOCK = re.compile(r"```.*?```|`[^`\n]*`", re.S)
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")
COMMAND = re.compile(r"^(?:\.venv/bin/)?survey-app ([a-z][a-z |]*)", re.M)
CODE = re.compile(r"```sh\n(.*?)```|`([^`\n]+)`", re.S)
TARGET = re.compile(r"\bmake ([a-z]+)")


def commands() -> dict[str, set[str]]:
    """The commands of the command line with their subcommands."""
    found: dict[str, set[str]] = {}
    for action in cli.parser()._actions:
        for name, command in (getattr(action, "choices", None) or {}).items():
            inner = [a.choices for a in command._actions if getattr(a, "choices", None) and hasattr(a, "add_parser")]
            found[name] = {sub for choices in inner for sub in choices}
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    words = BLOCK.sub("", page.read_text())
    missing = [link for link in LINK.findall(words) if not (page.parent / link).exists()]
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_named_commands_exist(page: Path) -> None:
    known = commands()
    for line in COMMAND.findall(page.read_text()):
        first, *rest = line.split()
        if "|" in line:
            assert set(line.split()) - {"|"} <= set(known), line
        else:
            assert first in known, line
            assert not known[first] or rest[0] in known[first], line


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_named_make_targets_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    code = "\n".join(block or inline for block, inline in CODE.findall(page.read_text()))
    assert set(TARGET.findall(code)) <= targets


def test_both_readmes_give_the_two_commands_first() -> None:
    for page in (ROOT / "README.md", ROOT / "docs/README.en.md"):
        head = page.read_text().split("\n## ")[0]
        assert re.search(r"^make run\b", head, re.M), page.name
        assert re.search(r"^make test\b", head, re.M), page.name


def test_settings_are_documented() -> None:
    source = (ROOT / "survey_app/config.py").read_text()
    documented = (ROOT / "deploy/README.md").read_text()
    for name in set(re.findall(r"\"((?:SURVEY_[A-Z_]+|DATABASE_URL))\"", source)) - {"SURVEY_DEMO"}:
        assert f"`{name}`" in documented, name


def test_documents_name_no_machine() -> None:
    for page in PAGES:
        assert not re.search(r"(^|[\s`(])/(work|root|home/[a-z]+)/", page.read_text()), page.name
