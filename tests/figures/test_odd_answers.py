"""Every kind of figure on answers that make no picture: a figure without NaN or a message in its place, no fault."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from survey_app import clock
from survey_app.reporting.figures import FIGURES, Figure
from tests import make
from tests.figures.conftest import DEFINITION, Draw, with_view

FULL = {"nps": 9, "csat": 4, "parts": {"speed": 4, "price": 4}, "shop": "north", "uses": {"codes": ["work"]}}


def at(number: int, answers: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"answers": answers, "at": clock.now() - timedelta(days=number % 170), **more}


def _nothing() -> list[dict[str, Any]]:
    return []


def _one() -> list[dict[str, Any]]:
    return [at(1, FULL, segment="a")]


def _all_equal() -> list[dict[str, Any]]:
    return [at(number, FULL, segment="a") for number in range(120)]


def _collinear() -> list[dict[str, Any]]:
    made = []
    for number in range(200):
        x = number % 5 + 1
        made.append(
            at(number, {**FULL, "nps": 2 * x, "csat": x, "parts": {"speed": x, "price": x}}, segment="ab"[x % 2])
        )
    return made


def _many_groups() -> list[dict[str, Any]]:
    return [at(number, {**FULL, "nps": number % 11}, segment=f"s{number % 200}", tier=f"t{number % 7}")
            for number in range(600)]  # fmt: skip


def _skipped() -> list[dict[str, Any]]:
    return [at(number, {"nps": None, "csat": None, "parts": None, "shop": None, "uses": None}) for number in range(50)]


def _only_before() -> list[dict[str, Any]]:
    return [{"answers": {**FULL, "nps": number % 11}, "at": clock.now() - timedelta(days=120), "segment": "a"}
            for number in range(60)] + [at(1, {"csat": 3})]  # fmt: skip


ODD: dict[str, Callable[[], list[dict[str, Any]]]] = {
    "nothing": _nothing, "one answer": _one, "all equal": _all_equal, "perfectly collinear": _collinear,
    "200 groups": _many_groups, "all skipped": _skipped, "rated before only": _only_before,
}  # fmt: skip


def whole(figure: Figure) -> None:
    """A figure has a drawing, a table or a number, and all of it can be written; an empty one says what it looked at
    and why nothing is there, and neither draws nor tells anything beside."""
    json.dumps(figure.plot, allow_nan=False)
    values = [cell.value for row in figure.rows for cell in row]
    assert not [value for value in values if isinstance(value, float) and value != value]
    assert not [cell.text for row in figure.rows for cell in row if "nan" in cell.text.lower() or "inf" in cell.text]
    assert all(len(row) == len(figure.heads) for row in figure.rows)
    if figure.message:
        assert figure.title and figure.subtitle and "%(" not in figure.message
        assert not (figure.plot or figure.lines or (figure.estimate and figure.estimate.n))
    else:
        assert figure.rows and figure.title and figure.definition
    assert not [line for line in (*figure.lines, *figure.notes, figure.definition) if "%(" in line or "%%" in line]


@pytest.mark.parametrize("what", ODD)
def test_odd_answers_give_a_figure_or_say_why_not(what: str, engine: Engine, drawn: Draw) -> None:
    survey = make.survey(engine, definition=DEFINITION)
    if given := ODD[what]():
        make.responses(engine, survey, given)
    for name in FIGURES:
        for query in ("period=90d", "period=all", "period=90d&segment=nobody"):
            whole(drawn(name, query))


def test_whatever_can_be_chosen_gives_a_whole_figure(filled: Any, drawn: Draw, app: Any) -> None:
    for name, kind in FIGURES.items():
        for ask in kind.asks:
            offered = with_view(app, "period=90d", lambda view, ask=ask: list(ask.choices(view)))
            assert offered, f"{name} offers nothing for {ask.name}"
            for code, label in offered:
                assert label
                whole(drawn(name, **{ask.name: code}))


def test_a_survey_without_ratings_says_so(engine: Engine, drawn: Draw) -> None:
    pages = [{"items": [{"key": "why", "type": "long_text", "text": {"en": "Why?", "zh": "?"}}]}]
    survey = make.survey(engine, definition={**DEFINITION, "pages": pages})
    make.responses(engine, survey, [at(number, {"why": "x"}, segment="ab"[number % 2]) for number in range(40)])
    assert drawn("drivers").message == "This survey has no rating question."
    for name in FIGURES:
        whole(drawn(name))
