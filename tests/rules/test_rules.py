"""The contract of every closed-loop rule, and what each of ours says about facts."""

import sys
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.analysis import rules
from survey_app.analysis.rules import RULES, SEVERITIES, Facts, Rating, Rule, Said, Trigger, triggered, worst

SCALES = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7), "mean": (1, 5)}


@st.composite
def ratings(draw: st.DrawFn) -> Rating:
    score = draw(st.sampled_from(sorted(SCALES)))
    low, high = SCALES[score]
    return Rating(score, draw(st.integers(low, high)), high)


FACTS = st.builds(
    Facts,
    ratings=st.dictionaries(st.sampled_from(["a", "b", "c"]), ratings()),
    opinions=st.lists(
        st.builds(Said, st.sampled_from(["物流", "客服", ""]), st.sampled_from([-1, 0, 1]), st.floats(0, 1))
    ).map(tuple),
    texts=st.dictionaries(st.sampled_from(["why", "more"]), st.text(max_size=80)),
    is_valued=st.booleans(),
)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
class TestEveryRule:
    def test_says_what_it_is(self, rule: Rule) -> None:
        assert rule.name and rule.label and rule.description

    @given(facts=FACTS)
    def test_gives_a_trigger_that_can_be_said_or_nothing(self, rule: Rule, facts: Facts) -> None:
        trigger = rule.check(facts)
        if trigger is not None:
            assert trigger.rule == rule.name and trigger.severity in SEVERITIES
            assert trigger.reason % dict(trigger.values)

    @given(facts=FACTS)
    def test_is_pure(self, rule: Rule, facts: Facts) -> None:
        assert rule.check(facts) == rule.check(facts)

    def test_has_nothing_to_say_without_facts(self, rule: Rule) -> None:
        assert rule.check(Facts()) is None

    def test_leaves_content_customers_alone(self, rule: Rule) -> None:
        happy = Facts(
            {key: Rating(key, high, high) for key, (_low, high) in SCALES.items()}, (Said("物流", 1, 0.99),),
            {"why": "很满意，会再来"}, is_valued=True,
        )  # fmt: skip
        assert rule.check(happy) is None


@given(facts=FACTS)
def test_the_most_severe_trigger_comes_first(facts: Facts) -> None:
    found = triggered(facts)
    assert not found or found[0].severity == worst([trigger.severity for trigger in found])


@given(facts=FACTS, value=st.integers(0, 10))
def test_a_lower_score_never_triggers_less(facts: Facts, value: int) -> None:
    rule = RULES["low_nps"]

    def urgency(score: int) -> int:
        trigger = rule.check(Facts({"a": Rating("nps", score, 10)}))
        return -1 if trigger is None else SEVERITIES.index(trigger.severity)

    assert urgency(max(0, value - 1)) >= urgency(value)


@pytest.mark.parametrize(
    ("facts", "name", "severity"),
    [
        (Facts({"a": Rating("nps", 6, 10)}), "low_nps", "normal"),
        (Facts({"a": Rating("nps", 2, 10)}), "low_nps", "urgent"),
        (Facts({"a": Rating("csat", 2, 5)}), "low_csat", "normal"),
        (Facts({"a": Rating("csat", 4, 10)}), "low_csat", "normal"),
        (Facts({"a": Rating("ces", 2, 7)}), "high_effort", "normal"),
        (Facts(opinions=(Said("客服", -1, 0.9), Said("物流", 1, 0.9))), "negative_opinion", "normal"),
        (Facts({"a": Rating("csat", 2, 5)}, is_valued=True), "valued_customer", "urgent"),
        (Facts(opinions=(Said("客服", -1, 0.6),), is_valued=True), "valued_customer", "urgent"),
        (Facts(texts={"why": "以后再也不会来买了"}), "leaving", "urgent"),
        (Facts(texts={"why": "不给处理就打12315"}), "leaving", "urgent"),
        (Facts(texts={"why": "I will never order from you"}), "leaving", "urgent"),
    ],
)
def test_what_opens_a_case(facts: Facts, name: str, severity: str) -> None:
    trigger = RULES[name].check(facts)
    assert trigger is not None and trigger.severity == severity


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        (Facts({"a": Rating("nps", 7, 10)}), "low_nps"),
        (Facts({"a": Rating("csat", 3, 5)}), "low_csat"),
        (Facts({"a": Rating("csat", 1, 5)}), "low_nps"),
        (Facts({"a": Rating("ces", 3, 7)}), "high_effort"),
        (Facts(opinions=(Said("客服", -1, 0.7),)), "negative_opinion"),
        (Facts(opinions=(Said("客服", -1, 0.9), Said("物流", 1, 0.9), Said("质量", 1, 0.9))), "negative_opinion"),
        (Facts({"a": Rating("nps", 1, 10)}), "valued_customer"),
        (Facts(texts={"why": "绝对不会换一家"}), "leaving"),
        (Facts(texts={"why": "再也不用担心物流了"}), "leaving"),
        (Facts(texts={"why": "I would never switch to others, won't switch to them"}), "leaving"),
    ],
)
def test_what_opens_none(facts: Facts, name: str) -> None:
    assert RULES[name].check(facts) is None


def test_a_rule_that_is_off_says_nothing() -> None:
    facts = Facts({"a": Rating("nps", 0, 10)})
    assert triggered(facts) and not triggered(facts, off=["low_nps"])


def test_a_new_rule_is_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("survey_app.analysis.rules.late")
    exec(  # the text of a file as docs/adding-a-rule.md shows it
        "from survey_app.analysis.rules.base import Facts, Rule, Trigger\n"
        "class Silent(Rule):\n"
        "    name, label, description = 'silent', 'Says nothing', 'Low without a word.'\n"
        "    def check(self, facts):\n"
        "        low = any(r.value == 0 for r in facts.ratings.values())\n"
        "        return Trigger(self.name, 'Nothing but a zero') if low and not facts.texts else None\n",
        vars(module),
    )
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(rules, "RULES", dict(RULES))
    rules.register(module.__name__)
    found = rules.triggered(Facts({"a": Rating("nps", 0, 10)}))
    assert Trigger("silent", "Nothing but a zero") in found


def test_two_rules_of_one_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("twice")
    module.Twice = type("Twice", (Rule,), {"name": "low_nps", "label": "x", "description": "x"})  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "twice", module)
    with pytest.raises(RuntimeError, match="low_nps"):
        rules.register("twice")
