"""All reference cases of a folder: SURVEY_CASES=/path pytest tests/analysis_more/test_reference_cases.py."""

import os
from pathlib import Path

import pytest

from .reference import compare, left_out, load, load_about, run

HERE = os.environ.get("SURVEY_CASES")


def found():
    """The file of cases and the folder of their data, from a file, a folder, or a folder above both."""
    path = Path(HERE)
    files = [path] if path.is_file() else sorted(path.rglob("*cases.json"))
    if not files:
        raise FileNotFoundError(f"no file of cases below {path}")
    first = load(files[0])
    name = next(raw["input"]["data"] for raw in first if "data" in raw["input"])
    given = os.environ.get("SURVEY_DATA")
    roots = [Path(given)] if given else [files[0].parent, *files[0].parents[1:3], path]
    data = next((match.parent for root in roots for match in root.rglob(name)), None)
    if data is None:
        raise FileNotFoundError(f"{name} is not near {files[0]}: set SURVEY_DATA")
    return first, data


if HERE:
    CASES, DATA = found()
    ABOUT = load_about(HERE) if Path(HERE).is_file() else None

    @pytest.mark.parametrize("raw", CASES, ids=[raw["id"] for raw in CASES])
    def test_a_reference_case_passes(raw):
        outcome = run(raw, DATA, CASES, ABOUT)
        assert outcome.is_covered, "no adapter takes this kind of case"
        assert not outcome.wrong


def test_every_leaf_that_is_asked_for_must_be_right():
    assert compare({"a": 1.0, "b": [1, 2]}, {"a": 1.0, "b": [1, 2], "c": 3}, 1e-9) == []
    assert compare({"a": 1.0}, {}, 1e-9) == ["/a: not produced"]
    assert compare({"a": {"x": True}}, {"a": {"x": False}}, 1e-9)
    assert compare({"a": [1, 2]}, {"a": [1]}, 1e-9)
    assert compare({"a": None}, {"a": 0.0}, 1e-9)
    assert compare({"a": 1.0}, {"a": float("nan")}, 1e-9)


def test_leaves_that_only_warn_are_left_out():
    assert (
        compare({"published_4dp": 1, "n_wrong": 2, "naive_x10": 3, "formula": "x", "equals_published_file": "f"}, {}, 0)
        == []
    )


def test_a_case_of_an_unknown_kind_is_not_covered():
    outcome = run({"id": "x", "area": "9-else", "title": "?", "input": {}, "expected": {"y": 1}}, Path("."))
    assert not outcome.is_covered


OWN = load(Path(__file__).parent / "own_cases.json")


@pytest.mark.parametrize("raw", OWN, ids=[raw["id"] for raw in OWN])
def test_own_cases_with_values_from_elsewhere_pass(raw):
    assert raw["computed_by"]
    outcome = run(raw, Path("."), OWN)
    assert outcome.is_covered
    assert not outcome.wrong


def test_a_wrong_value_fails_and_a_case_that_breaks_is_covered_but_failed():
    wrong = {"id": "x", "area": "1-nps", "title": "intervals", "tolerance": 1e-9,
             "input": {"promoters": 10, "passives": 0, "detractors": 10}, "expected": {"nps": 0.5}}  # fmt: skip
    assert run(wrong, Path(".")).wrong == ["/nps: 0.0 is not 0.5"]
    outcome = run(wrong | {"input": {"promoters": -1, "passives": None, "detractors": 10}}, Path("."))
    assert outcome.is_covered and len(outcome.wrong) == 1


def test_keys_that_the_file_excepts_are_not_asked_for():
    about = "Every leaf of 'expected' is to be produced, except keys named seen*, *old*. Tolerance absolute."
    assert left_out(about) == ("seen*", "*old*")
    assert compare({"seen_4dp": 1, "n_old_way": 2}, {}, 0, left_out(about)) == []
    assert compare({"published": 1}, {}, 0, left_out(about)) == ["/published: not produced"]
    assert left_out(None) == left_out("Values from R.")


def test_a_leaf_is_found_under_its_usual_other_names_and_units():
    got = {"lo": -0.1, "hi": 0.2, "se": 0.05, "nps": 0.125}
    assert compare({"low": -0.1, "ci": [-0.1, 0.2], "std_error": 0.05, "nps_points": 12.5}, got, 1e-9) == []
    assert compare({"lo": -0.2, "nps_points": 12.6}, got, 1e-9) == [
        "/lo: -0.1 is not -0.2",
        "/nps_points: 12.5 is not 12.6",
    ]


def test_the_tolerance_of_a_leaf_is_that_of_its_own_key():
    tolerance = {"default": 1e-9, "mean": 0.5}
    assert compare({"mean": [1.0], "mean_low": 1.0}, {"mean": [1.4], "mean_low": 1.4}, tolerance) == [
        "/mean_low: 1.4 is not 1.0"
    ]
