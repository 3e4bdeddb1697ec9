"""Uploaded files: encodings, separators, damage and limits."""

import io

import openpyxl
import pytest

from survey_app.store import tabular
from survey_app.store.tabular import TableError, read_table


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_csv_is_read_in_any_usual_encoding_and_separator(encoding, separator):
    text = (
        separator.join(["姓名", "邮箱", "备注"])
        + "\r\n"
        + separator.join(["王芳", "a@example.com", '"有,逗号;和\n换行"'])
    )
    table = read_table(text.encode(encoding), "客户.csv")
    assert table.headers == ("姓名", "邮箱", "备注")
    assert list(table.rows) == [("王芳", "a@example.com", "有,逗号;和\n换行")]
    assert list(table.rows), "a table can be read twice"


def test_an_xlsx_gives_what_its_owner_sees():
    book = openpyxl.Workbook()
    book.active.append(["电话", "日期", "分数", ""])
    book.active.append([13800000000.0, __import__("datetime").datetime(2026, 3, 1), 9, None])
    book.active.append([None, None, None, None])
    book.active.append(["x", None, 0.5, None])
    kept = io.BytesIO()
    book.save(kept)
    table = read_table(kept.getvalue(), "a.xlsx")
    assert list(table.numbered()) == [(2, ("13800000000", "2026-03-01", "9")), (4, ("x", "", "0.5"))]


def test_headers_are_made_unique_and_short_rows_are_filled():
    table = read_table(b"a,a,,b\n1\n\n1,2,3,4,5\n", "x.csv")
    assert table.headers == ("a", "a (2)", "#3", "b")
    assert list(table.numbered()) == [(2, ("1", "", "", "")), (4, ("1", "2", "3", "4", "5"))]


def test_nul_characters_are_left_out():
    assert list(read_table(b"a,b\n1\x002,3\n", "x.csv").rows) == [("12", "3")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "table-empty"),
        (b" \n ", "table-empty"),
        (b"PK\x03\x04 nothing", "table-xlsx"),
        (b"\xd0\xcf\x11\xe0 old", "table-kind"),
        (b"a,b\n\xff\xff\xff\x80\n", "table-encoding"),
        (b",".join(b"c%d" % i for i in range(1200)), "table-columns"),
        (b"a,b\n1," + b"x" * 200_000, "table-row"),
    ],
)
def test_what_is_no_table_is_refused_with_a_reason(content, code):
    with pytest.raises(TableError) as refused:
        list(read_table(content, "x").rows)
    assert refused.value.code == code
    assert refused.value.hint


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(tabular, "MAX_ROWS", 3)
    with pytest.raises(TableError):
        list(read_table(b"a\n1\n2\n3\n4\n", "x.csv").rows)


def test_a_packed_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    book = openpyxl.Workbook()
    kept = io.BytesIO()
    book.save(kept)
    monkeypatch.setattr(tabular, "MAX_UNPACKED", 10)
    with pytest.raises(TableError) as refused:
        read_table(kept.getvalue(), "x.xlsx")
    assert refused.value.code == "table-size"
