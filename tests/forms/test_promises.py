"""Templates promise to get in touch only with people who can be reached."""

import pytest

from survey_app.forms import gallery
from survey_app.forms.logic import pick_ending

PROMISES = ("联系您", "与您联系", "contact you", "两个工作日", "working days")


@pytest.mark.parametrize("template", gallery.templates(), ids=lambda one: one.name)
def test_nobody_without_contact_details_is_promised_a_call(template):
    worst = {"nps": 0, "csat": 1, "fixed": "no", "contact": "yes", "reason": "quality", "back": {"codes": ["fix"]}}
    for left_out in (None, *worst):
        answers = {key: value for key, value in worst.items() if key != left_out}
        ending = pick_ending(template.questionnaire, answers, {})
        assert ending and not [word for word in PROMISES for text in ending.text.values() if word in text]


def test_who_is_known_or_says_how_is_promised_what_the_rule_keeps():
    asked = {one.name: one.questionnaire for one in gallery.templates()}
    known = pick_ending(asked["after_sales_visit"], {"fixed": "no"}, {"name": "李明"})
    told = pick_ending(asked["transactional_nps"], {"contact": "yes", "contact_details": "13800138000"}, {})
    assert "24 小时" in known.text["zh"] and "24 小时" in told.text["zh"]
