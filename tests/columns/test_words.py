"""What is written is found in the columnar copy, whatever is added, changed or scored."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from survey_app.store import columns, cuts, due
from survey_app.store.columns.words import KEPT
from survey_app.store.cuts import Cut
from survey_app.store.database import writing
from survey_app.tables import Response, Survey
from tests import make


@pytest.fixture
def survey(engine: Engine) -> Survey:
    row = make.survey(engine)
    texts = ("物流很快，客服很好", "客服态度差", "没有意见", None, "手机13812345678，物流慢")
    make.responses(engine, row, [{"answers": {"nps": 5, "why": text}} for text in texts])
    return row


def _found(engine: Engine, folder: Path, survey: Survey, query: str) -> list[int]:
    return [int(one) for one in columns.load(engine, folder, survey.id or 0).words.find(query)]


@pytest.mark.parametrize(("query", "count"), [
    ("物流", 2), ("wl", 2), ("物流 客服", 1), ("客服", 2), ("差没", 0), ("13812345678", 0), ("慢", 1), ("", 0),
    (" ", 0),
])  # fmt: skip
def test_all_words_of_a_query_must_stand_in_one_response(
    engine: Engine, tmp_path: Path, survey: Survey, query: str, count: int
) -> None:
    assert len(_found(engine, tmp_path, survey, query)) == count


def test_changes_and_erasures_reach_the_words(engine: Engine, tmp_path: Path, survey: Survey) -> None:
    [first, second] = _found(engine, tmp_path, survey, "物流")
    added = make.response(engine, survey, answers={"why": "物流好"})
    assert _found(engine, tmp_path, survey, "物流") == [first, second, added.id]
    for words, left in (("快递很快，客服很好", [second, added.id]), (None, [second, added.id])):
        with writing(engine) as session:
            row = session.get_one(Response, first)
            row.answers = {"nps": 5, "why": words}
            due.note_changes(session, survey.id or 0, [first])
        assert _found(engine, tmp_path, survey, "物流") == left
        assert _found(engine, tmp_path, survey, "快递") == ([first] if words else [])


def test_a_copy_that_follows_is_the_copy_made_again(engine: Engine, tmp_path: Path, survey: Survey) -> None:
    columns.load(engine, tmp_path, survey.id or 0)
    make.response(engine, survey, answers={"why": "新的一条"})
    followed = columns.load(engine, tmp_path, survey.id or 0).words
    columns.forget(tmp_path, survey.id or 0)
    columns.forget_memory()
    again = columns.load(engine, tmp_path, survey.id or 0).words
    assert followed.codes.tolist() == again.codes.tolist()
    assert followed.responses.tolist() == again.responses.tolist()


def test_a_cut_by_words_is_kept_in_the_address(engine: Engine, tmp_path: Path, survey: Survey) -> None:
    cut = Cut.from_query("words=+物流++客服+")
    assert cut.words == "物流 客服" and Cut.from_query(cut.query()) == cut
    frame = columns.load(engine, tmp_path, survey.id or 0)
    assert len(cuts.select(frame, cut)) == 1
    assert len(cuts.select(cuts.select(frame, Cut(words="客服")), Cut(words="物流"))) == 1


def test_only_the_last_questions_are_kept_in_mind(engine: Engine, tmp_path: Path, survey: Survey) -> None:
    words = columns.load(engine, tmp_path, survey.id or 0).words
    for number in range(KEPT + 5):
        words.find(f"词{number}")
    assert len(words._found) == KEPT
