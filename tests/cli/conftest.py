"""An empty installation for each command, and a way to run one."""

from pathlib import Path
from typing import Any

import pytest

from survey_app.cli import main
from survey_app.store import columns


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty installation in a folder of its own, spoken to in English."""
    for name in ("DATABASE_URL", "SURVEY_DEMO", "SURVEY_PUBLIC_URL", "SURVEY_TIMEZONE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SURVEY_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SURVEY_SECRET_KEY", "k" * 40)
    monkeypatch.setenv("SURVEY_LANGUAGE", "en")
    yield tmp_path
    columns.forget_memory()


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command: (exit code, standard output, standard error)."""

    def run(*arguments: object) -> tuple[int, str, str]:
        code = main([str(one) for one in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run
