"""All reference cases of a folder: SURVEY_CASES=/path pytest tests/analysis_more/test_reference_cases.py."""

import os
from pathlib import Path

import pytest

from .reference import compare, load, run

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

    @pytest.mark.parametrize("raw", CASES, ids=[raw["id"] for raw in CASES])
    def test_a_reference_case_passes(raw):
        outcome = run(raw, DATA, CASES)
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
