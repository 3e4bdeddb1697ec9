"""The overview at 100,000 responses: CPU per page warm and cold, loading columns, taking in new answers."""

import sqlite3
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Engine, insert
from sqlmodel import SQLModel

from benchmarks.base import cpu_ms, options, report
from survey_app import clock, create_app, crypto
from survey_app.config import Config
from survey_app.store import columns, due
from survey_app.store.database import for_writing, table_of, writing
from survey_app.tables import Change, Opinion, Response, Survey, User, Version

RESPONSES = 100_000
SEGMENTS = ("线上商城", "线下门店", "企业客户", "")
ASPECTS = ("logistics", "service", "quality", "price", "aftersales", "packaging", "app", "store")
DEFINITION: dict[str, Any] = {
    "title": {"zh": "客户关系调查"},
    "pages": [
        {
            "items": [
                {"key": "nps", "type": "nps", "text": {"zh": "您有多大可能推荐我们?"}},
                {"key": "why", "type": "long_text", "text": {"zh": "为什么?"}},
                {"key": "csat", "type": "csat", "text": {"zh": "您有多满意?"}},
                {"key": "ces", "type": "ces", "text": {"zh": "办理有多容易?"}},
                {"key": "use", "type": "single", "text": {"zh": "用途"}, "options": {"choices": [
                    {"code": f"u{i}", "text": {"zh": f"用途 {i}"}} for i in range(6)]}},
                {"key": "parts", "type": "matrix", "text": {"zh": "各方面"}, "options": {"rows": [
                    {"code": f"r{i}", "text": {"zh": f"方面 {i}"}} for i in range(6)]}},
            ]
        }
    ],
}  # fmt: skip


def answers(
    random: np.random.Generator, count: int, survey_id: int, version_id: int, first: int
) -> list[dict[str, Any]]:
    """Rows of responses as the table takes them."""
    now = clock.now()
    ratings, days = random.integers(0, 11, count), random.random(count) * 720
    smiles, uses = random.integers(1, 6, (count, 8)), random.integers(0, 6, count)
    rows = []
    for i in range(count):
        at = now - timedelta(days=float(days[i]))
        stored = {
            "nps": int(ratings[i]), "why": "物流很快，但是客服态度很差" if i % 2 else None, "csat": int(smiles[i, 0]),
            "ces": int(smiles[i, 1]), "use": f"u{uses[i]}",
            "parts": {f"r{k}": int(smiles[i, 2 + k]) for k in range(6)},
        }  # fmt: skip
        rows.append(
            {"id": first + i, "survey_id": survey_id, "version_id": version_id, "ticket": f"t{first + i}",
             "channel": ("email", "link", "qr")[i % 3], "language": "zh", "state": "submitted", "answers": stored,
             "page": 0, "revision": 1, "segment": SEGMENTS[i % 4], "tier": "", "attributes": {}, "started_at": at,
             "saved_at": at, "submitted_at": at}
        )  # fmt: skip
    return rows


def opinions(random: np.random.Generator, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Two opinions on every second response."""
    about, polarity = random.integers(0, len(ASPECTS), 2 * len(rows)), random.integers(-1, 2, 2 * len(rows))
    return [
        {"survey_id": row["survey_id"], "response_id": row["id"], "item_key": "why", "start": 7 * k, "stop": 4 + 9 * k,
         "aspect": ASPECTS[about[2 * i + k]], "polarity": int(polarity[2 * i + k]), "probability": 0.9,
         "model": "bench", "model_version": "1", "is_corrected": False}
        for i, row in enumerate(rows) if row["answers"]["why"] for k in (0, 1)
    ]  # fmt: skip


def fill(engine: Engine, random: np.random.Generator, survey: tuple[int, int], count: int, first: int) -> None:
    for start in range(0, count, 10_000):
        rows = answers(random, min(10_000, count - start), *survey, first + start)
        changes = [{"survey_id": survey[0], "response_id": row["id"]} for row in rows]
        with for_writing(engine).begin() as connection:
            for kind, made in ((Response, rows), (Opinion, opinions(random, rows)), (Change, changes)):
                connection.execute(insert(table_of(kind)), made)


def survey(engine: Engine) -> tuple[int, int]:
    with writing(engine) as session:
        session.add(User(email="bench@example.com", name="bench", role="owner"))
        row = Survey(public_id=crypto.new_token(), name="客户关系调查", draft=DEFINITION, is_open=True)
        session.add(row)
        session.flush()
        version = Version(survey_id=row.id or 0, number=1, definition=DEFINITION)
        session.add(version)
        session.flush()
        return row.id or 0, version.id or 0


def peers(path: Path, frame: columns.Answers, survey_id: int) -> dict[str, float]:
    """The same month by segment NPS by SQL on the rows, and the counting alone in numpy: the limit."""
    connection = sqlite3.connect(path)
    query = """SELECT strftime('%Y-%m', submitted_at), segment,
        sum((json_extract(answers,'$.nps') >= 9) - (json_extract(answers,'$.nps') <= 6)), count(*)
        FROM response WHERE survey_id = ? AND state = 'submitted' GROUP BY 1, 2"""
    months = (frame["day"].values.astype("datetime64[D]").astype("datetime64[M]").astype(int) % 24).astype(np.int64)
    cells = (months * 8 + frame["segment"].values) * 16 + frame["nps"].values
    return {
        "peer_sql_month_segment_nps_cpu_ms": cpu_ms(
            lambda: connection.execute(query, (survey_id,)).fetchall(), times=2
        ),
        "limit_numpy_month_segment_nps_cpu_ms": cpu_ms(lambda: np.bincount(cells), times=5),
    }


def measure(folder: Path, count: int, times: int) -> dict[str, Any]:
    config = Config(data=folder, database_url=f"sqlite:///{folder / 'bench.db'}", secret_key=b"b" * 40,
                    public_url="http://127.0.0.1:8000", is_demo=True, is_testing=True)  # fmt: skip
    app = create_app(config)
    engine: Engine = app.extensions["survey"].engine
    SQLModel.metadata.create_all(engine)
    ids, random = survey(engine), np.random.default_rng(7)
    fill(engine, random, ids, count, 1)
    client = app.test_client()

    def page(path: str) -> None:
        answer = client.get(path)
        assert answer.status_code == 200 and len(answer.data) > 10_000, answer.status

    def load() -> columns.Answers:
        return columns.load(engine, config.columns, ids[0])

    made: dict[str, Any] = {"responses": count, "columns_build_cpu_ms": cpu_ms(load)}
    columns.forget_memory()
    made["columns_load_cold_cpu_ms"] = cpu_ms(load)
    made["columns_load_warm_cpu_ms"] = cpu_ms(load, times=5)
    made["overview_first_cpu_ms"] = cpu_ms(lambda: page("/?period=all"))
    made["overview_all_time_cpu_ms"] = cpu_ms(lambda: page("/?period=all"), times=times)
    made["overview_year_with_comparison_cpu_ms"] = cpu_ms(lambda: page("/?period=365d"), times=times)
    made["overview_filtered_cpu_ms"] = cpu_ms(lambda: page("/?period=90d&segment=线上商城"), times=times)
    made["questions_cpu_ms"] = cpu_ms(lambda: page("/questions?period=all"), times=times)
    made["opinions_cpu_ms"] = cpu_ms(lambda: page("/opinions?period=all"), times=times)
    fill(engine, random, ids, 1_000, count + 1)
    made["append_1000_cpu_ms"] = cpu_ms(load)
    with writing(engine) as session:
        session.add(Response(**answers(random, 1, *ids, count + 1_001)[0]))
        due.note_changes(session, ids[0], [count + 1_001])
    made["append_1_cpu_ms"] = cpu_ms(load)
    assert len(load()) == count + 1_001
    made |= peers(folder / "bench.db", load(), ids[0])
    engine.dispose()
    return made


def main() -> None:
    chosen = options(__doc__, responses={"type": int, "default": RESPONSES})
    with tempfile.TemporaryDirectory() as folder:
        result = measure(Path(folder), chosen.responses, 2 if chosen.quick else 6)
    report(__doc__, result, as_json=chosen.json)


if __name__ == "__main__":
    main()
