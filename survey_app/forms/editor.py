"""The editor of a question: a web form with one field per option of its type, made from the option schema."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any, Literal, get_args, get_origin

from flask_wtf import FlaskForm
from pydantic import ValidationError
from pydantic.fields import FieldInfo
from wtforms import BooleanField, Field, FloatField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import Length, Optional, Regexp

from ..errors import N_, SurveyError
from .definition import KEY, LANGUAGE_NAMES, Item, Text
from .logic import parse
from .problems import explain
from .types import QuestionType, question
from .types._parts import Line

FLAGS = {"other": "is_other", "alone": "is_exclusive"}
"""Marks at the end of a choice line: [other] brings a line to write in, [alone] rules the others out."""
LINE = re.compile(r"^(?:(?P<code>[A-Za-z0-9_][A-Za-z0-9_-]{0,39})\s*[=＝])?(?P<rest>.*)$")


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong in one field: a message id with values."""

    field: str
    message: str
    values: dict[str, Any] = dataclass_field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OptionEditor:
    """How one kind of option is edited: its fields by suffix, and the way in and out of them."""

    fields: Callable[[str, FieldInfo, Sequence[str]], dict[str, Field]]
    show: Callable[[Any, Sequence[str]], dict[str, Any]]
    take: Callable[[Mapping[str, Any], Sequence[str]], Any]


def _one(make: Callable[[str], Field]) -> Callable[[str, FieldInfo, Sequence[str]], dict[str, Field]]:
    return lambda title, info, languages: {"": make(title)}


def _same(value: Any, languages: Sequence[str]) -> dict[str, Any]:
    return {"": value}


def _plain(data: Mapping[str, Any], languages: Sequence[str]) -> Any:
    return data[""]


def _per_language(title: str, info: FieldInfo, languages: Sequence[str]) -> dict[str, Field]:
    return {f"_{code}": StringField(title, [Length(max=200)], description=LANGUAGE_NAMES[code]) for code in languages}


def _choices_of(info: FieldInfo) -> list[Any]:
    return list(get_args(info.annotation))


def _select(title: str, info: FieldInfo, languages: Sequence[str]) -> dict[str, Field]:
    values = _choices_of(info)
    kind = type(values[0])
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    labels: Any = extra.get("labels", {})
    choices = [SelectChoice(value, labels.get(value, str(value))) for value in values]
    return {"": SelectField(title, choices=choices, coerce=kind)}


def _lines(title: str, info: FieldInfo, languages: Sequence[str]) -> dict[str, Field]:
    return {"": TextAreaField(title, [Length(max=200_000)], render_kw={"rows": 6, "data-lines": ",".join(languages)})}


NUMBER = OptionEditor(_one(lambda title: FloatField(title, [Optional()])), _same, _plain)
WHOLE = OptionEditor(_one(lambda title: IntegerField(title, [Optional()])), _same, _plain)
TICK = OptionEditor(_one(BooleanField), _same, _plain)
WORDS = OptionEditor(_one(lambda title: StringField(title, [Length(max=200)])), _same, lambda data, _: data[""] or "")
SELECT = OptionEditor(_select, _same, _plain)
TEXT = OptionEditor(
    _per_language,
    lambda value, languages: {f"_{code}": value.get(code, "") for code in languages},
    lambda data, languages: {code: data[f"_{code}"].strip() for code in languages if (data[f"_{code}"] or "").strip()},
)
LINES = OptionEditor(
    _lines,
    lambda value, languages: {"": write_lines(value, languages)},
    lambda data, languages: read_lines(data[""] or "", languages),
)


def editor_of(info: FieldInfo) -> OptionEditor:
    """The editor that fits an option, by the kind of value it holds."""
    annotation = info.annotation
    kinds = [kind for kind in get_args(annotation) if kind is not type(None)] or [annotation]
    if get_origin(annotation) is Literal:
        return SELECT
    if get_origin(annotation) is tuple:
        return LINES
    if annotation == Text:
        return TEXT
    for kind, editor in ((bool, TICK), (int, WHOLE), (float, NUMBER)):
        if kinds[0] is kind:
            return editor
    return WORDS


def write_lines(lines: Sequence[Line], languages: Sequence[str]) -> str:
    """Choices as lines: code = 中文 | English [other]."""
    written = []
    for line in lines:
        words = " | ".join(line.text.get(code, "").replace("|", "/") for code in languages)
        flags = [f"[{mark}]" for mark, name in FLAGS.items() if getattr(line, name, False)]
        written.append(" ".join([f"{line.code} = {words}".rstrip(), *flags]))
    return "\n".join(written)


def read_lines(text: str, languages: Sequence[str]) -> list[dict[str, Any]]:
    """Lines as choices; a line without a code gets the next free one."""
    found = [_read_line(line, languages) for line in text.splitlines() if line.strip()]
    taken = {line["code"] for line in found if line["code"]}
    free = (code for code in _codes() if code not in taken)
    return [line | {"code": line["code"] or next(free)} for line in found]


def _codes() -> Iterator[str]:
    yield from "abcdefghijklmnopqrstuvwxyz"
    yield from (f"c{number}" for number in range(1, 1000))


def _read_line(line: str, languages: Sequence[str]) -> dict[str, Any]:
    flags = {}
    for mark, name in FLAGS.items():
        if f"[{mark}]" in line:
            line, flags[name] = line.replace(f"[{mark}]", ""), True
    match = LINE.match(line.strip())
    assert match is not None  # everything in it is optional
    words = [part.strip() for part in re.split(r"[|｜]", match["rest"])]
    text = {code: part for code, part in zip(languages, words, strict=False) if part}
    return {"code": match["code"] or "", "text": text, **flags}


def item_form(kind: type[QuestionType], languages: Sequence[str]) -> type[FlaskForm]:
    """The form class for questions of a type in these languages."""
    fields: dict[str, Field] = {}
    for code in languages:
        limit = [Length(max=1000)]
        fields[f"text_{code}"] = TextAreaField(N_("Question"), limit, description=LANGUAGE_NAMES[code])
        fields[f"help_{code}"] = StringField(N_("Help under the question"), limit, description=LANGUAGE_NAMES[code])
    fields["is_required"] = BooleanField(N_("An answer is required"))
    fields["required_if"] = StringField(N_("An answer is required only if"), [Length(max=1000)])
    for name, info in kind.Options.model_fields.items():
        made = editor_of(info).fields(info.title or name, info, languages)
        fields |= {f"option_{name}{suffix}": one for suffix, one in made.items()}
    fields["show_if"] = StringField(N_("Show only if"), [Length(max=1000)])
    pattern = Regexp(KEY, message=N_("Use small letters, digits and _, beginning with a letter."))
    fields["key"] = StringField(N_("Question key"), [Length(min=1, max=40), pattern])
    return type("ItemForm", (FlaskForm,), fields)


def show(asked: QuestionType, languages: Sequence[str]) -> dict[str, Any]:
    """What the fields hold for a question."""
    item = asked.item
    data: dict[str, Any] = {"key": item.key}
    data |= {"is_required": item.is_required, "required_if": item.required_if, "show_if": item.show_if}
    for code in languages:
        data |= {f"text_{code}": item.text.get(code, ""), f"help_{code}": item.help.get(code, "")}
    for name, info in type(asked.options).model_fields.items():
        shown = editor_of(info).show(getattr(asked.options, name), languages)
        data |= {f"option_{name}{suffix}": value for suffix, value in shown.items()}
    return data


def take(
    data: Mapping[str, Any], before: Item, kind: type[QuestionType], languages: Sequence[str]
) -> Item | list[FieldProblem]:
    """The question that the fields describe, or what is wrong with them. Other languages keep their texts."""
    conditions = {name: (data[name] or "").strip() for name in ("show_if", "required_if")}
    for name, condition in conditions.items():
        try:
            _ = parse(condition) if condition else None
        except SurveyError as error:
            return [FieldProblem(name, error.message, error.values)]
    try:
        item = Item(
            key=data["key"], type=before.type, is_required=data["is_required"], **conditions,
            text=_text(before.text, data, "text", languages), help=_text(before.help, data, "help", languages),
            options=_options(data, before, kind, languages),
        )  # fmt: skip
        kind(item)
    except ValidationError as error:
        return [_problem(one) for one in error.errors()]
    except SurveyError as error:
        return [FieldProblem("", error.message, error.values)]
    question(item)
    return item


def _text(before: Text, data: Mapping[str, Any], name: str, languages: Sequence[str]) -> Text:
    now = {code: (data[f"{name}_{code}"] or "").strip() for code in languages}
    return {code: words for code, words in (before | now).items() if words}


def _options(
    data: Mapping[str, Any], before: Item, kind: type[QuestionType], languages: Sequence[str]
) -> dict[str, Any]:
    """The options that differ from what the type does anyway."""
    options = {}
    for name, info in kind.Options.model_fields.items():
        prefix = f"option_{name}"
        own = {key.removeprefix(prefix): value for key, value in data.items() if key.startswith(prefix)}
        value = _kept(before.options.get(name), editor_of(info).take(own, languages), languages)
        if value is not None and value != info.get_default(call_default_factory=True):
            options[name] = value
    return options


def _kept(before: Any, now: Any, languages: Sequence[str]) -> Any:
    """The value with the words it had in languages that are not edited now."""
    if isinstance(before, dict) and isinstance(now, dict):
        return {code: words for code, words in before.items() if code not in languages} | now
    if isinstance(before, list | tuple) and isinstance(now, list):
        texts = {str(line.get("code")): line.get("text", {}) for line in before if isinstance(line, dict)}
        return [line | {"text": _kept(texts.get(line["code"], {}), line["text"], languages)} for line in now]
    return now


def _problem(error: Mapping[str, Any]) -> FieldProblem:
    message, values = explain(error)
    place = [str(step) for step in error["loc"]]
    return FieldProblem(f"option_{place[0]}" if place else "", message, values)
