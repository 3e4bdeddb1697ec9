"""Exports of other survey tools: their columns find their questions, and their own marks mean no answer."""

from io import BytesIO

import pytest

from survey_app.collecting import importing
from survey_app.tables import Response
from tests.imports.test_importing import asked, stored, table

__all__ = ["asked", "stored"]

WENJUANXING = (
    "序号,提交答卷时间,所用时间,来源,来源详情,来自IP,1、推荐,2、原因,3、途径,4、评价—价格,4、评价—速度,5、喜欢,总分\n"
    "1,2026/11/3 9:05:12,35秒,微信,N/A,1.2.3.4(上海-上海),9,(空),网络,4,5,甲┋乙,30\n"
    "2,2026/11/3 10:00:00,40秒,链接,N/A,1.2.3.4(上海-上海),3,太慢,Shop,2,(跳过),(跳过),10\n"
)
APART = "\n".join(
    [
        "序号,提交答卷时间,所用时间,1、推荐,5、喜欢(甲),5、喜欢(乙)",
        "1,2026/11/3 9:05:12,35秒,9,1,0",
        "2,2026/11/3 9:06:00,9秒,8,0,1",
        "",
    ]
)
LIMESURVEY = {
    "codes": "id,submitdate,lastpage,startlanguage,seed,nps,why,way,rate[price],rate[speed],likes[a],likes[b]",
    "words": (
        "Response ID,Date submitted,Last page,Start language,Seed,"
        "推荐,原因,途径,评价 [价格],评价 [速度],喜欢 [甲],喜欢 [乙]"
    ),
    "both": (
        "id. Response ID,submitdate. Date submitted,lastpage. Last page,startlanguage. Start language,seed. Seed,"
        "nps. 推荐,why. 原因,way. 途径,"
        "rate[price]. 评价 [价格],rate[speed]. 评价 [速度],likes[a]. 喜欢 [甲],likes[b]. 喜欢 [乙]"
    ),
}
ROWS = "\n1,2026-11-03 09:05:12,2,en,77,9,好,Web,4,5,Y,N\n2,2026-11-03 10:00:00,2,zh,78,3,,shop,2,,,Yes\n"


def taken(engine, asked, text):
    file = table(text)
    maker = importing.maker_of(file.headers)
    assert maker is not None
    mapping = importing.guess_mapping(asked, file)
    result = importing.import_responses(engine, asked, file, mapping, missing=set(maker.missing))
    assert result.failed == 0, result.errors
    return maker, mapping


def test_a_file_of_wenjuanxing_finds_its_questions(engine, asked, stored):
    maker, mapping = taken(engine, asked, WENJUANXING)
    assert maker.label == "问卷星" and "来自IP" not in mapping and "总分" not in mapping
    first, second = stored(Response)
    assert (first.answers["nps"], first.answers["why"], first.answers["way"]) == (9, None, "web")
    assert first.answers["rate"] == {"price": 4, "speed": 5}
    assert set(first.answers["likes"]["codes"]) == {"a", "b"}
    assert (second.answers["why"], second.answers["rate"], second.answers["likes"]) == ("太慢", {"price": 2}, None)
    assert first.attributes["来源"] == "微信" and f"{first.submitted_at:%H:%M}" == "01:05", "Shanghai's morning"


def test_options_in_columns_of_their_own(engine, asked, stored):
    taken(engine, asked, APART)
    assert [row.answers["likes"]["codes"] for row in stored(Response)] == [["a"], ["b"]]


@pytest.mark.parametrize("headings", LIMESURVEY)
def test_a_file_of_limesurvey_finds_its_questions(engine, asked, stored, headings):
    maker, mapping = taken(engine, asked, LIMESURVEY[headings] + ROWS)
    assert maker.label == "LimeSurvey" and len(mapping) == 9
    first, second = stored(Response)
    assert (first.answers["nps"], first.answers["way"], first.language) == (9, "web", "en")
    assert first.answers["likes"]["codes"] == ["a"] and second.answers["likes"]["codes"] == ["b"]
    assert second.answers["rate"] == {"price": 2} and second.answers["why"] is None


def test_other_files_are_nobodys(asked):
    assert importing.maker_of(["nps", "why", "id"]) is None
    assert importing.guess_mapping(asked, table("nps,why\n1,a\n")) == {"nps": "nps", "why": "why"}


def test_the_page_says_so_and_fills_in_what_means_no_answer(client, engine, asked):
    data = {"survey": str(asked.survey_id), "file": (BytesIO(WENJUANXING.encode()), "答卷.csv")}
    page = client.get(client.post_form("/responses/import", data).location).text
    assert "问卷星" in page and "(跳过)" in page
    assert '<option value="rate.price" selected>' in page
