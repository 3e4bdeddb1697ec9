"""The examples in the docstrings are true."""

import doctest
from importlib import import_module

import pytest

MODULES = [
    "contingency", "control", "correlations", "corrections", "crosstabs", "design", "effects", "fisher", "forecasting",
    "importance", "indices", "inputs", "joint", "key_drivers", "letters", "lifetime", "linear", "notes",
    "open_answers", "pls", "power", "purchases", "quality", "rates", "response_rates", "smoothing", "value",
    "weighting",
]  # fmt: skip


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module(name):
    found = doctest.testmod(import_module(f"survey_app.analysis.{name}"))
    assert not found.failed
