"""The form of one question in the builder: labels and problems in the reader's language."""

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import Field, SelectField
from wtforms.fields import SelectChoice

from ..errors import SurveyError
from ..forms import editor
from ..forms.definition import Item
from ..forms.types import TYPES, question
from .language import translate


def item_form(item: Item, languages: Sequence[str], data: dict[str, Any] | None = None) -> FlaskForm:
    """An empty form (to be filled from what was sent) or one with data."""
    made = editor.item_form(TYPES[item.type], languages)
    form = made(formdata=None, data=data) if data is not None else made()
    for field in form:
        if field.name.startswith(("option_", "text_", "help_", "show_if", "required_if", "key", "is_")):
            _in_words(field)
    for option in TYPES[item.type].Options.model_fields:
        for code, words in TYPES[item.type].unset(option).items():
            if f"option_{option}_{code}" in form:
                form[f"option_{option}_{code}"].render_kw = {"placeholder": words}
    return form


def _in_words(field: Field) -> None:
    """Put a field's label, description and choices into the reader's language."""
    field.label.text = translate(str(field.label.text))
    field.description = translate(str(field.description)) if field.description else ""
    if isinstance(field, SelectField):
        field.choices = [SelectChoice(one.value, translate(str(one.label))) for one in field.choices]


def show_item(item: Item, languages: Sequence[str]) -> FlaskForm:
    """The form filled with a question; one whose options do not hold starts with those of its type."""
    try:
        asked = question(item)
    except SurveyError:
        asked = question(item.model_copy(update={"options": {}}))
    return item_form(item, languages, editor.show(asked, languages))


def save_item(form: FlaskForm, before: Item, languages: Sequence[str], *, is_key_fixed: bool) -> Item | None:
    """The question that was sent; None where the form says what is wrong."""
    if is_key_fixed or not request.form.get("key"):
        form.key.data = before.key
    if not form.validate():
        return None
    made = editor.take(form.data, before, TYPES[before.type], languages)
    if isinstance(made, Item):
        return made
    for problem in made:
        field = form[problem.field] if problem.field in form else form[f"text_{languages[0]}"]
        field.errors = [*field.errors, translate(problem.message, problem.values)]
    return None
