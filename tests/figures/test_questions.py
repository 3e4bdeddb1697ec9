"""Every type of question: its figure with table, definition, base, files, and as many answers behind as it counts."""

from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import Engine

from survey_app.forms.definition import Item
from survey_app.forms.types import TYPES, question
from survey_app.tables import Survey
from tests import make
from tests.conftest import Browser
from tests.figures.conftest import Draw
from tests.figures.test_numbers import behind
from tests.figures.test_odd_answers import whole
from tests.forms.samples import SAMPLES
from tests.respondent.test_every_type import DEFINITION

ASKED = sorted(name for name, kind in TYPES.items() if name in SAMPLES and kind.is_asked)


@pytest.fixture
def every(engine: Engine) -> Survey:
    """A survey that asks every type, answered ninety times and skipped ten times."""
    row = make.survey(engine, definition=DEFINITION)
    items = {item["key"]: question(Item(**item)) for page in DEFINITION["pages"] for item in page["items"]}
    given = []
    for number in range(100):
        answers: dict[str, Any] = {}
        for name in ASKED:
            sample = SAMPLES[name][number % len(SAMPLES[name])]
            fields = {name + field.removeprefix("k"): values for field, values in sample.items()}
            answers[name] = items[name].read(fields) if number < 90 else None
        given.append({"answers": answers, "segment": "ab"[number % 2]})
    make.responses(engine, row, given)
    return row


def test_every_type_has_its_figure_table_definition_and_base(every: Survey, drawn: Draw, app: Flask) -> None:
    for name in ASKED:
        figure = drawn("question", "period=all", item=name)
        whole(figure)
        assert not figure.message and figure.n == 90, name
        assert "90 answered of 100 who were asked." in figure.definition
        is_counted = any(row[2].value is not None for row in figure.rows)  # open answers and consents are not shares
        assert bool(figure.plot) is is_counted, f"{name} has no drawing"
        assert not figure.plot or any(layer.get("customdata") for layer in figure.plot["data"]), f"{name} has no links"
        for row in figure.rows:
            if row[1].address:
                assert behind(app, row[1].address) == row[1].value, f"{name} {row[0].text}"
        is_written = [row[0].text for row in figure.rows] == ["Answered"]
        leads = all(row[1].address for row in figure.rows if row[1].value)
        assert leads or is_written, f"{name} does not lead to its answers"


def test_every_type_gives_files(every: Survey, client: Browser) -> None:
    page = client.get("/questions?period=all&lang=en").text
    assert page.count('data-download="svg"') == page.count("data-figure=") > 15
    assert page.count("/analysis/question.xlsx?") == page.count("/analysis/question.csv?") == len(ASKED)
    book = load_workbook(BytesIO(client.get("/analysis/question.xlsx?period=all&item=single&lang=en").data))
    assert [cell.value for cell in book.worksheets[0][1]][:3] == ["Answer", "Count", "Share"]
    assert [cell.value for cell in book.worksheets[0][2]][1:3] == [90, 100]
    assert client.get("/questions/nps?period=all").text.count('data-download="png"') == 1
    assert client.get("/analysis/question?period=all&item=csat").status_code == 200
