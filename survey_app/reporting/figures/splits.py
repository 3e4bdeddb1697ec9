"""What answers can be split by: where they came from, and every closed answer of the questionnaire."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from ...analysis import SCORES
from ...analysis.columns import Array, Column
from ...analysis.notes import NotPossible
from ...errors import N_
from ...forms.types import ColumnSpec, QuestionType
from ...store.columns import Answers
from ...store.columns.frames import Numbers
from ...store.cuts import ANY, LISTS, Cut
from ...store.metrics import Metric
from .base import Ask, View, short

MOST = 40
"""Groups beyond this many are left out of a figure, and it says so."""
BOXES = "~"
"""Behind the key of a rating: its answers in boxes, such as detractors, passives and promoters."""
SCALE = 12
"""A whole-number column of at most so many values is a scale, whose values can be groups."""


@dataclass(frozen=True, slots=True)
class Split:
    """A column of groups. `key` is the column that holds them, `codes` are as addresses name them, `values` the code
    number of each row, −1 for none."""

    key: str
    title: str
    codes: tuple[str, ...]
    labels: tuple[str, ...]
    values: Numbers
    question: QuestionType | None = None

    @property
    def is_item(self) -> bool:
        """Whether it is an answer, not something known beside the answers."""
        return self.key not in LISTS

    def narrow(self, cut: Cut, code: str) -> Cut:
        """A cut to one group."""
        field = LISTS.get(self.key)
        if field is not None:
            return cut.with_(**{field: (code,)})
        kept = tuple(answer for answer in cut.answers if answer[0] != self.key)
        return cut.with_(answers=(*kept, (self.key, code)))

    def known(self, cut: Cut) -> Cut:
        """A cut to those who are in any of the groups."""
        is_there = not self.is_item or any(key == self.key for key, _ in cut.answers)
        return cut if is_there else cut.with_(answers=(*cut.answers, (self.key, ANY)))

    def counts(self) -> Array:
        return np.bincount(self.values[self.values >= 0], minlength=len(self.codes))

    def largest(self, most: int = MOST) -> list[int]:
        """The groups that have answers, in their own order; the largest ones where there are too many."""
        counted: Numbers = self.counts()
        there = np.flatnonzero(counted)
        if len(there) > most:
            there = np.sort(there[np.argsort(-counted[there], kind="stable")[:most]])
        return [int(i) for i in there]


def split(view: View, key: str, frame: Answers | None = None) -> Split:
    """The column of a key on the view's answers (or another frame). KeyError for one that is not offered."""
    answers = view.chosen if frame is None else frame
    if key in LISTS:
        column = answers[key] if key in answers else Column(key, np.empty(0, np.int32))
        labels = tuple(view.words.label(key, code) for code in column.codes)
        values: Numbers = column.values
        return Split(key, view.words.label(key, "title"), column.codes, labels, values)
    for question, spec in _specs(view):
        if spec.key == key:
            return _of_item(view, question, spec, answers)
        if f"{spec.key}{BOXES}" == key:
            return _boxed(view, question, _of_item(view, question, spec, answers))
    raise KeyError(key)


def _of_item(view: View, question: QuestionType, spec: ColumnSpec, answers: Answers) -> Split:
    found = answers.of(question)
    column = found[spec.key] if spec.key in found else Column(spec.key, np.full(len(answers), -1, np.int32), spec.codes)
    title, is_there, values = titles(view)[spec.key], column.is_answered, column.values
    if spec.codes:
        numbers: Numbers = np.where(is_there, values, -1).astype(np.int32)
        labels = tuple(view.words.say(text) or code for code, text in zip(spec.codes, spec.labels, strict=True))
        return Split(spec.key, title, spec.codes, labels, numbers, question)
    there: Numbers = values[is_there]
    low, high = (int(there.min()), int(there.max())) if len(there) else (0, 0)
    numbers = np.where(is_there, values - low, -1).astype(np.int32)
    codes = tuple(str(value) for value in range(low, high + 1))
    is_flag = scale_of(question) is None and low >= 0 and high <= 1
    words = {"0": view.words.tell(N_("Not chosen")), "1": view.words.tell(N_("Chosen"))} if is_flag else {}
    return Split(spec.key, title, codes, tuple(words.get(code, code) for code in codes), numbers, question)


def _boxed(view: View, question: QuestionType, whole: Split) -> Split:
    """The answers to a rating by the tone of their points; the codes are ranges, as filters take them."""
    low = (scale_of(question) or (0, 0))[0]
    runs = [list(run) for _, run in groupby(enumerate(question.tones, low), lambda pair: pair[1])]
    codes = tuple(f"{run[0][0]}-{run[-1][0]}" for run in runs)
    words = BOX_NAMES[question.score is not None and SCORES[question.score].unit == "points"]
    labels = tuple(
        f"{view.words.tell(words[run[0][1]])} {code.replace('-', '–')}" for run, code in zip(runs, codes, strict=True)
    )
    box = np.array([place for place, run in enumerate(runs) for _ in run] + [-1], np.int32)
    points = np.array([int(code) - low for code in whole.codes] + [len(box) - 1], np.int32)
    return Split(whole.key, _boxes_title(view, whole.title), codes, labels, box[points[whole.values]], question)


BOX_NAMES = {
    True: {"negative": N_("Detractors"), "neutral": N_("Passives"), "positive": N_("Promoters")},
    False: {"negative": N_("Low"), "neutral": N_("Middle"), "positive": N_("High")},
}


def _boxes_title(view: View, title: str) -> str:
    return view.words.tell(N_("%(title)s (in groups)"), {"title": title})


def titles(view: View) -> dict[str, str]:
    """Column key → what it is called: the words of its row or choice, with those of its question where they repeat."""
    made: dict[str, str] = view.once("titles", lambda: _called(view, _specs(view)))
    return made


def _called(view: View, found: Sequence[tuple[QuestionType, ColumnSpec]]) -> dict[str, str]:
    own = {spec.key: (view.words.say(spec.title), view.words.say(q.item.text)) for q, spec in found}
    rated = {spec.key for question, spec in found if scale_of(question)}
    held = Counter(title for title, _ in own.values())
    made = {}
    for key, (title, whole) in own.items():
        # What is chosen says little without its question; a row that was rated says enough.
        if title and title != whole and (held[title] > 1 or key not in rated):
            title = f"{short(whole, 12)} · {short(title, 12)}"
        made[key] = short(title or whole or key)
    return made


def _specs(view: View) -> list[tuple[QuestionType, ColumnSpec]]:
    made: list[tuple[QuestionType, ColumnSpec]] = view.once("specs", lambda: list(_closed(view)))
    return made


def _closed(view: View) -> Iterator[tuple[QuestionType, ColumnSpec]]:
    for question in view.asked.questions.values() if view.asked else ():
        for spec in question.columns():
            if not spec.is_number and (spec.codes or not _is_wide(view, spec.key)):
                yield question, spec


def _is_wide(view: View, key: str) -> bool:
    """A whole number with many values, such as an amount or a day: no scale."""
    if key not in view.frame or not len(view.frame):
        return False
    there: Numbers = view.frame[key].answered
    return bool(len(there)) and (int(there.max()) - int(there.min()) >= SCALE or int(there.min()) < 0)


def scale_of(question: QuestionType) -> tuple[int, int] | None:
    """The lowest and highest point of a rating; None where a question has no scale."""
    low, high = question.score_options.get("scale") or (getattr(question, "low", 1), getattr(question, "high", None))
    high = getattr(question.options, "points", None) if high is None else high
    if not (isinstance(low, int) and isinstance(high, int)):
        return None
    return (low, high) if 1 < high - low < SCALE else None


def attributes(view: View) -> list[tuple[str, str]]:
    """(key, title) of what is known beside the answers, where it tells answers apart."""
    return [
        (key, view.words.label(key, "title")) for key in LISTS if key in view.frame and len(view.frame[key].codes) > 1
    ]


def items(view: View) -> list[tuple[str, str]]:
    """(key, title) of the closed answers of the questionnaire."""
    made, names = [], titles(view)
    for question, spec in _specs(view):
        if spec.key == question.item.key and question.tones and scale_of(question):
            made.append((f"{spec.key}{BOXES}", _boxes_title(view, names[spec.key])))
        made.append((spec.key, names[spec.key]))
    return made


def splits(view: View) -> list[tuple[str, str]]:
    """(key, title) of all that answers can be split by."""
    return [*attributes(view), *items(view)]


@dataclass(frozen=True, slots=True)
class Scale:
    """A rating or a row of a matrix: what can be correlated. Its values are NaN where nobody answered."""

    title: str
    values: Numbers
    ends: tuple[int, int]

    @property
    def span(self) -> str:
        """All points of the scale, as filters name them."""
        return f"{self.ends[0]}-{self.ends[1]}"


def who_rated(cut: Cut, rated: Mapping[str, Scale]) -> Cut:
    """A cut to those who answered all of some ratings (column key → scale); filters on them stay as they are."""
    there = {key for key, _ in cut.answers}
    return cut.with_(answers=(*cut.answers, *((key, one.span) for key, one in rated.items() if key not in there)))


def rated(cut: Cut, metric: Metric) -> Cut:
    """A cut to those who rated a metric."""
    is_there = any(key == metric.item_key for key, _ in cut.answers)
    return cut if is_there else cut.with_(answers=(*cut.answers, (metric.item_key, ANY)))


def scales(view: View) -> dict[str, Scale]:
    """Column key → every rating and matrix row of the questionnaire."""
    made: dict[str, Scale] = view.once("scales", lambda: _scales(view))
    return made


def _scales(view: View) -> dict[str, Scale]:
    made: dict[str, Scale] = {}
    rated = [(question, spec) for question, spec in _specs(view) if not spec.codes and scale_of(question)]
    names = _called(view, rated)
    for question, spec in rated:
        ends, column = scale_of(question), view.chosen.of(question)
        if ends is not None and spec.key in column:
            values = np.where(column[spec.key].is_answered, column[spec.key].values, np.nan)
            made[spec.key] = Scale(names[spec.key], values, ends)
    return made


def different(view: View, rows: str, columns: str) -> tuple[Split, Split]:
    """Two columns of groups to set against each other. NotPossible where they are one and the same answer."""
    if not rows or not columns:
        raise NotPossible(N_("There are no groups to compare in this view."))
    up, across = split(view, rows), split(view, columns)
    if up.key == across.key:
        raise NotPossible(N_("Choose two different things for rows and columns."))
    return up, across


def split_ask(name: str, label: str, *, is_item_first: bool = False) -> Ask:
    """Which column of groups."""
    return Ask(name, label, lambda view: [*items(view), *attributes(view)] if is_item_first else splits(view))
