"""The filters of a cut in words: what can be chosen, how many answers have it, and what has been chosen as chips."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import numpy as np
from flask import g
from flask_babel import gettext as _

from .. import channels, scoring
from ..analysis.text import Taxonomy
from ..errors import N_
from ..forms.definition import Text, say
from ..forms.logic import without_pipes
from ..forms.types import QuestionType
from ..store import columns
from ..store.columns import KNOWN, Answers
from ..store.cuts import ANY, FLAGS, LISTS, NONE, Cut, answered
from ..store.questionnaires import Asked
from .database import reading
from .language import language, number

CHANNELS = {name: kind.label for name, kind in channels.CHANNELS.items()} | {
    "link": N_("Public link"), "email": N_("Mail"), "import": N_("Import"), "personal": N_("Personal link"),
    "wecom": N_("WeCom"),
}  # fmt: skip
TONGUES = {"zh": N_("Chinese"), "en": N_("English")}
TITLES = {
    "segment": N_("Segment"), "tier": N_("Tier"), "channel": N_("Channel"), "language": N_("Language"),
    "version": N_("Version"),
}  # fmt: skip
POLARITIES = {1: N_("Positive"), 0: N_("Neutral"), -1: N_("Negative")}
ASPECT, FLAG, TAG = "aspect", "flag", "tag"
MOST = 60
"""Values of one thing that are offered; the rest are rare."""
FEW = 12


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a filter: its code in the address, its words, how many answers have it, and if it is chosen."""

    code: str
    label: str
    count: int | None
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Chip:
    label: str
    cut: Cut


@dataclass(frozen=True, slots=True)
class Picked:
    """One thing to filter by: parameter, choices, and the rest of the cut, which a form carries along."""

    key: str
    title: str
    parameter: str
    choices: list[Choice]
    rest: Cut
    is_together: bool = False
    """Whether all chosen values must hold, not one of them."""
    polarities: list[Choice] = field(default_factory=list)


def topics(frame: Answers, asked: Asked | None) -> dict[str, list[tuple[str, str]]]:
    """What can be filtered by, in groups: (key, words)."""
    made: dict[str, list[tuple[str, str]]] = {
        _("Closed questions"): list(_questions(frame, asked)),
        _("Customer and source"): [
            (key, key.removeprefix(KNOWN)) for key in frame.columns if key.startswith(KNOWN) and any(frame[key].codes)
        ],
        _("Opinions"): [(ASPECT, _("Aspect and polarity"))] if len(frame.opinions) else [],
        _("Sorted by people"): [(TAG, _("Tags"))] if len(frame.tags) else [],
        _("Quality of the answers"): [(FLAG, _("Signs of careless answering"))] if len(frame) else [],
    }
    return {group: found for group, found in made.items() if found}


def _questions(frame: Answers, asked: Asked | None) -> Iterator[tuple[str, str]]:
    for key, question in asked.questions.items() if asked else ():
        specs = [spec for spec in question.columns() if spec.key in frame]
        title = words(question.item.text) or key
        if len(specs) == 1 or (specs and getattr(question, "is_multiple", False)):
            yield key, title
        else:
            yield from ((spec.key, f"{title} – {words(spec.title) or spec.key}") for spec in specs)


def pick(frame: Answers, asked: Asked | None, cut: Cut, key: str) -> Picked | None:
    """The choices of one thing; None where the survey does not have it."""
    title = next((label for group in topics(frame, asked).values() for one, label in group if one == key), None)
    if title is None:
        return None
    if key == ASPECT:
        return _aspects(frame, cut, title)
    if key == TAG:
        counted = zip(frame.tags[TAG].codes, columns.counts(frame.tags[TAG]), strict=True)
        tags = [Choice(name, f"#{name}", int(count), name in cut.tags) for name, count in counted if count]
        return Picked(key, title, TAG, sorted(tags, key=lambda one: one.label), cut.without("tags"))
    if key == FLAG:
        chosen = [
            Choice(code, flag_label(code), None, code in cut.flags) for name in FLAGS for code in (f"-{name}", name)
        ]
        return Picked(key, title, FLAG, chosen, cut.without("flags"), is_together=True)
    if key.startswith(KNOWN):
        name = key.removeprefix(KNOWN)
        mine = [value for other, value in cut.attributes if other == name]
        rest = cut.with_(attributes=tuple(pair for pair in cut.attributes if pair[0] != name))
        return Picked(key, title, "attr", _attributes(frame, name, mine), rest)
    return _answers(frame, asked, cut, key, title)


def _aspects(frame: Answers, cut: Cut, title: str) -> Picked:
    column = frame.opinions["aspect"]
    counted = sorted(zip(columns.counts(column), column.codes, strict=True), reverse=True)
    choices = [
        Choice(code or NONE, aspect_name(code), int(count), (code or NONE) == cut.aspect)
        for count, code in counted
        if count
    ]
    tones = [Choice(str(value), _(label), None, value == cut.polarity) for value, label in POLARITIES.items()]
    return Picked(ASPECT, title, ASPECT, choices, cut.without("aspect").without("polarity"), polarities=tones)


def _attributes(frame: Answers, name: str, chosen: Sequence[str]) -> list[Choice]:
    column = frame[f"{KNOWN}{name}"]
    counted = sorted(zip(column.codes, columns.counts(column), strict=True), key=lambda pair: -int(pair[1]))
    made = [Choice(f"{name}:{code}", code, int(count), code in chosen) for code, count in counted[:MOST] if count]
    without = len(frame) - sum(int(count) for _code, count in counted)
    return [*made, *([Choice(f"{name}:{NONE}", _("None given"), without, "" in chosen)] if without else [])]


def _answers(frame: Answers, asked: Asked | None, cut: Cut, key: str, title: str) -> Picked | None:
    item = key if asked and key in asked.questions else key.split(".")[0]
    question = asked.questions.get(item) if asked else None
    if question is None:
        return None
    specs = [spec for spec in question.columns() if spec.key in frame]
    if len(specs) > 1 and key == item:
        pairs = [((spec.key, "1-1"), words(spec.title) or spec.key) for spec in specs]
        keys = {spec.key for spec in specs}
    else:
        pairs = [((key, code), label) for code, label in _values(frame, question, key)]
        keys = {key}
    mine = [pair for pair in cut.answers if pair[0] in keys]
    choices = [Choice(":".join(pair), label, _count(frame, pair), pair in mine) for pair, label in pairs]
    known = {pair for pair, _label in pairs}
    choices += [
        Choice(":".join(pair), answer_words(question, *pair), None, is_chosen=True)
        for pair in mine
        if pair not in known
    ]
    rest = cut.with_(answers=tuple(pair for pair in cut.answers if pair[0] not in keys))
    return Picked(key, title, "answer", choices, rest, is_together=len(keys) > 1)


def _values(frame: Answers, question: QuestionType, key: str) -> Iterator[tuple[str, str]]:
    """The values of one column: codes in words; ratings one by one and as boxes; numbers in ranges."""
    column = frame[key]
    if column.codes:
        yield from ((code, answer_words(question, key, code)) for code in column.codes)
    elif len(column.answered):
        found = np.unique(column.answered)
        if len(found) <= FEW:
            yield from _boxes(question, found)
            yield from ((f"{value:g}", f"{value:g}") for value in found.tolist())
        else:
            edges = np.unique(np.quantile(column.answered.astype(np.float64), (0, 0.25, 0.5, 0.75, 1)))
            for low, high in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
                yield f"{low:.6g}..{high:.6g}", f"{low:.6g}–{high:.6g}"
    yield ANY, _("Answered")
    yield NONE, _("Left blank")


def _boxes(question: QuestionType, found: Any) -> Iterator[tuple[str, str]]:
    """Neighbouring values of one tone, such as the detractors, as one choice."""
    low = getattr(question, "low", None)
    if low is None or not question.tones or int(found[0]) < low:
        return
    for _tone, group in groupby(enumerate(question.tones, low), key=lambda pair: pair[1]):
        values = [value for value, _ in group]
        if len(values) > 1:
            yield f"{values[0]}-{values[-1]}", f"{values[0]}–{values[-1]}"


def _count(frame: Answers, pair: tuple[str, str]) -> int:
    return int(answered(frame, pair[0], [pair[1]]).sum())


def choices(frame: Answers, cut: Cut, name: str) -> list[Choice]:
    """The values of one of the usual filters, with the number of answers for each."""
    if not len(frame):
        return []
    column, chosen = frame[name], getattr(cut, LISTS[name])
    return [
        Choice(code or NONE, code_label(name, code), int(count), code in chosen)
        for code, count in sorted(zip(column.codes, columns.counts(column), strict=True), key=lambda pair: pair[0])
        if count
    ]


def chips(cut: Cut, asked: Asked | None) -> list[Chip]:
    """What has been chosen, each with the cut that is left without it."""
    made = []
    for name, held in LISTS.items():
        made += [
            Chip(f"{_(TITLES[name])} {code_label(name, code)}", cut.without(held, code)) for code in getattr(cut, held)
        ]
    for pair in cut.attributes:
        made.append(Chip(f"{pair[0]} {pair[1] or _('None given')}", cut.without("attributes", pair)))
    made += [Chip(answer_label(asked, *answer), cut.without("answers", answer)) for answer in cut.answers]
    made += [Chip(flag_label(flag), cut.without("flags", flag)) for flag in cut.flags]
    if cut.aspect:
        made.append(Chip(f"{_('Aspect')} {aspect_name(cut.aspect)}", cut.without("aspect")))
    if cut.polarity is not None:
        made.append(Chip(_(POLARITIES[cut.polarity]), cut.without("polarity")))
    made += [Chip(f"#{name}", cut.without("tags", name)) for name in cut.tags]
    if cut.words:
        made.append(Chip(f"“{cut.words}”", cut.without("words")))
    return made


def code_label(name: str, code: str) -> str:
    """A filter's value in words."""
    if not code:
        return str(_("None given"))
    known = {"channel": CHANNELS, "language": TONGUES}.get(name, {})
    return str(_(known[code])) if code in known else (f"v{code}" if name in ("version",) else code)


def flag_label(flag: str) -> str:
    """A sign of quality in words, or that an answer does not show it."""
    name = flag.removeprefix("-")
    label = _(FLAGS[name]) if name in FLAGS else name
    return _("Without: %(sign)s", sign=label) if flag.startswith("-") else label


def answer_label(asked: Asked | None, key: str, code: str) -> str:
    """A filter by an answer as a chip: the question, shortened, and the answer."""
    for item_key, question in asked.questions.items() if asked else ():
        if any(spec.key == key for spec in question.columns()):
            title = words(question.item.text) or item_key
            return f"{title[:18]}{'…' if len(title) > 18 else ''} {answer_words(question, key, code)}"
    return f"{key} {code}"


def answer_words(question: QuestionType, key: str, code: str) -> str:
    """One value of a question's column in words."""
    if code in (ANY, NONE):
        return str(_("Answered") if code == ANY else _("Left blank"))
    specs = question.columns()
    spec = next((one for one in specs if one.key == key), None)
    label = words(dict(zip(spec.codes, spec.labels, strict=False)).get(code)) if spec else ""
    if label:
        return label
    value = code.replace("..", "–") if ".." in code else code.replace("-", "–")
    if spec is None or len(specs) == 1:
        return value
    # Of a question with several columns the column says most: an option that was chosen, a row that was rated.
    title = words(spec.title) or spec.key
    return title if getattr(question, "is_multiple", False) else f"{title} {value}"


def taxonomy() -> Taxonomy:
    """The aspects of this installation, looked up once a request."""
    if "taxonomy" not in g:
        with reading() as db:
            g.taxonomy = scoring.chosen(db).taxonomy
    found: Taxonomy = g.taxonomy
    return found


def aspect_name(code: str) -> str:
    """An aspect in the reader's language."""
    for aspect in taxonomy().aspects:
        if aspect.code == code:
            return str(_(aspect.label))
    return str(_("Other")) if code in ("", NONE) else code


def words(text: Text | None) -> str:
    """A text of a questionnaire in the reader's language, with an ellipsis where an answer was piped in."""
    return without_pipes(say(text, language()))


def sized(count: int | None) -> str:
    """How many answers have a value, where that is known."""
    return "" if count is None else number(count)
