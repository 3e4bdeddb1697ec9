"""Questionnaires at the command line: in and out, what changed, what the doctor says; files need no database."""

import json
from pathlib import Path
from typing import Any

import pytest

from survey_app.forms import exchange, gallery

TEMPLATE = gallery.template("csat").questionnaire


@pytest.fixture
def file(installation: Path) -> Path:
    path = installation / "one.yaml"
    path.write_text(exchange.dump_yaml(TEMPLATE), encoding="utf-8")
    return path


def reworded(path: Path) -> Path:
    other = path.with_name("two.json")
    made = json.loads(exchange.dump_json(TEMPLATE))
    made["pages"][0]["items"][0]["text"] = {"zh": "别的说法", "en": "Other words"}
    other.write_text(json.dumps(made), encoding="utf-8")
    return other


def test_a_survey_goes_out_as_a_file_and_comes_back_the_same(run: Any, file: Path) -> None:
    code, said, _ = run("questionnaire", "import", file)
    assert code == 0
    assert "the draft of survey 1" in said
    out = file.with_name("out.json")
    assert run("questionnaire", "export", "1:draft", "--out", out)[0] == 0
    assert exchange.load(out.read_bytes()) == TEMPLATE
    code, said, _ = run("questionnaire", "import", reworded(file), "--survey", "1")
    assert code == 0
    code, said, _ = run("questionnaire", "diff", file, "1")
    assert "+ Other words" in said
    assert run("questionnaire", "diff", "1", "1:draft")[1] == "There is no difference.\n"


def test_what_changed_is_told_with_where_the_trend_breaks(run: Any, file: Path) -> None:
    code, said, _ = run("questionnaire", "diff", file, reworded(file))
    assert code == 0
    assert "csat: The text of the question was changed." in said
    assert "Breaks the trend. Other words are answered otherwise." in said
    code, said, _ = run("questionnaire", "diff", file, reworded(file), "--json")
    assert [(one["key"], one["breaks"]) for one in json.loads(said)] == [("csat", True)]


def test_the_doctor_looks_at_a_file_and_errors_are_exit_code_1(run: Any, file: Path) -> None:
    code, said, _ = run("questionnaire", "lint", file)
    assert code == 0
    assert said.startswith("0 remarks; about ")
    file.write_text("title: {zh: 题}\npages: [{items: [{key: a, type: nps, text: {zh: 您难道不满意吗？}}]}]", "utf-8")
    code, said, _ = run("questionnaire", "lint", file, "--json")
    assert code == 0
    assert {one["rule"] for one in json.loads(said)["remarks"]} >= {"leading"}
    file.write_text("title: {zh: 题}\npages: [{items: [{key: a, type: nps}]}]", "utf-8")
    code, said, _ = run("questionnaire", "lint", file)
    assert code == 1
    assert "a: error: The question has no text in Chinese." in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["export", "nowhere", "--out", "x.yaml"], "no survey nowhere"),
        (["export", "1", "--out", "x.txt"], "ends in .yaml or .json"),
        (["diff", "./no/such.yaml", "b"], "no file"),
        (["import", "no.yaml"], "no file"),
    ],
)
def test_what_cannot_be_is_refused_in_words(run: Any, arguments: list[str], said: str) -> None:
    code, _, error = run("questionnaire", *arguments)
    assert code == 1
    assert said in error


def test_the_logic_of_a_file_is_proven_and_faults_are_exit_code_1(run: Any, file: Path) -> None:
    code, said, _ = run("questionnaire", "prove", file)
    assert code == 0
    assert said.startswith("All ways were walked, at most ")
    never = "{key: b, type: nps, text: {zh: 题}, show_if: a > 10}"
    file.write_text(
        f"title: {{zh: 题}}\npages: [{{items: [{{key: a, type: nps, text: {{zh: 题}}}}]}}, {{items: [{never}]}}]"
    )
    code, said, _ = run("questionnaire", "prove", file, "--json")
    assert code == 1
    found = json.loads(said)
    assert found["remarks"] == [
        {"level": "error", "place": "b", "message": "Its condition can never hold, whatever is answered before."}
    ]
    assert found["is_whole"] is True
