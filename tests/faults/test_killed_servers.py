"""Web processes die in the middle of submissions, again and again; what they had acknowledged is there, once."""

from pathlib import Path

import pytest

from tests.faults import killing


@pytest.mark.slow
def test_killing_web_processes_loses_doubles_and_tears_no_acknowledged_answer(tmp_path: Path) -> None:
    found = killing.run(tmp_path, ones=6, groups=4)
    assert found.is_clean, found
    assert found.kills == 10 and found.acknowledged > 10
