"""Themes that nobody named: clauses grouped by their words, the same from month to month, new ones and fading ones."""

from itertools import pairwise
from random import Random

import pytest

from survey_app.analysis.text.grouping import Grouping, grouped, matched

THINGS = {
    "delivery": ("快递", "送货", "配送"), "staff": ("店员", "导购", "服务员"), "app": ("闪退", "卡顿", "登录"),
    "shoes": ("鞋底", "鞋面", "鞋带"),
}  # fmt: skip
SAID = {
    "delivery": ("{}延误好几天", "{}总是延误", "{}一再延误"), "staff": ("{}热情周到", "{}热情耐心", "热情的{}"),
    "app": ("软件{}", "更新之后软件{}", "软件经常{}"), "shoes": ("{}开胶脱线", "穿两周{}脱线", "{}已经脱线"),
}  # fmt: skip
MONTHS = (
    {"delivery": 60, "staff": 60, "app": 60},
    {"delivery": 60, "staff": 60, "app": 40, "shoes": 40},
    {"delivery": 60, "staff": 60, "app": 1, "shoes": 60},
)
"""What is talked about in three months: one theme fades, another comes up."""


def month(number: int) -> list[str]:
    chance, made = Random(number), []
    for about, count in MONTHS[number].items():
        made += [chance.choice(SAID[about]).format(chance.choice(THINGS[about])) for _ in range(count)]
    chance.shuffle(made)
    return made


def group_of(found: Grouping, word: str) -> int:
    """The group that a word weighs most in."""
    return int(found.weights[:, found.words.index(word)].argmax())


def size(found: Grouping, word: str) -> int:
    """How many texts are in that group."""
    return int(found.counts([0] * 1000)[0, group_of(found, word)])


@pytest.fixture(scope="module")
def months() -> list[Grouping]:
    return [grouped(month(number), k=len(MONTHS[number])) for number in range(3)]


def test_themes_keep_their_identity_one_appears_and_one_fades(months: list[Grouping]) -> None:
    for before, after in pairwise(months):
        goes_on = matched(before, after)
        for word in ("延误", "热情"):
            assert goes_on[group_of(after, word)] == group_of(before, word)
    first, second, third = months
    assert matched(first, second)[group_of(second, "软件")] == group_of(first, "软件")
    assert size(first, "软件") > size(second, "软件") > 0 and "软件" not in third.words
    assert "脱线" not in first.words and group_of(second, "脱线") not in matched(first, second)
    assert matched(second, third)[group_of(third, "脱线")] == group_of(second, "脱线")
    assert 0 < size(second, "脱线") < size(third, "脱线")


def test_texts_are_counted_by_period() -> None:
    texts = ["快递延误，快递总是延误", "店员热情"] * 6
    found = grouped(texts, k=2)
    counts = found.counts([0, 1] * 6)
    assert counts[:, group_of(found, "延误")].tolist() == [6, 0] and counts[:, group_of(found, "热情")].tolist() == [
        0,
        6,
    ]


def test_groups_are_named_by_their_words_and_the_same_again(months: list[Grouping]) -> None:
    again = grouped(month(0), k=3)
    assert again.names == months[0].names and (again.clauses == months[0].clauses).all()
    assert any("热情" in name for name in months[0].names)
    other = grouped(month(0), k=3, seed=5)
    assert matched(months[0], other, at_least=0.95).keys() >= {group_of(other, "热情"), group_of(other, "延误")}


@pytest.mark.parametrize("texts", [[], [""], ["好"], ["\ud800", "😀"] * 9, ["物流很快"] * 9, ["abc"] * 9])
def test_what_holds_no_themes_has_few_or_none(texts: list[str]) -> None:
    found = grouped(texts)
    assert len(found.names) <= 2 and found.counts([0] * len(texts)).shape[1] == len(found.weights)
    assert matched(found, grouped([])) == {}
