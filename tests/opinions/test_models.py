"""A version is taught by labels, shown to be better, put to use, read by anew, and rolled back."""

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from survey_app import scoring
from survey_app.analysis.text import MODELS
from survey_app.config import Config
from survey_app.errors import Conflict, SurveyError
from survey_app.scoring import teaching
from survey_app.scoring.labelling import is_for_measuring
from survey_app.store import due
from survey_app.store.database import reading, writing
from survey_app.tables import Judgement, ModelCheck, ModelVersion, Opinion, Response, Survey
from tests import make
from tests.conftest import Browser

SHIPPED = MODELS["linear"].version
TEXTS = ("壳子有毛刺", "边上有毛刺", "出水稳当", "水流稳当")


@pytest.fixture
def survey(engine: Engine, config: Config) -> Survey:
    """A hundred and sixty answers in words of a trade that no list knows."""
    row = make.survey(engine)
    rows = make.responses(engine, row, [{"answers": {"why": TEXTS[place % 4]}} for place in range(160)])
    with writing(engine) as session:
        due.hand_over(session, "score", [one.id for one in rows if one.id])
    _work(engine, config)
    return row


def _work(engine: Engine, config: Config) -> None:
    while scoring.step(engine, config):
        pass


def _label(engine: Engine, survey: Survey, queue: str, count: int) -> None:
    with writing(engine) as session:
        for _ in range(count):
            task = scoring.next_task(session, survey.id or 0, queue, None)
            assert task is not None
            sign = -1 if "毛刺" in task.words else 1
            scoring.label(session, task, queue, [scoring.Said(*span, sign) for span in task.clauses], None)


def _right(engine: Engine) -> tuple[str, int]:
    """The version of the newest measurement and how many clauses it read rightly."""
    with reading(engine) as session:
        newest = session.exec(select(ModelCheck).order_by(ModelCheck.id.desc())).first()  # type: ignore[union-attr]
        assert newest is not None
        return newest.model_version, sum(newest.counts["clauses"][i][i] for i in range(4))


def test_the_whole_way_from_labels_to_figures_and_back(
    client: Browser, engine: Engine, config: Config, survey: Survey
) -> None:
    _label(engine, survey, scoring.SAMPLE, 40)
    _label(engine, survey, scoring.TEACH, 40)
    _work(engine, config)
    shipped, before = _right(engine)
    address = f"/opinions/models?survey={survey.id}&lang=en"
    assert "40 labelled clauses can teach" in client.get(address).text
    client.post_form("/opinions/models/teach", {"survey": survey.id}, page=address)
    assert "being taught" in client.get(address).text
    _work(engine, config)
    version, after = _right(engine)
    assert version == f"{shipped}+1" and after == 40 > before
    page = client.get(address).text
    assert "Use it" in page and "100.0%" in page and "Roll back" not in page
    client.post_form("/opinions/models/use", {"survey": survey.id, "version": 1}, page=address)
    assert "being read anew" in client.get(address).text
    _work(engine, config)
    page = client.get(address).text
    assert "Before and after the last change" in page and "Roll back" in page
    with reading(engine) as session:
        assert set(session.exec(select(Judgement.model_version))) == {version}
        assert {one.polarity for one in session.exec(select(Opinion))} == {-1, 1}
        words = {row.id: row.answers["why"] for row in session.exec(select(Response))}
        for one in session.exec(select(Opinion)):
            assert one.polarity == (-1 if "毛刺" in words[one.response_id] else 1)
    assert f"version {version}" in client.get("/opinions?period=all&lang=en").text
    client.post_form("/opinions/models/use", {"survey": survey.id, "version": ""}, page=address)
    _work(engine, config)
    with reading(engine) as session:
        assert set(session.exec(select(Judgement.model_version))) == {shipped}
    assert "Use again" in client.get(address).text


def test_what_measures_never_teaches(engine: Engine, survey: Survey) -> None:
    _label(engine, survey, scoring.SAMPLE, 3)
    _label(engine, survey, scoring.TEACH, 3)
    with writing(engine) as session:
        for one in session.exec(select(Opinion).limit(20)):
            scoring.correct(session, one, aspect="", polarity=1)
    with reading(engine) as session:
        found = scoring.lessons(session)
    assert len(found) >= 3 and not any(is_for_measuring(one.response_id) for one in found)


def test_too_few_labels_and_versions_that_are_not_better_are_refused(engine: Engine, survey: Survey) -> None:
    with writing(engine) as session, pytest.raises(SurveyError):
        scoring.ask_to_teach(session)
    with writing(engine) as session:
        session.add(ModelVersion(base="linear", base_version=SHIPPED, lesson=b"", labels=40, last_label=1,
                                 comparison={"clauses": 40, "low": -1.0}))  # fmt: skip
        session.flush()
        with pytest.raises(Conflict):
            scoring.use(session, 1)
        with pytest.raises(SurveyError):
            scoring.use(session, 99)


def test_a_lesson_that_cannot_be_read_leaves_the_base(engine: Engine, survey: Survey) -> None:
    with writing(engine) as session:
        base = scoring.chosen(session).model
        session.add(ModelVersion(base=base.name, base_version=base.version, lesson=b"odd", labels=40, last_label=1,
                                 comparison={"low": 1.0}))  # fmt: skip
        session.flush()
        scoring.use(session, 1)
        assert scoring.chosen(session).named == (base.name, base.version)


def test_corrections_survive_a_change_of_model(engine: Engine, config: Config, survey: Survey) -> None:
    _label(engine, survey, scoring.SAMPLE, 40)
    _label(engine, survey, scoring.TEACH, 40)
    with writing(engine) as session:
        scoring.ask_to_teach(session)
        scoring.ask_to_teach(session)  # twice at once is once
    _work(engine, config)
    with writing(engine) as session:
        scoring.use(session, 1)
    _work(engine, config)
    with writing(engine) as session:
        one = session.exec(select(Opinion)).first()
        assert one is not None
        scoring.correct(session, one, aspect="", polarity=0)
        number = one.id
        scoring.use(session, None)
    _work(engine, config)
    with reading(engine) as session:
        assert session.get_one(Opinion, number).polarity == 0
        assert len(session.exec(select(ModelVersion)).all()) == 1


def test_long_work_goes_on_part_by_part(
    engine: Engine, config: Config, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(teaching, "PART", 50)
    with writing(engine) as session:
        session.add(ModelVersion(base="linear", base_version=SHIPPED,
                                 lesson=teaching.teach(scoring.chosen(session).model, ["毛刺"], [-1]).to_bytes(),
                                 labels=1, last_label=1, comparison={"low": 1.0}))  # fmt: skip
        session.flush()
        scoring.use(session, 1)
    assert teaching.rescore_due(engine) == 1
    with reading(engine) as session:
        assert sorted(set(session.exec(select(Judgement.model_version)))) == [SHIPPED, f"{SHIPPED}+1"]
    _work(engine, config)
    with reading(engine) as session:
        assert set(session.exec(select(Judgement.model_version))) == {f"{SHIPPED}+1"}


def test_without_surveys_the_page_teaches(client: Browser) -> None:
    assert client.get("/opinions/models?lang=en").status_code == 200
