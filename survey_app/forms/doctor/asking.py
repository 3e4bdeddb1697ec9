"""One question in one language as the doctor reads it: its clauses, its options, and what it finds in them."""

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar

CHINESE = re.compile(r"[\u4e00-\u9fff]")
BRACKETS = re.compile(r"（[^（）]*）|\([^()]*\)|【[^【】]*】|\[[^\[\]]*\]|“[^”]*”|\"[^\"]*\"|‘[^’]*’|\{\{[^{}]*\}\}")
CLAUSE_END = {"zh": re.compile(r"[，,；;：:。！!？?\n]"), "en": re.compile(r"[;:.!?\n]")}
PREFACE = re.compile(
    r"^(?:thinking|considering|based|in|during|over|when|after|before|since|for|as|if|overall|compared|on|given)\b[^,]*,\s*",
    re.IGNORECASE,
)


def language_of(text: str) -> str:
    """Chinese where there is a Chinese character, English otherwise."""
    return "zh" if CHINESE.search(text) else "en"


@dataclass(frozen=True)
class Asking:
    """`options` are the words of the choices, none where there is nothing to choose; `help` stands under the stem."""

    text: str
    language: str
    options: tuple[str, ...] = ()
    help: str = ""
    is_required: bool = False
    is_conditional: bool = False

    @property
    def is_chinese(self) -> bool:
        return self.language == "zh"

    @cached_property
    def plain(self) -> str:
        """The stem without what is in brackets, quotes or piped in: examples and names are nobody's wording."""
        return BRACKETS.sub("", self.text).strip()

    @cached_property
    def clauses(self) -> tuple[str, ...]:
        parts = CLAUSE_END[self.language].split(self.plain)
        return tuple(part.strip() for part in parts if part.strip())

    @cached_property
    def asked(self) -> str:
        """The clause that asks: the last one, without a preface that only sets the scene."""
        last = self.clauses[-1] if self.clauses else ""
        return last if self.is_chinese else PREFACE.sub("", last)

    def found(self, patterns: dict[str, re.Pattern[str]]) -> re.Match[str] | None:
        """The first match of the pattern for this language in the plain stem."""
        return patterns[self.language].search(self.plain)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says about one question: a message id with values, and what could stand there instead.

    `stems` replace the stem (several: one question becomes several), `help` is added under it, `options` are the
    new words of the choices in their order, `may_skip` says that no answer must be allowed.
    """

    message: str
    values: dict[str, Any] = field(default_factory=dict)
    stems: tuple[str, ...] = ()
    help: str = ""
    options: tuple[str, ...] = ()
    may_skip: bool = False


class Rule:
    """One thing that can be wrong with the wording of a question. `name` is its code in files."""

    name: ClassVar[str]
    order: ClassVar[int] = 100

    def look(self, asking: Asking) -> Finding | None:
        """What is wrong, if anything; only what is in the words, never who asks."""
        raise NotImplementedError

    def examine(self, asking: Asking) -> Finding | None:
        """What is wrong; a rewrite that this very rule would find fault with again is not offered."""
        found = self.look(asking)
        if found is None:
            return None
        options = found.options or asking.options
        tried = [replace(asking, text=words, options=options) for words in found.stems or (asking.text,)]
        changes = found.stems or found.options
        if changes and any(self.look(one) for one in tried):
            return replace(found, stems=(), options=())
        return found


def stem(text: str, language: str) -> str:
    """A rewritten stem made tidy: spaces, a question mark at the end, a capital at the beginning."""
    text = re.sub(r"\s{2,}", " ", text).strip(" ，,；;。.？?!！、")
    if not text:
        return ""
    return f"{text}？" if language == "zh" else f"{text[0].upper()}{text[1:]}?"
