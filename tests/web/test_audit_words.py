"""The audit log in words: whatever the pages and the command line write into it has a sentence of its own."""

import re

import pytest

from survey_app.config import ROOT
from survey_app.improving.actions import STATES
from survey_app.tables import AuditEntry
from survey_app.web import actions, audit_words, cases

WRITTEN = re.compile(r'\b(?:audit|note)\(\s*(?:db|session), "(\w+\.\w+)"')


def written() -> set[str]:
    """The actions that stand in the code as they are written, and those that are put together from a page's acts."""
    code = "\n".join(
        path.read_text() for folder in ("web", "cli") for path in (ROOT / "survey_app" / folder).glob("*.py")
    )
    made = {f"case.{act}" for act in cases.ACTS} | {f"action.{act}" for act in (*actions.WORK, *actions.DECISIONS)}
    return made | set(WRITTEN.findall(code))


def test_everything_that_is_written_has_words() -> None:
    found = written()
    assert len(found) > 40 and not found - audit_words.ACTIONS.keys()


@pytest.mark.parametrize(
    ("data", "said"), [({"verdict": "effective"}, STATES["effective"]), ({"role": "owner"}, "Owner")]
)
def test_details_are_words_not_codes(data: dict[str, str], said: str) -> None:
    entry = AuditEntry(action="x", subject="")
    entry.data = data
    assert [value for _name, value in audit_words.details(entry)] == [said]
