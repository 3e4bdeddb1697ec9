"""One page of a questionnaire as customers see it: worked out, rendered by Jinja alone, kept when it is plain."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from flask import current_app
from markupsafe import Markup, escape

from .. import clock
from ..forms.definition import Questionnaire, Text
from ..forms.logic import Values, as_json, pipe, walk
from ..forms.logic.values import ATTRIBUTES
from ..forms.page import Problem
from ..forms.types import AnswerError, QuestionType, Sent, Stored
from ..store.questionnaires import Asked
from .language import translations
from .respondent_ways import Way
from .sender import company_name

NAMES = {"zh": "中文", "en": "English"}
MAX_KEPT = 400
TICKET, ACTION, LINK = "\ue000ticket\ue001", "\ue000action\ue001", "\ue000link\ue001"
_kept: dict[tuple[Any, ...], str] = {}


@dataclass(frozen=True, slots=True)
class Line:
    """One question of the page, ready to be written."""

    question: QuestionType
    text: str
    help: str
    sent: Sent
    error: str = ""
    condition: Any = None
    is_hidden: bool = False
    required: Any = False
    """True, False, or the condition under which an answer is wanted."""
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the templates need; nothing is looked up while rendering."""

    language: str
    title: str
    page: int
    position: int
    pages: int
    lines: tuple[Line, ...]
    introduction: str = ""
    heading: str = ""
    is_last: bool = True
    can_go_back: bool = False
    action: str = ""
    ticket: str = ""
    link: str = ""
    """Where an anonymous visitor goes on later, without the ticket; empty where that is of no use."""
    notice: str = ""
    news: str = ""
    errors: bool = False
    languages: tuple[tuple[str, str], ...] = field(default=())
    is_anonymous: bool = False


def wording(language: str) -> Callable[..., str]:
    """gettext for one language, chosen by the questionnaire and not by the browser's session."""
    catalogue = translations(language)

    def translate(message: str, **values: Any) -> str:
        text = catalogue.gettext(message)
        return text % values if values else text

    return translate


def lay_out(
    asked: Asked,
    page: int,
    language: str,
    *,
    answers: Mapping[str, Stored] | None = None,
    attributes: Mapping[str, Any] | None = None,
    sent: Sent | None = None,
    problems: Mapping[str, Problem] | None = None,
    preset: Mapping[str, Stored] | None = None,
) -> Sheet:
    """The sheet of a page: `sent` (typed, refused) wins over `answers` (kept); `preset` is a score from a mail."""
    questionnaire, attributes = asked.questionnaire, attributes or {}
    definition = questionnaire.pages[page]
    known = dict(answers or {}) | dict(preset or {})
    if sent is not None:
        known |= _as_typed(asked, page, sent)
    shown = walk(questionnaire, known, attributes)

    def words(text: Text) -> str:
        return pipe(text, shown.answers, asked.questions, attributes, language)

    here = frozenset(item.key for item in definition.items if asked.questions[item.key].is_seen)
    lines = tuple(_lines(asked, page, here, shown.items, Values(shown.answers, attributes), words))
    lines = tuple(_filled(line, known, sent, problems or {}, language) for line in lines)
    pages = shown.pages if page in shown.pages else tuple(sorted({*shown.pages, page}))
    return Sheet(
        language=language,
        title=words(questionnaire.title),
        page=page,
        position=pages.index(page),
        pages=len(pages),
        lines=lines,
        introduction=words(questionnaire.introduction),
        heading=words(definition.title),
        is_last=pages[-1] == page and not _may_lead_on(questionnaire, page),
        can_go_back=pages[0] != page,
        errors=bool(problems),
    )


def _lines(
    asked: Asked,
    page: int,
    here: frozenset[str],
    shown: frozenset[str],
    values: Values,
    words: Callable[[Text], str],
) -> Iterable[Line]:
    """The questions that are shown, and those that an answer on this very page may bring up."""
    for item in asked.questionnaire.pages[page].items:
        if not asked.questions[item.key].is_seen:
            continue
        condition = as_json(item.show_if, values, here)
        depends = not isinstance(condition, bool | None)
        if depends or item.key in shown:
            question = asked.questions[item.key]
            wanted = item.is_required or (bool(item.required_if.strip()) and as_json(item.required_if, values, here))
            yield Line(
                question, words(item.text) or item.key, words(item.help), {},
                condition=condition if depends else None, is_hidden=item.key not in shown,
                required=wanted,
            )  # fmt: skip


def _filled(
    line: Line, known: Mapping[str, Stored], sent: Sent | None, problems: Mapping[str, Problem], language: str
) -> Line:
    key = line.question.item.key
    fields = sent if sent is not None else {}
    if sent is None and known.get(key) is not None:
        fields = line.question.sent(known[key])
    problem = problems.get(key)
    error = wording(language)(problem.message, **problem.values) if problem else ""
    return replace(line, sent=fields, error=error)


def _as_typed(asked: Asked, page: int, sent: Sent) -> dict[str, Stored]:
    """What was typed, as far as it can be read, so that questions stay open as they were."""
    found: dict[str, Stored] = {}
    for item in asked.questionnaire.pages[page].items:
        if not (asked.questions[item.key].is_asked and asked.questions[item.key].is_seen):
            continue
        try:
            found[item.key] = asked.questions[item.key].read(sent)
        except AnswerError:
            found[item.key] = None
    return found


def _may_lead_on(questionnaire: Questionnaire, page: int) -> bool:
    """Whether an answer on this page can bring up a later one: then the button must not promise the end."""
    keys = {item.key for item in questionnaire.pages[page].items}
    later = questionnaire.pages[page + 1 :]
    conditions = [page.show_if for page in later] + [item.show_if for page in later for item in page.items]
    return any(not isinstance(as_json(text, here=frozenset(keys)), bool | None) for text in conditions)


def _is_piped(questionnaire: Questionnaire, page: int) -> bool:
    texts: list[Text] = [questionnaire.title, questionnaire.introduction, questionnaire.pages[page].title]
    for item in questionnaire.pages[page].items:
        texts += [item.text, item.help]
    return any("{{" in words for text in texts for words in text.values())


# -- rendering -------------------------------------------------------------------------------------------------
def render(template: str, language: str, **values: Any) -> str:
    """A respondent template without Flask's context: no session, no person, no cookie."""
    page = current_app.jinja_env.get_template(template)
    return page.render(_=wording(language), language=language, company=company_name(language), **values)


def body(sheet: Sheet) -> Markup:
    """The inside of a page alone; the builder's preview shows it."""
    return Markup(render("respondent/body.html", sheet.language, sheet=sheet))


def preview(asked: Asked, page: int, language: str) -> str:
    """A whole page as customers see it, that sends nothing anywhere."""
    return render("respondent/page.html", language, sheet=lay_out(asked, page, language))


def page_html(sheet: Sheet, ticket: str, action: str, link: str, languages: tuple[str, ...], way: Way | None,
    is_anonymous: bool = False,  # noqa: FBT001
) -> str:  # fmt: skip
    """The whole page with what was filled in."""
    named = tuple((code, NAMES.get(code, code)) for code in languages)
    full = replace(sheet, ticket=ticket, action=action, link=link, languages=named, is_anonymous=is_anonymous)
    return render("respondent/page.html", sheet.language, sheet=full, way=way)


def blank(
    asked: Asked,
    page: int,
    language: str,
    ticket: str,
    action: str,
    link: str,
    languages: tuple[str, ...],
    way: Way | None,
    is_anonymous: bool = False,  # noqa: FBT001
) -> str | None:
    """The whole page with nothing filled in, from a kept skeleton that only gets its ticket and addresses.

    None where it depends on who asks: then it has to be laid out.
    """
    if _looks_at_attributes(asked):
        return None
    html = kept(
        (asked, page, language, bool(link), languages, way, is_anonymous),
        lambda: page_html(
            lay_out(asked, page, language), TICKET, ACTION, LINK if link else "", languages, way, is_anonymous
        ),
    )
    return html.replace(LINK, str(escape(link))).replace(ACTION, str(escape(action))).replace(TICKET, ticket)


def kept(key: tuple[Any, ...], make: Callable[[], str]) -> str:
    """What was rendered for the same key in this hour: a date question may be limited to "today"."""
    names = company_name("zh"), company_name("en")
    full = (id(current_app.extensions["survey"]), f"{clock.now():%Y%m%d%H}", *names, *key)
    if full not in _kept:
        while len(_kept) >= MAX_KEPT:
            _kept.pop(next(iter(_kept)), None)
        _kept[full] = make()
    return _kept[full]


@lru_cache(maxsize=512)
def _looks_at_attributes(asked: Asked) -> bool:
    """Whether a condition or a text of this questionnaire may depend on who the visitor is."""
    questionnaire = asked.questionnaire
    conditions = [part for page in questionnaire.pages for part in (page.show_if, page.end_if)]
    conditions += [text for item in questionnaire.items for text in (item.show_if, item.required_if)]
    if asked.parameters and any(conditions):
        return True
    return any(f"{ATTRIBUTES}." in condition for condition in conditions) or any(
        _is_piped(questionnaire, page) for page in range(len(questionnaire.pages))
    )
