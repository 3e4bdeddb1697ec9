"""The builder as a page: the draft with its remarks and preview, and what is open in it."""

from typing import Any

from flask import flash, render_template, request
from flask_babel import gettext as _

from .. import publishing
from ..forms import doctor, drafts
from ..forms.definition import LANGUAGES, Item, Questionnaire
from ..forms.remarks import Remark
from ..forms.types import TYPES, QuestionType
from .builder_item import show_item
from .conditions import chooser
from .database import reading
from .drafting import find, in_words
from .language import sentences


def overtaken() -> None:
    """Say that somebody else was faster, where what was typed stays on the page."""
    flash(
        sentences(
            _("Somebody else has changed this questionnaire while you were writing, so your text is not saved yet."),
            _("It still stands in the form: save again, and it replaces what they may have changed there."),
        ),
        "bad",
    )


def render(survey_id: int, form: Any = None, *, key: str = "", part: str = "", ending: int | None = None) -> str:
    """The builder; `item`, `ending` or `part` in the address says what is open, or the arguments do after a refusal:
    then what was typed is in the fields still."""
    with reading() as db:
        survey = find(db, survey_id)
        draft, remarks = publishing.draft_of(survey), in_words(publishing.check(db, survey))
        published, can_undo = publishing.versions(db, survey), publishing.can_undo(db, survey)
    key, part = key or request.args.get("item", ""), part or request.args.get("part", "")
    ending = ending if ending is not None else request.args.get("ending", type=int)
    item = draft.item(key)
    page = drafts.place_of(draft, key)[0] if item else min(request.args.get("page", 0, type=int), len(draft.pages) - 1)
    if item and form is None and item.type in TYPES:
        form = show_item(item, draft.languages)
    return render_template(
        "surveys/build.html", survey=survey, draft=draft, item=item, form=form, page=max(0, page),
        types=_families(), kinds=TYPES, all_languages=LANGUAGES,
        open_part=part, open_ending=ending, kept=request.form,
        marks=_marks(remarks), remarks=remarks, minutes=doctor.minutes(draft), target=doctor.TARGET,
        published=published, can_undo=can_undo, is_key_fixed=in_versions(published, key),
        is_unsaved=request.method == "POST", choosers=_choosers(draft, item, form, part, ending),
    )  # fmt: skip


def _choosers(draft: Questionnaire, item: Item | None, form: Any, part: str, ending: int | None) -> dict[str, Any]:
    """The lists for the conditions that are open, by the name of their fields."""
    if item:
        typed = form.data if form is not None else item.model_dump(include={"show_if", "required_if"})
        needed = _("Never, unless a condition says so.")
        return {
            "show_if": chooser(draft, typed["show_if"] or "", item=item.key),
            "required_if": chooser(draft, typed["required_if"] or "", item=item.key, always=needed),
        }
    if ending is not None and 0 <= ending < len(draft.endings):
        return {"show_if": chooser(draft, request.form.get("show_if", draft.endings[ending].show_if))}
    number = int(part[4:]) if part.startswith("page") and part[4:].isdecimal() else -1
    if 0 <= number < len(draft.pages):
        page, sent = draft.pages[number], request.form
        return {
            "show_if": chooser(draft, sent.get("show_if", page.show_if), page=number),
            "end_if": chooser(
                draft, sent.get("end_if", page.end_if), page=number + 1, always=_("Never, unless a condition says so.")
            ),
        }
    return {}


def _families() -> list[list[type[QuestionType]]]:
    """The types as the list shows them: family by family, each beside its kin."""
    families: dict[str, list[type[QuestionType]]] = {}
    for kind in sorted(TYPES.values(), key=lambda kind: kind.order):
        families.setdefault(kind.family, []).append(kind)
    return list(families.values())


def in_versions(published: list[Any], key: str) -> bool:
    return any(
        key == item["key"] for version in published for page in version.definition["pages"] for item in page["items"]
    )


def _marks(remarks: list[Remark]) -> dict[tuple[str, Any], list[Remark]]:
    """Remarks by where they belong: an item, a page, an ending, or the whole."""
    marks: dict[tuple[str, Any], list[Remark]] = {}
    for remark in remarks:
        place = (
            ("item", remark.item) if remark.item
            else ("ending", remark.ending) if remark.ending is not None
            else ("page", remark.page) if remark.page is not None
            else ("all", None)
        )  # fmt: skip
        marks.setdefault(place, []).append(remark)
    return marks
