"""A questionnaire as data. A published one never changes; an edit makes a new version."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from ..errors import N_, SurveyError

LANGUAGES = ("zh", "en")
LANGUAGE_NAMES = {"zh": N_("Chinese"), "en": N_("English")}
KEY = re.compile(r"^[a-z][a-z0-9_]{0,39}$")
RESERVED = frozenset(["and", "or", "not", "in", "contains", "true", "false", "answered", "attr"])
SENT = frozenset(["page", "ticket", "lang", "go", "shown"])
"""What the form of a page sends besides the answers."""
UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\u2028\u2029\ufffe\uffff]")
"""Characters that a database or a page cannot hold, and nobody means to write."""

Key = Annotated[str, StringConstraints(pattern=KEY.pattern)]
Words = Annotated[str, AfterValidator(lambda words: UNWANTED.sub("", words.replace("\r\n", "\n")))]
Text = dict[str, Words]
"""The same words in several languages: {"zh": …, "en": …}."""


def say(text: Text | None, language: str) -> str:
    """The text in a language, else in the first language that has one."""
    if not text:
        return ""
    return text.get(language) or next((words for words in text.values() if words), "")


class Part(BaseModel):
    # Files written by hand have numbers where codes and texts are meant.
    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


class Item(Part):
    """One question, or one thing shown. `show_if` is an expression over earlier answers; empty: always. An answer is
    required where `is_required` says so, or `required_if` holds."""

    key: Key
    type: str
    text: Text = Field(default_factory=dict)
    help: Text = Field(default_factory=dict)
    is_required: bool = False
    required_if: str = ""
    show_if: str = ""
    options: dict[str, Any] = Field(default_factory=dict)


class Page(Part):
    """What is asked together. Where `end_if` holds once it is answered, the survey ends: nothing later is asked."""

    title: Text = Field(default_factory=dict)
    show_if: str = ""
    end_if: str = ""
    items: tuple[Item, ...] = Field(default=(), max_length=200)


class Ending(Part):
    """A thank-you text; the first one whose `show_if` holds is shown."""

    text: Text
    show_if: str = ""


class Questionnaire(Part):
    title: Text
    introduction: Text = Field(default_factory=dict)
    languages: tuple[Literal["zh", "en"], ...] = Field(default=("zh",), min_length=1)
    pages: tuple[Page, ...] = Field(default=(Page(),), min_length=1, max_length=100)
    endings: tuple[Ending, ...] = Field(default=(), max_length=20)

    @property
    def items(self) -> Iterator[Item]:
        for page in self.pages:
            yield from page.items

    def item(self, key: str) -> Item | None:
        return next((item for item in self.items if item.key == key), None)

    @model_validator(mode="after")
    def _keys_are_unique(self) -> Self:
        keys = [item.key for item in self.items]
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            raise SurveyError("keys-twice", N_("Two questions have the same key: %(keys)s."), keys=", ".join(twice))
        if taken := sorted(RESERVED & set(keys)):
            raise SurveyError(
                "key-taken", N_("Conditions use this word, so it cannot be a key: %(keys)s."), keys=", ".join(taken)
            )
        if taken := sorted(SENT & set(keys)):
            raise SurveyError(
                "key-taken", N_("Answer pages use this word themselves, so it cannot be a key: %(keys)s."),
                keys=", ".join(taken),
            )  # fmt: skip
        return self
