"""The examples in the docstrings are true."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

from survey_app import analysis
from survey_app.analysis import scores

MODULES = sorted(p.stem for p in Path(analysis.__file__).parent.glob("*.py")) + [
    f"scores.{p.stem}" for p in sorted(Path(scores.__file__).parent.glob("*.py"))
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module(name):
    found = doctest.testmod(import_module(f"survey_app.analysis.{name}".removesuffix(".__init__")))
    assert not found.failed
