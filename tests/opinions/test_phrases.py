"""Phrases by polarity and group, and the words that people search for."""

from typing import Any

import pytest
from sqlalchemy import Engine

from survey_app.store import due
from survey_app.store.database import writing
from survey_app.tables import Opinion, Survey
from tests import make
from tests.conftest import Browser


@pytest.fixture
def survey(engine: Engine) -> Survey:
    """Forty answers from the north about broken packing, forty from the south that praise quick delivery."""
    row = make.survey(engine)
    given: list[dict[str, Any]] = [
        {"answers": {"nps": 3, "why": "包装破损了"}, "segment": "north"},
        {"answers": {"nps": 9, "why": "次日送达真好"}, "segment": "south"},
    ] * 40
    rows = make.responses(engine, row, [*given, {"answers": {"nps": 7, "why": "包装<b>还行"}, "segment": "south"}])
    with writing(engine) as session:
        for one in rows[:-1]:
            session.add(Opinion(survey_id=row.id, response_id=one.id, item_key="why", start=0,
                                stop=len(one.answers["why"]), aspect="packaging",
                                polarity=-1 if one.segment == "north" else 1, probability=0.9, model="m",
                                model_version="1"))  # fmt: skip
        due.note_changes(session, row.id or 0, [one.id or 0 for one in rows])
    return row


def test_a_phrase_is_shown_with_its_polarity_and_its_groups(client: Browser, survey: Survey) -> None:
    page = client.get("/opinions/phrases?period=all&by=segment&lang=en").text
    row = page[page.index(">包装破损<") :].partition("</tr>")[0]
    assert "40 critical, 0 neutral, 0 praising" in row
    assert "▲" in row and "▼" in row and "100.0%" in row and "0.0%" in row
    assert 'data-label="Answers">40<' in row
    praise = client.get("/opinions/phrases?period=all&polarity=1&lang=en").text
    assert "包装破损" not in praise and "送达" in praise


@pytest.mark.parametrize("query", ["", "period=all&by=tier", "period=all&by=odd", "period=all&words=没人说过"])
def test_the_page_of_phrases_is_whole(client: Browser, survey: Survey, query: str) -> None:
    assert client.get(f"/opinions/phrases?{query}").status_code == 200


def test_without_answers_the_page_teaches(client: Browser, engine: Engine) -> None:
    assert "phrases will be here" in client.get("/opinions/phrases?lang=en").text
    make.survey(engine)
    assert client.get("/opinions/phrases").status_code == 200


def test_words_are_found_with_or_without_an_opinion_and_marked(client: Browser, survey: Survey) -> None:
    page = client.get("/opinions?period=all&words=bz&lang=en").text
    assert "41 answers" in page and "<mark>包装</mark>" in page
    assert "<mark>包装</mark>&lt;b&gt;还行" in page, "words are marked, never run"
    assert "41 answers / 81" in page
    page = client.get("/opinions?period=all&words=还行&lang=en").text
    assert "1 answers" in page and "<mark>还行</mark>" in page


def test_words_cut_every_page(client: Browser, survey: Survey) -> None:
    for address in ("/", "/questions", "/responses", "/opinions/compare"):
        page = client.get(f"{address}?period=all&words=包装&lang=en").text
        assert "41 answers" in page and "“包装”" in page
