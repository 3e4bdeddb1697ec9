"""Questionnaires as files: JSON and YAML in and out, with errors that say where."""

import json
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import yaml
from pydantic import ValidationError

from ...errors import N_, SurveyError
from ..definition import UNWANTED, Questionnaire
from ..logic import parse
from ..problems import explain, place
from ..types import question

FORMAT = "survey-questionnaire/1"
LARGEST = 512 * 1024


class ExchangeError(SurveyError):
    """A file that is no questionnaire; `where` in its values says at which part it stops being one."""

    def __init__(self, message: str, hint: str = "", **values: Any) -> None:
        where = N_("This is at %(where)s. Correct the file and import it again.")
        hint = hint or (where if "where" in values else N_("Correct the file."))
        super().__init__("exchange", message, hint, **values)


def load(data: bytes | str) -> Questionnaire:
    """The questionnaire of a JSON or YAML file."""
    text = _text(data)
    parsed = _from_json(text) if text.lstrip().startswith("{") else _from_yaml(text)
    if not isinstance(parsed, dict):
        raise ExchangeError(N_("The file does not hold a questionnaire."))
    if (form := parsed.pop("format", FORMAT)) != FORMAT:
        raise ExchangeError(
            N_("The file has the format “%(form)s”; only “%(known)s” can be read."), form=str(form)[:60], known=FORMAT
        )
    return validate(_clean(parsed))


def validate(parsed: dict[str, Any]) -> Questionnaire:
    """A questionnaire from plain data, checked down to every option and condition."""
    try:
        made = Questionnaire.model_validate(parsed)
    except ValidationError as error:
        first = error.errors()[0]
        message, values = explain(first)
        raise ExchangeError(message, where=place(first["loc"]) or "title", **values) from error
    except SurveyError as error:
        raise ExchangeError(error.message, where="pages", **error.values) from error
    except RecursionError as error:
        raise ExchangeError(N_("The file is nested too deeply.")) from error
    for number, page in enumerate(made.pages):
        for index, item in enumerate(page.items):
            _at(f"pages[{number}].items[{index}]", partial(question, item))
            _condition(f"pages[{number}].items[{index}].show_if", item.show_if)
            _condition(f"pages[{number}].items[{index}].required_if", item.required_if)
        _condition(f"pages[{number}].show_if", page.show_if)
        _condition(f"pages[{number}].end_if", page.end_if)
    for number, ending in enumerate(made.endings):
        _condition(f"endings[{number}].show_if", ending.show_if)
    return made


def dump_json(questionnaire: Questionnaire) -> str:
    return json.dumps(_plain(questionnaire), ensure_ascii=False, indent=2) + "\n"


def dump_yaml(questionnaire: Questionnaire) -> str:
    return yaml.safe_dump(_plain(questionnaire), allow_unicode=True, sort_keys=False, width=100)


def _plain(questionnaire: Questionnaire) -> dict[str, Any]:
    """What is not said is left out, so that a file reads well and later defaults apply."""
    return {"format": FORMAT, **questionnaire.model_dump(mode="json", exclude_defaults=True)}


def _text(data: bytes | str) -> str:
    if len(data) > LARGEST:
        raise ExchangeError(N_("The file is larger than %(max)s kB."), max=LARGEST // 1024)
    if isinstance(data, str):
        return data
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ExchangeError(N_("The file is not text in UTF-8.")) from error


def _clean(value: Any) -> Any:
    """Plain data without characters that no database or page can hold."""
    if isinstance(value, str):
        return UNWANTED.sub("", value)
    if isinstance(value, list):
        return [_clean(one) for one in value]
    if isinstance(value, dict):
        return {_clean(key): _clean(one) for key, one in value.items()}
    return value


def _from_json(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise ExchangeError(
            N_("Line %(line)s, column %(column)s: this is not JSON."), line=error.lineno, column=error.colno
        ) from error
    except ValueError as error:  # a number of thousands of digits
        raise ExchangeError(N_("The file does not hold a questionnaire.")) from error
    except RecursionError as error:
        raise ExchangeError(N_("The file is nested too deeply.")) from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ExchangeError(N_("“%(key)s” is given twice."), key=next(key for key in keys if keys.count(key) > 1)[:60])
    return made


def _from_yaml(text: str) -> Any:
    try:
        return yaml.load(text, Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise ExchangeError(
            N_("Line %(line)s, column %(column)s: this is not YAML."),
            line=mark.line + 1 if mark else 1, column=mark.column + 1 if mark else 1,
        ) from error  # fmt: skip
    except (yaml.YAMLError, ValueError) as error:
        raise ExchangeError(N_("The file does not hold a questionnaire.")) from error
    except RecursionError as error:
        raise ExchangeError(N_("The file is nested too deeply.")) from error


class Loader(yaml.SafeLoader):
    """YAML without what bites: no aliases (they can grow without end), no tags (they choose what is made of a text),
    no days, no yes and no as true and false."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="aliases are not read", problem_mark=event.start_mark)
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if getattr(event, "tag", None) is not None:
            raise yaml.MarkedYAMLError(problem="tags are not read", problem_mark=event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001
        _once([(str(key.value), None) for key, _ in node.value])
        return super().construct_mapping(node, deep)


for _tag, _pattern, _first in (
    ("bool", r"^(true|false)$", "tf"),
    ("null", r"^(~|null|)$", ["~", "n", ""]),
    ("int", r"^-?(0|[1-9][0-9]{0,14})$", "-0123456789"),
    ("float", r"^-?[0-9]{1,15}\.[0-9]{1,15}$", "-0123456789"),
):
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))


def _at(where: str, make: Callable[[], object]) -> None:
    try:
        make()
    except SurveyError as error:
        deeper = error.values.pop("option", "")
        where = f"{where}.options.{deeper}" if deeper else where
        raise ExchangeError(error.message, where=where, **error.values) from error


def _condition(where: str, show_if: str) -> None:
    if show_if.strip():
        _at(where, lambda: parse(show_if))
