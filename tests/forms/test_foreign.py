"""Files of other tools: what becomes of each question, and every line of the report, as written beside the files."""

import io
from pathlib import Path

import pytest
import xlsxwriter

from survey_app.cli import main
from survey_app.errors import SurveyError
from survey_app.forms import exchange
from survey_app.forms.definition import Item
from survey_app.forms.exchange import foreign
from survey_app.forms.exchange.assembling import fitting
from survey_app.forms.exchange.sketch import Source
from survey_app.forms.types import TYPES
from survey_app.store.tabular import sheets
from tests.conftest import Browser

FOLDER = Path(__file__).parent / "foreign"
FILES = sorted(path for path in FOLDER.glob("*/*") if path.suffix != ".expected")


def workbook(text: str) -> bytes:
    """A true workbook from sheets written as text: a line `# name` begins a sheet, cells are divided by |."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made)
    for part in text.split("# ")[1:]:
        name, *rows = part.strip("\n").split("\n")
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row.split("|"))
    book.close()
    return made.getvalue()


def source(path: Path) -> Source:
    if path.parent.name == "xlsform":
        data = workbook(path.read_text("utf-8"))
        return Source(f"{path.stem}.xlsx", data, lambda: sheets(data))
    return Source(path.name, path.read_bytes())


def told(made: foreign.Imported) -> str:
    """What was read, a line a question, and the report, a line a note."""
    lines = [f"title {made.questionnaire.title}", f"languages {' '.join(made.questionnaire.languages)}"]
    if made.questionnaire.introduction:
        lines.append(f"introduction {made.questionnaire.introduction}")
    for number, page in enumerate(made.questionnaire.pages, 1):
        lines.append(f"page {number} {page.title or ''} {page.show_if}".rstrip())
        for item in page.items:
            required = "*" if item.is_required else ""
            shown = f" if {item.show_if}" if item.show_if else ""
            lines.append(f"  {item.key}{required} {item.type} {item.text}{shown} {item.options or ''}".rstrip())
    lines += [f"ending {one.text} {one.show_if}".rstrip() for one in made.questionnaire.endings]
    lines += [f"{note.outcome}: {note.where}: {note.message % note.values}" for note in made.notes]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_file_becomes_what_stands_beside_it(path: Path) -> None:
    made = foreign.read(source(path))
    assert told(made) == path.with_suffix(".expected").read_text("utf-8")
    assert exchange.load(exchange.dump_yaml(made.questionnaire)) == made.questionnaire


@pytest.mark.parametrize("name", ["surveyjs", "limesurvey", "qualtrics", "xlsform"])
def test_each_format_is_tried_on_ten_files(name: str) -> None:
    assert len([path for path in FILES if path.parent.name == name]) >= 10


LSS = '<?xml version="1.0"?>{}<document><LimeSurveyDocType>Survey</LimeSurveyDocType>{}</document>'
NESTED = '{"pages":[' + '{"type":"panel","elements":[' * 200 + "]}" * 200 + "]}"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.lss", LSS.format('<!DOCTYPE d [<!ENTITY a "b">]>', "&a;").encode(), "exchange"),
        ("a.lss", LSS.format('<!DOCTYPE d SYSTEM "file:///etc/passwd">', "").encode(), "exchange"),
        ("a.lss", LSS.format("", "<questions>").encode(), "exchange"),
        ("a.lss", LSS.format("", "").encode(), "exchange"),
        ("a.json", NESTED.encode(), "exchange"),
        ("a.json", b'{"type":1,"elements":' + b"[" * 50_000, "exchange"),
        (
            "a.json",
            b'{"type": "text", "elements": [1, null, {"type": []}, {"type": "rating", "rateMin": "x"}',
            "exchange",
        ),
        ("a.qsf", b'{"SurveyElements": null, "SurveyEntry": []}', "exchange"),
        ("a.qsf", b'{"SurveyElements": [{"Element": "BL", "Payload": [{"BlockElements": 3}]}]}', "exchange"),
        ("a.txt", b"", "exchange"),
        ("a.txt", b"only a title\n", "exchange"),
        ("a.txt", b"\xff\xfe\xff", "exchange"),
        ("a.txt", ("t\n1. " + "(" * 100_000).encode(), ""),
        ("a.txt", ("t\n1. x" + " " * 1_000_000 + "y").encode(), ""),
        ("a.xlsx", b"PK\x03\x04 not a workbook", "table-xlsx"),
        ("a.json", b" " * (foreign.LARGEST_FOREIGN + 1), "exchange"),
    ],
    ids=range(16),
)
def test_a_hostile_or_broken_file_is_refused_in_words(name: str, data: bytes, code: str) -> None:
    if not code:
        assert foreign.read(Source(name, data, lambda: sheets(data))).questionnaire.pages
        return
    with pytest.raises(SurveyError) as refused:
        foreign.read(Source(name, data, lambda: sheets(data)))
    assert refused.value.code == code
    assert str(refused.value)


def test_a_script_in_every_text_stays_words() -> None:
    data = b'{"title":"<script>x</script>T","elements":[{"type":"text","name":"a","title":"<img src=x onerror=y>Hi"}]}'
    made = foreign.read(Source("a.json", data)).questionnaire
    assert made.title == {"en": "T"}
    assert next(made.items).text == {"en": "Hi"}


@pytest.mark.parametrize("name", sorted(TYPES))
def test_a_shape_of_ours_comes_back_as_the_same_type(name: str) -> None:
    """Through the neutral middle and back: another tool's question of that shape is asked as ours is."""
    kind = TYPES[name]
    asked = kind(Item(key="q", type=name, options=kind.starter))
    shape = asked.shape()
    if shape is not None:
        found = fitting(shape)
        assert found is not None
        assert found[0] == name
        assert found[1].changed == ()
        assert type(asked)(Item(key="q", type=name, options=found[1].options)).options == asked.options


def test_the_report_is_shown_after_an_import(client: Browser) -> None:
    file = (FOLDER / "surveyjs" / "06_conditions.json").read_bytes()
    answer = client.post_form(
        "/surveys/import?lang=en", {"file": (io.BytesIO(file), "a.json")}, page="/surveys/new?lang=en",
        follow_redirects=True,
    )  # fmt: skip
    assert answer.request.path.endswith("/imported")
    assert "Its condition cannot be said here, so everybody is asked: {nobody} = 1" in answer.text
    assert "Taken over: <strong>7</strong>" in answer.text
    chinese = client.get(f"{answer.request.path}?lang=zh").text
    assert "对应题型“" in chinese


def test_the_command_line_writes_a_file_of_ours(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "ours.yaml"
    main(["questionnaire", "import", str(FOLDER / "plain" / "01_service.txt"), "--out", str(out)])
    assert exchange.load(out.read_bytes()).title == {"zh": "售后满意度调查"}
    assert len(capsys.readouterr().out.splitlines()) == 8
