"""Models taught by whole texts and adapted without labels: aspects, sides, neutral; what is refused."""

import numpy as np
import pytest

from survey_app.analysis.text import MODELS, Labelled, LessonError, Taught, adapt, general, judge, opinions, teach_texts
from survey_app.analysis.text.heads import Examples, fit_heads

BASE = MODELS["linear"]
SAID = (("壳子有毛刺", "negative", "外壳"), ("出水稳当", "positive", "出水"), ("滤芯是白色的", "neutral", "滤芯"))
ROWS = [Labelled(f"{i}号{text}", label, aspect) for i in range(15) for text, label, aspect in SAID]
BARE = [Labelled(row.text, row.label) for row in ROWS]


@pytest.fixture(scope="module")
def taught() -> Taught:
    return teach_texts(BASE, ROWS)


def test_aspects_of_a_file_are_learned_with_their_sides(taught: Taught) -> None:
    result = judge("盖子也有毛刺，出水很稳当", taught)
    assert {(one.aspect, one.polarity) for one in result.opinions} == {("外壳", -1), ("出水", 1)}
    assert result.result == "mixed"
    # What it was taught stands in for the taxonomy: an aspect that no row names is not found.
    assert "logistics" not in {one.aspect for one in judge("物流很快", taught).opinions}


def test_without_aspects_the_taxonomy_stays() -> None:
    taught = teach_texts(BASE, BARE)
    assert taught.heads is None
    assert [one.aspect for one in judge("物流很快", taught).opinions] == ["logistics"]
    assert [judge(f"99号{text}", taught).result for text, _, _ in SAID] == ["negative", "positive", "neutral"]
    assert judge("99号滤芯是白色的", taught).probability > judge("99号滤芯是白色的", BASE).probability


def test_a_taught_model_comes_back_from_its_file(taught: Taught) -> None:
    again = Taught.from_bytes(taught.to_bytes())
    texts = [row.text for row in ROWS] + ["盖子也有毛刺，出水很稳当", "", "😀", "\ud800", "great"]
    assert opinions(texts, again) == opinions(texts, taught)
    assert again.version == taught.version != teach_texts(BASE, BARE).version


def test_which_clause_names_an_aspect_is_found_out() -> None:
    texts = [["壳子有毛刺", "盖子很松"], ["壳子划手", "出水慢"], ["盖子很松", "出水慢"], ["出水慢"]] * 6
    about = [frozenset({"壳"}), frozenset({"壳"}), frozenset[str](), frozenset[str]()] * 6
    clauses = [clause for mine in texts for clause in mine]
    owners = np.repeat(np.arange(len(texts)), [len(mine) for mine in texts])
    heads = fit_heads(Examples(clauses, owners, about), general(), frozenset())
    assert heads is not None
    asked = ["壳子有毛刺", "盖子很松", "出水慢", "壳子划手"]
    assert sorted(heads.mentions(asked, {})) == [0, 3]
    assert fit_heads(Examples(["好"], np.zeros(1, np.int64), [frozenset({"壳"})]), general(), frozenset()) is None


def test_texts_without_labels_teach_what_stands_beside_known_words() -> None:
    texts = ["出水稳当，很满意", "水流稳当，很喜欢", "壳子毛刺，太差了", "边上毛刺，很失望"] * 5
    alone = adapt(BASE, texts)
    for words, side in (("稳当得很", 1), ("毛刺不少", -1)):
        before, after = judge(words, BASE), judge(words, alone)
        assert side * (after.positive - after.negative) > side * (before.positive - before.negative)
    assert adapt(BASE, texts).to_bytes() == alone.to_bytes()
    scored = adapt(BASE, ["滤芯是甲款"] * 9 + ["滤芯是乙款"] * 9, [-1] * 9 + [1] * 9)
    first, second = judge("滤芯是甲款", scored), judge("滤芯是乙款", scored)
    assert first.negative > second.negative and second.positive > first.positive


def test_what_cannot_teach_is_refused() -> None:
    for rows in ([], [Labelled("great", "positive")], [Labelled("  ", "positive")]):
        with pytest.raises(LessonError):
            teach_texts(BASE, rows)
    for texts, signs in (([], None), (["great"], None), (["好"], [1, 1]), (["好"], [2])):
        with pytest.raises(LessonError):
            adapt(BASE, texts, signs)
