"""Patterns of one's own: they agree with Python's where both can read them, and they cannot hang."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.forms.types._matching import Pattern, PatternError, compiled

SIGNS = st.sampled_from(["a", "b", "1", "[ab]", "[^a]", r"\d", r"\w", r"\S", ".", "[a-b1]", r"\.", "[]x-]"])
PATTERNS = st.recursive(
    SIGNS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}|{pair[1]})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,2}", "{1,}"])).map(lambda pair: f"({pair[0]}){pair[1]}"),
    ),
    max_leaves=5,
)  # fmt: skip


@given(PATTERNS, st.text("ab1.x]", max_size=5))
@settings(max_examples=150, deadline=None)
def test_what_fits_is_what_python_says_fits(pattern, text):
    assert compiled(pattern).matches(text) == bool(re.fullmatch(pattern, text, re.ASCII))


@pytest.mark.parametrize(
    "pattern", ["(a+)+", "((a|aa)*)*b", "(a|a)*c", "((((a*)*)*)*)*b", "(.*)*(.*)*(.*)*x", "(a?){60}a{60}b", "(a*){99}b"]
)
def test_what_makes_others_hang_looks_at_each_state_once_a_sign(pattern):
    """Not measured by the clock: a state that would be entered twice for one sign is a set member already."""
    made, entered = Pattern(pattern), 0
    reached = made._reached

    def counted(begun):
        nonlocal entered
        found = reached(begun)
        entered += len(found)
        return found

    made._reached = counted
    text = "a" * 300
    assert made.matches(text + "!") is False
    assert entered <= (len(text) + 2) * len(made.states)


@pytest.mark.parametrize(
    ("pattern", "place"),
    [("(a", 3), ("a)", 2), ("[a", 3), ("*a", 1), ("a{2", 2), ("a{3,2}", 2), ("a{101}", 2), (r"(a)\1", 5), (r"\b", 2),
     ("(?=a)", 2), ("[b-a]", 5), ("a" * 201, 200), ("(" * 30 + ")" * 30, 21), ("(a{90}){90}", 1)],
)  # fmt: skip
def test_what_cannot_be_read_is_said_with_its_place(pattern, place):
    with pytest.raises(PatternError) as refused:
        Pattern(pattern)
    assert refused.value.values["place"] == place
