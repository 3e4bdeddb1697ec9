"""Synthetic responses in any number for benchmarks: 12 closed items, 6 attributes, 24 months, opinions on a tenth."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Engine
from sqlmodel import SQLModel

from survey_app import clock, create_app, crypto
from survey_app.config import Config
from survey_app.store.database import writing
from survey_app.tables import Survey, User, Version

SEGMENTS = ("线上商城", "线下门店", "企业客户", "")
TIERS, CHANNELS, LANGUAGES = ("金卡", "银卡", "普通"), ("email", "link", "qr"), ("zh", "zh", "zh", "en")
CITIES = tuple(f"城市 {number}" for number in range(20))
PRODUCTS = tuple(f"产品 {number}" for number in range(8))
ASPECTS = ("logistics", "service", "quality", "price", "aftersales", "packaging", "app", "store")
PARTS, DAYS, PART = 6, 720, 20_000


def _choices(count: int) -> dict[str, Any]:
    return {"choices": [{"code": f"u{number}", "text": {"zh": f"选项 {number}"}} for number in range(count)]}


ITEMS: tuple[dict[str, Any], ...] = (
    {"key": "nps", "type": "nps", "text": {"zh": "您有多大可能推荐我们?"}},
    {"key": "why", "type": "long_text", "text": {"zh": "为什么?"}},
    {"key": "csat", "type": "csat", "text": {"zh": "您有多满意?"}},
    {"key": "ces", "type": "ces", "text": {"zh": "办理有多容易?"}},
    {"key": "use", "type": "single", "text": {"zh": "主要用途"}, "options": _choices(6)},
    {"key": "place", "type": "single", "text": {"zh": "购买地点"}, "options": _choices(4)},
    {"key": "again", "type": "single", "text": {"zh": "是否再次购买"}, "options": _choices(3)},
    {"key": "parts", "type": "matrix", "text": {"zh": "各方面"}, "options": {"rows": [
        {"code": f"r{number}", "text": {"zh": f"方面 {number}"}} for number in range(PARTS)]}},
)  # fmt: skip
DEFINITION: dict[str, Any] = {"title": {"zh": "客户关系调查"}, "pages": [{"items": list(ITEMS)}]}
COLUMNS = (
    "id", "survey_id", "version_id", "ticket", "channel", "language", "state", "answers", "page", "revision", "segment",
    "tier", "attributes", "started_at", "saved_at", "submitted_at",
)  # fmt: skip
SAID = (
    "survey_id", "response_id", "item_key", "start", "stop", "aspect", "polarity", "probability", "model",
    "model_version", "is_corrected",
)  # fmt: skip


def installation(folder: Path) -> tuple[Any, Engine, Config]:
    """An empty installation in a folder: application, database, settings."""
    config = Config(data=folder, database_url=f"sqlite:///{folder / 'bench.db'}", secret_key=b"b" * 40,
                    public_url="http://127.0.0.1:8000", is_demo=True, is_testing=True)  # fmt: skip
    app = create_app(config)
    engine: Engine = app.extensions["survey"].engine
    SQLModel.metadata.create_all(engine)
    return app, engine, config


def survey(engine: Engine) -> tuple[int, int]:
    """A published questionnaire: (survey, version)."""
    with writing(engine) as session:
        session.add(User(email=f"{crypto.new_token()}@example.com", name="bench", role="owner"))
        row = Survey(public_id=crypto.new_token(), name="客户关系调查", draft=DEFINITION, is_open=True)
        session.add(row)
        session.flush()
        version = Version(survey_id=row.id or 0, number=1, definition=DEFINITION)
        session.add(version)
        session.flush()
        return row.id or 0, version.id or 0


def fill(engine: Engine, random: np.random.Generator, of: tuple[int, int], count: int, first: int = 1) -> None:
    """Put responses, a tenth of them with two opinions, and their changes into the database, as quickly as it takes
    them: the statements go to the driver."""
    for start in range(0, count, PART):
        part = min(PART, count - start)
        # Numbered as they come in: each part lies in its own stretch of the time.
        ago = np.sort(random.uniform(DAYS * (1 - (start + part) / count), DAYS * (1 - start / count), part))[::-1]
        rows, said = _part(random, of, ago, first + start)
        with writing(engine) as session:
            cursor = session.connection().connection.cursor()
            cursor.executemany(_insert("response", COLUMNS), rows)
            cursor.executemany(_insert("opinion", SAID), said)
            cursor.executemany(_insert("change", ("survey_id", "response_id")), [(of[0], row[0]) for row in rows])


def _insert(table: str, columns: tuple[str, ...]) -> str:
    return f'INSERT INTO "{table}" ({", ".join(columns)}) VALUES ({", ".join("?" * len(columns))})'


def _part(
    random: np.random.Generator, of: tuple[int, int], days_ago: np.ndarray[Any, np.dtype[np.float64]], first: int
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    count, now = len(days_ago), clock.now()
    seconds = random.integers(30, 900, count).tolist()
    attributes = [
        json.dumps({"城市": city, "产品": product}, ensure_ascii=False) for city in CITIES for product in PRODUCTS
    ]
    known = random.integers(0, len(attributes), count).tolist()
    segment, tier = random.integers(0, len(SEGMENTS), count).tolist(), random.integers(0, len(TIERS), count).tolist()
    ago, rows = days_ago.tolist(), []
    for i, stored in enumerate(_answers(random, count)):
        at = now - timedelta(days=ago[i])
        began = at - timedelta(seconds=seconds[i])
        rows.append(
            (first + i, *of, f"t{first + i}", CHANNELS[i % 3], LANGUAGES[i % 4], "submitted", stored, 0, 1,
             SEGMENTS[segment[i]], TIERS[tier[i]], attributes[known[i]], f"{began:%Y-%m-%d %H:%M:%S.%f}",
             f"{at:%Y-%m-%d %H:%M:%S.%f}", f"{at:%Y-%m-%d %H:%M:%S.%f}")
        )  # fmt: skip
    about, polarity = random.integers(0, len(ASPECTS), count).tolist(), random.integers(-1, 2, count).tolist()
    said = [
        (of[0], first + i, "why", 7 * k, 4 + 9 * k, ASPECTS[about[i + k]], polarity[i + k], 0.9, "bench", "1", 0)
        for i in range(0, count - 1, 10) for k in (0, 1)
    ]  # fmt: skip
    return rows, said


def _answers(random: np.random.Generator, count: int) -> Iterator[str]:
    """The stored answers of one response after another; items move with the rating, so that drivers have work."""
    mood = random.normal(0, 1, count)

    def scale(low: int, high: int, weight: float) -> list[int]:
        middle, spread = (low + high) / 2, (high - low) / 4
        drawn = middle + spread * (weight * mood + random.normal(0, 1, count))
        made: list[int] = np.clip(np.rint(drawn), low, high).astype(int).tolist()
        return made

    nps, csat, ces = scale(0, 10, 1.0), scale(1, 5, 0.8), scale(1, 7, 0.6)
    parts = [scale(1, 5, 0.9 - 0.1 * number) for number in range(PARTS)]
    picked = [random.integers(0, size, count).tolist() for size in (6, 4, 3)]
    for i in range(count):
        why = '"物流很快，但是客服态度很差"' if i % 10 == 0 else "null"
        rows = ", ".join(f'"r{number}": {part[i]}' for number, part in enumerate(parts))
        yield (
            f'{{"nps": {nps[i]}, "why": {why}, "csat": {csat[i]}, "ces": {ces[i]}, "use": "u{picked[0][i]}", '
            f'"place": "u{picked[1][i]}", "again": "u{picked[2][i]}", "parts": {{{rows}}}}}'
        )
