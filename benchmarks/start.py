"""From the command to the first page; then the demo data: making it, and what the worker does about it."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import base
from survey_app import clock, crypto, demo, worker
from survey_app.config import Config
from survey_app.store.database import connect
from survey_app.store.schema import upgrade

RUN = "from survey_app.cli import main; main(['run'])"
FRAMEWORKS = "import flask_wtf, sqlmodel, numpy, babel, waitress"


def first_page() -> tuple[float, float]:
    """Seconds on the clock and CPU seconds of the web process, with an empty folder; the worker starts beside it."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, base.serving(Path(folder), code=RUN, path="/") as process:
        return time.monotonic() - start, process.cpu_ms / 1000


def frameworks() -> float:
    """CPU seconds of a process that only loads what the product stands on."""
    before = os.times()
    subprocess.run([sys.executable, "-c", FRAMEWORKS], check=True)
    after = os.times()
    return after.children_user - before.children_user + after.children_system - before.children_system


def demo_data(scale: float) -> dict[str, float]:
    """The demo as `survey-app demo` makes it, in this process so that its CPU time can be read."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        config = Config(data, f"sqlite:///{data / 'demo.db'}", base.SECRET.encode(), "http://127.0.0.1", is_demo=True)
        crypto.use_key(config.secret_key)
        clock.use_zone(config.timezone)
        engine = connect(config.database_url)
        upgrade(engine)
        with base.spent() as made:
            demo.make_demo(engine, config, scale=scale)
        with base.spent() as worked:
            while worker.work_once(engine, config):
                pass
        engine.dispose()
    return {
        "demo_scale": scale,
        "demo_make_cpu_s": round(made.cpu_seconds, 2),
        "demo_score_and_open_cases_cpu_s": round(worked.cpu_seconds, 2),
    }


def measure(*, starts: int, scale: float) -> dict[str, Any]:
    frameworks()
    pages = [first_page() for _ in range(starts)]
    return {
        "first_page_s": round(statistics.median(seconds for seconds, _ in pages), 2),
        "first_page_web_cpu_s": round(statistics.median(cpu for _, cpu in pages), 2),
        **demo_data(scale),
        "limit_load_frameworks_cpu_s": round(min(frameworks() for _ in range(starts)), 2),
    }


def main() -> None:
    chosen = base.options(__doc__)
    result = measure(starts=2, scale=0.25) if chosen.quick else measure(starts=5, scale=1.0)
    base.report(__doc__, result, as_json=chosen.json)


if __name__ == "__main__":
    main()
