"""Opinions side by side: counted by group and period, marked where they differ beyond chance."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from survey_app import clock
from survey_app.reporting import sides
from survey_app.store import columns, due
from survey_app.store.columns import Answers
from survey_app.store.database import writing
from survey_app.tables import Opinion, Survey
from tests import make
from tests.conftest import Browser


def _fill(engine: Engine, survey: Survey, count: int, critical: int, **more: Any) -> None:
    """Answers of which the first `critical` criticise delivery twice; all praise service."""
    rows = make.responses(engine, survey, [{"answers": {"nps": 5, "why": "物流慢，客服好"}, **more}] * count)
    with writing(engine) as session:
        for place, row in enumerate(rows):
            for aspect, polarity in [("logistics", -1)] * 2 * (place < critical) + [("service", 1)]:
                session.add(Opinion(survey_id=survey.id, response_id=row.id, item_key="why", start=0, stop=3,
                                    aspect=aspect, polarity=polarity, probability=0.9, model="m",
                                    model_version="1"))  # fmt: skip
        due.note_changes(session, survey.id or 0, [row.id or 0 for row in rows])


@pytest.fixture
def survey(engine: Engine) -> Survey:
    row = make.survey(engine)
    for segment, critical in (("north", 30), ("south", 6), ("east", 6)):
        _fill(engine, row, 60, critical, segment=segment)
    _fill(engine, row, 5, 5, segment="west")
    return row


def _frame(engine: Engine, survey: Survey, folder: Path) -> Answers:
    return columns.load(engine, folder, survey.id or 0)


def test_each_answer_counts_once_and_groups_are_held_against_the_others(
    engine: Engine, survey: Survey, tmp_path: Path
) -> None:
    found = sides.by_group(_frame(engine, survey, tmp_path), "segment", -1)
    assert {(group.code, group.n) for group in found.groups} == {
        ("north", 60),
        ("south", 60),
        ("east", 60),
        ("west", 5),
    }
    [row] = found.rows
    cells = dict(zip((group.code for group in found.groups), row.cells, strict=True))
    assert row.name == "logistics" and cells["north"].share.value == 50
    assert {code: cell.sign for code, cell in cells.items()} == {"north": 1, "south": -1, "east": -1, "west": 0}
    assert cells["north"].others.n_b == 125 and cells["north"].p < 0.001


def test_praise_is_the_same_everywhere(engine: Engine, survey: Survey, tmp_path: Path) -> None:
    [row] = sides.by_group(_frame(engine, survey, tmp_path), "segment", 1).rows
    assert row.name == "service" and {cell.share.value for cell in row.cells} == {100}
    assert not any(cell.sign for cell in row.cells)


def test_two_periods_share_one_test(engine: Engine, survey: Survey, tmp_path: Path) -> None:
    frame = _frame(engine, survey, tmp_path)
    north, south = (frame.where(frame["segment"].values == frame["segment"].codes.index(name))
                    for name in ("north", "south"))  # fmt: skip
    [row] = sides.by_period(north, south, -1).rows
    assert [cell.sign for cell in row.cells] == [1, -1] and row.cells[0].p == row.cells[1].p
    assert row.cells[0].others.value == pytest.approx(40)
    assert sides.by_period(north, Answers(), -1) == sides.Sides()


def test_one_group_and_nobody_are_no_comparison(engine: Engine, tmp_path: Path) -> None:
    survey = make.survey(engine)
    assert sides.by_group(_frame(engine, survey, tmp_path), "segment", -1) == sides.Sides()
    _fill(engine, survey, 3, 1, segment="a")
    assert sides.by_group(_frame(engine, survey, tmp_path), "segment", -1) == sides.Sides()
    assert sides.by_group(_frame(engine, survey, tmp_path), "nowhere", -1) == sides.Sides()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_shows_groups_and_periods(client: Browser, engine: Engine, survey: Survey, language: str) -> None:
    page = client.get(f"/opinions/compare?period=all&by=segment&lang={language}").text
    assert 'class="more">▲' in page and "50.0%" in page
    praise = client.get(f"/opinions/compare?period=all&by=segment&polarity=1&lang={language}").text
    assert 'class="more"' not in praise and "100.0%" in praise
    _fill(engine, survey, 60, 0, at=clock.now() - timedelta(100))
    page = client.get(f"/opinions/compare?period=90d&by=period&lang={language}").text
    assert "Real change" in page or "真实变化" in page


@pytest.mark.parametrize(("query", "says"), [
    ("period=all&by=period", "There is no period before"), ("period=all&by=tier", "Nothing to compare"),
    ("period=all&by=odd", "50.0%"),
])  # fmt: skip
def test_what_cannot_be_compared_is_said(client: Browser, survey: Survey, query: str, says: str) -> None:
    assert says in client.get(f"/opinions/compare?{query}&lang=en").text


def test_without_answers_the_page_teaches(client: Browser, engine: Engine) -> None:
    assert "Groups will be compared here" in client.get("/opinions/compare?lang=en").text
    make.survey(engine)
    assert client.get("/opinions/compare?lang=en").status_code == 200
