"""What the rules say about the questions of a draft, each with the questions that could stand there instead."""

from collections.abc import Iterator, Sequence
from typing import Any

from ..definition import Item, say
from ..remarks import Remark
from ..types import QuestionType
from .asking import Asking, Finding
from .rules import ordered

BLANK = Finding("")


def remarks(item: Item, asked: QuestionType, languages: Sequence[str]) -> Iterator[Remark]:
    """One remark per rule, whatever the number of languages it is found in."""
    askings = {code: made for code in languages if (made := _asking(item, asked, code))}
    for rule in ordered():
        found = {code: finding for code, asking in askings.items() if (finding := rule.examine(asking))}
        if found:
            first = next(iter(found.values()))
            yield Remark(
                "warning", first.message, first.values, field="text", rule=rule.name,
                rewrite=rewritten(item, asked, found),
            )  # fmt: skip


def _asking(item: Item, asked: QuestionType, language: str) -> Asking | None:
    text = item.text.get(language, "").strip()
    if not text:
        return None
    has_options = asked.are_lines_read and not asked.rows_to_rate
    options = tuple(say(line.text, language) for line in asked.lines) if has_options else ()
    return Asking(text, language, options, item.help.get(language, ""), item.is_required, bool(item.show_if.strip()))


def rewritten(item: Item, asked: QuestionType, found: dict[str, Finding]) -> tuple[Item, ...]:
    """The questions that take this one's place; none where the rules have no words for it."""
    count = max(len(finding.stems) for finding in found.values())
    made = [_with(item, found, number) for number in range(max(count, 1))]
    if any(finding.options for finding in found.values()):
        options = {**item.options, asked.lines_option: _lines(asked, found)}
        made = [one.model_copy(update={"options": options}) for one in made]
    return tuple(made) if made[0] != item else ()


def _with(item: Item, found: dict[str, Finding], number: int) -> Item:
    stems = {code: finding.stems[number] for code, finding in found.items() if number < len(finding.stems)}
    helps = {code: finding.help for code, finding in found.items() if finding.help}
    texts = {code: f"{item.help.get(code, '')} {words}".strip() for code, words in helps.items()}
    may_skip = any(finding.may_skip for finding in found.values())
    return item.model_copy(update={
        "text": {**item.text, **{code: words for code, words in stems.items() if words}},
        "help": {**item.help, **texts},
        "is_required": item.is_required and not may_skip,
    })  # fmt: skip


def _lines(asked: QuestionType, found: dict[str, Finding]) -> list[dict[str, Any]]:
    """The choices with their new words: matched by place where none is added, else by the words they keep."""
    lines = [line.model_dump(mode="json", exclude_defaults=True) for line in asked.lines]
    for code, finding in found.items():
        if finding.options:
            lines = _worded(lines, code, finding.options)
    return lines


def _worded(lines: list[dict[str, Any]], language: str, words: tuple[str, ...]) -> list[dict[str, Any]]:
    if len(words) == len(lines):
        return [
            line | {"text": line.get("text", {}) | {language: text}} for line, text in zip(lines, words, strict=True)
        ]
    known = {line.get("text", {}).get(language): line for line in lines}
    taken = {line["code"] for line in lines}
    made: list[dict[str, Any]] = []
    for number, text in enumerate(words):
        line = known.get(text)
        if line is None and number < len(lines) and lines[number]["code"] not in {one["code"] for one in made}:
            same_place = lines[number]
            line = same_place if not same_place.get("text", {}).get(language) else None
        if line is None:
            code = next(f"c{n}" for n in range(1, 1000) if f"c{n}" not in taken)
            taken.add(code)
            line = {"code": code, "text": {language: text}}
        made.append(line)
    return made
