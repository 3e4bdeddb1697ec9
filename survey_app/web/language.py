"""Languages: catalogues read from source at start, the reader's choice, dates and numbers as the reader writes them."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, request, session
from flask_babel import Babel, Domain, gettext

from .. import clock
from ..errors import SurveyError
from ..forms.definition import Text, say
from .access import current_user
from .database import config

CATALOGUES = Path(__file__).parent.parent / "translations"
LANGUAGES = {"zh": "简体中文", "en": "English"}
LOCALES = {"zh": "zh_Hans_CN", "en": "en_GB"}


@lru_cache
def translations(language: str) -> Translations:
    """All catalogues of a language in one. English is the language of the message ids and has none."""
    merged = Translations()
    merged.files = []
    for path in sorted((CATALOGUES / language).glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        merged.merge(Translations(fp=compiled, domain="messages"))
    return merged


class _Catalogues(Domain):  # type: ignore[misc]
    """Looks messages up in our merged catalogues."""

    def get_translations(self) -> Translations:
        return translations(language())


class _Babel(Babel):  # type: ignore[misc]
    domain_instance = _Catalogues()


def language() -> str:
    """The language of this page: the address's, else one chosen before, else the person's, else the browser's."""
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        session["lang"] = asked
        return asked
    if session.get("lang") in LANGUAGES:
        return str(session["lang"])
    user = current_user()
    if user is not None and user.language in LANGUAGES:
        return user.language
    return request.accept_languages.best_match(["zh", "en"]) or config().language


def translate(message: str, values: dict[str, Any] | None = None) -> str:
    """A message id from a kernel or stage, in the reader's language, with its values filled in."""
    text: str = gettext(message)
    return text % values if values else text


def sentences(*parts: str) -> str:
    """Sentences one after the other: with a space between them, except in Chinese."""
    return ("" if language() == "zh" else " ").join(part.strip() for part in parts if part and part.strip())


def listed(parts: Iterable[str]) -> str:
    """Names one after the other, with the reader's comma."""
    return ("、" if language() == "zh" else ", ").join(parts)


def refusal(error: SurveyError, more: str = "") -> str:
    """What was refused and what to do, in the reader's language, the parts of the message too."""
    values = {
        key: translate(value) if isinstance(value, str) and value else value for key, value in error.values.items()
    }
    return sentences(translate(error.message, values), translate(error.hint, values) if error.hint else "", more)


def register(app: Flask) -> None:
    timezone = app.extensions["survey"].config.timezone
    _Babel(app, locale_selector=lambda: LOCALES[language()], timezone_selector=lambda: timezone)
    app.jinja_env.filters.update(when=when, day=day, number=number, percent=percent, points=points, ago=ago)
    words = {"LANGUAGES": LANGUAGES, "say": _say, "translate": translate, "sentences": sentences}
    app.jinja_env.globals.update(translate=translate)  # macros are imported without the page's context
    app.context_processor(lambda: {"language": language(), **words})


def _say(text: Text | None) -> str:
    return say(text, language())


def _local(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(config().timezone))


def when(moment: datetime | None) -> str:
    """A moment as the reader writes it: 2026年11月21日 14:05, or 21 Nov 2026, 14:05."""
    if moment is None:
        return ""
    separator = " " if language() == "zh" else ", "
    return f"{day(_local(moment))}{separator}{_local(moment):%H:%M}"


def day(value: date | datetime | None) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = _local(value).date()
    if language() == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {value:%b} {value.year}"


def ago(moment: datetime | None) -> str:
    """How long ago, in the largest unit that fits."""
    if moment is None:
        return ""
    from_now = (clock.now() - moment).total_seconds()
    for seconds, text in ((86400, "%(n)s days ago"), (3600, "%(n)s hours ago"), (60, "%(n)s minutes ago")):
        if from_now >= seconds:
            return str(gettext(text, n=int(from_now // seconds)))
    return str(gettext("just now"))


def number(value: float | None, digits: int = 0) -> str:
    """1,284 in both languages; a dash where there is no number. What rounds to nothing has no sign."""
    return "–" if value is None else f"{value:z,.{digits}f}".replace("-", "−")


def percent(value: float | None, digits: int = 0) -> str:
    """A value on 0–100 as a percentage."""
    return "–" if value is None else f"{number(value, digits)}%"


def points(value: float | None, digits: int = 0, sign: bool = False) -> str:  # noqa: FBT001 - a template filter
    if value is None:
        return "–"
    text = number(value, digits)
    return f"+{text}" if sign and round(value, digits) > 0 else text
