"""Open answers: goldens with the reason for each, offsets that hold, and hostile input with a stated result."""

import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.analysis.text import (
    MODELS,
    RESULTS,
    Taxonomy,
    TaxonomyError,
    TextResult,
    asked_for,
    clauses,
    general,
    judge,
    mask,
    nothing_said,
    opinions,
    polarity,
    prepare,
    themes,
)

GOLDEN = [
    # why: contrast splits the text; 没人回复 implies service and time without naming them
    ("物流很快，但是客服态度很差，等了两天没人回复", "mixed", {("logistics", 1), ("service", -1), ("timeliness", -1)}),
    # why: a degree word between negator and opinion does not end the negator's reach
    ("不太满意", "negative", {("", -1)}),
    # why: two negators cancel
    ("没有不满意", "positive", {("", 1)}),
    ("质量不得不说真的好", "positive", {("quality", 1)}),
    ("界面不难用", "positive", {("usability", 1)}),
    # why: 从来没有这么 strengthens, it does not negate
    ("从来没有这么失望过", "negative", {("", -1)}),
    # why: 就是 after praise opens a complaint
    ("挺好用就是有点贵", "mixed", {("usability", 1), ("price", -1)}),
    # why: more of a price is bad, more of value is good
    ("价格有点高", "negative", {("price", -1)}),
    ("性价比高", "positive", {("price", 1)}),
    # why: a quality is bad only where there is too much of it
    ("屏幕有点小", "negative", {("function", -1)}),
    # why: traditional characters are matched in their simplified form
    ("物流好快，東西也很棒", "positive", {("logistics", 1), ("quality", 1)}),
    # why: full width and repeats make no difference
    ("Ａｐｐ闪退！！！！", "negative", {("app", -1)}),
    # why: a wish is no praise; that something should be more so says that it is not
    ("希望客服能专业一点", "negative", {("service", -1)}),
    # why: 一般 says neither
    ("物流一般", "neutral", {("logistics", 0)}),
    # why: emoji say something
    ("👍👍", "positive", {("", 1)}),
    ("快递太慢了🙄", "negative", {("logistics", -1)}),
    # why: English is judged by English lists
    ("Delivery was fast but the support was rude", "mixed", {("logistics", 1), ("service", -1)}),
    ("Not bad at all", "positive", {("", 1)}),
    # why: a short follow-up speaks of what was just named
    ("客服回复慢，太差了", "negative", {("service", -1)}),
    # why: what is announced is a service, what is delayed is not yet a complaint
    ("延迟会提前发短信", "positive", {("timeliness", 1)}),
    # why: a Latin word may touch a Chinese one
    ("App一般", "neutral", {("app", 0)}),
    ("快but贵", "mixed", {("", 1), ("price", -1)}),
    # why: worse than before
    ("菜品和服务都没原来好", "negative", {("taste", -1), ("service", -1)}),
    # why: coming again and again is praise, calling again and again is not
    ("来了好几次了", "positive", {("", 1)}),
    # why: 不过 opens a clause and turns nothing; the 破 of a blender breaks nothing
    ("物流太慢了，不过售后主动回访", "mixed", {("logistics", -1), ("aftersales", 1)}),
    ("不过优惠力度很大", "positive", {("promotion", 1)}),
    ("再好不过了", "positive", {("", 1)}),
    ("破壁机很好用", "positive", {("usability", 1)}),
    ("下次不会再来", "negative", {("", -1)}),
    ("催了好几次", "negative", {("timeliness", -1)}),
]

ONLY = [
    # why: 方面, 画面 are no noodles, 评价 is no price, 套餐 no food
    ("服务方面很好", {"service"}),
    ("画面清晰", {""}),
    ("评价很高", set()),
    ("套餐不合理", {""}),
    # why: 产品 and 方便 name something only where nothing else is named
    ("产品价格高", {"price"}),
    ("退货很方便", {"aftersales"}),
    ("产品很好", {"quality"}),
    # why: thanks and recommendations are about the whole, not about what was named last
    ("服务态度好，强烈推荐", {"service", ""}),
    ("希望客服多懂点产品，谢谢", {"service"}),
    ("客服回复慢，就这样", {"service"}),
    # why: hash tags are names, not opinions
    ("#铁棍山药# #风生水起#", set()),
]


@pytest.mark.parametrize(("words", "aspects"), ONLY, ids=[row[0][:12] for row in ONLY])
def test_no_aspect_is_read_into_a_clause(words: str, aspects: set[str]) -> None:
    assert {o.aspect for o in judge(words).opinions} == aspects


@pytest.mark.parametrize(("words", "result", "expected"), GOLDEN, ids=[row[0][:12] for row in GOLDEN])
def test_goldens(words: str, result: str, expected: set[tuple[str, int]]) -> None:
    made = judge(words)
    assert made.result == result
    assert expected <= {(o.aspect, o.polarity) for o in made.opinions}


SILENT = ["无", "没有", "没有了", "暂无", "1", "111", "。", "/", "-", "无意见", "没什么建议", "不知道", "none", "N/A",
          "nothing", "No comment", "asdfgh", "哈哈哈", "123456", "", "   ", "沒有什麼意見", "暂时没有"]  # fmt: skip


@pytest.mark.parametrize("words", SILENT)
def test_answers_that_say_nothing(words: str) -> None:
    assert nothing_said(words)
    assert judge(words) == TextResult("none", model=judge(words).model, version=judge(words).version)


@pytest.mark.parametrize(
    "words", ["好", "没有问题", "不好", "👍", "没人回复", "贵", "good", "没有不满意", "无线耳机很好"]
)
def test_short_answers_that_do_say_something(words: str) -> None:
    assert not nothing_said(words)


def test_fine_is_no_answer_to_what_could_be_better() -> None:
    assert asked_for("您觉得我们哪里可以改进？") == "improvement"
    assert asked_for("您给出这个评分的原因是什么？") == "reason"
    assert nothing_said("挺好的", "improvement")
    assert not nothing_said("挺好的", "reason")


def test_clauses_are_cut_at_pauses_and_contrast() -> None:
    words = "虽然贵了点，但质量好。客服不过如此却很热情"
    assert [words[c.start : c.stop] for c in clauses(words)] == ["虽然贵了点", "但质量好", "客服不过如此", "却很热情"]
    assert [c.sentence for c in clauses(words)] == [0, 0, 1, 1]
    assert [c.text for c in clauses("价格2.5元/件，ok")] == ["价格2.5元/件", "ok"]


def test_why_points_at_the_words_that_decided() -> None:
    words = "东西还可以，快递太慢了"
    assert {words[a:b] for o in judge(words).opinions for a, b in o.why} == {"还可以", "太慢"}


# -- every model ------------------------------------------------------------------------------------------------------


@pytest.fixture(params=sorted(set(MODELS) - {"snownlp"}))
def model(request: pytest.FixtureRequest) -> str:
    return str(request.param)


HOSTILE = [
    "",
    " ",
    "a",
    "好",
    "\x00\u200b",
    "👍" * 300,
    "。" * 500,
    "不" * 400,
    "العربية",
    "\ud800",
    "<b>好</b>",
    "1" * 300,
]


def test_every_model_gives_probabilities_for_anything(model: str) -> None:
    for made in MODELS[model].polarity(HOSTILE):
        assert made.negative + made.neutral + made.positive == pytest.approx(1)
        assert min(made.negative, made.neutral, made.positive) >= 0
        assert made.polarity in (-1, 0, 1)
    assert MODELS[model].polarity([]) == []


def test_every_model_says_the_same_twice_and_alone(model: str) -> None:
    some = ["物流很快", "客服态度很差", "great", "一般"]
    together = MODELS[model].polarity(some)
    assert [MODELS[model].polarity([one])[0] for one in some] == together


def test_every_model_has_a_name_and_points_inside_the_clause(model: str) -> None:
    chosen = MODELS[model]
    assert chosen.name == model
    assert chosen.version
    assert chosen.label
    assert all(0 <= a <= b <= 4 for a, b in chosen.why("物流很快"))


@pytest.mark.slow
def test_snownlp_is_loaded_at_its_first_clause_and_survives_nothing() -> None:
    made = MODELS["snownlp"].polarity(["", "。", "物流很快", "客服态度很差，再也不来了"])
    assert "snownlp" in sys.modules
    assert [p.polarity for p in made[:2]] == [0, 0]
    assert made[2].positive > made[3].positive


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(ValueError, match="no text model"):
        judge("好", "oracle")


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("好不很差没有客服物流但是，。！ab 1👍\u3000Ａ…\n贵快慢"), max_size=40))
def test_offsets_always_lie_in_the_original(words: str) -> None:
    made = judge(words)
    assert made.result in RESULTS
    last = 0
    for clause in clauses(words):
        assert last <= clause.start < clause.stop <= len(words)
        last = clause.stop
    for opinion in made.opinions:
        assert 0 <= opinion.start < opinion.stop <= len(words)
        assert all(opinion.start <= a <= b <= opinion.stop for a, b in opinion.why)
        assert 0 < opinion.probability <= 1


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_text_has_a_result_and_prepared_text_knows_its_origin(words: str) -> None:
    prepared = prepare(words)
    assert len(prepared.origin) == len(prepared.matched)
    assert list(prepared.origin) == sorted(prepared.origin)
    assert judge(words).result in RESULTS
    assert len(mask(words)) == len(words)


LONG = ["好", "不", "，", "没有", "价格高", "but ", "1", "a@", "(", "没有不太"]


@pytest.mark.parametrize("words", [piece * (100_000 // len(piece)) for piece in LONG], ids=LONG)
def test_long_texts_take_linear_time(words: str) -> None:
    began = time.process_time()
    judge(words)
    mask(words)
    assert time.process_time() - began < 3


def test_texts_judged_together_are_judged_as_alone() -> None:
    some = ["物流很快", "无", "客服很差但是便宜", "great"]
    assert opinions(some, explain=True) == [judge(one) for one in some]
    assert opinions(some) == [opinions([one])[0] for one in some]
    assert not any(o.why for result in opinions(some) for o in result.opinions)
    assert [round(p.positive + p.neutral + p.negative, 6) for p in polarity(some)] == [1.0] * 4


# -- aspects, masks, themes -------------------------------------------------------------------------------------------


def test_a_taxonomy_is_data_and_comes_back() -> None:
    assert Taxonomy.from_dict(general().to_dict()) == general()
    assert general().label("price") == "Price"
    assert general().label("") == "Overall"
    assert Taxonomy.from_dict({}).find("价格") == []


@pytest.mark.parametrize(
    "bad",
    [{"X Y": {"words": "a"}}, {"x": {"cues": ["("]}}, {"x": {"cues": ["(a+)+b"]}}, {"x": {"cues": ["a" * 300]}}],
)
def test_a_taxonomy_that_could_hurt_is_refused(bad: dict[str, dict[str, object]]) -> None:
    with pytest.raises(TaxonomyError):
        Taxonomy.from_dict(bad)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("打我13812345678", "打我138****5678"),
        ("邮箱 wang@example.com 谢谢", "邮箱 w***@example.com 谢谢"),
        ("身份证11010519491231002X", "身份证**************002X"),
        ("卡6222 0212 3456 7890", "卡**** **** **** 7890"),
        ("订单 20261122 共 3 件", "订单 20261122 共 3 件"),
    ],
)
def test_personal_data_is_starred_out_at_the_same_length(words: str, shown: str) -> None:
    assert mask(words) == shown


def test_themes_rank_what_stands_out_with_its_polarity() -> None:
    said = ["物流很快", "物流太慢了", "物流慢", "客服态度好", "客服态度差", "客服态度很差", "我们觉得可以"] * 3
    found = themes(said, opinions(said), k=5)
    by_phrase = {t.phrase: t for t in found}
    assert by_phrase["物流"].n == 9
    assert (by_phrase["物流"].positive, by_phrase["物流"].negative) == (3, 6)
    assert "客服态度" in by_phrase
    assert "我们" not in by_phrase
    assert themes(said, opinions(said), k=5) == found
    about = {t.phrase for t in themes(said, opinions(said), aspect="logistics")}
    assert "物流" in about
    assert not any("客服" in phrase for phrase in about)
    assert themes([], []) == [] == themes(["无"], opinions(["无"]))
