"""What the figures of a change share: the period before, parts as bars and cells, opinions that moved."""

import numpy as np

from ...analysis import OpinionMove, opinion_moves
from ...analysis.columns import Estimate
from ...analysis.compare import Difference
from ...analysis.notes import Note, NotPossible
from ...errors import N_
from ...store import metrics
from ...store.columns import Answers
from ...store.columns.frames import Numbers
from ...store.metrics import Metric
from ..changes import asked_in_both, said_to
from .base import Cell, View, rounded

SIDES = {1: N_("Praise of %(aspect)s"), -1: N_("Criticism of %(aspect)s")}
LEAST_SHARE = 0.005
"""Opinions held by fewer answers than this on both sides are not looked at: each costs the others certainty."""
Opinion = tuple[str, int]
"""An aspect and a polarity."""


def earlier(view: View) -> Answers:
    """The answers of the period before; NotPossible says why there are none."""
    if view.cut.previous() is None:
        raise NotPossible(N_("Choose a period to compare it with the one before."))
    before: Answers = view.once("before", view.before)
    if not len(before):
        raise NotPossible(N_("There are no answers in the period before to compare with."))
    return before


def compared_with(view: View) -> str:
    """The period before in words."""
    cut = view.cut.previous()
    values = {"period": view.words.period(cut) if cut else "", "n": len(earlier(view))}
    return view.words.tell(N_("Compared with %(period)s (n %(n)s)."), values)


def told(view: View, note: Note, names: dict[object, str]) -> str:
    """A note with the words for the things in it."""
    values = {key: names[v] if v is None or isinstance(v, str | tuple) else v for key, v in note.values.items()}
    return view.words.tell(note.message, values)


def bar(part: Difference) -> Estimate:
    """A part of a change as a bar with its interval."""
    return Estimate(part.value, part.low, part.high, part.n, part.unit)


def tones(bars: list[Estimate]) -> list[str]:
    """Which way each part goes."""
    return ["negative" if (e.value or 0) < 0 else "positive" for e in bars]


def signed(view: View, moved: Difference) -> Cell:
    """A part of a change, for programs and for people."""
    digits = 2 if moved.unit == "scale" else 1
    text = view.words.number(moved.value, digits)
    return Cell(rounded(moved.value), f"+{text}" if round(moved.value or 0.0, digits) > 0 else text)


def reach(view: View, moved: Difference) -> Cell:
    """The interval of a part of a change."""
    digits = 2 if moved.unit == "scale" else 1
    text = " … ".join(view.words.number(x, digits) for x in (moved.low, moved.high) if x is not None)
    return Cell(text, text)


def moves(view: View, metric: Metric, before: Answers) -> list[OpinionMove]:
    """How the change splits at each aspect praised or criticised, largest part first; `name` is an `Opinion`."""
    shared = asked_in_both(view.chosen, before)
    sides = [said_to(one, shared) for one in (before, view.chosen)]
    held = [_held(one) for one in sides]
    least = [LEAST_SHARE * len(one) for one in sides]
    telling = {
        name for said, most in zip(held, least, strict=True) for name, rows in said.items() if rows.sum() > most
    }  # fmt: skip
    then, now = ({name: rows for name, rows in said.items() if name in telling} for said in held)
    if not telling:
        return []
    ratings = [metrics.ratings(one, metric) for one in sides]
    return list(opinion_moves(ratings[0], then, ratings[1], now, score=metric.kind, **metric.options))


def _held(frame: Answers) -> dict[Opinion, Numbers]:
    """Opinion → which answers hold it. Opinions on no aspect in particular are left out."""
    said = frame.opinions
    if not len(said):
        return {}
    rows, numbers, polarity = (np.asarray(x) for x in (
        frame.places(said["response"].values), said["aspect"].values, said["polarity"].values))  # fmt: skip
    found: dict[Opinion, Numbers] = {}
    for number, code in enumerate(said["aspect"].codes):
        for side in SIDES if code else ():
            held = np.zeros(len(frame), np.bool_)
            held[rows[(numbers == number) & (polarity == side)]] = True
            found[code, side] = held
    return found


def opinion_name(view: View, name: Opinion) -> str:
    """An opinion in words."""
    return view.words.tell(SIDES[name[1]], {"aspect": view.words.aspect(name[0])})
