"""Conditions of foreign files rewritten in our expression language, or refused: our own parser has the last word."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ...errors import SurveyError
from ..logic import parse

Rule = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]

STRINGS = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")
HELD = r"\x01(\d+)\x01"
REFERENCE = re.compile(r"\x02([^\x02\x03]*)\x03")


class Untranslatable(ValueError):
    """A condition that means something our language cannot say."""


@dataclass(frozen=True, slots=True)
class Known:
    """What names of the file are called with us: item name → key, and key → the codes that were renamed."""

    keys: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    parts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Key → the codes of its rows or options, for names that join item and row."""
    several: frozenset[str] = frozenset()
    """The keys of items where several options can be chosen."""


def ref(name: str) -> str:
    """A reference, marked so that rules leave it alone."""
    return f"\x02{name}\x03"


def translate(condition: str, rules: Sequence[Rule], known: Known) -> str:
    """The condition in our language. Texts in quotes are set aside, the dialect's rules are applied, names resolved.

    Raises Untranslatable where a name is unknown or the result is no condition of ours.
    """
    if len(condition) > 2000 or re.search(r"[\x01-\x03]", condition):
        raise Untranslatable(condition[:60])
    kept: list[str] = []

    def hold(match: re.Match[str]) -> str:
        kept.append(re.sub(r"\\(.)", r"\1", match[1] if match[1] is not None else match[2]))
        return f"\x01{len(kept) - 1}\x01"

    text = STRINGS.sub(hold, condition)
    for pattern, replacement in rules:
        text = pattern.sub(replacement, text)
    text = REFERENCE.sub(lambda match: _resolve(match[1], known), text)
    text = _recode(text, kept, known.codes)
    text = re.sub(HELD, lambda match: _quoted(kept[int(match[1])]), text)
    text = re.sub(r"\s+", " ", text).strip()
    try:
        parse(text)
    except SurveyError as error:
        raise Untranslatable(text) from error
    return text


def _resolve(name: str, known: Known) -> str:
    """An item's key; where a file joins item and row in one name, the key and the row."""
    if name in known.keys:
        return known.keys[name]
    for mark in (".", "_"):
        item, _, part = name.rpartition(mark)
        key = known.keys.get(item)
        if key is not None:
            code = known.codes.get(key, {}).get(part, part)
            if code in known.parts.get(key, ()):
                return f"{key}.{code}"
    raise Untranslatable(name)


def _recode(text: str, kept: list[str], codes: Mapping[str, Mapping[str, str]]) -> str:
    """Codes that were renamed, wherever they are compared with the answer to their item."""
    compared = re.compile(rf"\b([a-z][a-z0-9_]*)\s*(?:==|!=|contains|in)\s*(\[[^\]]*\]|{HELD})")
    for match in compared.finditer(text):
        renamed = codes.get(match[1], {})
        for place in re.findall(HELD, match[2]):
            kept[int(place)] = renamed.get(kept[int(place)], kept[int(place)])
    return text


def _quoted(words: str) -> str:
    """A text in the quotes that it does not hold itself; digits stay a text, which compares like the number."""
    mark = "'" if '"' in words else '"'
    if mark in words:
        raise Untranslatable(words)
    return f"{mark}{words}{mark}"
