"""Tables of n-gram weights: summed, kept in files, learned from lessons, and the one that ships."""

import io
from itertools import pairwise

import numpy as np
import pytest

from survey_app.analysis.text import MODELS, lessons
from survey_app.analysis.text.grams import SIZE, buckets, totals
from survey_app.analysis.text.head import Head, fit_head
from survey_app.analysis.text.learning import Lessons, Prior, fit
from survey_app.analysis.text.models.linear import shipped
from survey_app.analysis.text.table import Table, TableError

TEXTS = ["物流很快", "", "a", "包装破了 3 处", "😀", "\ud800"]


def made(texts: list[str], targets: list[float]) -> Lessons:
    return Lessons(texts, np.array(targets), np.ones(len(texts)))


def test_a_clause_has_the_same_sum_alone_in_company_and_by_its_buckets() -> None:
    table = np.random.default_rng(1).integers(-127, 128, SIZE).astype(np.int8)
    texts = [*TEXTS, "很" * 70_000, "尾"]  # across a chunk
    places, bounds = buckets(texts)
    together = totals(texts, table).tolist()
    assert together == [int(totals([text], table)[0]) for text in texts]
    assert together == [int(table[places[a:b]].sum(dtype=int)) for a, b in pairwise(bounds.tolist())]
    assert totals([], table).tolist() == [] and buckets([])[1].tolist() == [0]


def test_a_table_comes_back_from_its_file_and_other_files_are_refused() -> None:
    table = Table.rounded(np.random.default_rng(2).normal(size=SIZE), -0.25)
    again = Table.from_bytes(table.to_bytes())
    assert again.version == table.version and again.log_odds(TEXTS).tolist() == table.log_odds(TEXTS).tolist()
    assert table.to_bytes() == table.to_bytes()
    assert table._replace(bias=0.5).version != table.version
    small = io.BytesIO()
    np.savez(small, weights=np.zeros(8, np.int8), numbers=np.zeros(2))
    for bad in (b"", b"PK\x03\x04", table.to_bytes()[:1000], small.getvalue()):
        with pytest.raises(TableError):
            Table.from_bytes(bad)


def test_what_lessons_say_is_learned_and_what_is_known_before_is_only_added_to() -> None:
    first = fit(made(["很快", "太慢", "快递很快", "慢得很"], [1, 0, 1, 0]), firmness=0.1)
    assert (first.log_odds(["真快", "好慢"]) > 0).tolist() == [True, False]
    texts = ["杠杠的", "拉胯"]
    known = Prior(first.log_odds(texts), np.ones(2))
    more = fit(made(texts, [1, 0]), firmness=0.1, prior=known)
    asked = ["杠杠的", "拉胯", "真快", "好慢"]
    assert (first.log_odds(asked) + more.log_odds(asked) > 0).tolist() == [True, False, True, False]
    assert fit(made(texts, [1, 0]), firmness=0.1, prior=known).version == more.version
    unheard = fit(made(texts, [1, 0]), firmness=0.1, prior=known._replace(trust=np.zeros(2)))
    assert not unheard.weights.any()  # what does not count beside the prior learns nothing
    with pytest.raises(ValueError, match="nothing to learn"):
        fit(made([], []), firmness=1)


def test_lessons_come_from_the_corpora_the_lists_and_the_embedding(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = ["早餐丰富，服务周到", "客服不耐烦，快递等了三天"] * 3
    corpus = [f"{text}{i}" for i, text in enumerate(corpus)]
    targets = np.array([1.0, 0.0] * 3)
    monkeypatch.setattr(lessons, "corpora", lambda: (corpus, targets))

    def embed(texts: list[str]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        return np.array([[text.count("丰") + text.count("周"), len(text)] for text in texts], np.float32)

    alone, none = lessons.lessons()
    assert none is None and alone.texts[0] == "早餐丰富,服务周到0"
    assert len(alone.texts) == len(alone.targets) == len(alone.weights)
    asked, head = lessons.lessons(embed)
    assert head is not None and len(asked.texts) > len(alone.texts)
    odds, again = head.log_odds(embed(corpus)), Head.from_bytes(head.to_bytes()).log_odds(embed(corpus))
    assert odds[0] > odds[1] and again.tolist() == pytest.approx(odds.tolist(), abs=1e-5)
    said = {one: target for one, target in zip(asked.texts, asked.targets, strict=True) if len(one) < 8}
    assert said["服务周到"] > 0.5 > said["失望"]


def test_praise_and_complaint_count_alike_within_a_length() -> None:
    texts, targets = ["短短"] * 4 + ["长" * 50] * 4, np.array([1, 1, 1, 0, 0, 0, 0, 1.0])
    counts = lessons.balanced(texts, targets)
    for some in (slice(0, 4), slice(4, 8)):
        assert counts[some] @ targets[some] == pytest.approx(counts[some] @ (1 - targets[some]))


def test_the_corpora_have_each_document_once() -> None:
    texts, targets = lessons.corpora()
    assert len(set(texts)) == len(texts) > 17_000 and 0.3 < targets.mean() < 0.7


def test_the_shipped_table_is_small_and_knows_what_the_lists_do_not() -> None:
    assert len(shipped().to_bytes()) < 200_000
    assert (MODELS["linear"].log_odds(["电话打不通", "下次还来"]) > 0).tolist() == [False, True]


def test_a_head_reads_vectors() -> None:
    vectors = np.random.default_rng(3).normal(size=(200, 4)).astype(np.float32)
    head = fit_head(vectors, (vectors[:, 1] > 0).astype(float), np.ones(200))
    assert ((head.log_odds(vectors) > 0) == (vectors[:, 1] > 0)).mean() > 0.9
