"""Open answers at the command line, without a database: scored into JSON lines, evaluated against labels."""

import json
from pathlib import Path
from typing import Any

import pytest

from survey_app.cli import main
from survey_app.cli.labelled import signs

FILE = """text,label,aspect,domain
物流很快,positive,物流,shop
"价格太高，不值",negative,价格,shop
客服态度很差,positive,服务,shop
物流一般,neutral,物流,shop
"""


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SURVEY_LANGUAGE", "en")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "shop.csv"
    path.write_text(FILE, encoding="utf-8")
    return path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: object) -> tuple[int, str, str]:
        code = main(["text", *(str(one) for one in arguments)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def numbers(run: Any, *arguments: object) -> dict[str, Any]:
    code, out, err = run("evaluate", *arguments, "--json")
    assert (code, err) == (0, "")
    found: dict[str, Any] = json.loads(out)
    return found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_texts_are_scored_into_json_lines(run: Any, tmp_path: Path, encoding: str) -> None:
    path, out = tmp_path / "in.csv", tmp_path / "out.jsonl"
    path.write_text('编号,评论\n1,"物流很快，但是客服态度很差"\n2,无\n3,\n', encoding=encoding)
    assert run("score", path, "--column", "评论", "--out", out) == (0, f"3 texts written to {out}.\n", "")
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [line["label"] for line in lines] == ["mixed", "none", "none"]
    assert [(o["clause"], o["aspect"], o["polarity"]) for o in lines[0]["opinions"]] == [
        ("物流很快", "logistics", 1), ("但是客服态度很差", "service", -1),
    ]  # fmt: skip
    assert 0 < lines[0]["probability"] < 1
    assert run("score", path, "--out", out)[0] == 0  # 评论 is known to hold texts


def test_models_are_evaluated_against_labels(run: Any, file: Path) -> None:
    found = numbers(run, file, "--labels", "binary")
    assert (found["n"], found["left_out"], found["accuracy"]) == (3, 1, pytest.approx(2 / 3, abs=1e-3))
    assert found["confusion"] == {
        "positive": {"positive": 1, "negative": 1}, "negative": {"positive": 0, "negative": 1},
    }  # fmt: skip
    assert found["pair_f1"] == pytest.approx(2 / 3, abs=1e-3)
    assert found["aspect_f1"] == 1.0
    assert found["model_chars_per_cpu_second"] > 0
    assert found["pipeline_chars_per_cpu_second"] > 0
    assert numbers(run, file)["labels"] == "three"
    assert numbers(run, file, "--model", "lexicon")["model"] == "lexicon"


def test_leaked_texts_are_left_out_and_aspects_are_mapped(run: Any, file: Path, tmp_path: Path) -> None:
    leak, names = tmp_path / "leak.json", tmp_path / "map.json"
    leak.write_text(json.dumps({"shop": ["物流很快"], "other": ["客服态度很差"]}), encoding="utf-8")
    names.write_text(json.dumps({"price": "价格", "service": ["服务"]}), encoding="utf-8")
    assert numbers(run, file, "--without", leak)["n"] == 3
    assert numbers(run, file, "--without", leak, "--set", "other", "--labels", "binary")["accuracy"] == 1.0
    assert set(numbers(run, file, "--map", names)["aspects"]) == {"价格", "服务", "物流"}
    assert numbers(run, file, "--map", names, "--labels", "binary")["pair_f1"] == pytest.approx(0.4)


def test_figures_are_printed_for_people(run: Any, file: Path) -> None:
    code, out, _ = run("evaluate", file)
    assert code == 0
    assert out.startswith("4 rows, 4 texts\nRight: 0.750")
    assert "Aspects with their side" in out
    assert "characters a CPU second: the whole pipeline" in out


def trade(path: Path, count: int = 60) -> Path:
    """A file in words of a trade that no list knows, with aspects of its own."""
    rows = (("壳子有毛刺", "negative", "外壳"), ("出水稳当", "positive", "出水"), ("滤芯是白色的", "neutral", "滤芯"))
    lines = [f"{i}号{text},{label},{aspect},{10 * (label == 'positive')}"
             for i, (text, label, aspect) in zip(range(count), rows * count, strict=False)]  # fmt: skip
    path.write_text("\n".join(["text,label,aspect,score", *lines]), encoding="utf-8")
    return path


def test_a_model_is_taught_by_a_file_and_measured_by_its_own_file(run: Any, tmp_path: Path) -> None:
    path, out = trade(tmp_path / "trade.csv"), tmp_path / "taught.npz"
    before = numbers(run, path, "--labels", "three")
    code, said, err = run("teach", path, "--labels", 45, "--seed", 7, "--out", out)
    assert (code, err) == (0, "") and "Learned from 45 labels" in said and "Aspects learned: 外壳" in said
    after = numbers(run, path, "--labels", "three", "--model", out)
    assert after["accuracy"] == after["aspect_f1"] == after["pair_f1"] == 1 > before["accuracy"]
    assert after["version"] != before["version"]
    again = tmp_path / "again.npz"
    run("teach", path, "--labels", 45, "--seed", 7, "--out", again)
    assert again.read_bytes() == out.read_bytes()
    scored = tmp_path / "scored.jsonl"
    assert run("score", path, "--model", out, "--out", scored)[0] == 0
    first = json.loads(scored.read_text("utf-8").splitlines()[0])
    assert (first["label"], first["opinions"][0]["aspect"]) == ("negative", "外壳")


def test_a_model_is_adapted_by_scores_or_by_the_texts_alone(run: Any, tmp_path: Path) -> None:
    path, out = trade(tmp_path / "trade.csv"), tmp_path / "adapted.npz"
    code, said, err = run("adapt", path, "--score", "score", "--out", out)
    assert (code, err) == (0, "") and "Adapted to 60 texts, 60 of them with a score" in said
    assert numbers(run, path, "--labels", "binary", "--model", out)["accuracy"] == 1
    code, said, err = run("adapt", path, "--out", out)
    assert (code, err) == (0, "") and "60 texts, 0 of them" in said


def test_themes_are_counted_by_month(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "themes.csv"
    lines = [f"快递延误第{i}天,2026-0{1 + i % 2}-03" for i in range(12)] + [
        f"店员热情接待{i}次,2026/02/09" for i in range(9)
    ]
    path.write_text("\n".join(["评论,时间", *lines]), encoding="utf-8")
    code, out, err = run("themes", path, "--time", "时间", "--count", 2, "--json")
    assert (code, err) == (0, "")
    first, second = json.loads(out)
    assert (first["texts"], first["months"]) == (12, {"2026-01": 6, "2026-02": 6}) and "延误" in first["theme"]
    assert (second["texts"], second["months"]) == (9, {"2026-01": 0, "2026-02": 9}) and "热情" in second["theme"]
    assert "2026-01 6, 2026-02 6" in run("themes", path, "--time", "时间", "--count", 2)[1]
    assert run("themes", path, "--time", "日期")[2].startswith("The file has no column 日期.")
    path.write_text("评论\n好\n", encoding="utf-8")
    assert run("themes", path)[1] == "No theme comes up often enough.\n"


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (["0", "6", "7", "8", "9", "10", "", "x"], [-1, -1, 0, 0, 1, 1, 0, 0]),
        (["1", "2", "3", "4", "5"], [-1, -1, 0, 1, 1]),
        (["0", "1"], [-1, 1]),
        (["-1", "0", "1", "nan"], [-1, 0, 1, 0]),
        (["好评", "中评", "差评", "?"], [1, 0, -1, 0]),
    ],
)
def test_scores_say_praise_complaint_or_neither(given: list[str], meant: list[int]) -> None:
    assert signs(given) == meant


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["evaluate", "FILE", "--model", "FILE"], "shop.csv is not the file of a taught model of this version."),
        (["adapt", "FILE", "--score", "stars", "--out", "x.npz"], "The file has no column stars."),
        (["teach", "ENGLISH", "--out", "x.npz"], "The file holds nothing to learn from."),
        (["adapt", "ENGLISH", "--out", "x.npz"], "The file holds nothing to learn from."),
        (["evaluate", "FILE", "--model", "oracle"], "There is no text model oracle."),
        (["evaluate", "FILE", "--column", "文"], "The file has no column 文."),
        (["evaluate", "nowhere.csv"], "There is no file nowhere.csv."),
        (["evaluate", "FILE", "--without", "FILE"], "shop.csv is not a JSON file."),
        (["evaluate", "FILE", "--without", "LIST"], "list.json is not a JSON object."),
        (["evaluate", "FILE", "--without", "SETS"], "sets.json has no set shop. Name one with --set: cars."),
        (["evaluate", "WRONG"], "Row 3 has the label “great”. Labels are positive, neutral, negative, mixed."),
        (["evaluate", "BARE"], "The file has no column label."),
        (["score", "ODD", "--out", "x.jsonl"], "None of the columns a, b is known to hold texts."),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    arguments: list[str], said: str, run: Any, file: Path, tmp_path: Path
) -> None:
    files = {
        "FILE": file, "LIST": tmp_path / "list.json", "SETS": tmp_path / "sets.json", "WRONG": tmp_path / "wrong.csv",
        "BARE": tmp_path / "bare.csv", "ODD": tmp_path / "odd.csv",
        "ENGLISH": tmp_path / "english.csv",
    }  # fmt: skip
    files["LIST"].write_text("[]")
    files["SETS"].write_text('{"cars": []}')
    files["WRONG"].write_text("text,label\na,positive\nb,great\n")
    files["BARE"].write_text("text\na\n")
    files["ENGLISH"].write_text("text,label\nfast,positive\n")
    files["ODD"].write_text("a,b\n1,2\n")
    code, out, err = run(*[files.get(one, one) for one in arguments])
    assert (code, out) == (1, "")
    assert err.startswith(said)
    assert not list(tmp_path.glob(".*.part"))
