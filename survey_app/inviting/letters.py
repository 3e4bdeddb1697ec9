"""A step's texts made into a letter: laid out and its CSS inlined once, then filled for each person."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from typing import Any, Protocol, runtime_checkable

import css_inline
import jinja2

from ..config import ROOT
from ..forms.definition import say
from ..store.questionnaires import Asked
from .texts import clean, fill

LANGUAGES = ("zh", "en")
_RIGHT_TO_LEFT = ("ar", "he", "fa", "ur")


@runtime_checkable
class Scaled(Protocol):
    """A question that is answered by choosing a point of a scale, so that a mail can show the points."""

    def points(self, language: str) -> list[tuple[int, str]]: ...
    def ends(self, language: str) -> tuple[str, str]: ...


@dataclass(frozen=True, slots=True)
class Scale:
    """The first question, as a mail shows it. Two halves, so that a narrow screen can put one under the other."""

    question: str
    points: tuple[tuple[int, str], ...]
    low: str
    high: str

    @property
    def halves(self) -> tuple[tuple[tuple[int, str], ...], ...]:
        """All in one row up to seven points; else two rows on a narrow screen: 0 to 5 and 6 to 10."""
        if len(self.points) <= 7:
            return (self.points,)
        middle = (len(self.points) + 1) // 2
        return (self.points[:middle], self.points[middle:])


@dataclass(frozen=True, slots=True)
class Filled:
    """A letter to one person."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter with {{placeholders}} left in: what does not differ between people is done."""

    subject: str
    text: str
    html: str
    language: str

    def fill(self, values: Mapping[str, str]) -> Filled:
        plain = {key: clean(value) for key, value in values.items()}
        safe = {key: escape(value) for key, value in plain.items()}
        return Filled(clean(fill(self.subject, plain)), fill(self.text, plain), fill(self.html, safe))


def first_scale(asked: Asked | None, language: str) -> Scale | None:
    """The scale to show in a mail: the very first question, if it has one that shows in one line."""
    if asked is None:
        return None
    first = next(iter(asked.questionnaire.items), None)
    question = asked.questions.get(first.key) if first else None
    if first is None or not isinstance(question, Scaled):
        return None
    # The numbers alone: words of a star would not fit a button, and the ends say what they mean.
    points = tuple((value, str(value)) for value, _words in question.points(language))
    low, high = question.ends(language)
    return Scale(say(first.text, language), points, low, high) if 2 <= len(points) <= 11 else None


@lru_cache(maxsize=1)
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(ROOT / "templates" / "mail"), autoescape=jinja2.select_autoescape(),
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


@lru_cache(maxsize=256)
def _laid_out(name: str, context: tuple[tuple[str, Any], ...]) -> str:
    page = _templates().get_template(name).render(dict(context))
    if not name.endswith(".html"):
        return page
    inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
    return inliner.inline(page)


def letter(
    subject: Mapping[str, str], body: Mapping[str, str], language: str, *, scale: Scale | None, company: str,
    contact: str = "", survey: str = "",
) -> Letter:  # fmt: skip
    """Lay out a step's texts in a language (or in the first that has words)."""
    spoken = language if body.get(language) else next((key for key, words in body.items() if words), language)
    words = say(dict(body), spoken)
    paragraphs = tuple(tuple(part.strip().splitlines()) for part in words.split("\n\n") if part.strip())
    # What is the same for all is filled here, as values of the layout: never as part of a template.
    context = (
        ("body", paragraphs), ("language", spoken), ("scale", _without_braces(scale)), ("contact", contact),
        ("company", company), ("direction", "rtl" if spoken in _RIGHT_TO_LEFT else "ltr"),
    )  # fmt: skip
    return Letter(
        subject=say(dict(subject), spoken),
        text=_laid_out("letter.txt", context),
        html=_laid_out("letter.html", context),
        language=spoken,
    )


def short_letter(body: Mapping[str, str], language: str) -> Letter:
    """A step's words alone, for channels without a subject: the channel puts the link where it belongs."""
    spoken = language if body.get(language) else next((key for key, words in body.items() if words), language)
    return Letter(subject="", text=say(dict(body), spoken).strip(), html="", language=spoken)


def _without_braces(scale: Scale | None) -> Scale | None:
    """A question's own {{piping}} has nothing to refer to in a mail."""
    return replace(scale, question=fill(scale.question.replace("{{", "").replace("}}", ""), {})) if scale else None
