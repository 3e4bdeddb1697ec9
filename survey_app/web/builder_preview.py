"""The draft as customers will see it, in a frame beside the builder."""

from flask import render_template

from ..errors import SurveyError
from ..forms.definition import Item, Page, Questionnaire, Text
from ..forms.logic import Values, as_json
from ..forms.logic.piping import PIPE
from ..store.questionnaires import Asked
from ..tables import Survey
from .respondent_sheet import preview


def draft_page(survey: Survey, page: int, language: str) -> str:
    """One page of the draft with every question on it that an answer could bring up."""
    draft = Questionnaire.model_validate(survey.draft)
    page = min(max(page, 0), len(draft.pages) - 1)
    if language not in draft.languages:
        language = draft.languages[0]
    if not draft.pages[page].items:
        return render_template("surveys/preview_note.html", language=language, problem=None)
    try:
        asked = Asked(0, survey.id or 0, 0, _unhidden(draft).model_dump(mode="json"))
        return preview(asked, page, language)
    except SurveyError as error:
        return render_template("surveys/preview_note.html", language=language, problem=error)


def _unhidden(draft: Questionnaire) -> Questionnaire:
    """Without the conditions on answers from earlier pages: there are none in a preview."""
    pages = [
        page.model_copy(update={"show_if": "", "end_if": "", "items": tuple(_shown(item, page) for item in page.items)})
        for page in draft.pages
    ]
    return draft.model_copy(update={"pages": tuple(pages)})


def _shown(item: Item, page: Page) -> Item:
    here = frozenset(one.key for one in page.items)
    try:
        depends = not isinstance(as_json(item.show_if, Values(), here), bool | None)
    except SurveyError:
        depends = False
    texts = {"text": _named(item.text), "help": _named(item.help)}
    return item.model_copy(update=texts if depends else texts | {"show_if": ""})


def _named(text: Text) -> Text:
    """Answers that would be piped in, as their names: there are none in a preview."""
    return {
        code: PIPE.sub(lambda match: (match[3] or "").strip() or f"[{match[1]}]", words) for code, words in text.items()
    }
