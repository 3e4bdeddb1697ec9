"""What the doctor's rules find in the wording of questions, and what they must let pass."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from survey_app.cli import main
from survey_app.errors import SurveyError
from survey_app.forms import doctor, drafts
from survey_app.forms.definition import Questionnaire
from survey_app.forms.doctor import evaluating
from survey_app.forms.doctor.asking import Asking, language_of
from survey_app.forms.doctor.rules import RULES

LABELLED = Path(__file__).with_name("labelled.json")


def rewrites(text, options=()):
    found = evaluating.findings(Asking(text, language_of(text), tuple(options)))
    return {name: finding.stems or finding.options or (finding.help,) for name, finding in found.items()}


def test_every_marked_question_is_found_and_no_trap_is():
    figures = evaluating.count(evaluating.judge(LABELLED.read_bytes()))
    assert figures["core_total"] > 100
    assert figures["core_found"] == figures["core_total"]
    assert figures["hard_negative_total"] > 70
    assert figures["hard_negative_flagged"] == 0


def test_each_rule_is_in_the_labelled_questions_or_has_a_test_of_its_own():
    flags = {flag for item in json.loads(LABELLED.read_text("utf-8"))["items"] for flag in item["flags"]}
    assert set(RULES) - flags == {"missing_na", "not_accessible"}


@pytest.mark.parametrize(
    ("text", "rule", "instead"),
    [
        ("您对我们产品的价格和质量是否满意？", "double_barrelled", ("您对我们产品的价格是否满意？", "您对我们产品的质量是否满意？")),
        ("专家认为定期保养能延长车辆寿命，您赞成定期保养吗？", "leading", ("您赞成定期保养吗？",)),
        ("Don't you agree that our staff are friendly?", "leading", ("How far do you agree or disagree: our staff are friendly?",)),
        ("您总是在我们店购买咖啡吗？", "absolute", ("您在我们店购买咖啡吗？",)),
        ("您不认为等待时间不合理吗？", "negation", ("您认为等待时间合理吗？",)),
        ("您经常光顾我们的门店吗？", "vague", ("最近三个月，您光顾我们的门店多少次？",)),
        ("点击下图，选择您喜欢的包装", "not_accessible", ("选择您喜欢的包装？",)),
    ],
)  # fmt: skip
def test_a_rewrite_says_it_better(text, rule, instead):
    assert rewrites(text)[rule] == instead


def test_a_rewrite_is_not_found_fault_with_by_its_own_rule():
    items = [item for item in json.loads(LABELLED.read_text("utf-8"))["items"] if item["level"] == "core"]
    again = []
    for item in items:
        asking = Asking(item["text"], language_of(item["text"]), tuple(item["options"] or ()))
        for name, finding in evaluating.findings(asking).items():
            for stem in finding.stems:
                if RULES[name].look(replace(asking, text=stem)):
                    again.append(f"{name}: {item['text']} → {stem}")
            if finding.options and RULES[name].look(replace(asking, options=finding.options)):
                again.append(f"{name}: {item['text']} → {finding.options}")
    assert not again, "\n".join(again)


@pytest.mark.parametrize(
    ("options", "rule", "instead"),
    [
        (("100元以下", "100-300元", "300-500元", "500元以上"), "overlapping_options", ("100元以下", "100-300元", "301-500元", "500元以上")),
        (("18-25岁", "26-35岁"), "non_exhaustive_options", ("18岁以下", "18-25岁", "26-35岁", "35岁以上")),
        (("非常满意", "满意", "一般", "不满意"), "unbalanced_options", ("非常满意", "满意", "一般", "不满意", "非常不满意")),
    ],
)  # fmt: skip
def test_options_are_mended(options, rule, instead):
    assert rewrites("您的情况是？", options)[rule] == instead


def test_who_must_answer_about_what_not_everybody_met_needs_a_way_out():
    asking = Asking("您对退货流程的评价如何？", "zh", ("好", "差"), is_required=True)
    assert evaluating.findings(asking)["missing_na"].options[-1] == "不适用"
    assert "missing_na" not in evaluating.findings(
        Asking(asking.text, "zh", (*asking.options, "没有退过货"), is_required=True)
    )


def choice(key, text, options, **more):
    lines = [{"code": f"o{n}", "text": {"zh": words}} for n, words in enumerate(options)]
    return {"key": key, "type": "single", "text": {"zh": text}, "options": {"choices": lines}, **more}


def draft(*items):
    return Questionnaire.model_validate(
        {"title": {"zh": "题"}, "pages": [{"items": items}], "endings": [{"text": {"zh": "谢"}}]}
    )


def test_one_question_becomes_two_and_the_first_keeps_its_key():
    before = draft(
        {"key": "a", "type": "csat", "text": {"zh": "您对价格和质量满意吗？"}},
        {"key": "b", "type": "nps", "text": {"zh": "推荐"}},
    )
    after = drafts.rewrite_item(before, "a", doctor.rewrite(before, "a", "double_barrelled"), taken={"a2"})
    assert [(item.key, item.text["zh"]) for item in after.items] == [
        ("a", "您对价格满意吗？"), ("a3", "您对质量满意吗？"), ("b", "推荐"),
    ]  # fmt: skip
    assert doctor.look(after) == []


def test_codes_stay_with_the_words_they_stood_for():
    before = draft(choice("a", "您的评价是？", ["非常满意", "满意", "一般", "不满意"]))
    made = doctor.rewrite(before, "a", "unbalanced_options")[0].options["choices"]
    assert [line["code"] for line in made] == ["o0", "o1", "o2", "o3", "c1"]
    with pytest.raises(SurveyError):
        doctor.rewrite(before, "a", "leading")


def test_minutes_follow_words_and_kinds():
    short, long = draft(choice("a", "题", ["甲", "乙"])), draft(choice("a", "题" * 390, ["甲", "乙"]))
    assert doctor.minutes(long) - doctor.minutes(short) == pytest.approx(389 / 390)
    many = draft(*({"key": f"q{n}", "type": "long_text", "text": {"zh": "为什么"}} for n in range(12)))
    said = [remark.message for remark in doctor.look(many)]
    assert any("minutes" in one for one in said)
    assert any("ask people to write" in one for one in said)


def test_the_command_prints_the_figures(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("SURVEY_LANGUAGE", "en")
    assert main(["questionnaire", "doctor-evaluate", str(LABELLED), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert list(figures) == ["core_found", "core_total", "hard_negative_flagged", "hard_negative_total"]
    broken = tmp_path / "x.json"
    for text in ("{", "[]", '{"items": [1]}', "null"):
        broken.write_text(text, "utf-8")
        assert main(["questionnaire", "doctor-evaluate", str(broken)]) == 1
        assert "labelled" in capsys.readouterr().err


@pytest.mark.parametrize("last", ["Somewhere else", "Somebody else", "Something else (please say)", "Other"])
def test_an_option_for_all_else_is_seen_whatever_it_is_called(last):
    asked = ("Where do you usually buy our products?", ("Our website", "A marketplace", "A shop"))
    assert "non_exhaustive_options" in rewrites(*asked)
    assert "non_exhaustive_options" not in rewrites(asked[0], (*asked[1], last))
