"""The pages of figures: for every kind, with and without answers, for each role; and the tables as files."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from survey_app.reporting.figures import FIGURES
from tests import make
from tests.conftest import Browser

OWN = [name for name, kind in FIGURES.items() if not kind.beside]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", FIGURES)
def test_a_page_is_whole_with_and_without_answers(name: str, language: str, client: Browser, engine: Any) -> None:
    assert client.get(f"/analysis/{name}?lang={language}").status_code == 200
    make.survey(engine)
    assert client.get(f"/analysis/{name}").status_code == 200


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_show_their_figures(language: str, client: Browser, filled: Any) -> None:
    for name in FIGURES:
        page = client.get(f"/analysis/{name}?lang={language}")
        assert page.status_code == 200
        assert f'id="figure-{name}"' in page.text
        assert 'class="definition"' in page.text
    for beside, kind in FIGURES.items():
        if kind.beside:
            assert f'id="figure-{beside}"' in client.get(f"/analysis/{kind.beside}").text


def test_what_is_chosen_stays_when_the_view_changes(client: Browser, filled: Any) -> None:
    page = client.get("/analysis/crosstab?period=90d&rows=shop&columns=tier&lang=en").text
    assert "Shop by Tier" in page
    hidden = page[page.index('id="cut-bar"') : page.index("</form>", page.index('id="cut-bar"'))]
    assert '<input type="hidden" name="rows" value="shop">' in hidden
    assert '<input type="hidden" name="columns" value="tier">' in hidden


def test_the_table_comes_as_a_workbook_with_its_definition(client: Browser, filled: Any) -> None:
    answer = client.get("/analysis/crosstab.xlsx?period=90d&rows=shop&columns=tier&lang=en")
    assert answer.status_code == 200
    book = load_workbook(BytesIO(answer.data))
    table, about = book.worksheets
    assert [cell.value for cell in table[1]] == ["Shop", "None given (A)", "gold (B)"]
    assert [row[0].value for row in table.iter_rows(min_row=2)] == ["North", "South", "n"]
    words = {row[0].value: row[1].value for row in about.iter_rows()}
    assert words["Definition"].startswith("Shares of each column.")
    assert "Last 90 days" in words["View"]


def test_names_that_look_like_formulas_are_words_in_the_workbook(client: Browser, engine: Any, filled: Any) -> None:
    make.responses(engine, filled, [{"answers": {"shop": "north"}, "segment": "=1+1"}] * 5)
    answer = client.get("/analysis/crosstab.xlsx?rows=shop&columns=segment")
    heads = [str(cell.value) for cell in load_workbook(BytesIO(answer.data)).worksheets[0][1]]
    assert [head for head in heads if "1+1" in head] == ["'=1+1 (D)"]


def test_words_of_customers_are_written_not_run(client: Browser, engine: Any, filled: Any) -> None:
    make.responses(engine, filled, [{"answers": {"shop": "north"}, "segment": "<script>alert(1)</script>"}] * 5)
    assert "<script>alert" not in client.get("/analysis/crosstab?rows=shop&columns=segment").text


@pytest.mark.parametrize("role", ["viewer", "case_worker", "analyst"])
def test_everybody_of_the_house_may_look(role: str, as_role: Callable[[str], Browser], filled: Any) -> None:
    assert as_role(role).get("/analysis/drivers").status_code == 200


@pytest.mark.parametrize("query", ["survey=x", "answer=nope:1", "period=soon"])
def test_addresses_that_make_no_sense_are_refused_in_words(query: str, client: Browser, filled: Any) -> None:
    for address in ("/analysis/crosstab", "/analysis/crosstab.xlsx"):
        answer = client.get(f"{address}?{query}")
        assert answer.status_code == 400
        assert "<h1" in answer.text


def test_a_kind_that_is_not_there_is_not_found(client: Browser) -> None:
    assert client.get("/analysis/pie").status_code == 404
