"""Models corrected by labels: what is learned, what stays, and what is refused."""

import io

import numpy as np
import pytest

from survey_app.analysis.text import MODELS, TextModel, judge
from survey_app.analysis.text.grams import SIZE
from survey_app.analysis.text.table import Table
from survey_app.analysis.text.taught import LessonError, Taught
from survey_app.analysis.text.teaching import teach

BASE = MODELS["linear"]
CLAUSES = ["壳子有毛刺", "边上有毛刺", "毛刺划手", "出水稳当", "水流稳当", "出水很稳当"] * 3
SAID = [-1, -1, -1, 1, 1, 1] * 3


@pytest.fixture(scope="module")
def taught() -> Taught:
    return teach(BASE, CLAUSES, SAID)


@pytest.mark.parametrize("name", ["linear", "lexicon"])
def test_it_learns_words_and_leaves_what_was_not_spoken_of(name: str) -> None:
    base = MODELS[name]
    taught = teach(base, CLAUSES, SAID)
    assert [judge(one, taught).result for one in ("盖子也有毛刺", "出水挺稳当")] == ["negative", "positive"]
    assert judge("盖子也有毛刺", base).result != "negative"
    for clause in ("物流很快", "客服态度差", "物流太慢了"):
        before, after = judge(clause, base), judge(clause, taught)
        assert before.result == after.result and abs(before.positive - after.positive) < 0.15


def test_what_a_negator_turned_is_left_to_the_lists(taught: Taught) -> None:
    assert judge("没有不满意", taught).result == "positive"


def test_an_empty_table_is_its_base() -> None:
    same = Taught(BASE, Table(np.zeros(SIZE, np.int8), 1.0, 0.0), BASE.bands)
    clauses = ["物流很快", "壳子有毛刺", "", "\ud800"]
    assert same.log_odds(clauses).tolist() == BASE.log_odds(clauses).tolist()
    assert same.version != BASE.version and same.name == BASE.name


def test_the_same_labels_give_the_same_file_and_a_file_gives_the_model(taught: Taught) -> None:
    given = taught.to_bytes()
    assert given == teach(BASE, CLAUSES, SAID).to_bytes() and len(given) < 100_000
    again = Taught.from_bytes(given, "1+7")
    assert again.log_odds(["盖子也有毛刺"]).tolist() == taught.log_odds(["盖子也有毛刺"]).tolist()
    result = judge("盖子也有毛刺", again)
    assert (result.result, result.model, result.version) == ("negative", "linear", "1+7")
    assert again.why("很好") == BASE.why("很好") and Taught.from_bytes(given).version == taught.version


def test_where_neutral_begins_is_learned_from_labels() -> None:
    plain = [
        f"{place}里有{thing}" for place in ("盒子", "抽屉", "桌上") for thing in ("说明书", "电池", "螺丝", "垫片")
    ]
    said = [*SAID, *[0] * len(plain)]
    assert teach(BASE, [*CLAUSES, *plain], said).bands != BASE.bands
    assert teach(BASE, CLAUSES, SAID).bands == BASE.bands  # no label says neutral: nothing is known of it


def test_english_is_left_to_the_english_model(taught: Taught) -> None:
    assert judge("delivery was great", taught).result == judge("delivery was great").result
    with pytest.raises(LessonError):
        teach(BASE, ["delivery was great"], [1])


@pytest.mark.parametrize(("clauses", "said"), [([], []), (["好"], []), (["好"], [2]), ([" "], [1])])
def test_labels_that_are_none_are_refused(clauses: list[str], said: list[int]) -> None:
    with pytest.raises(LessonError):
        teach(BASE, clauses, said)


def _changed(taught: Taught, **fields: object) -> bytes:
    with np.load(io.BytesIO(taught.to_bytes())) as file:
        kept = dict(file)
    changed = io.BytesIO()
    np.savez(changed, **{**kept, **fields})  # type: ignore[arg-type]
    return changed.getvalue()


def test_a_file_that_is_no_lesson_is_refused(taught: Taught) -> None:
    odd = [
        b"", b"PK\x03\x04", b"\x93NUMPY", taught.to_bytes()[:200], _changed(taught, clauses=np.zeros(3, np.uint8)),
        _changed(taught, bands=np.array([1.0, np.nan])), _changed(taught, bands=np.array([1.0])),
        _changed(taught, base=["linear", "0"]), _changed(taught, base=["gone", "1"]),
    ]  # fmt: skip
    for given in odd:
        with pytest.raises(LessonError):
            Taught.from_bytes(given)


def test_a_taught_model_is_a_text_model_like_any_other(taught: Taught) -> None:
    assert isinstance(taught, TextModel)
    assert all(abs(sum(one) - 1) < 1e-9 for one in taught.polarity(["好", "", "出水稳当"]))
