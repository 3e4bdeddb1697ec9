"""Correlations, regressions and tables of one's own against recounts of the rows; saved with what is asked of them."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlmodel import col, select

from survey_app.store.database import reading
from survey_app.tables import Cut as SavedCut
from survey_app.tables import Response
from tests.conftest import Browser
from tests.figures.conftest import Draw
from tests.figures.test_numbers import behind, number


def given(engine: Any) -> list[dict[str, Any]]:
    """What was answered, response by response, with its segment."""
    with reading(engine) as session:
        rows = session.exec(select(Response).order_by(col(Response.id))).all()
        return [{**row.answers, "segment": row.segment} for row in rows]


def rated(rows: list[dict[str, Any]]) -> Any:
    return np.array([[row["nps"], row["csat"], row["parts"]["speed"], row["parts"]["price"]] for row in rows], float)


def test_correlations_are_those_of_the_rows(engine: Any, filled: Any, drawn: Draw, app: Flask) -> None:
    figure = drawn("correlation", "period=all")
    expected = np.corrcoef(rated(given(engine)), rowvar=False)
    found = {row[0].text: row for row in figure.rows}
    assert len(found) == 6
    assert number(found["Recommend? × Speed"][1]) == pytest.approx(expected[0, 2], abs=1e-6)
    assert number(found["Satisfied? × Price"][1]) == pytest.approx(expected[1, 3], abs=1e-6)
    half = 1.959963985 / np.sqrt(397)
    assert number(found["Speed × Price"][2]) == pytest.approx(np.tanh(np.arctanh(expected[2, 3]) - half), abs=1e-6)
    assert {behind(app, row[4].address) for row in figure.rows} == {400}
    assert figure.plot is not None
    shades = figure.plot["data"][0]["z"]
    assert [shades[i][i] for i in range(4)] == [None] * 4 and shades[0][1] == shades[1][0]


def test_correlations_of_some_ratings_are_of_these(filled: Any, drawn: Draw) -> None:
    assert [row[0].text for row in drawn("correlation", ratings=("csat", "nps")).rows] == ["Satisfied? × Recommend?"]
    assert drawn("correlation", ratings=("csat",)).message.startswith("Correlations need at least two")


def test_a_regression_is_least_squares_with_robust_errors(engine: Any, filled: Any, drawn: Draw, app: Flask) -> None:
    figure, block = drawn("regression", "period=all"), rated(given(engine))
    design = np.column_stack([np.ones(400), block[:, 1:]])
    betas, *_ = np.linalg.lstsq(design, block[:, 0], rcond=None)
    assert [row[0].text for row in figure.rows] == ["Intercept", "Satisfied?", "Speed", "Price"]
    assert [number(row[1]) for row in figure.rows] == pytest.approx(betas.tolist(), abs=1e-6)
    inverse = np.linalg.inv(design.T @ design)
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    left = (block[:, 0] - design @ betas) / (1 - leverage)
    errors = np.sqrt(np.diag(inverse @ (design.T * left**2) @ design @ inverse))
    assert [number(row[4]) for row in figure.rows] == pytest.approx(errors.tolist(), abs=1e-6)
    assert {behind(app, row[-1].address) for row in figure.rows} == {400}
    assert [line.split(":")[0] for line in figure.lines[1:]] == [
        "Equal spread", "Normal residuals", "Single answers", "Straight lines",
    ]  # fmt: skip


@pytest.mark.parametrize(("rows", "columns"), [("shop", "segment"), ("nps~", "shop"), ("uses.home", "parts.price")])
def test_a_table_counts_the_answers_that_it_leads_to(rows: str, columns: str, filled: Any, drawn: Draw,
                                                     app: Flask) -> None:  # fmt: skip
    figure = drawn("table", rows=rows, columns=columns)
    *inner, edge = figure.rows
    assert number(edge[-1]) == figure.n
    for row in figure.rows:
        assert number(row[-1]) == sum(number(cell) for cell in row[1:-1])
        for cell in row[1:]:
            assert (behind(app, cell.address) if cell.address else 0) == cell.value
    assert [number(cell) for cell in edge[1:]] == [
        sum(map(number, cells)) for cells in list(zip(*inner, strict=True))[1:]
    ]


def test_a_table_of_shares_adds_up_to_all(engine: Any, filled: Any, drawn: Draw) -> None:
    by_column = drawn("table", "period=all", rows="shop", columns="segment", measure="column")
    north = [row for row in given(engine) if row["shop"] == "north"]
    expected = 100 * len([row for row in north if row["segment"] == "a"]) / sum(
        row["segment"] == "a" for row in given(engine)
    )  # fmt: skip
    assert number(by_column.rows[0][by_column.heads.index("a")]) == pytest.approx(expected, abs=1e-5)
    assert [number(cell) for cell in by_column.rows[-1][1:]] == [100.0] * 4
    by_row = drawn("table", "period=all", rows="shop", columns="segment", measure="row")
    for row in by_row.rows:
        assert sum(number(cell) for cell in row[1:-1]) == pytest.approx(100, abs=1e-4)


def test_a_score_in_a_table_is_that_of_its_group(engine: Any, filled: Any, drawn: Draw, app: Flask) -> None:
    figure = drawn("table", "period=all", rows="shop", columns="segment", measure="metric.nps")
    cell = figure.rows[0][figure.heads.index("b")]
    mine = [row["nps"] for row in given(engine) if row["shop"] == "north" and row["segment"] == "b"]
    expected = 100 * (sum(x >= 9 for x in mine) - sum(x <= 6 for x in mine)) / len(mine)
    assert number(cell) == pytest.approx(expected, abs=1e-5)
    assert cell.estimate is not None and cell.estimate.n == behind(app, cell.address) == len(mine)
    whole = drawn("score", "period=all").estimate
    assert whole is not None and figure.rows[-1][-1].estimate == whole


def test_the_file_of_a_table_holds_intervals_and_bases(client: Browser, filled: Any) -> None:
    query = "period=all&rows=shop&columns=segment&measure=metric.nps&lang=en"
    book = load_workbook(BytesIO(client.get(f"/analysis/table.xlsx?{query}").data))
    heads = [cell.value for cell in book.worksheets[0][1]]
    assert heads[:5] == ["Shop", "None given", "None given: lower limit", "None given: upper limit", "None given: n"]
    values = [cell.value for cell in book.worksheets[0][2]]
    assert values[2] < values[1] < values[3] and values[4] > 0
    plain = client.get(f"/analysis/table.csv?{query}")
    assert plain.headers["Content-Disposition"].startswith("attachment;")
    assert plain.data.decode("utf-8-sig").splitlines()[0].split(",")[:3] == heads[:3]


def test_letters_and_verdicts_are_in_the_files_too(client: Browser, filled: Any) -> None:
    text = client.get("/analysis/groups.csv?period=90d&group=shop&lang=en").data.decode("utf-8-sig")
    assert text.splitlines()[0].endswith("Against all others,Against all others: mark")
    assert "Real difference" in text


def test_a_table_is_saved_with_what_it_shows(as_role: Callable[[str], Browser], engine: Any, filled: Any) -> None:
    analyst = as_role("analyst")
    page = "/analysis/table?period=all&rows=shop&columns=tier&measure=row&lang=en"
    query = "period=all&rows=shop&columns=tier&measure=row&nonsense=1"
    analyst.post_form("/cuts", {"name": "Shops by tier", "query": query, "figure": "table"}, page=page)
    with reading(engine) as session:
        saved = session.exec(select(SavedCut)).one()
    assert saved.figure == "table" and "nonsense" not in saved.query
    found = analyst.get(f"/analysis/table?{saved.query}").text
    assert "Share of the row: Shop by Tier" in found
    assert f"/analysis/table?{saved.query.replace('&', '&amp;')}" in analyst.get("/").text, "every page leads there"
    gone = analyst.post_form(f"/cuts/{saved.id}/delete", {}, page="/")
    assert gone.headers["Location"].startswith("/analysis/table?")


def test_a_figure_that_is_not_there_saves_a_plain_view(client: Browser, engine: Any, filled: Any) -> None:
    client.post_form("/cuts", {"name": "x", "query": "period=all&rows=shop", "figure": "pie"}, page="/")
    with reading(engine) as session:
        assert session.exec(select(SavedCut)).one().figure == ""
