"""Open answers of submitted responses are judged once, by the version they answered, whatever happens."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from survey_app import clock, scoring
from survey_app.analysis import text
from survey_app.analysis.text import MODELS
from survey_app.config import Config
from survey_app.scoring import judging
from survey_app.scoring import reading as reads
from survey_app.store import due
from survey_app.store.database import reading, writing
from survey_app.tables import Change, Due, Judgement, Opinion, Response, Setting
from tests import make

COMMENT = "物流很快，但是客服态度很差，等了两天没人回复"


def _opinions(engine: Engine) -> list[Opinion]:
    with reading(engine) as session:
        return list(session.exec(select(Opinion).order_by(Opinion.id)))


def _judgements(engine: Engine) -> list[Judgement]:
    with reading(engine) as session:
        return list(session.exec(select(Judgement).order_by(Judgement.id)))


def _case_rows(engine: Engine) -> list[tuple[int, int]]:
    with reading(engine) as session:
        rows = session.exec(select(Due).where(Due.kind == "case").order_by(Due.revision))
        return [(row.subject, row.revision) for row in rows]


def test_a_comment_becomes_opinions_of_opposite_signs(engine: Engine, config: Config) -> None:
    response = make.response(engine, make.survey(engine), answers={"nps": 3, "why": COMMENT}, hand_over=True)
    assert scoring.step(engine, config) == 1
    found = {(o.aspect, o.polarity) for o in _opinions(engine)}
    assert {("logistics", 1), ("service", -1), ("timeliness", -1)} <= found
    assert [j.result for j in _judgements(engine)] == ["mixed"]
    quoted = {COMMENT[o.start : o.stop] for o in _opinions(engine)}
    assert quoted == {"物流很快", "但是客服态度很差", "等了两天没人回复"}
    assert _case_rows(engine) == [(response.id, 1), (response.id, 2)]
    with reading(engine) as session:
        assert len(session.exec(select(Change).where(Change.response_id == response.id)).all()) == 2


def test_nothing_due_is_nothing_done(engine: Engine, config: Config) -> None:
    assert scoring.step(engine, config) == 0


@pytest.mark.parametrize("words", ["无", "没有", "1", "暂无", "。", "没有什么建议"])
def test_an_answer_that_says_nothing_has_no_opinions(engine: Engine, config: Config, words: str) -> None:
    make.response(engine, make.survey(engine), answers={"nps": 9, "why": words}, hand_over=True)
    scoring.step(engine, config)
    assert [j.result for j in _judgements(engine)] == ["none"]
    assert _opinions(engine) == []


def test_a_response_without_text_or_gone_is_simply_done(engine: Engine, config: Config) -> None:
    make.response(engine, make.survey(engine), answers={"nps": 9, "why": None}, hand_over=True)
    with writing(engine) as session:
        due.hand_over(session, "score", [999_999])
    assert scoring.step(engine, config) == 2
    assert _judgements(engine) == []
    assert scoring.step(engine, config) == 0


def test_scoring_twice_changes_nothing(engine: Engine, config: Config) -> None:
    survey = make.survey(engine)
    response = make.response(engine, survey, answers={"nps": 3, "why": COMMENT}, hand_over=True)
    scoring.step(engine, config)
    before = [(o.start, o.stop, o.aspect, o.polarity) for o in _opinions(engine)]
    with writing(engine) as session:
        due.hand_over(session, "score", [response.id], revision=2)
    scoring.step(engine, config)
    assert [(o.start, o.stop, o.aspect, o.polarity) for o in _opinions(engine)] == before
    assert len(_judgements(engine)) == 1
    assert _case_rows(engine) == [(response.id, 1), (response.id, 2), (response.id, 3)]


def test_a_changed_answer_replaces_its_opinions(engine: Engine, config: Config) -> None:
    response = make.response(engine, make.survey(engine), answers={"why": COMMENT}, hand_over=True)
    scoring.step(engine, config)
    with writing(engine) as session:
        row = session.get_one(Response, response.id)
        row.answers = {"why": "价格很实惠"}
        due.hand_over(session, "score", [response.id], revision=2)
    scoring.step(engine, config)
    assert {(o.aspect, o.polarity) for o in _opinions(engine)} == {("price", 1)}


def test_what_a_person_corrected_is_kept(engine: Engine, config: Config) -> None:
    survey = make.survey(engine)
    make.response(engine, survey, answers={"why": COMMENT}, hand_over=True)
    scoring.step(engine, config)
    with writing(engine) as session:
        row = session.exec(select(Opinion).where(Opinion.aspect == "logistics")).one()
        row.aspect, row.is_corrected = "app", True
    assert scoring.score_all(engine, survey.id) == 1
    kept = [o for o in _opinions(engine) if o.is_corrected]
    assert [(o.aspect, o.start) for o in kept] == [("app", 0)]
    assert not [o for o in _opinions(engine) if o.aspect == "logistics"]


def test_a_text_that_breaks_the_model_does_not_hold_up_the_others(
    engine: Engine, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey = make.survey(engine)
    make.response(engine, survey, answers={"why": "毒"}, hand_over=True)
    make.response(engine, survey, answers={"why": "物流很快"}, hand_over=True)
    judge = text.judge

    def breaking(words: str, *given: object, **more: object) -> object:
        if words == "毒":
            raise RecursionError
        return judge(words, *given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(text, "judge", breaking)
    assert scoring.step(engine, config) == 2
    assert [j.result for j in _judgements(engine)] == ["positive"]
    monkeypatch.undo()
    with clock.at(clock.now() + timedelta(hours=2)):
        assert scoring.step(engine, config) == 1
    assert len(_judgements(engine)) == 2


def test_the_model_and_the_taxonomy_are_settings(engine: Engine, config: Config) -> None:
    with writing(engine) as session:
        taxonomy = {"garden": {"label": "Garden", "words": "花园"}}
        session.add(Setting(key="text", value={"model": "lexicon", "taxonomy": taxonomy}))
    make.response(engine, make.survey(engine), answers={"why": "花园很漂亮，价格很贵"}, hand_over=True)
    scoring.step(engine, config)
    assert {(o.aspect, o.polarity) for o in _opinions(engine)} == {("garden", 1), ("", -1)}
    assert {o.model for o in _opinions(engine)} == {"lexicon"}


def test_settings_that_cannot_be_used_fall_back(engine: Engine) -> None:
    with writing(engine) as session:
        session.add(Setting(key="text", value={"model": "gone", "taxonomy": {"X": {"cues": ["(a+)+"]}}}))
    with reading(engine) as session:
        how = scoring.chosen(session)
    assert how.model.name in MODELS
    assert how.taxonomy == text.general()


def test_imported_answers_open_cases_only_where_the_import_said_so(engine: Engine, config: Config) -> None:
    survey = make.survey(engine)
    quiet = make.response(engine, survey, answers={"why": COMMENT}, attributes={"batch": "b"})
    loud = make.response(engine, survey, answers={"why": COMMENT}, attributes={"batch": "b"}, hand_over=True)
    with writing(engine) as session:
        due.hand_over(session, "score", [quiet.id])
    scoring.step(engine, config)
    assert _case_rows(engine) == [(loud.id, 1), (loud.id, 2)]


def test_a_worker_that_lost_its_lease_writes_nothing(engine: Engine, config: Config) -> None:
    make.response(engine, make.survey(engine), answers={"why": COMMENT}, hand_over=True)
    rows = due.take(engine, "score")
    with clock.at(clock.now() + due.LEASE * 2):
        assert scoring.step(engine, config) == 1
    written = len(_opinions(engine))
    with reading(engine) as session:
        texts = reads.texts_of(session, [rows[0].subject])
    judged = reads.judge(texts[rows[0].subject], scoring.How(text.MODELS["lexicon"], text.general()))
    judging.finish(engine, [(rows[0], judged)])
    assert len(_opinions(engine)) == written
    assert {o.model for o in _opinions(engine)} == {"linear"}


def test_a_correction_changes_the_result_of_its_text_and_outlives_scoring(engine: Engine, config: Config) -> None:
    survey = make.survey(engine)
    make.response(engine, survey, answers={"why": "物流很快"}, hand_over=True)
    scoring.step(engine, config)
    assert [judged.result for judged in _judgements(engine)] == ["positive"]
    before = _case_rows(engine)
    with writing(engine) as session:
        row = session.exec(select(Opinion)).one()
        assert scoring.correct(session, row, aspect="logistics", polarity=-1)["polarity"] == 1
    assert [judged.result for judged in _judgements(engine)] == ["negative"]
    assert len(_case_rows(engine)) == len(before) + 1
    scoring.score_all(engine, survey.id)
    assert [judged.result for judged in _judgements(engine)] == ["negative"]


def test_fine_is_an_answer_by_what_is_asked(engine: Engine, config: Config) -> None:
    wish = {"key": "wish", "type": "long_text", "text": {"zh": "您希望我们改进什么？"}}
    items = [*make.DEFINITION["pages"][0]["items"], wish]
    survey = make.survey(engine, definition={**make.DEFINITION, "pages": [{"items": items}]})
    make.response(engine, survey, answers={"why": "挺好的", "wish": "挺好的"}, hand_over=True)
    scoring.step(engine, config)
    assert {judged.item_key: judged.result for judged in _judgements(engine)} == {"why": "positive", "wish": "none"}
