"""Dashboards over a million responses and more: CPU a page, against SQL on the rows and a bare scan of columns."""

import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.base import cpu_ms, options, report, spent
from benchmarks.many import SEGMENTS, fill, installation, survey
from survey_app.analysis import crosstab, drivers
from survey_app.analysis.scores import SCORES
from survey_app.analysis.trends import periods
from survey_app.store import columns
from survey_app.store.cuts import Cut, select

QUICK, FULL = 1_000_000, 10_000_000
DRIVERS = (
    "csat",
    "ces",
    "use",
    "place",
    "again",
    "parts.r0",
    "parts.r1",
    "parts.r2",
    "parts.r3",
    "parts.r4",
    "parts.r5",
)
FILTERED = Cut(answers=(("csat", "4-5"),))
SQL = """SELECT strftime('%Y-%m', submitted_at), segment,
    sum((json_extract(answers, '$.nps') >= 9) - (json_extract(answers, '$.nps') <= 6)), count(*)
    FROM response WHERE survey_id = ? AND state = 'submitted' AND json_extract(answers, '$.csat') >= 4 GROUP BY 1, 2"""


def months_by_segments(frame: columns.Answers) -> list[Any]:
    """The NPS of every month and segment of the filtered answers, as the product counts it."""
    chosen = select(frame, FILTERED)
    month, names = periods(chosen["day"].values)
    segments = chosen["segment"]
    width = len(segments.codes)
    return SCORES["nps"].by_group(chosen["nps"].values, month * width + segments.values, len(names) * width)


def scan(frame: columns.Answers, months: np.ndarray[Any, Any]) -> Any:
    """The limit: the same filter and count with nothing around it, the month of each day known."""
    kept = np.flatnonzero(frame["csat"].values >= 4)
    day: Any = frame["day"].values[kept]
    cell = (months[day - day.min()] * len(SEGMENTS) + frame["segment"].values[kept]) * 11 + frame["nps"].values[kept]
    return np.bincount(cell)


def month_table(frame: columns.Answers) -> np.ndarray[Any, Any]:
    days: Any = np.arange(frame["day"].values.min(), frame["day"].values.max() + 1)
    numbers = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.asarray(numbers - numbers[0])


def measure(folder: Path, count: int, times: int) -> dict[str, Any]:
    app, engine, config = installation(folder)
    of, random = survey(engine), np.random.default_rng(7)
    client = app.test_client()

    def page(path: str, survey_id: int = of[0]) -> None:
        answer = client.get(f"{path}&survey={survey_id}")
        assert answer.status_code == 200 and len(answer.data) > 10_000, answer.status

    def load() -> columns.Answers:
        return columns.load(engine, config.columns, of[0])

    with spent() as filled:
        fill(engine, random, of, count)
    with spent() as built:
        load()
    made: dict[str, Any] = {
        "rows": count, "rows_written_seconds": round(filled.seconds, 1),
        "rebuild_cpu_seconds": round(built.cpu_seconds, 1),
    }  # fmt: skip
    columns.forget_memory()
    made["open_cold_ms"] = cpu_ms(load)
    made["bytes_per_response"] = round(size(config.columns) / count, 1)
    page("/?period=all")
    made |= pages(page, times)
    made |= methods(load(), folder / "bench.db", of[0], times)
    made |= fresh(engine, random, of, count, load, client)
    made["memory_mb"] = peak_mb()
    small = survey(engine)
    fill(engine, random, small, 1_000, count + 10_000)
    page("/?period=all", small[0])
    made["overview_of_a_small_survey_beside_ms"] = cpu_ms(lambda: page("/?period=all", small[0]), times=times)
    engine.dispose()
    return made


def pages(page: Callable[[str], None], times: int) -> dict[str, float]:
    """Server CPU of whole pages; the overview compares a year with the year before."""
    return {
        "overview_ms": cpu_ms(lambda: page("/?period=365d"), times=times),
        "overview_all_time_ms": cpu_ms(lambda: page("/?period=all"), times=times),
        "overview_filtered_ms": cpu_ms(lambda: page(f"/?period=90d&segment={SEGMENTS[0]}"), times=times),
        "questions_ms": cpu_ms(lambda: page("/questions?period=all"), times=times),
        "opinions_ms": cpu_ms(lambda: page("/opinions?period=all"), times=times),
    }


def methods(frame: columns.Answers, database: Path, survey_id: int, times: int) -> dict[str, float]:
    """Cuts and methods on the loaded columns, beside the same cut by SQL and by a bare scan."""
    months = month_table(frame)
    ours = cpu_ms(lambda: months_by_segments(frame), times=times + 2)
    limit = cpu_ms(lambda: scan(frame, months), times=times + 2)
    named = {name: frame[name] for name in DRIVERS}
    connection = sqlite3.connect(database)
    by_sql = cpu_ms(lambda: connection.execute(SQL, (survey_id,)).fetchall())
    connection.close()
    return {
        "nps_cut_ms": ours,
        "nps_cut_ratio_to_scan": round(ours / limit, 2),
        "crosstab_ms": cpu_ms(lambda: crosstab(frame["use"], frame["segment"]), times=times),
        "drivers_ms": cpu_ms(lambda: drivers(frame["nps"], named), times=2),
        "limit_nps_cut_scan_ms": limit,
        "peer_nps_cut_sql_ms": by_sql,
    }


def fresh(
    engine: Any, random: np.random.Generator, of: tuple[int, int], count: int, load: Callable[[], Any], client: Any
) -> dict[str, float]:
    """Until new answers are in what a page shows: on the clock for one, CPU for one and for a thousand."""
    fill(engine, random, of, 1, count + 1)
    start = time.perf_counter()
    with spent() as one:
        answer = client.get(f"/?period=all&survey={of[0]}")
    seconds = time.perf_counter() - start
    assert f"{count + 1:,}" in answer.get_data(as_text=True)
    fill(engine, random, of, 1_000, count + 2)
    with spent() as many:
        assert len(load()) == count + 1_001
    return {
        "fresh_answer_seconds": round(seconds, 3), "fresh_answer_page_ms": round(one.each(1), 1),
        "append_1000_ms": round(many.each(1), 1),
    }  # fmt: skip


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def peak_mb() -> float:
    """The most memory this process has held, the columns' mapped files among it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return round(int(status.partition("VmHWM:")[2].split()[0]) / 1e3, 1)


def main() -> None:
    chosen = options(__doc__, rows={"type": int, "default": 0, "help": f"responses; {QUICK:,}, and then {FULL:,}"})
    sizes = [chosen.rows] if chosen.rows else [QUICK] if chosen.quick else [QUICK, FULL]
    for count in sizes:
        with tempfile.TemporaryDirectory() as folder:
            result = measure(Path(folder), count, 2 if chosen.quick else 6)
        report(__doc__, result, as_json=chosen.json)


if __name__ == "__main__":
    main()
