"""Words of foreign files as plain text, and texts in several languages from the ways files write them."""

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from ..definition import UNWANTED, Text

BLOCKS = frozenset(["p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6"])
UNSPOKEN = frozenset(["script", "style", "template", "head"])


class _Words(HTMLParser):
    """Collects what a browser would show of some HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.hidden += tag in UNSPOKEN
        if tag in BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in UNSPOKEN and self.hidden > 0
        if tag in BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)


def plain(words: Any) -> str:
    """What a person reads of a text that may hold HTML; entities are read, scripts are not."""
    text = UNWANTED.sub("", str(words if words is not None else ""))
    if "<" in text or "&" in text:
        reader = _Words()
        reader.feed(text[:20_000])
        reader.close()
        text = "".join(reader.parts)
    text = re.sub(r"[ \t\xa0]+", " ", text)
    return re.sub(r" ?\n[ \n]*", "\n", text).strip()[:4000]


def language_of(name: str) -> str | None:
    """Our name of a language as files write it (zh-Hans, ZH-S, "English (en)"), None for one we do not speak."""
    inner = re.search(r"\(([A-Za-z-]+)\)\s*$", name)
    short = (inner[1] if inner else name).strip().casefold()
    if short.startswith(("zh", "cn", "chinese", "中文", "简体")) or "中文" in short:
        return "zh"
    return "en" if short.startswith(("en", "default", "english")) else None


def texts(value: Any, own: str) -> Text:
    """A text, or a mapping of languages to texts, by our languages; `own` is that of a bare text."""
    if not isinstance(value, Mapping):
        words = plain(value)
        return {own: words} if words else {}
    made: Text = {}
    for name, words in value.items():
        language = own if str(name) == "default" else language_of(str(name))
        if language and (found := plain(words)):
            made.setdefault(language, found)
    return made


def guess_language(words: str) -> str:
    """zh where Chinese characters are common in the words, else en."""
    han = len(re.findall(r"[\u4e00-\u9fff]", words))
    return "zh" if han * 5 > len(words) else "en"


def slug(name: str, *, longest: int = 40) -> str:
    """A name as a code of ours: ASCII letters, digits and _; empty where nothing is left."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", name.strip()).strip("_-")[:longest]
