"""Every command as somebody types it: what it does, what it prints, what it refuses in words, and its exit code."""

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlmodel import select

from survey_app import config, crypto
from survey_app.cli import main
from survey_app.store.database import connect, reading
from survey_app.tables import AuditEntry, Customer, Response, User
from survey_app.web import audit_words
from survey_app.web.imports_desk import Desk
from tests import make

ANSWERS = """nps,原因,时间,客群
10,物流很快,2026-03-01 10:00,线上
9,客服态度很好,2026-03-02 10:00,线上
3,物流太慢了，等了五天,2026-03-03 10:00,门店
0,客服半天不回复,2026-03-04 10:00,门店
NA,,2026-03-05 10:00,线上
8,还可以,2026-03-06 10:00,线上
""".replace("，等", "；等")


@pytest.fixture
def answers(installation: Path) -> Path:
    path = installation / "三月.csv"
    path.write_text(ANSWERS, encoding="utf-8")
    return path


def rows(table: Any) -> list[Any]:
    engine = connect(config.load().database_url)
    crypto.use_key(b"k" * 40)
    with reading(engine) as session:
        found = list(session.exec(select(table).order_by(table.id)))
    engine.dispose()
    return found


# -- running the product ----------------------------------------------------------------------------------------------


def test_migrate_makes_the_tables_and_is_harmless_twice(run: Any) -> None:
    assert run("migrate") == (0, "The database is up to date.\n", "")
    assert run("migrate")[0] == 0
    assert rows(User) == []


def test_the_demo_can_be_made_small_and_analysed(run: Any) -> None:
    code, out, _ = run("demo", "--scale", "0.01")
    assert (code, out) == (0, "The demo data is ready. Start it with: survey-app run\n")
    code, out, _ = run("analyze", "1", "--demo", "--json")
    assert code == 0
    assert json.loads(out)["responses"] > 0
    assert run("analyze", "1")[0] == 1  # the real installation beside it has no survey


@pytest.mark.parametrize("arguments", [[], ["fly"], ["analyze"], ["user", "add", "a@b.c", "--role", "king"]])
def test_commands_that_are_none_are_refused_with_code_2(arguments: list[str], capsys: Any) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_a_wrong_setting_is_said_in_words(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SURVEY_PORT", "many")
    code, out, err = run("migrate")
    assert (code, out) == (1, "")
    assert err == "SURVEY_PORT is not a port: many. Use a number from 1 to 65535.\n"


# -- accounts ---------------------------------------------------------------------------------------------------------


def test_accounts_are_added_listed_given_links_and_ended(run: Any) -> None:
    code, out, _ = run("user", "add", "lin@example.com", "--name", "林静", "--role", "owner")
    assert code == 0
    assert "http://127.0.0.1:8000/setup/" in out
    run("user", "add", "wang@example.com")
    _, out, _ = run("user", "list")
    assert [line.split("\t")[1:3] for line in out.splitlines()] == [
        ["lin@example.com", "林静"],
        ["wang@example.com", "wang"],
    ]
    assert "/setup/" in run("user", "link", "WANG@example.com")[1]
    assert run("user", "disable", "wang@example.com") == (0, "wang@example.com is disabled.\n", "")
    assert "disabled" in run("user", "list")[1].splitlines()[1]
    assert {entry.data["by"] for entry in rows(AuditEntry)} == {"command line"}


def test_accounts_that_are_not_there_are_said_so(run: Any) -> None:
    assert run("user", "link", "nobody@example.com") == (1, "", "nobody@example.com has no account.\n")
    assert run("user", "disable", "nobody@example.com")[0] == 1
    run("user", "add", "a@example.com")
    assert run("user", "add", "a@example.com")[0] == 1


@pytest.mark.parametrize("word", ["lin", "lin@", "lin@server", "a b@example.com"])
def test_what_is_no_mail_address_gets_no_account(run: Any, word: str) -> None:
    code, out, err = run("user", "add", word)
    assert (code, out) == (1, "") and err.startswith(f"{word} is not an e-mail address. Write it like")
    assert rows(User) == []


# -- customers --------------------------------------------------------------------------------------------------------


def test_customers_are_imported_once_and_wrong_rows_are_named(run: Any, installation: Path) -> None:
    path = installation / "customers.csv"
    path.write_text("客户编号,姓名,邮箱\nC1,王小明,wang@example.com\nC2,李芳,not-an-address\n", encoding="utf-8")
    code, out, err = run("customers", "import", path)
    assert code == 1
    assert out == "1 new, 0 updated, 1 refused.\n"
    assert err.startswith("Row 3, 邮箱: ")
    assert [row.name for row in rows(Customer)] == ["王小明"]
    path.write_text("客户编号,姓名\nC1,王明\n", encoding="utf-8")
    assert run("customers", "import", path)[:2] == (0, "0 new, 1 updated, 0 refused.\n")
    assert run("customers", "import", path, "--map", "客户编号=reference", "姓名=name")[0] == 0


# -- answers ----------------------------------------------------------------------------------------------------------


def test_answers_are_imported_into_a_survey_made_for_them(run: Any, answers: Path) -> None:
    code, out, err = run("responses", "import", answers)
    assert (code, err) == (0, "")
    assert "6 imported, 0 already there, 0 refused." in out
    assert "nps: 1 rows without an answer (not counted)." in out
    assert "NPS, nps: 0.000" in out
    assert "n 5" in out
    assert "Delivery" in out
    assert {row.segment for row in rows(Response)} == {"线上", "门店"}
    again = run("responses", "import", answers, "--survey", "三月")[1]
    assert "0 imported, 6 already there, 0 refused." in again


def test_imports_stand_in_the_audit_log_and_among_the_recent_ones(run: Any, answers: Path, installation: Path) -> None:
    run("responses", "import", answers)
    run("responses", "import", answers, "--survey", "1", "--map", "nps=nps")
    path = installation / "customers.csv"
    path.write_text("客户编号,姓名\nC1,王小明\n", encoding="utf-8")
    run("customers", "import", path)
    entries = rows(AuditEntry)
    assert [entry.action for entry in entries] == [
        "survey.imported", "responses.imported", "responses.imported", "customers.imported",
    ]  # fmt: skip
    assert entries[3].data == {"by": "command line", "created": 1, "updated": 0}
    assert [audit_words.actor(entry) for entry in entries] == ["command line"] * 4
    jobs = Desk(config.load().data).recent()
    assert [(job.survey, job.state, job.imported, job.repeated) for job in jobs] == [
        ("三月", "done", 0, 6), ("三月", "done", 6, 0),
    ]  # fmt: skip
    assert [entry.data["batch"] for entry in entries[1:3]] == [job.batch for job in reversed(jobs)]


def test_an_import_that_breaks_off_says_so(run: Any, answers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("responses", "import", answers)
    monkeypatch.setattr("survey_app.collecting.importing.running._known_tickets", lambda *_given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run("responses", "import", answers, "--survey", "1")
    [job, _done] = Desk(config.load().data).recent()
    assert (job.state, job.problem["message"]) == ("failed", "Something went wrong on our side.")


def test_only_mapped_columns_are_imported(run: Any, answers: Path) -> None:
    code, out, _ = run("responses", "import", answers, "--map", "nps=score", "--name", "三月 NPS")
    assert code == 0
    assert "NPS, nps: 0.000" in out
    assert {tuple(row.answers) for row in rows(Response)} == {("score",)}


@pytest.mark.parametrize("header", ["nps", "score"])
def test_a_slip_in_a_rating_is_refused_and_makes_no_other_question(run: Any, tmp_path: Path, header: str) -> None:
    file = tmp_path / "few.csv"
    file.write_text(f"{header}\n9\n10\n3\n11\n8\n7\n", encoding="utf-8")
    code, out, err = run("responses", "import", file, "--map", f"{header}=nps")
    assert code == 1 and "Row 5" in err and "5 imported" in out and "NPS" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.csv"], "There is no file nowhere.csv."),
        (["FILE", "--map", "nps"], "--map takes COLUMN=ITEM, not nps."),
        (["FILE", "--map", "分数=nps"], "The file has no column 分数."),
        (["FILE", "--map", "客群=x"], "None of the columns 客群 holds answers."),
        (["FILE", "--survey", "四月"], "There is no survey 四月."),
    ],
)
def test_imports_that_cannot_be_are_refused_in_words(arguments: list[str], said: str, run: Any, answers: Path) -> None:
    code, out, err = run("responses", "import", *[str(answers) if one == "FILE" else one for one in arguments])
    assert (code, out) == (1, "")
    assert err.startswith(said)
    assert "Traceback" not in err


def test_rows_that_cannot_be_read_are_named(run: Any, answers: Path) -> None:
    run("responses", "import", answers)
    answers.write_text(ANSWERS + "77,x,2026-03-07 10:00,线上\n", encoding="utf-8")
    code, out, err = run("responses", "import", answers, "--survey", "1")
    assert code == 1
    assert "6 imported, 0 already there, 1 refused." in out
    assert "Row 8, nps:" in err


def test_answers_are_exported_as_they_came(run: Any, answers: Path, installation: Path) -> None:
    run("responses", "import", answers)
    out = installation / "out.csv"
    assert run("responses", "export", "三月", "--out", out) == (0, f"6 responses written to {out}.\n", "")
    lines = out.read_text("utf-8-sig").splitlines()
    assert len(lines) == 7
    assert "物流很快" in lines[1]
    channels = [line.split(",")[2:6] for line in lines[:2]]
    assert channels == [["Channel", "Channel code", "Language", "Language code"], ["Import", "import", "Chinese", "zh"]]
    book = installation / "critics.xlsx"
    assert run("responses", "export", "1", "--out", book, "--cut", "answer=nps:0-6")[0] == 0
    assert openpyxl.load_workbook(book).worksheets[0].max_row == 3
    assert [entry.action for entry in rows(AuditEntry)].count("export.responses") == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["1", "--out", "a.pdf"], "a.pdf is neither an XLSX nor a CSV file."),
        (["2", "--out", "a.csv"], "There is no survey 2. There are: 1 三月."),
        (["1", "--out", "a.csv", "--cut", "since=soon"], "The filter “since” cannot be soon."),
        (["1", "--out", "/nowhere/a.csv"], "There is no file"),
    ],
)
def test_exports_that_cannot_be_are_refused_in_words(
    arguments: list[str], said: str, run: Any, answers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(answers.parent)
    run("responses", "import", answers)
    code, out, err = run("responses", "export", *arguments)
    assert (code, out) == (1, "")
    assert err.startswith(said)
    assert not list(answers.parent.glob("*.part"))


# -- analysis ---------------------------------------------------------------------------------------------------------


def test_analyze_says_scores_and_aspects(run: Any, answers: Path) -> None:
    run("responses", "import", answers)
    code, out, _ = run("analyze", "三月", "--cut", "since=2026-03-02&until=2026-03-04")
    assert code == 0
    assert out.startswith("3 responses\n")
    assert "Customer service" in out
    made = json.loads(run("analyze", "1", "--json")[1])
    assert made["metrics"][0] | {"low": 0, "high": 0} == {
        "item": "nps", "metric": "nps", "unit": "points", "value": 0.0, "low": 0, "high": 0, "n": 5,
        "standard_error": made["metrics"][0]["standard_error"],
    }  # fmt: skip
    assert {row["aspect"]: (row["positive"], row["negative"]) for row in made["aspects"]}["logistics"] == (1, 1)


def test_what_is_said_is_chinese_where_the_terminal_is(
    run: Any, answers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SURVEY_LANGUAGE", "zh")
    out = run("responses", "import", answers)[1]
    assert "导入 6 条，已存在 0 条，拒绝 0 条。" in out
    assert "净推荐值 NPS" in out
    assert "物流配送" in out
    assert run("analyze", "9")[2].startswith("没有名为 9 的调查。")


def test_an_unpublished_survey_has_nothing_to_analyse(run: Any) -> None:
    run("migrate")
    engine = connect(config.load().database_url)
    crypto.use_key(b"k" * 40)
    make.survey(engine, name="草稿")
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM version")
    engine.dispose()
    assert run("analyze", "草稿")[::2] == (1, "草稿 has not been published yet.\n")
