"""What the pages of a survey share: finding it, saving an edit of its draft, saying what was refused."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from flask import flash, redirect, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response as Answer

from .. import publishing
from ..errors import SurveyError
from ..forms.definition import LANGUAGES, Questionnaire
from ..forms.remarks import Remark
from ..tables import Survey
from .database import writing
from .errors import missing
from .language import refusal, translate

Edit = Callable[[Questionnaire], Questionnaire]


def find(session: Session, survey_id: int) -> Survey:
    """The survey of an address."""
    survey = session.get(Survey, survey_id) if survey_id < 2**31 else None
    if survey is None:
        raise missing()
    return survey


def refuse(error: SurveyError, more: str = "") -> None:
    """Say on the next page what was refused, and what to do."""
    flash(refusal(error, more), "bad")


def in_words(remarks: Iterable[Remark]) -> list[Remark]:
    """Remarks with the words among their values in the reader's language."""

    def words(value: Any) -> Any:
        return translate(value) if isinstance(value, str) and value else value

    return [replace(one, values={key: words(value) for key, value in one.values.items()}) for one in remarks]


def revision() -> int:
    """The revision of the draft that the page showed."""
    return request.form.get("revision", 0, type=int)


def change(survey_id: int, edit: Edit, **place: Any) -> Answer:
    """Make an edit of the revision the page showed, then show the builder at a place."""
    try:
        with writing() as db:
            survey = find(db, survey_id)
            publishing.save_draft(db, survey, edit(publishing.draft_of(survey)), revision=revision())
    except SurveyError as error:
        refuse(error)
    return redirect(url_for("builder.edit", survey_id=survey_id, **place))


def place() -> dict[str, Any]:
    """What was open before, to stay there."""
    return {"item": request.form["open"]} if request.form.get("open") else {}


def texts(name: str, before: dict[str, str]) -> dict[str, str]:
    """The words sent for each language; languages that are not on the page keep theirs."""
    fields = {code: f"{name}_{code}" for code in LANGUAGES}
    sent = {code: request.form[field].strip()[:5000] for code, field in fields.items() if field in request.form}
    return {code: words for code, words in (before | sent).items() if words}
