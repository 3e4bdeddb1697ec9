"""Terms of conditions: every type can be looked at by what can be chosen, and what is chosen can be read and checked."""

import pytest

from survey_app.forms import doctor
from survey_app.forms.definition import Questionnaire
from survey_app.forms.logic import COMPARISONS, parse, terms, without_pipes
from survey_app.forms.logic.terms import ANSWERED, LACKS, UNANSWERED, Term
from survey_app.forms.types import TYPES


def asked(*types: str) -> Questionnaire:
    items = [
        {"key": f"q{number}", "type": kind, "text": {"zh": "题目"}, "options": TYPES[kind].starter}
        for number, kind in enumerate(types)
    ]
    return Questionnaire.model_validate(
        {"title": {"zh": "调查"}, "pages": [{"items": items[:1]}, {"items": items[1:]}]}
    )


def written(term: Term, comparison: str) -> str:
    """As the page's script writes it."""
    value = term.values[0][0] if term.values else {"number": "3", "day": "2026-11-21"}.get(term.kind, "慢")
    said = value if term.kind == "number" else f'"{value}"'
    plain = {ANSWERED: f"answered({term.name})", UNANSWERED: f"not answered({term.name})",
             LACKS: f"not ({term.name} contains {said})", "in": f"{term.name} in [{said}]"}  # fmt: skip
    return plain.get(comparison, f"{term.name} {comparison} {said}")


@pytest.mark.parametrize("kind", [name for name, kind in TYPES.items() if kind.is_asked])
def test_every_type_can_be_chosen_and_what_is_chosen_holds_together(kind: str) -> None:
    draft = asked(kind, "statement")
    found = terms(draft, item="q1")
    assert found
    for term in found:
        for comparison, _words in COMPARISONS[term.kind]:
            show_if = written(term, comparison)
            parse(show_if)
            changed = draft.model_copy(deep=True)
            statement = changed.pages[1].items[0].model_copy(update={"show_if": show_if})
            page = changed.pages[1].model_copy(update={"items": (statement,)})
            changed = changed.model_copy(update={"pages": (changed.pages[0], page)})
            assert not [one for one in doctor.look(changed) if one.field == "show_if"], show_if


def test_only_what_was_asked_before_can_be_chosen() -> None:
    draft = asked("nps", "statement", "single", "multiple")
    assert [term.name for term in terms(draft, item="q0")] == []
    assert [term.name for term in terms(draft, page=1)] == ["q0"]
    assert [term.name for term in terms(draft, item="q3")] == ["q0", "q2"]
    assert [(term.name, term.kind) for term in terms(draft)] == [("q0", "number"), ("q2", "choice"), ("q3", "set")]
    assert [code for code, _words in terms(draft)[0].values] == [str(step) for step in range(11)]


def test_a_title_in_a_list_has_the_default_of_what_is_piped_into_it() -> None:
    assert without_pipes("总体来说，您对这次{{visit_kind|上门}}服务满意吗？") == "总体来说，您对这次上门服务满意吗？"
    assert without_pipes("您打了 {{ nps }} 分") == "您打了 … 分"
