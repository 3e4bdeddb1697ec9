"""What nobody sees: values of the link and of the customer, and what is reckoned; kept, looked at and piped."""

from tests import make

SAID = {"zh": "您来自{{source}}，共{{total}}分"}
PAGES = [
    {"items": [{"key": "source", "type": "hidden", "text": {"zh": "来源"}}]},
    {"items": [
        {"key": "a", "type": "nps", "text": {"zh": "甲"}}, {"key": "b", "type": "nps", "text": {"zh": "乙"}},
        {"key": "total", "type": "computed", "text": {"zh": "合计"}, "options": {"formula": "a + b", "decimals": 0}},
    ]},
    {"items": [{"key": "low", "type": "long_text", "text": SAID, "show_if": "total <= 9"}]},
    {"items": [{"key": "shop", "type": "long_text", "text": {"zh": "门店"}, "show_if": 'source == "shop"'}]},
]  # fmt: skip
DEFINITION = {"title": {"zh": "暗题"}, "languages": ["zh"], "pages": PAGES}


def test_values_of_the_link_and_reckoned_ones_are_kept_and_decide(visit, engine, rows):
    survey = make.survey(engine, definition=DEFINITION)
    visitor = visit(f"/s/{survey.public_id}?source=%E6%88%B7%E5%A4%96")
    assert "来源" not in visitor.page.text
    visitor.send({"a": ["4"], "b": ["5"], "total": ["99"], "source": ["forged"]})
    assert "您来自户外，共9分" in visitor.page.text
    visitor.send({"low": ["好"]})
    (response,) = rows()
    assert response.state == "submitted"
    assert response.answers == {"source": "户外", "a": 4, "b": 5, "total": 9, "low": "好"}


def test_nothing_in_the_link_is_no_answer_and_the_way_goes_on(visit, engine, rows):
    survey = make.survey(engine, definition=DEFINITION)
    visit(f"/s/{survey.public_id}").send({"a": ["10"], "b": ["9"]})
    assert rows()[0].answers == {"source": None, "a": 10, "b": 9, "total": 19}
    visitor = visit(f"/s/{survey.public_id}?source=shop")
    visitor.send({"a": ["10"]})
    assert 'name="shop"' in visitor.page.text
    assert rows()[-1].answers == {"source": "shop", "a": 10, "b": None, "total": None}
