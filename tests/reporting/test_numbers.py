"""Metrics, opinions, changes and exports say what counting by hand says."""

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from survey_app import clock, crypto
from survey_app.analysis.scores import nps
from survey_app.reporting import exports, overview, readings, register
from survey_app.store import columns, due, metrics
from survey_app.store.cuts import Cut
from survey_app.store.database import reading, writing
from survey_app.store.opinions import aspects
from survey_app.store.questionnaires import latest, versions
from survey_app.tables import Campaign, CampaignStep, Invitation, Message, Opinion
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
    assert len(same.changes) == 0


def test_what_changed_allows_for_how_much_was_compared(engine: Any, tmp_path: Path) -> None:
    """A movement that looks real alone is said to be noise perhaps beside nine others; a huge one is real."""
    survey = make.survey(engine)
    assert survey.id is not None
    for number in range(10):
        for place in range(60):
            was = 10 if place % 2 else 8
            now = was if number else (2 if place % 6 == 0 else was)
            segment = f"s{number}"
            at = clock.now() - timedelta(days=40)
            make.response(engine, survey, answers={"nps": was}, segment=segment, at=at)
            make.response(engine, survey, answers={"nps": now}, segment=segment)
    cut = Cut.from_query({"survey": str(survey.id), "period": "30d"})
    with reading(engine) as session:
        asked = latest(session, survey.id)
    found = overview.build(columns.load(engine, tmp_path, survey.id), cut, asked).changes
    assert found.compared == 10
    assert [change.verdict.value for change in found] in (["noise"], [])
    for _ in range(60):
        make.response(engine, survey, answers={"nps": 0}, segment="s0")
    found = overview.build(columns.load(engine, tmp_path, survey.id), cut, asked).changes
    assert ("s0", "real") in [(change.values.get("segment"), change.verdict.value) for change in found]


def test_a_few_critics_are_no_change_to_tell(engine: Any, tmp_path: Path) -> None:
    """2 % against 0 % of a hundred answers each: five critics would have to be expected on both sides."""
    survey = make.survey(engine)
    assert survey.id is not None
    ids = [make.response(engine, survey).id or 0 for _ in range(100)]
    for _ in range(100):
        make.response(engine, survey, at=clock.now() - timedelta(days=40))
    for one in ids[:9]:
        say(engine, survey.id, one, "price", -1)
    cut = Cut.from_query({"survey": str(survey.id), "period": "30d"})
    with reading(engine) as session:
        asked = latest(session, survey.id)
    few = overview.build(columns.load(engine, tmp_path, survey.id), cut, asked).changes
    assert (few.compared, len(few)) == (0, 0)
    for one in ids[9:30]:
        say(engine, survey.id, one, "price", -1)
    (change,) = overview.build(columns.load(engine, tmp_path, survey.id), cut, asked).changes
    assert (change.filter["aspect"], change.is_good, change.verdict.value) == ("price", False, "real")


def test_the_response_rate_is_of_those_invited_in_the_period(engine: Any, tmp_path: Path) -> None:
    survey = make.survey(engine)
    assert survey.id is not None

    def invite(days: int, state: str | None, *, answers: bool, segment: str = "a") -> None:
        customer = make.customer(engine, segment=segment)
        with writing(engine) as session:
            if session.get(Campaign, 1) is None:
                session.add(Campaign(id=1, survey_id=survey.id, name="c", channel="email"))
                session.flush()
                session.add(CampaignStep(id=1, campaign_id=1, number=1))
            row = Invitation(survey_id=survey.id, campaign_id=1, customer_id=customer.id, channel="email",
                             nonce="n", token_hash=crypto.new_token(),
                             created_at=clock.now() - timedelta(days=days))  # fmt: skip
            session.add(row)
            session.flush()
            if state:
                session.add(Message(invitation_id=row.id, step_id=1, message_id=crypto.new_token(), state=state,
                                    due_at=clock.now()))  # fmt: skip
        if answers:
            make.response(engine, survey, invitation_id=row.id, customer_id=customer.id, channel="email")

    invite(5, "sent", answers=True)
    invite(5, "sent", answers=False)
    invite(5, None, answers=False, segment="b")
    invite(5, "failed", answers=False)
    invite(200, "sent", answers=True)
    make.response(engine, survey)
    frame = columns.load(engine, tmp_path, survey.id)

    def rate(**more: str) -> tuple[int, int]:
        cut = Cut.from_query({"survey": str(survey.id), "period": "30d", **more})
        with reading(engine) as session:
            found = register.reach(session, frame, cut)
        return found.answered, found.invited

    assert rate() == (1, 3)
    assert rate(segment="b") == (0, 1)
    assert rate(period="all") == (2, 4)
    assert rate(answer="nps:0-6") == (0, 0)


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
        return exports.responses(engine, frame, known, "zh", titles, {})

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
