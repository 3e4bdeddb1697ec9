"""Two views side by side: numbers are recounts, whatever is on the other side; shared answers are allowed for."""

from typing import Any

import numpy as np
import pytest
from flask import Flask

from survey_app.analysis import SCORES, Estimate, nps_difference
from survey_app.analysis.compare import Verdict, difference, overlap_correlation
from survey_app.reporting.figures import FIGURES, View
from survey_app.store.database import writing
from survey_app.tables import Cut as SavedCut
from tests.conftest import Browser
from tests.figures.conftest import Draw, with_view
from tests.figures.test_exploring import given
from tests.figures.test_numbers import behind, number


def keep(engine: Any, name: str, query: str) -> str:
    """The code of a view that is saved."""
    with writing(engine) as session:
        row = SavedCut(name=name, query=query)
        session.add(row)
        session.flush()
        return f"saved.{row.id}"


def test_two_filters_are_compared_as_two_samples(engine: Any, filled: Any, drawn: Draw, app: Flask) -> None:
    figure = drawn("versus", "period=all&segment=a", against="group.segment.b")
    rows = given(engine)
    a, b = ([row["nps"] for row in rows if row["segment"] == code] for code in "ab")
    expected = nps_difference(a, b)
    assert expected.value is not None and figure.change is not None
    assert number(figure.rows[0][3]) == pytest.approx(expected.value, abs=1e-5)
    assert (figure.change.low, figure.change.high) == pytest.approx((expected.low, expected.high))
    assert [row[0].text for row in figure.rows] == ["NPS", "CSAT"]
    for row in figure.rows:
        for cell in row[1:3]:
            assert cell.estimate is not None and behind(app, cell.address) == cell.estimate.n


@pytest.mark.parametrize("query", ["period=90d", "period=90d&segment=a", "period=all&answer=shop:north"])
def test_whatever_is_offered_is_compared(query: str, engine: Any, filled: Any, drawn: Draw, app: Flask) -> None:
    keep(engine, "Gold", "period=all&tier=gold")

    def offered(view: View) -> list[str]:
        return [code for code, _ in FIGURES["versus"].asks[0].choices(view)]

    codes = with_view(app, query, offered)
    assert {code.split(".")[0] for code in codes} >= {"saved", "group"}
    compared = 0
    for code in codes:
        scores, shares = drawn("versus", query, against=code), drawn("shares", query, against=code, metric="nps")
        if scores.message:
            assert shares.message == scores.message and scores.message.startswith("The other side has no answers")
            continue
        compared += 1
        for place in (1, 2):
            assert sum(number(row[place]) for row in shares.rows) == pytest.approx(100, abs=1e-4)
            for row in shares.rows:
                assert behind(app, row[place].address) == round(number(row[place]) * row[place].estimate.n / 100)
    assert compared >= 5


def test_a_saved_view_stands_on_the_other_side(engine: Any, filled: Any, drawn: Draw) -> None:
    code = keep(engine, "Gold of all time", "period=all&tier=gold")
    keep(engine, "Elsewhere", "survey=999&period=all")
    figure = drawn("versus", "period=90d", against=code)
    assert figure.heads[2] == "Gold of all time"
    assert number(figure.rows[0][2]) == pytest.approx(number(drawn("score", "period=all&tier=gold").rows[0][1]))
    assert "Elsewhere" not in drawn("versus", "period=90d", against="saved.2").heads


def test_a_view_set_aside_is_the_other_side(filled: Any, drawn: Draw) -> None:
    figure = drawn("versus", "period=90d&segment=a", against="view.period=all&segment=b")
    assert figure.heads[2] == "All time · Segment b"
    assert number(figure.rows[0][2]) == pytest.approx(number(drawn("score", "period=all&segment=b").rows[0][1]))
    swapped = drawn("versus", "period=all&segment=b", against="view.period=90d&segment=a")
    assert number(swapped.rows[0][3]) == pytest.approx(-number(figure.rows[0][3]))
    assert [label for label, _ in figure.ways] == ["Swap the sides", "Keep this view as the other side"]


def test_what_cannot_stand_there_says_so(engine: Any, filled: Any, drawn: Draw) -> None:
    gone = keep(engine, "Gone", "period=all&answer=nothing:1")
    assert "“answer” cannot be nothing" in drawn("versus", "period=90d", against=gone).message
    empty = keep(engine, "Nobody", "period=all&segment=nobody")
    assert (
        drawn("versus", "period=90d", against=empty).message
        == "The other side has no answers: All time · Segment nobody."
    )
    same = drawn("versus", "period=90d", against="view.period=90d")
    assert same.notes[1].startswith("Both sides hold the same answers")
    assert {number(row[3]) for row in same.rows} == {0.0} and same.rows[0][5].text == "May be noise"


def test_a_part_against_the_whole_says_what_it_says_against_the_rest(filled: Any, drawn: Draw) -> None:
    """Half of the answers against all: half as far as against the other half, and as sure."""
    whole = drawn("versus", "period=all&answer=shop:north", against="whole")
    rest = drawn("versus", "period=all&answer=shop:north", against="view.period=all&answer=shop:south")
    a, b = (figure.change for figure in (whole, rest))
    assert a is not None and b is not None and a.standard_error and b.standard_error and a.value and b.value
    assert a.value / a.standard_error == pytest.approx(b.value / b.standard_error, rel=0.05)
    assert any("are on both sides" in note for note in whole.notes)


@pytest.mark.parametrize("score", ["nps", "csat", "mean"])
def test_shared_answers_make_a_difference_as_sure_as_it_is(score: str) -> None:
    """Over many draws of two samples that overlap, 95% intervals hold the truth about as often as they say."""
    seed, of, held = np.random.default_rng(11), SCORES[score], []
    for _ in range(400):
        ratings = seed.integers(1, 6, 360) if score != "nps" else seed.integers(0, 11, 360)
        a, b, shared = ratings[:240], ratings[120:], ratings[120:240]
        r = float(overlap_correlation(*(of.moments(part, None, 1) for part in (a, b, shared)))[0])
        found = difference(of(a), of(b), correlation=r)
        assert found.low is not None and found.high is not None
        held.append(found.low <= 0 <= found.high)
        assert r == pytest.approx(0.5, abs=0.2)
    assert 0.92 <= np.mean(held) <= 0.98


def test_what_is_shared_never_widens_a_difference_of_means() -> None:
    a, b = Estimate(4.0, 3.9, 4.1, 40, "scale", 0.05), Estimate(4.1, 4.0, 4.2, 60, "scale", 0.04)
    apart, together = difference(a, b), difference(a, b, correlation=0.99)
    assert apart.low is not None and together.low is not None and together.high is not None
    assert apart.low < together.low < -0.1 < together.high < -0.05


def test_samples_without_shared_answers_have_no_correlation() -> None:
    of = SCORES["nps"]
    none = of.moments(np.empty(0, np.int32), None, 1)
    assert overlap_correlation(of.moments([0, 10, 9], None, 1), of.moments([7, 10], None, 1), none)[0] == 0.0
    same = of.moments([0, 10, 9, 7], None, 1)
    assert overlap_correlation(same, same, same)[0] == pytest.approx(1.0)
    assert difference(of([0, 10]), of([0, 10]), correlation=1.0).verdict is Verdict.TOO_FEW


def test_the_page_keeps_the_other_side(client: Browser, filled: Any) -> None:
    page = client.get("/analysis/versus?period=90d&against=view.period%3Dall%26segment%3Db&lang=en").text
    assert '<option value="view.period=all&amp;segment=b" selected>All time · Segment b</option>' in page
    assert "Swap the sides" in page and "/analysis/versus.xlsx?" in page and "/analysis/shares.csv?" in page
    assert client.get("/analysis/versus.xlsx?period=90d&against=before").status_code == 200
