"""What changed in the options of one question, line by line, and whether its answers can still be compared."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic.fields import FieldInfo

from ..errors import N_
from .definition import LANGUAGES, Text
from .types import QuestionType
from .types._parts import Line

OTHERWISE = N_("It is answered on another scale or within other limits.")
MOVED = N_("What comes earlier colours the answers to what comes later.")
NO, YES = N_("No"), N_("Yes")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: a message id, and why the trend goes on or `breaks`; `text` is the question it is about, `before`
    and `after` what stood there (texts, or message ids)."""

    kind: Literal["added", "removed", "changed"]
    message: str
    reason: str = ""
    breaks: bool = False
    key: str = ""
    text: Text = field(default_factory=dict)
    before: Text | str = ""
    after: Text | str = ""
    values: dict[str, Any] = field(default_factory=dict)


def everywhere(words: str) -> Text:
    """What reads the same in every language."""
    return dict.fromkeys(LANGUAGES, words) if words else {}


def reworded(message: str, old: Text, new: Text) -> Iterator[Change]:
    """That a text near the question says something else, or the same with other signs or in more languages."""
    if old == new:
        return
    shared = [code for code in old if code in new]
    differ = [code for code in shared if old[code] != new[code]]
    if differ:  # what stayed the same in another language is not shown
        old, new = ({code: side[code] for code in differ} for side in (old, new))
    if any(_plain(old[code]) != _plain(new[code]) for code in differ) or not shared:
        yield Change("changed", message, N_("Other words are answered otherwise."), breaks=True, before=old, after=new)
    elif differ:
        reason = N_("Only signs, spaces or capitals differ.")
        yield Change("changed", message, reason, before=old, after=new)
    else:
        reason = N_("A language was added or taken away; the words of the others are the same.")
        yield Change("changed", message, reason, before=old, after=new)


def _plain(words: str) -> str:
    """The letters and digits of a text, which is what it says."""
    folded = unicodedata.normalize("NFKC", words).casefold()
    return "".join(sign for sign in folded if unicodedata.category(sign)[0] in "LNM")


def between(was: QuestionType, now: QuestionType) -> Iterator[Change]:
    """The differences between the options of two questions of one type."""
    for name, info in type(was.options).model_fields.items():
        old, new = getattr(was.options, name), getattr(now.options, name)
        if old == new:
            continue
        if name in was.harmless:
            yield _other(info, name, old, new, N_("It does not change what is answered."), breaks=False)
        elif isinstance(old, tuple) and all(isinstance(line, Line) for line in (*old, *new)):
            yield from _lines(old, new, are_apart=was.are_lines_apart and name == was.lines_option)
        elif isinstance(old, dict):
            usual = was.unset(name)
            yield from reworded(info.title or name, old or usual, new or usual)
        else:
            yield _other(info, name, old, new, OTHERWISE, breaks=True)


def _other(info: FieldInfo, name: str, old: Any, new: Any, reason: str, *, breaks: bool) -> Change:
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    labels: Any = extra.get("labels", {})

    def words(value: Any) -> Text | str:
        if isinstance(value, bool):
            return YES if value else NO
        if isinstance(value, dict):
            return value
        if value is None:
            return ""
        return str(labels.get(value, f"{value:g}" if isinstance(value, float) else value))

    return Change("changed", info.title or name, reason, breaks=breaks, before=words(old), after=words(new))


def _lines(old: Sequence[Line], new: Sequence[Line], *, are_apart: bool) -> Iterator[Change]:
    """Choices compete with each other; rows that are answered one by one do not."""
    was, now = {line.code: line for line in old}, {line.code: line for line in new}
    for code, line in now.items():
        if code not in was:
            yield _added(line, are_apart=are_apart)
        else:
            yield from reworded(N_("The words of an option were changed."), was[code].text, line.text)
            if was[code].model_dump(exclude={"text"}) != line.model_dump(exclude={"text"}):
                message = N_("The kind of an option was changed.")
                yield Change("changed", message, OTHERWISE, breaks=True, after=line.text)
    for code, line in was.items():
        if code not in now:
            reason = N_("Its series ends here.") if are_apart else N_("Who would choose it now chooses something else.")
            yield Change("removed", N_("An option was removed."), reason, breaks=True, before=line.text)
    shared = [code for code in was if code in now]
    if shared != [code for code in now if code in was]:
        yield Change("changed", N_("The options stand in another order."), MOVED, breaks=True)


def _added(line: Line, *, are_apart: bool) -> Change:
    if are_apart:
        return Change("added", N_("An option was added."), N_("It begins a series of its own."), after=line.text)
    reason = N_("Some who chose another option choose this one now.")
    return Change("added", N_("An option was added."), reason, breaks=True, after=line.text)
