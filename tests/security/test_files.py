"""Files that are brought in to break something: bombs, deep nesting, entities, wrong kinds, wrong names, huge lines."""

import io
import time
import zipfile
from typing import Any

import pytest
import xlsxwriter
from sqlalchemy import Engine

from survey_app.errors import SurveyError
from survey_app.forms import exchange
from survey_app.forms.logic import parse
from survey_app.store.tabular import read_table
from tests import make
from tests.conftest import Browser

QUICK = 5.0
"""Seconds: far above what it takes, far below what a bomb takes."""


def workbook(sheet: bytes, *, strings: bytes = b"") -> bytes:
    """A true workbook whose first sheet (and, if wanted, shared texts) is exchanged for whatever is given."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made)
    book.add_worksheet().write_string(0, 0, "text")
    book.close()
    exchanged = {"xl/worksheets/sheet1.xml": sheet, "xl/sharedStrings.xml": strings or None}
    packed = io.BytesIO()
    with zipfile.ZipFile(made) as before, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as after:
        for part in before.infolist():
            after.writestr(part.filename, exchanged.get(part.filename) or before.read(part))
    return packed.getvalue()


NS = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
CELL = b'<c r="A1" t="inlineStr"><is><t>nps</t></is></c>'
SHEET = b"<worksheet " + NS + b'><sheetData><row r="1">' + CELL + b"</row></sheetData></worksheet>"
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def rows_of(content: bytes, name: str = "a.xlsx") -> list[Any]:
    return list(read_table(content, name).rows)


def test_the_workbook_by_hand_is_one() -> None:
    assert read_table(workbook(SHEET), "a.xlsx").headers == ("nps",)


@pytest.mark.parametrize("doctype", [LAUGHS, OUTSIDE], ids=["laughs", "outside"])
@pytest.mark.parametrize("part", ["sheet", "strings"])
def test_entities_in_a_workbook_are_never_followed(doctype: bytes, part: str) -> None:
    started = time.process_time()
    text = b'<c r="A1" t="s"><v>0</v></c>' if part == "strings" else b'<c r="A1" t="inlineStr"><is><t>&a;</t></is></c>'
    sheet = b"<worksheet " + NS + b'><sheetData><row r="1">' + text + b"</row></sheetData></worksheet>"
    strings = doctype + b"<sst " + NS + b"><si><t>&a;</t></si></sst>" if part == "strings" else b""
    with pytest.raises(SurveyError):
        rows_of(workbook(sheet if part == "strings" else doctype + sheet, strings=strings))
    assert time.process_time() - started < QUICK


@pytest.mark.parametrize("part", ["sheet", "strings"])
def test_a_workbook_that_unpacks_to_far_more_than_it_is_is_refused(part: str) -> None:
    """300 MB of the same in 300 kB."""
    filling = b"<si><t>" + b"a" * 1_000_000 + b"</t></si>"
    content = filling * 300
    bomb = workbook(SHEET, strings=b"<sst " + NS + b">" + content + b"</sst>") if part == "strings" else workbook(
        b"<worksheet " + NS + b"><sheetData>" + content + b"</sheetData></worksheet>"
    )  # fmt: skip
    assert len(bomb) < 2_000_000
    started = time.process_time()
    with pytest.raises(SurveyError, match="larger|unpack"):  # noqa: RUF043
        rows_of(bomb)
    assert time.process_time() - started < QUICK


def test_many_parts_and_lying_sizes_are_refused_or_harmless() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(5000):
            archive.writestr(f"../../{number}", b"")
    with pytest.raises(SurveyError):
        rows_of(packed.getvalue())


@pytest.mark.parametrize(
    "content",
    [b"a," + b"x" * 5_000_000 + b"\n1,2\n", b'a,b\n"' + b"x" * 5_000_000, b"," * 200_000, b"\xff\xfe\x00", b"\x00" * 5000,  # noqa: E501
     b"a\n" + b"\x80\x81" * 3, "a,b\n1,2".encode("utf-16"), "姓名,分数\n王,9".encode("gbk"), b"\xef\xbb\xbf", b"PK\x03\x04xx",  # noqa: E501
     b"%PDF-1.7", b"GIF89a/*", b"\xd0\xcf\x11\xe0" + b"\x00" * 600, b"a;b\tc,d\n" * 100, b"\r\r\r\n\n", b'"' * 99_999],
    ids=lambda content: repr(content[:12]),
)  # fmt: skip
def test_no_table_breaks_or_takes_long(client: Browser, engine: Engine, content: bytes) -> None:
    make.survey(engine)
    started = time.process_time()
    for url, name in (("/customers/import", "a.csv"), ("/responses/import", "../../a\r\nX: y<script>.csv")):
        form = {"survey": "new", "file": (io.BytesIO(content), name)}
        answer = client.post_form(url, form, content_type="multipart/form-data", follow_redirects=True)
        assert answer.status_code < 500, url
        assert "<script>.csv" not in answer.text
    assert time.process_time() - started < 4 * QUICK


@pytest.mark.parametrize(
    "content",
    ["{" * 100_000, "[" * 100_000, '{"a":' * 50_000, "a: " * 50_000, "- " * 50_000, "? " * 20_000, "&a [*a, *a]",
     "a: &a [x]\nb: *a", "!!python/object/apply:os.system [id]", "!!binary x", "!!timestamp 1", '{"title": NaN}',
     '{"title": ' + "9" * 5000 + "}", "1: 1\n1: 1", '{"a":1,"a":2}', "\x00", "title: 2026-01-01",
     '{"title":{"zh":"t"},"pages":[{"items":[{"key":"a","type":"../../nps","text":{}}]}]}', "%YAML 9.9\n---\n{}",
     '{"title":{"zh":"t"},"pages":[{"items":[{"key":"__class__","type":"nps","text":{"zh":"a"}}]}]}', "{}", "null", "''"],  # noqa: E501
    ids=lambda content: repr(content[:14]),
)  # fmt: skip
def test_no_questionnaire_file_breaks_or_takes_long(client: Browser, count: Any, content: str) -> None:
    before, started = count(), time.process_time()
    with pytest.raises(SurveyError):
        exchange.load(content.encode("utf-8", "surrogatepass"))
    file = {"file": (io.BytesIO(content.encode("utf-8", "surrogatepass")), "../../x.yaml")}
    answer = client.post_form("/surveys/import", file, page="/surveys/new", content_type="multipart/form-data")
    assert answer.status_code < 500
    assert time.process_time() - started < 2 * QUICK
    assert count() == before


@pytest.mark.parametrize(
    "text",
    ["(" * 20_000, "not " * 20_000, "-" * 20_000 + "1", "a and " * 5000 + "a", "1 +" * 5000 + "1", "a" * 100_000, "((a+)+)$",  # noqa: E501
     "__import__('os').system('id')", "nps.__class__", "nps[0].__class__", "9**9**9**9", "'a' * 999999999", "lambda: 1",
     "{{7*7}}", "nps == '" + "\\" * 5000, "\x00", "\ud800", "[" * 5000, "nps in (" + "1," * 20_000 + "1)"],
    ids=lambda text: repr(text[:14]),
)  # fmt: skip
def test_no_condition_runs_code_or_takes_long(text: str) -> None:
    started = time.process_time()
    try:  # noqa: SIM105
        parse(text)
    except SurveyError:
        pass
    assert time.process_time() - started < 1.0


def test_what_is_larger_than_allowed_is_refused_before_it_is_read(client: Browser, count: Any) -> None:
    before = count()
    for url in ("/customers/import", "/surveys/import"):
        form = {"file": (io.BytesIO(b"a" * (33 * 1024 * 1024)), "a.csv"), **client.fields("/account")}
        assert client.post(url, data=form, content_type="multipart/form-data").status_code == 413
    many = "&".join(f"f{number}=x" for number in range(200_000))
    assert client.post("/account", data=many, content_type="application/x-www-form-urlencoded").status_code in (
        400,
        413,
    )
    assert count() == before
