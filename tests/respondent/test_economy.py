"""What a page may cost: statements at the database, memory of the server, bytes are elsewhere."""

from typing import Any

import pytest
from sqlalchemy import Engine, event

from benchmarks import base
from benchmarks.submit import ANSWERS, DEFINITION, prepare
from tests import make

MANY: dict[str, Any] = {
    "title": {"zh": "很长的调查"},
    "pages": [{"items": [{"key": f"q{n}_{m}", "type": "csat"} for m in range(100)]} for n in range(5)],
}


@pytest.fixture
def said(engine: Engine) -> list[str]:
    """Every statement that SQLite's driver is told; PostgreSQL is told the same ones."""
    if engine.dialect.name != "sqlite":
        pytest.skip("counted at SQLite's driver")
    told: list[str] = []
    engine.dispose()
    event.listen(engine, "connect", lambda connection, _: connection.set_trace_callback(told.append))
    return told


@pytest.mark.parametrize(("definition", "most"), [(DEFINITION, 12), (MANY, 15)])
def test_statements_of_a_page_do_not_grow_with_its_questions(visit, engine, said, definition, most):
    survey = make.survey(engine, definition=definition)
    visit(f"/s/{survey.public_id}")
    said.clear()
    visitor = visit(f"/s/{survey.public_id}")
    assert 0 < len(said) <= most, said
    said.clear()
    answers = ANSWERS if definition is DEFINITION else {f"q0_{m}": "5" for m in range(100)}
    visitor.client.post(visitor.action, data={**visitor.form, **answers})
    assert any("INSERT INTO response" in statement for statement in said)
    assert len(said) <= most, said


@pytest.mark.slow
def test_a_server_starts_below_150_megabytes(tmp_path):
    prepare(tmp_path)
    with base.serving(tmp_path) as process:
        assert process.memory_mb < 150
