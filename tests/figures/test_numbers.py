"""What figures say, recounted: addresses hold as many answers as the cell says, parts add up, names are right."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

from survey_app import clock
from survey_app.reporting.figures import FIGURES, Cell, View
from survey_app.store.cuts import Cut, select
from survey_app.store.database import writing
from survey_app.tables import Invitation
from tests import make
from tests.figures.conftest import Draw, with_view


def behind(app: Flask, address: str) -> int:
    """How many answers the page at an address lists."""
    cut = Cut.from_query(urlsplit(address).query)
    return int(with_view(app, "period=all", lambda view: len(select(view.frame, cut))))


@pytest.mark.parametrize(("rows", "columns"), [
    ("shop", "segment"), ("nps~", "shop"), ("parts.speed", "channel"), ("uses.home", "tier"), ("csat", "uses.work"),
])  # fmt: skip
def test_a_crosstab_leads_to_as_many_answers_as_it_counts(rows: str, columns: str, filled: Any, drawn: Draw,
                                                          app: Flask) -> None:  # fmt: skip
    figure = drawn("crosstab", rows=rows, columns=columns)
    *cells, bases = figure.rows
    assert sum(int(base.value or 0) for base in bases[1:]) == figure.n
    for row in cells:
        for cell, base in zip(row[1:], bases[1:], strict=True):
            count = round(float(cell.value or 0) * int(base.value or 0) / 100)
            assert behind(app, cell.address) == count
    for place in range(1, len(bases)):
        assert sum(float(row[place].value or 0) for row in cells) == pytest.approx(100, abs=0.02)


def test_choices_of_a_list_are_called_chosen_and_not_chosen(filled: Any, drawn: Draw) -> None:
    figure = drawn("crosstab", rows="uses.home", columns="shop")
    assert [row[0].text for row in figure.rows] == ["Not chosen", "Chosen", "n"]


def test_the_parts_of_a_change_add_up_to_it(filled: Any, drawn: Draw, app: Flask) -> None:
    for group in ("segment", "shop", "tier", "parts.speed"):
        figure = drawn("explain", group=group)
        *parts, (_, before, now, _, _, _, _, together, *_) = [[number(cell) for cell in row] for row in figure.rows]
        assert figure.change is not None
        assert together == pytest.approx(now - before, abs=1e-5)
        assert sum(row[7] for row in parts) == pytest.approx(figure.change.value, abs=1e-4)
        for row in parts:
            assert row[5] + row[6] == pytest.approx(row[7], abs=1e-4)


def number(cell: Cell) -> float:
    return float(cell.value) if isinstance(cell.value, int | float) else 0.0


def test_a_change_is_told_in_words_that_name_no_cause(filled: Any, drawn: Draw) -> None:
    lines = drawn("explain", group="shop").lines
    assert lines[0].startswith("NPS fell by ")
    assert any(line.startswith("South: ") and "takes away" in line for line in lines)
    assert not [line for line in lines if "because" in line or "cause" in line]


def test_opinions_that_moved_lead_to_their_answers(filled: Any, drawn: Draw, app: Flask) -> None:
    figure = drawn("voices")
    assert {row[0].text for row in figure.rows} == {"Praise of Delivery", "Criticism of Delivery"}
    for row in figure.rows:
        share = with_view(app, "period=90d", lambda view: len(view.chosen))
        assert behind(app, row[0].address) == pytest.approx(number(row[2]) * share / 100, abs=0.01)


def test_drivers_of_a_score_are_ranked_by_their_share(filled: Any, drawn: Draw) -> None:
    figure = drawn("drivers")
    assert [row[0].text for row in figure.rows][-1] == "Price"
    assert sum(number(row[1]) for row in figure.rows) == pytest.approx(100, abs=1e-4)
    one = drawn("drivers", drivers=("parts.price",))
    assert [row[0].text for row in one.rows] == ["Price"]


def test_choices_of_a_list_are_no_drivers(filled: Any, app: Flask) -> None:
    def offered(view: View) -> set[str]:
        return {code for code, _ in next(ask for ask in FIGURES["drivers"].asks if ask.is_many).choices(view)}

    assert with_view(app, "period=90d", offered) == {"nps", "csat", "parts.speed", "parts.price"}


def test_what_is_not_offered_is_not_drawn(filled: Any, drawn: Draw) -> None:
    assert drawn("crosstab", rows="nonsense", columns="why").chosen == {"rows": ("nps~",), "columns": ("segment",)}
    assert drawn("crosstab", rows="shop", columns="shop").message == "Choose two different things for rows and columns."


def test_a_trend_leads_to_the_answers_of_each_period(filled: Any, drawn: Draw, app: Flask) -> None:
    for step in ("month", "week", "quarter"):
        figure = drawn("trend", step=step)
        assert figure.n == 400
        assert sum(int(row[4].value or 0) for row in figure.rows) == 400
        for row in figure.rows:
            assert row[1].value is None or behind(app, row[1].address) == row[4].value


def test_a_trend_day_by_day_keeps_to_its_days(filled: Any, drawn: Draw) -> None:
    figure = drawn("trend", step="day")
    assert len(figure.rows) <= 90


def test_a_jump_beyond_the_control_limits_is_told(engine: Any, drawn: Draw) -> None:
    survey = make.survey(engine)
    given = [
        {"answers": {"nps": (2 if month == 1 else 9) if number % 3 else 7}, "at": clock.now() - timedelta(30 * month)}
        for month in range(1, 14)
        for number in range(60)
    ]
    make.responses(engine, survey, given)
    figure = drawn("trend", "period=365d")
    assert figure.lines[0].startswith("Outside the control limits: ")
    assert [row[0].mark for row in figure.rows].count("outside") >= 1


def test_groups_are_ranked_and_those_that_differ_are_named(filled: Any, drawn: Draw, app: Flask) -> None:
    figure = drawn("groups", group="shop")
    values = [number(row[1]) for row in figure.rows]
    assert values == sorted(values, reverse=True)
    assert figure.lines[0].startswith("North: higher than all others by ")
    for row in figure.rows:
        assert behind(app, row[0].address) == row[4].value


def test_a_group_against_all_others_is_the_difference_of_both(filled: Any, drawn: Draw) -> None:
    """Two groups: what one is above the other, the other is below it."""
    first, second = drawn("groups", group="shop").rows
    assert number(first[5]) == pytest.approx(-number(second[5]))
    assert number(first[5]) == pytest.approx(number(first[1]) - number(second[1]), abs=1e-5)


def test_the_funnel_counts_who_came_how_far(engine: Any, drawn: Draw) -> None:
    survey, now = make.survey(engine), clock.now()
    with writing(engine) as session:
        rows = [
            Invitation(survey_id=survey.id or 0, channel="personal", nonce=str(i), token_hash=f"h{i}",
                       created_at=now - timedelta(5), opened_at=now if i < 30 else None)
            for i in range(80)
        ]  # fmt: skip
        session.add_all(rows)
        session.flush()
        ids = [row.id for row in rows]
    make.responses(engine, survey, [
        {"answers": {"nps": 9}, "invitation_id": ids[i], "state": "submitted" if i < 12 else "partial",
         "submitted_at": now if i < 12 else None} for i in range(20)
    ])  # fmt: skip
    assert [row[1].value for row in drawn("funnel").rows] == [80, 30, 20, 12]
    assert drawn("funnel", "period=90d&answer=nps:9").message.startswith("Who did not answer")
    assert drawn("funnel", "period=90d&channel=sms").message.startswith("Nobody was invited")
    left = drawn("dropoff")
    assert [(row[1].value, row[2].value) for row in left.rows] == [(20, 8)]
    assert left.lines == ("60.0% of those who began have finished.",)


def test_one_number_stands_against_the_period_before(filled: Any, drawn: Draw, app: Flask) -> None:
    figure = drawn("score")
    assert figure.estimate is not None and figure.change is not None
    now, before = figure.rows
    assert figure.change.value == pytest.approx(number(now[1]) - number(before[1]), abs=1e-5)
    assert [behind(app, row[1].address) for row in figure.rows] == [now[4].value, before[4].value]
