"""The figures that only dashboards show: what is spoken of, what changed, how the cases stand."""

from datetime import timedelta
from typing import Any

from sqlmodel import select

from survey_app import clock
from survey_app.reporting.figures import FIGURES
from survey_app.store.database import reading, writing
from survey_app.tables import Action, Case, Opinion, Response
from tests import make
from tests.conftest import Browser
from tests.figures.conftest import DEFINITION, Draw, drawn, filled

__all__ = ["drawn", "filled"]


def test_aspects_are_counted_as_their_rows_say(drawn: Draw, engine: Any, filled: Any) -> None:
    figure = drawn("spoken", "period=all")
    with reading(engine) as session:
        found = session.exec(select(Opinion.polarity)).all()
    [row] = figure.rows
    assert row[0].text == "Delivery" and "aspect=logistics" in row[0].address
    assert (row[1].value, row[4].value) == (found.count(-1), found.count(1))
    assert row[2].value == round(100 * found.count(-1) / 400, 6)
    assert figure.n == 400 and figure.plot is not None


def test_what_changed_is_told_with_its_verdict(drawn: Draw, filled: Any) -> None:
    figure = drawn("news", "period=90d")
    assert figure.lines and all(" · " in line for line in figure.lines) and not figure.message
    assert any("fell" in line and "Real change" in line for line in figure.lines)
    assert "Choose a period" in drawn("news", "period=all").message


def test_where_nothing_changed_it_says_what_was_compared(drawn: Draw, engine: Any) -> None:
    survey = make.survey(engine, definition=DEFINITION)
    days = [clock.now() - timedelta(days=number) for number in range(170)]
    make.responses(engine, survey, [{"answers": {"nps": 9}, "at": at, "segment": "a"} for at in days])
    figure = drawn("news", "period=90d")
    assert figure.message.startswith("Nothing that stands out") and not figure.lines
    assert "1 comparisons" in figure.definition and "n 80" in figure.notes[0] and "n 90" in figure.subtitle


def test_cases_are_counted_as_they_stand(drawn: Draw, engine: Any, filled: Any) -> None:
    with reading(engine) as session:
        ids = session.exec(select(Response.id).limit(3)).all()
    owner = make.user(engine).id
    with writing(engine) as session:
        for number, state, days in zip(ids, ("new", "in_progress", "closed"), (1, -1, -1), strict=True):
            session.add(Case(survey_id=filled.id, response_id=number, rule="low_nps", severity="urgent", state=state,
                             due_at=clock.now() + timedelta(days=days)))  # fmt: skip
        session.add(Action(title="x", state="effective", owner_id=owner))
    counts = {row[0].text: row[1].value for row in drawn("casework").rows}
    assert counts["Open cases"] == 2 and counts["Overdue"] == 1 and counts["Proved effective"] == 1
    figure = drawn("casework", "period=30d&segment=nobody")
    assert figure.rows == drawn("casework").rows
    assert "whatever the period" in figure.subtitle and "30 days" not in figure.subtitle


def test_they_are_offered_to_dashboards_and_not_among_the_pages(client: Browser, filled: Any) -> None:
    client.post_form("/dashboards", {"name": "x"}, page="/dashboards")
    offered, pages = client.get("/dashboards/1/edit").text, client.get("/analysis/trend").text
    for name, kind in FIGURES.items():
        assert f"figure={name}&" in offered.replace("&amp;", "&")
        assert (f'href="/analysis/{name}?' in pages) == (kind.is_listed and not kind.beside)
