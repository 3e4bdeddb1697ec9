"""Importing answers: every valid row once, every other one named, what is missing stays missing."""

import pytest
from sqlmodel import select

from survey_app.collecting import importing
from survey_app.errors import SurveyError
from survey_app.store import questionnaires
from survey_app.store.database import reading
from survey_app.store.tabular import read_table
from survey_app.tables import Due, Response
from tests import make

DEFINITION = {
    "title": {"zh": "调查"}, "languages": ["zh", "en"],
    "pages": [{"items": [
        {"key": "nps", "type": "nps", "text": {"zh": "推荐", "en": "Recommend"}},
        {"key": "why", "type": "long_text", "text": {"zh": "原因"}},
        {"key": "way", "type": "single", "text": {"zh": "途径"}, "options": {"choices": [
            {"code": "web", "text": {"zh": "网络", "en": "Web"}}, {"code": "shop", "text": {"en": "Shop"}}]}},
        {"key": "rate", "type": "matrix", "text": {"zh": "评价"}, "options": {"rows": [
            {"code": "price", "text": {"zh": "价格"}}, {"code": "speed", "text": {"zh": "速度"}}]}},
        {"key": "likes", "type": "multiple", "text": {"zh": "喜欢"}, "options": {"choices": [
            {"code": "a", "text": {"zh": "甲"}}, {"code": "b", "text": {"zh": "乙"}}]}},
    ]}],
}  # fmt: skip


@pytest.fixture
def asked(engine):
    survey = make.survey(engine, definition=DEFINITION)
    with reading(engine) as session:
        return questionnaires.latest(session, survey.id)


@pytest.fixture
def stored(engine):
    def stored(table=Response):
        with reading(engine) as session:
            return list(session.exec(select(table).order_by(table.id)))

    return stored


def table(text: str):
    return read_table(text.encode(), "answers.csv")


def test_missing_answers_stay_missing_and_are_not_zero(engine, asked, stored):
    file = table("nps,why\n0,好\n,NA\nN/A,null\n-99,x\n10,\n")
    result = importing.import_responses(engine, asked, file, {"nps": "nps", "why": "why"}, missing={"-99"})
    assert (result.imported, result.failed, result.unanswered) == (5, 0, {"nps": 3, "why": 3})
    assert [row.answers["nps"] for row in stored()] == [0, None, None, None, 10]
    assert {due.kind for due in stored(Due)} == {"score"}
    assert len(stored(Due)) == 2


def test_rows_with_errors_are_named_and_the_others_come_in(engine, asked, stored):
    file = table('分数,途径\n11,web\n9,网络\n8,SHOP\nabc,x\n7,"a",extra\n3,moon\n')
    result = importing.import_responses(engine, asked, file, {"分数": "nps", "途径": "way"})
    assert (result.imported, result.failed) == (2, 4)
    assert [(error.row, error.column) for error in result.errors] == [
        (2, "分数"),
        (5, "分数"),
        (6, "途径"),
        (7, "途径"),
    ]
    assert [row.answers for row in stored()] == [{"nps": 9, "way": "web"}, {"nps": 8, "way": "shop"}]


def test_the_same_file_again_adds_only_what_is_not_there(engine, asked, stored):
    file, mapping = table("nps\n9\n8\n11\n"), {"nps": "nps"}
    assert importing.import_responses(engine, asked, file, mapping).imported == 2
    again = importing.import_responses(engine, asked, file, mapping)
    assert (again.imported, again.repeated, again.failed) == (0, 2, 1)
    assert len(stored()) == 2


def test_a_batch_can_be_undone_and_imported_anew(engine, asked, stored):
    file, mapping = table("nps\n9\n8\n"), {"nps": "nps"}
    batch = importing.import_responses(engine, asked, file, mapping).batch
    assert importing.undo_import(engine, asked.survey_id, batch) == 2
    assert importing.undo_import(engine, asked.survey_id, batch) == 0
    assert {row.state for row in stored()} == {"invalid"}
    assert importing.import_responses(engine, asked, file, mapping).imported == 2


def test_of_words_and_codes_the_codes_are_taken(asked):
    table = read_table("渠道,渠道代码,语言,语言代码,nps\n邮件,email,中文,zh,9\n".encode(), "export.csv")
    found = importing.guess_mapping(asked, table)
    assert found == {"渠道代码": "@channel", "语言代码": "@language", "nps": "nps"}


def test_time_customer_segment_channel_and_language_are_taken_from_columns(engine, asked, stored):
    customer = make.customer(engine, reference="K-1", segment="企业", tier="金")
    file = table(
        "nps,时间,客户,lang,ch\n9,2025年3月1日 08:30,K-1,en-US,store\n8,2025/3/2,K-2,,\n"
        "7,99.99.2025,,,\n6,2099-01-01,,,\n"
    )
    mapping = {"nps": "nps", "时间": "@at", "客户": "@reference", "lang": "@language", "ch": "@channel"}
    result = importing.import_responses(engine, asked, file, mapping)
    first, second = stored()
    assert first.submitted_at.isoformat() == "2025-03-01T00:30:00+00:00"
    assert (first.customer_id, first.segment, first.tier) == (customer.id, "企业", "金")
    assert (first.language, first.channel) == ("en", "store")
    assert (second.customer_id, second.channel, second.language) == (None, "import", "zh")
    assert [error.row for error in result.errors] == [4, 5]


def test_rows_of_a_matrix_and_options_of_a_list_may_be_columns(engine, asked, stored):
    file = table("p,s,a,b,nps\n4,5,1,0,9\n,2,否,是,9\n,,,,9\n")
    mapping = {"p": "rate.price", "s": "rate.speed", "a": "likes.a", "b": "likes.b", "nps": "nps"}
    assert importing.import_responses(engine, asked, file, mapping).failed == 0
    answers = [row.answers for row in stored()]
    assert [row["rate"] for row in answers] == [{"price": 4, "speed": 5}, {"speed": 2}, None]
    assert [row["likes"] and row["likes"]["codes"] for row in answers] == [["a"], ["b"], None]


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ({}, "import-nothing"), ({"x": "nps"}, "import-column"), ({"nps": "nosuch"}, "import-target"),
        ({"nps": "nps", "why": "nps"}, "import-twice"), ({"nps": "@at"}, "import-nothing"),
    ],
)  # fmt: skip
def test_a_mapping_that_does_not_fit_is_refused_before_anything_is_stored(engine, asked, stored, mapping, code):
    with pytest.raises(importing.ImportProblem) as refused:
        importing.import_responses(engine, asked, table("nps,why\n9,x\n"), mapping)
    assert refused.value.code == code
    assert stored() == []


def test_cases_are_opened_only_where_that_is_wished(engine, asked, stored):
    importing.import_responses(engine, asked, table("nps\n1\n"), {"nps": "nps"})
    assert stored(Due) == []
    importing.import_responses(engine, asked, table("nps\n2\n"), {"nps": "nps"}, opens_cases=True)
    assert [due.kind for due in stored(Due)] == ["case"]


def test_columns_are_guessed_from_names_and_values(asked):
    file = table("推荐,why,提交时间,客户编号,other\n9,x,2025-01-01,7,1\n")
    assert importing.guess_mapping(asked, file) == {
        "推荐": "nps",
        "why": "why",
        "提交时间": "@at",
        "客户编号": "@reference",
    }


def test_a_file_becomes_a_questionnaire(engine):
    rows = "\n".join(
        f"{n % 11},{n % 5 + 1},评论{n}很好,{'abc'[n % 3]},{n * 1.5},2025-01-{n % 28 + 1:02}" for n in range(60)
    )
    file = table(f"nps,stars,评论,shop,amount,日期\n{rows}\n")
    definition, mapping = importing.definition_for(file, "导入", importing.guess_kinds(file))
    kinds = {item["key"]: item["type"] for item in definition["pages"][0]["items"]}
    assert kinds == {"nps": "nps", "stars": "csat", "column_3": "long_text", "shop": "single", "amount": "number"}
    assert mapping["日期"] == "@at"
    assert make.survey(engine, definition=definition).id


def test_the_command_line_names_a_survey_by_number_public_id_or_name(engine, tmp_path, stored):
    survey = make.survey(engine, name="命名", definition=DEFINITION)
    for number, name in enumerate((str(survey.id), survey.public_id, "命名")):
        path = tmp_path / f"{number}.csv"
        path.write_text(f"nps\n{number}\n", encoding="utf-8")
        assert importing.import_file(engine, path, name, {"nps": "nps"}).imported == 1
    with pytest.raises(SurveyError):
        importing.import_file(engine, path, "nosuch", {"nps": "nps"})


def test_an_option_that_comes_late_in_the_file_is_offered_too(engine):
    rows = "".join(f"{'ab'[n % 2]},same\n" for n in range(3000)) + "late,same\n"
    file = table(f"shop,always\n{rows}")
    definition, mapping = importing.definition_for(file, "x", importing.guess_kinds(file))
    survey = make.survey(engine, definition=definition)
    with reading(engine) as session:
        asked = questionnaires.latest(session, survey.id)
    assert mapping == {"shop": "shop"}, "a column with one value is no question"
    assert importing.check_responses(asked, file, mapping).failed == 0
