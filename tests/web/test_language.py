"""Every text has both languages: what code, templates and registries say is in the Chinese catalogue."""

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from survey_app.web.language import CATALOGUES, number, points, translations
from survey_app.web.pages import NAVIGATION
from tests.test_architecture import PACKAGE, ROOT

KEYWORDS = {"_": None, "N_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]")


def messages() -> Iterator[tuple[str, str]]:
    """(where, message id) of everything marked for translation."""
    for folder, method in (
        (PACKAGE, [("**.py", "python")]),
        (ROOT / "templates", [("**.html", "jinja2"), ("**.txt", "jinja2")]),
    ):
        for file, line, message, _comments, _context in extract_from_dir(str(folder), method, keywords=KEYWORDS):
            text = message[0] if isinstance(message, tuple) else message
            if text:
                yield f"{Path(file).name}:{line}", text


def labels() -> Iterator[tuple[str, str]]:
    """Labels of registered kinds."""
    from survey_app.channels import CHANNELS
    from survey_app.forms.types import TYPES
    from survey_app.reporting.figures import FIGURES

    for registry in (CHANNELS, TYPES, FIGURES):
        for name, kind in registry.items():
            yield name, kind.label
    for place in NAVIGATION:
        yield place.endpoint, place.label


def test_every_message_has_a_chinese_text() -> None:
    catalogue = {key[0] if isinstance(key, tuple) else key: text for key, text in translations("zh")._catalog.items()}
    missing = {f"{where}: {text}" for where, text in (*messages(), *labels()) if not catalogue.get(text)}
    assert not missing, "\n".join(sorted(missing))


def test_no_message_has_two_chinese_texts() -> None:
    """Catalogues are merged: of two texts for one message, a page elsewhere would show the wrong one."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted((CATALOGUES / "zh").glob("*.po")):
        with path.open("rb") as file:
            for entry in read_po(file, locale="zh"):
                if entry.id:
                    found.setdefault(str(entry.id), {})[str(entry.string)] = path.name
    assert not {message: texts for message, texts in found.items() if len(texts) > 1}


def test_translations_keep_their_placeholders() -> None:
    wrong = [
        source
        for source, text in translations("zh")._catalog.items()
        if isinstance(source, str) and source and set(PLACEHOLDER.findall(source)) != set(PLACEHOLDER.findall(text))
    ]
    assert not wrong


def test_chinese_texts_use_chinese_punctuation() -> None:
    wrong = [
        text
        for text in translations("zh")._catalog.values()
        if isinstance(text, str) and re.search(r"[\u4e00-\u9fff][,;?!]", text)
    ]
    assert not wrong, "\n".join(wrong)


def test_what_rounds_to_nothing_has_no_sign() -> None:
    assert (number(-0.004, 2), number(-0.4), points(-0.02, 1, sign=True)) == ("0.00", "0", "0.0")
    assert (number(-1234.5, 1), number(7), number(None)) == ("−1,234.5", "7", "–")
