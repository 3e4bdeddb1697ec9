"""The labelling screen and the accuracy card, as forms without a script."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from survey_app import scoring
from survey_app.config import Config
from survey_app.store import due
from survey_app.store.database import reading, writing
from survey_app.tables import Label, ModelCheck, Survey
from tests import make
from tests.conftest import Browser

TEXTS = ("物流很快", "客服态度很差", "物流很快，但是客服态度很差，我的电话是13812345678")


@pytest.fixture
def survey(engine: Engine, config: Config) -> Survey:
    row = make.survey(engine)
    rows = make.responses(engine, row, [{"answers": {"why": TEXTS[place % 3]}} for place in range(60)])
    with writing(engine) as session:
        due.hand_over(session, "score", [one.id for one in rows if one.id])
    while scoring.step(engine, config):
        pass
    return row


def _form(page: str) -> dict[str, Any]:
    """The hidden fields of the labelling form."""
    form = page[page.index('id="label-form"') :]
    return {name: re.findall(f'name="{name}" value="([^"]*)"', form)[0] for name in ("queue", "response", "item")}


def _label(client: Browser, queue: str, polarity: str = "1", aspects: Sequence[str] = ()) -> Any:
    page = client.get(f"/opinions/label?queue={queue}").text
    places = range(page.count("<fieldset data-clause"))
    said = {f"polarity-{place}": polarity for place in places} | {f"aspects-{place}": list(aspects) for place in places}
    return client.post_form("/opinions/label", _form(page) | said, page="/opinions/label")


def test_one_answer_after_another(client: Browser, engine: Engine, survey: Survey) -> None:
    first = _form(client.get("/opinions/label?lang=en").text)
    answer = _label(client, "sample", aspects=["logistics"])
    assert answer.status_code == 302
    page = client.get(answer.location).text
    assert _form(page) != first
    assert "Labelled by you: 1, by all: 1" in page
    with reading(engine) as session:
        rows = session.exec(select(Label)).all()
    assert {(row.queue, row.polarity, tuple(row.aspects)) for row in rows} == {("sample", 1, ("logistics",))}
    assert {row.response_id for row in rows} == {int(first["response"])}


def test_no_opinion_has_no_aspects(client: Browser, engine: Engine, survey: Survey) -> None:
    _label(client, "teach", "none", ["logistics"])
    with reading(engine) as session:
        assert {(row.polarity, tuple(row.aspects)) for row in session.exec(select(Label))} == {(None, ())}


def test_the_sample_hides_what_the_model_says_and_teaching_shows_it(client: Browser, survey: Survey) -> None:
    assert "The model:" not in client.get("/opinions/label?queue=sample&lang=en").text
    assert "The model:" in client.get("/opinions/label?queue=teach&lang=en").text


def test_personal_data_is_starred_out(client: Browser, engine: Engine, survey: Survey) -> None:
    with reading(engine) as session:
        long = next(one for one in range(3, 60, 3) if scoring.task(session, one, "why"))
    page = client.get(f"/opinions/label?response={long}&item=why").text
    assert "13812345678" not in page and "138****5678" in page


def test_a_forgotten_clause_is_said(client: Browser, survey: Survey) -> None:
    page = client.get("/opinions/label?lang=en").text
    answer = client.post_form("/opinions/label", _form(page), page="/opinions/label")
    assert answer.status_code == 400 and "Clause 1 has no label yet." in answer.text


def test_taking_back_shows_the_answer_again(client: Browser, survey: Survey) -> None:
    first = _form(client.get("/opinions/label").text)
    _label(client, "sample")
    answer = client.post_form("/opinions/label/undo", {"survey": survey.id, "queue": "sample"}, page="/opinions/label")
    assert _form(client.get(answer.location).text) == first
    again = client.post_form("/opinions/label/undo", {"survey": survey.id, "queue": "sample"}, page="/opinions/label")
    assert again.status_code == 302


@pytest.mark.parametrize("data", [
    {"queue": "odd"}, {"queue": "sample"}, {"queue": "sample", "response": str(2**70), "item": "why"},
    {"queue": "sample", "response": "1", "item": "nowhere"},
])  # fmt: skip
def test_forms_that_make_no_sense_are_refused(client: Browser, survey: Survey, data: dict[str, str]) -> None:
    assert client.post_form("/opinions/label", data, page="/opinions/label").status_code in (400, 404)
    assert client.post_form("/opinions/label/undo", data, page="/opinions/label").status_code in (400, 404)


def test_without_answers_and_without_a_survey_the_page_says_so(client: Browser, engine: Engine) -> None:
    assert "Nothing to check yet" in client.get("/opinions/label?lang=en").text
    make.survey(engine)
    assert "No open answers have been read yet." in client.get("/opinions/label?lang=en").text


def test_the_card_comes_from_the_sample(client: Browser, engine: Engine, config: Config, survey: Survey) -> None:
    assert "Nobody has checked" in client.get("/opinions?period=all&lang=en").text
    for _ in range(12):
        _label(client, "sample", "-1", ["service"])
    page = client.get("/opinions/label?lang=en").text
    assert "Being measured" in page
    while scoring.step(engine, config):
        pass
    for address in ("/opinions?period=all&lang=en", "/opinions/label?lang=en"):
        page = client.get(address).text
        assert re.search(r"Right in \d+% of the clauses \(\d+%–\d+%\)", page)
        assert re.search(r"\d+ clauses of 12 answers", page) and "For comparison: 87% right" in page
        assert "Being measured" not in page
        table = page[page.index("Clauses, by what they are") :]
        assert re.search(r"<td>Negative</td><td[^>]*><span[^>]*>100%", table), "all of them are critical here"


def test_the_card_corrects_what_is_counted(client: Browser, engine: Engine, survey: Survey) -> None:
    """A model that reads a fifth of the criticism as praise: more criticise than it counts."""
    counts = {
        "n": 100, "clauses": [[80, 0, 20, 0], [0, 9, 0, 0], [0, 0, 99, 0], [0, 0, 0, 9]],
        "texts": [[40, 0, 10, 0], [0, 50, 0, 0], [0, 0, 50, 0], [0, 0, 0, 50]],
        "aspects": {"service": [50, 0, 0, 50]}, "critics": {"service": [80, 0, 20, 100]}, "people": {},
    }  # fmt: skip
    with writing(engine) as session:
        model, version = scoring.chosen(session).named
        session.add(ModelCheck(survey_id=survey.id, model=model, model_version=version, last_label=1, counts=counts))
    page = client.get("/opinions?period=all&lang=en").text
    assert re.search(r"<td>Negative</td><td[^>]*>33%</td><td[^>]*><span[^>]*>42%", page)
    assert re.search(r"<td>Customer service</td>.*?66\.7%</td><td[^>]*><span[^>]*>83\.3%", page)
