"""Metrics, opinions, changes and exports say what counting by hand says."""

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from survey_app import clock
from survey_app.analysis.scores import nps
from survey_app.reporting import exports, overview, readings
from survey_app.store import columns, due, metrics
from survey_app.store.cuts import Cut
from survey_app.store.database import reading, writing
from survey_app.store.opinions import aspects
from survey_app.store.questionnaires import latest, versions
from survey_app.tables import Opinion
from tests import make


def say(
    engine: Any, survey_id: int, response_id: int, aspect: str, polarity: int, at: tuple[int, int] = (0, 2)
) -> None:
    with writing(engine) as session:
        session.add(Opinion(survey_id=survey_id, response_id=response_id, item_key="why", start=at[0], stop=at[1],
                            aspect=aspect, polarity=polarity, probability=0.9, model="m",
                            model_version="1"))  # fmt: skip
        due.note_changes(session, survey_id, [response_id])


def test_those_who_did_not_answer_do_not_count(engine: Any, tmp_path: Path) -> None:
    survey = make.survey(engine)
    assert survey.id is not None
    for stored in ({"nps": 10}, {"nps": 9}, {"nps": 3}, {"nps": None}, {}):
        make.response(engine, survey, answers=stored)
    frame = columns.load(engine, tmp_path, survey.id)
    with reading(engine) as session:
        metric = metrics.find(latest(session, survey.id), "nps")
    assert metrics.estimate(frame, metric) == nps([10, 9, 3])


def test_the_effect_of_criticism_is_critics_minus_all_others(engine: Any, tmp_path: Path) -> None:
    survey = make.survey(engine)
    assert survey.id is not None
    ratings = [10, 9, 9, 3, 2, 8, 10, 0]
    ids = [make.response(engine, survey, answers={"nps": value}).id or 0 for value in ratings]
    for place in (3, 4, 4, 5):  # the fifth says it twice and counts once
        say(engine, survey.id, ids[place], "price", -1)
    say(engine, survey.id, ids[0], "price", 1)
    frame = columns.load(engine, tmp_path, survey.id)
    with reading(engine) as session:
        metric = metrics.find(latest(session, survey.id), "nps")
    (row,) = aspects(frame, metric)
    others = nps([10, 9, 9, 10, 0]).value
    assert (row.positive, row.negative, row.responses) == (1, 4, 4)
    assert row.critical.value == pytest.approx(100 * 3 / 8)
    assert row.effect is not None
    assert row.effect.value == pytest.approx((nps([3, 2, 8]).value or 0) - (others or 0))
    assert row.effect.n_a == 3
    assert row.effect.n_b == 5


def test_a_real_fall_is_told_and_chance_is_not(engine: Any, tmp_path: Path) -> None:
    survey = make.survey(engine)
    assert survey.id is not None
    for value in range(200):
        make.response(engine, survey, answers={"nps": 10 if value % 2 else 8}, at=clock.now() - timedelta(days=40))
        make.response(engine, survey, answers={"nps": 2 if value % 2 else 8}, segment="a")
    frame = columns.load(engine, tmp_path, survey.id)
    with reading(engine) as session:
        asked = latest(session, survey.id)
    found = overview.build(frame, Cut.from_query({"survey": str(survey.id), "period": "30d"}), asked)
    assert [change.is_good for change in found.changes] == [False]
    assert found.kpis[0].change is not None
    assert found.kpis[0].change.verdict.value == "real"
    same = overview.build(frame, Cut.from_query({"survey": str(survey.id), "period": "all"}), asked)
    assert same.changes == ()


def test_an_overview_of_nobody_is_empty_and_whole() -> None:
    found = overview.build(columns.Answers(), Cut(), None)
    assert (found.n, found.kpis, found.figure, found.aspects) == (0, (), None, ())


def test_text_is_cut_at_the_offsets_of_its_opinions() -> None:
    text = "物流很快，客服很差"
    about = [Opinion(survey_id=1, response_id=1, item_key="why", start=start, stop=stop, aspect="", polarity=polarity,
                     probability=1, model="m", model_version="1")
             for start, stop, polarity in ((5, 9, -1), (0, 4, 1), (2, 6, 0), (7, 99, 1))]  # fmt: skip
    spans = readings.spans(text, about)
    assert "".join(span.text for span in spans) == text
    assert [(span.text, span.tone) for span in spans if span.opinions] == [
        ("物流很快", "neutral"),
        ("客服很差", "negative"),
    ]


def test_telephone_numbers_are_starred_out_where_answers_are_read(engine: Any) -> None:
    survey = make.survey(engine)
    row = make.response(engine, survey, answers={"nps": 3, "why": "请打我电话13812345678，谢谢"})
    with reading(engine) as session:
        (read,) = readings.read(session, [row.id or 0])
    assert "13812345678" not in "".join(span.text for span in read.quotes[0].spans)


DANGER = ['=HYPERLINK("http://x","y")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "正常的话"]


def test_exports_keep_formulas_as_words(engine: Any, tmp_path: Path) -> None:
    survey = make.survey(engine)
    assert survey.id is not None
    for text in DANGER:
        make.response(engine, survey, answers={"nps": 3, "why": text}, segment="=1+1")
    frame = columns.load(engine, tmp_path, survey.id)
    with reading(engine) as session:
        known = versions(session, survey.id)
    titles = {"id": "id", "segment": "=segment"}

    def sheet() -> exports.Sheet:
        return exports.responses(engine, frame, known, "zh", titles)

    written = b"".join(exports.as_csv(sheet())).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(written)))
    assert rows[0][1] == "'=segment"
    assert [row[1] for row in rows[1:]] == ["'=1+1"] * len(DANGER)
    assert [row[3] for row in rows[1:]] == [f"'{text}" if text[0] in "=+-@\t" else text for text in DANGER]
    with exports.as_xlsx(sheet(), "答卷", [("=a", "=b")], "说明") as file:
        book = openpyxl.load_workbook(file)
    cells = [cell for page in book for line in page.iter_rows() for cell in line if cell.value is not None]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    assert not [cell.value for cell in cells if isinstance(cell.value, str) and cell.value.startswith(("=", "@", "+"))]
