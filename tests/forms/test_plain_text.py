"""Plain text in the ways people and Chinese survey tools write it; what cannot be read shows how it should look."""

import pytest

from survey_app.forms.exchange import foreign
from survey_app.forms.exchange.native import ExchangeError
from survey_app.forms.exchange.sketch import Source

WAYS = {
    "neither numbers nor a title": ("您对服务满意吗？\n满意\n不满意\n\n您有什么建议？\n", "single:满意/不满意 long_text"),
    "a title, a greeting, paragraphs": (
        "客户调查\n\n感谢您参与。\n\n您的性别\n男\n女\n\n您的建议\n", "single:男/女 long_text",
    ),
    "no empty lines": ("客户调查\n您满意吗？\n满意\n不满意\n您的意见[填空题]\n", "single:满意/不满意 long_text"),
    "options after an empty line": ("您满意吗？\n\nA. 是\n\nB. 否\n\n您的建议？\n", "single:是/否 long_text"),
    "options on one line": ("客户调查\n1. 您满意吗？（单选题，必答）\nA.满意 B.一般 C.不满意\n", "single*:满意/一般/不满意"),
    "a star, the type first, a limit": ("客户调查\n*2、[多选题] 用过哪些？【最多选2项】\n○咖啡机 ○洗碗机\n", "multiple*:咖啡机/洗碗机"),
    "Chinese numbers": ("客户调查\n一、您满意吗？\nA. 是\nB. 否\n二、您的建议\n", "single:是/否 long_text"),
    "a Q without a dot": ("客户调查\nQ1 您满意吗\n是\n否\nQ2 建议\n", "single:是/否 long_text"),
    "yes or no": ("客户调查\n1. 还会再来吗 [判断题]\n", "single:是/否"),
}  # fmt: skip


def told(item):
    choices = "/".join(choice["text"]["zh"] for choice in item.options.get("choices", ()))
    return f"{item.type}{'*' if item.is_required else ''}{':' if choices else ''}{choices}"


def taken(text, filename="回访.txt"):
    return foreign.read(Source(filename, text.encode(), dict)).questionnaire


@pytest.mark.parametrize("way", WAYS)
def test_ordinary_ways_are_read(way):
    text, wanted = WAYS[way]
    made = taken(text)
    assert " ".join(map(told, made.items)) == wanted
    assert made.title["zh"] == ("客户调查" if text.startswith("客户调查") else "回访")


def test_sections_become_pages_and_the_greeting_the_introduction():
    made = taken("客户调查\n您好。\n一、基本信息\n1. 性别\n男\n女\n二、评价\n2. 会推荐我们吗？[NPS]\n")
    assert [page.title.get("zh") for page in made.pages] == ["基本信息", "评价"]
    assert made.introduction == {"zh": "您好。"}
    assert [item.text["zh"] for item in made.items] == ["性别", "会推荐我们吗？"]


def test_a_limit_of_choices_comes_over():
    [item] = taken("调查\n1. 用过哪些？[多选题，最多选2项]\nA. 甲\nB. 乙\nC. 丙\n").items
    assert item.options["max_choices"] == 2


@pytest.mark.parametrize("text", ["", "\n\n", "只有标题\n"])
def test_a_refusal_shows_what_is_wanted(text):
    with pytest.raises(ExchangeError) as refused:
        taken(text)
    assert "for example" in refused.value.hint
