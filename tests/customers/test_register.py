"""The register: files of real offices, what is refused and why, finding, changing, erasing, exporting."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from sqlalchemy import text
from sqlmodel import select

from survey_app import clock, customers, inviting
from survey_app.errors import SurveyError
from survey_app.store.addresses import email_index, normalise_email, normalise_phone, suppressed
from survey_app.store.database import connect, reading, writing
from survey_app.store.tabular import read_table
from survey_app.tables import Campaign, Case, CaseNote, Change, Customer, Invitation, OutboxMail, Response
from tests import make

FILE = (
    '客户编号,姓名,邮箱,手机,客群,等级,年消费额,城市\nC1,李雷,LI@Example.com,138 0013 8000,零售,金卡,"12,800.50",上海\n'
)


@pytest.fixture
def engine(config):
    made = connect(config.database_url)
    yield made
    made.dispose()


@pytest.fixture
def load(engine):
    def run(content, name="kunden.csv"):
        data = content if isinstance(content, bytes) else content.encode()
        table = read_table(data, name)
        chosen = customers.guess(table.headers)
        rest = {h: f"{customers.ATTRIBUTE}{h}" for h in table.headers if h not in chosen}
        return customers.import_customers(engine, table, chosen | rest)

    return run


def everybody(engine):
    with reading(engine) as session:
        return list(session.exec(select(Customer).order_by(Customer.id)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_file_in_any_usual_encoding_and_with_any_separator(load, engine, encoding, separator):
    rows = list(csv.reader(io.StringIO(FILE)))
    made = io.StringIO()
    csv.writer(made, delimiter=separator).writerows(rows)
    assert load(made.getvalue().encode(encoding)).created == 1
    (li,) = everybody(engine)
    assert (li.reference, li.name, li.email, li.phone) == ("C1", "李雷", "LI@example.com", "+8613800138000")
    assert (li.segment, li.tier, li.yearly_value, li.attributes) == ("零售", "金卡", 12800.5, {"城市": "上海"})


def test_an_xlsx_file_is_read_and_its_formulas_are_text(load, engine):
    book = openpyxl.Workbook()
    book.active.append(["Name", "E-mail", "Phone"])
    book.active.append(["=1+1", "a@example.com", 13800138000])
    made = io.BytesIO()
    book.save(made)
    assert load(made.getvalue(), "k.xlsx").created == 1
    assert everybody(engine)[0].phone == "+8613800138000"


def test_a_second_import_updates_and_empty_cells_wipe_nothing(load, engine):
    load(FILE)
    report = load("客户编号,姓名,邮箱,等级\nC1,李磊,,白金\n")
    assert (report.created, report.updated) == (0, 1)
    (li,) = everybody(engine)
    assert (li.name, li.email, li.tier) == ("李磊", "LI@example.com", "白金")


def test_the_same_mailbox_in_another_case_is_the_same_customer(load, engine):
    load("姓名,邮箱\n李雷,li@example.com\n")
    assert load("姓名,邮箱\n李雷,LI@EXAMPLE.COM\n").updated == 1
    assert len(everybody(engine)) == 1


def test_a_row_that_cannot_be_taken_says_row_column_and_what_to_do(load, engine):
    load("客户编号,邮箱\nC9,nine@example.com\n")
    report = load(
        "客户编号,姓名,邮箱,手机,语言,年消费额\n"
        "C1,a,not-an-address,,,\n"
        "C2,b,b@example.com,12,,\n"
        "C3,c,c@example.com,,klingonisch,\n"
        "C4,d,d@example.com,,,viel\n"
        ",e,,,,\n"
        "C6,f,f@example.com,,,\n"
        "C7,g,F@example.com,,,\n"
        "C8,h,nine@example.com,,,\n"
    )
    told = [(problem.row, problem.column, problem.error.code) for problem in report.problems]
    assert sorted(told) == [
        (2, "邮箱", "address-email"), (3, "手机", "address-phone"), (4, "语言", "cell-language"),
        (5, "年消费额", "cell-number"), (6, "客户编号, 邮箱, 手机", "row-identity"), (8, "邮箱", "row-twice"),
        (9, "邮箱", "row-taken"),
    ]  # fmt: skip
    assert all(problem.error.hint for problem in report.problems)
    assert report.created == 1


def test_a_mapping_that_cannot_work_is_refused_before_anything_is_written(engine):
    table = read_table(b"a,b\nx,y\n", "k.csv")
    for mapping in ({"a": "name"}, {"a": "email", "b": "email"}, {"c": "email"}, {"a": "email", "b": "nothing"}):
        with pytest.raises(SurveyError) as refused:
            customers.import_customers(engine, table, mapping)
        assert refused.value.code.startswith("import-")


def test_names_and_addresses_are_not_readable_in_the_database_file(load, engine, config):
    load(FILE)
    if not config.database_url.startswith("sqlite"):
        pytest.skip("the file of SQLite")
    with writing(engine) as session:
        session.execute(text("select 1"))
    raw = b"".join(path.read_bytes() for path in config.data.glob("test.db*"))
    for secret in ("李雷", "LI@example.com", "13800138000"):
        assert secret.encode() not in raw


@pytest.mark.parametrize("words", ["李", "li@EXAMPLE.com", "c1", "13800138000", "80013"])
def test_a_customer_is_found_by_any_part(load, engine, words):
    load(FILE + "C2,韩梅梅,han@example.com,13900139000,企业,,,北京\n")
    with reading(engine) as session:
        found = customers.find(session, customers.Filter(words))
        assert [customer.name for customer in found.customers] == ["李雷"]
        assert customers.find(session, customers.Filter(segment="企业")).total == 1
        assert customers.find(session, customers.Filter("李", segment="企业")).total == 0


def test_erasing_takes_the_person_out_and_leaves_the_numbers(engine, config):
    survey = make.survey(engine)
    li = make.customer(engine, name="李雷", email="li@example.com")
    with writing(engine) as session:
        order = inviting.Order(survey.id, "回访", per_minute=600)
        inviting.start_campaign(session, inviting.create_campaign(session, order).id)
    for _ in range(3):
        inviting.step(engine, config)
    with reading(engine) as session:
        invitation = session.exec(select(Invitation)).one()
    answer = make.response(engine, survey, customer_id=li.id, invitation_id=invitation.id, attributes={"city": "上海"})
    with writing(engine) as session:
        case = Case(survey_id=survey.id, response_id=answer.id, customer_id=li.id, rule="low", due_at=clock.now())
        session.add(case)
        session.flush()
        session.add(CaseNote(case_id=case.id, text="李雷很生气"))
    with writing(engine) as session:
        customers.erase(session, li.id)
    with reading(engine) as session:
        assert session.exec(select(Customer)).first() is None
        assert session.exec(select(OutboxMail)).first() is None
        kept = session.exec(select(Response)).one()
        assert (kept.customer_id, kept.attributes, kept.answers) == (None, {}, {"nps": 9})
        assert session.exec(select(CaseNote)).one().text == ""
        assert suppressed(session) == {email_index("li@example.com"): "erased"}
        assert len(session.exec(select(Change)).all()) == 2
    make.customer(engine, email="li@example.com")
    with clock.at(clock.now() + timedelta(days=400)), reading(engine) as session:
        campaign = session.exec(select(Campaign)).one()
        assert inviting.preview(session, campaign).reasons() == {"suppressed": 1}


def test_exports_run_no_formulas_and_can_be_imported_again(load, engine):
    load('客户编号,姓名,手机\nC1,"=HYPERLINK(""x"")",13800138000\n')
    with reading(engine) as session:
        as_csv = customers.as_csv(session, customers.Filter())
        as_xlsx = customers.as_xlsx(session, customers.Filter())
    line = list(csv.reader(io.StringIO(as_csv.decode("utf-8-sig"))))[1]
    assert line[1].startswith("'=")
    assert line[3] == "+8613800138000"
    cell = openpyxl.load_workbook(io.BytesIO(as_xlsx)).active["B2"]
    assert cell.data_type == "s"
    assert load(as_xlsx, "k.xlsx").updated == 1


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (" li@EXAMPLE.com ", "li@example.com"), ("李@example.com", None), ("a@b", None), ("a@1.2.3.4", None),
        ("a@例子.中国", "a@xn--fsqu00a.xn--fiqs8s"),
    ],
)  # fmt: skip
def test_mail_addresses_are_kept_one_way(written, kept):
    if kept is None:
        with pytest.raises(SurveyError):
            normalise_email(written)
    else:
        assert normalise_email(written) == kept


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("138-0013-8000", "+8613800138000"), ("+86 138 0013 8000", "+8613800138000"),
        ("010-55550000", "01055550000"), ("0044 20 7946 0000", "+442079460000"),
        ("１３８００１３８０００", "+8613800138000"),
    ],
)  # fmt: skip
def test_phone_numbers_are_kept_one_way(written, kept):
    assert normalise_phone(written) == kept
