"""The builder's edits of what is around the questions: pages, the beginning, the thank-you texts."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from .. import publishing
from ..errors import N_, Conflict, SurveyError
from ..forms import drafts
from ..forms.definition import LANGUAGES, Ending, Questionnaire
from ..forms.logic import parse
from .access import needs
from .builder_page import overtaken, render
from .database import reading, writing
from .drafting import Edit, change, find, refuse, revision, texts

bp = Blueprint("builder_parts", __name__, url_prefix="/surveys/<int:survey_id>/build")


def _change(
    survey_id: int, edit: Edit, is_there: Callable[[Questionnaire], bool], *, part: str = "", ending: int | None = None,
    **more: Any,
) -> Answer | tuple[str, int]:  # fmt: skip
    """`change`, where what was typed stays on the page when it is refused or when somebody else was faster; not where
    they have removed the very thing."""
    try:
        with writing() as db:
            survey = find(db, survey_id)
            publishing.save_draft(db, survey, edit(publishing.draft_of(survey)), revision=revision())
    except SurveyError as error:
        with reading() as db:
            if not is_there(publishing.draft_of(find(db, survey_id))):
                refuse(error)
                return redirect(url_for("builder.edit", survey_id=survey_id))
        if isinstance(error, Conflict):
            overtaken()
        else:
            refuse(error)
        return render(survey_id, part=part, ending=ending), error.status
    place = {"part": part, **more} if part else {"ending": ending, **more}
    return redirect(url_for("builder.edit", survey_id=survey_id, **place))


# -- pages -----------------------------------------------------------------------------------------------------


@bp.post("/pages")
@needs("build")
def add_page(survey_id: int) -> Answer:
    return change(survey_id, drafts.add_page)


@bp.post("/pages/<int:page>")
@needs("build")
def change_page(survey_id: int, page: int) -> Answer | tuple[str, int]:
    show_if, end_if = (request.form.get(name, "").strip() for name in ("show_if", "end_if"))

    def edit(draft: Questionnaire) -> Questionnaire:
        for condition in filter(None, (show_if, end_if)):
            parse(condition)
        return drafts.change_page(
            draft,
            page,
            title=texts("title", draft.pages[page].title if page < len(draft.pages) else {}),
            show_if=show_if,
            end_if=end_if,
        )

    return _change(survey_id, edit, lambda draft: page < len(draft.pages), part=f"page{page}", page=page)


@bp.post("/pages/<int:page>/<any(up, down, delete):act>")
@needs("build")
def arrange_page(survey_id: int, page: int, act: str) -> Answer:
    if act == "delete":
        return change(survey_id, lambda draft: drafts.remove_page(draft, page))
    return change(survey_id, lambda draft: drafts.step_page(draft, page, -1 if act == "up" else 1))


# -- beginning and end -----------------------------------------------------------------------------------------


@bp.post("/start")
@needs("build")
def change_start(survey_id: int) -> Answer | tuple[str, int]:
    """Title, introduction and languages."""
    chosen = tuple(code for code in LANGUAGES if code in request.form.getlist("languages"))

    def edit(draft: Questionnaire) -> Questionnaire:
        if not chosen:
            raise SurveyError("no-language", N_("Choose at least one language."))
        return drafts.change_start(
            draft, languages=chosen, title=texts("title", draft.title),
            introduction=texts("introduction", draft.introduction),
        )  # fmt: skip

    return _change(survey_id, edit, lambda _draft: True, part="start")


@bp.post("/endings")
@needs("build")
def add_ending(survey_id: int) -> Answer:
    with reading() as db:
        number = len(publishing.draft_of(find(db, survey_id)).endings)
    return change(survey_id, drafts.add_ending, ending=number)


@bp.post("/endings/<int:number>")
@needs("build")
def change_ending(survey_id: int, number: int) -> Answer | tuple[str, int]:
    show_if = request.form.get("show_if", "").strip()

    def edit(draft: Questionnaire) -> Questionnaire:
        if show_if:
            parse(show_if)
        before = draft.endings[number].text if number < len(draft.endings) else {}
        return drafts.change_ending(draft, number, Ending(text=texts("text", before), show_if=show_if))

    return _change(survey_id, edit, lambda draft: number < len(draft.endings), ending=number)


@bp.post("/endings/<int:number>/<any(up, down, delete):act>")
@needs("build")
def arrange_ending(survey_id: int, number: int, act: str) -> Answer:
    if act == "delete":
        return change(survey_id, lambda draft: drafts.remove_ending(draft, number))
    return change(survey_id, lambda draft: drafts.step_ending(draft, number, -1 if act == "up" else 1))
