"""Teaching by whole texts: labelled ones, with or without aspects, and comments whose only label is their score."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .aspects import Taxonomy, general
from .clauses import Piece, cut
from .clean import Cleaned, clean, goes_as_chinese
from .evaluating import Labelled
from .heads import Examples, Heads, fit_heads
from .judging import opinions
from .learning import Lessons, Prior, fit
from .models import TextModel
from .table import Table
from .taught import NOTHING, LessonError, Taught
from .teaching import teach

Floats = NDArray[np.float64]
FIRMNESS = 0.15
"""How hard the model is held to its base by whole texts: half the squared weights that one label is worth."""
BALANCE = 0.5
"""How far praise and complaint are made to count alike: 0 not at all, 1 wholly."""
ENOUGH = 10
"""Neutral texts, and others, from which on it is learned what makes a text neutral."""
SHARPER = 2.5
"""How much surer than the base its own opinions count when they teach it."""
SIGN = 1.7
"""Log odds that a score adds: about one in seven says something else than its comment."""
POLARITY = {"positive": 1, "neutral": 0, "negative": -1}


class Read(NamedTuple):
    """Distinct texts made ready, the pieces of each, and each one's number."""

    cleaned: Cleaned
    cuts: list[list[Piece]]
    number: Mapping[str, int]

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Read":
        distinct = [text for text in dict.fromkeys(texts) if text.strip() and goes_as_chinese(text)]
        cleaned = clean(distinct)
        return cls(cleaned, cut(cleaned), {text: i for i, text in enumerate(distinct)})


def teach_texts(base: TextModel, rows: Sequence[Labelled], taxonomy: Taxonomy | None = None) -> Taught:
    """A model taught by labelled texts.

    Where rows name aspects, heads learn to find them (they then stand in for the taxonomy) and each clause that speaks
    of an aspect learns its side. Whole texts then teach what their clauses, together, do not say: a table is added to
    the log odds of a text, and where there are neutral texts another to those of neutral against a side. Texts of other
    languages are left out. Deterministic. Raises LessonError where nothing remains.
    """
    read = Read.of([row.text for row in rows])
    rows = [row for row in rows if row.text in read.number]
    if not rows:
        raise LessonError("there is nothing to learn from")
    made = Taught(base, NOTHING, base.bands if base.takes_rules else (base.band, base.band))
    if any(row.aspect for row in rows):
        made = _with_aspects(made, read, rows, taxonomy or general())
    return _with_texts(made, read, rows, taxonomy)


def adapt(
    base: TextModel, texts: Sequence[str], signs: Sequence[int] | None = None, taxonomy: Taxonomy | None = None
) -> Taught:
    """A model adapted to how these texts are written, without labels.

    What the base says of a text, SHARPER times as sure, is its target: words that stand beside known praise or
    complaint learn from it. `signs` are known for another reason than the words, from scores (1 praise, −1 complaint,
    0 neither): each moves the target's log odds by ±SIGN. A model adapted with signs must not be evidence for what
    links comments to those scores. Deterministic. Raises LessonError where nothing remains or the lengths differ.
    """
    if signs is not None and (len(signs) != len(texts) or not set(signs) <= {-1, 0, 1}):
        raise LessonError("give as many signs −1, 0 or 1 as texts")
    read = Read.of(texts)
    kept = [i for i, text in enumerate(texts) if text in read.number]
    if not kept:
        raise LessonError("there is nothing to learn from")
    made = Taught(base, NOTHING, base.bands if base.takes_rules else (base.band, base.band))
    numbers, odds = [read.number[texts[i]] for i in kept], _known(made, read, taxonomy)[0]
    known = np.array([signs[i] for i in kept] if signs else [0] * len(kept), float)
    targets = 1 / (1 + np.exp(-(SHARPER * odds[numbers] + SIGN * known)))
    return _remade(made, side=_added(read, numbers, targets, np.ones(len(kept)), odds))


def _remade(
    made: Taught, *, clauses: Table | None = None, bands: tuple[float, float] | None = None, side: Table | None = None,
    plain: Table | None = None, heads: Heads | None = None,
) -> Taught:  # fmt: skip
    return Taught(
        made.base, clauses or made.clauses, bands or made.bands, side=side or made.side, plain=plain or made.plain,
        heads=heads or made.heads,
    )  # fmt: skip


# -- aspects ----------------------------------------------------------------------------------------------------------


def _with_aspects(made: Taught, read: Read, rows: Sequence[Labelled], taxonomy: Taxonomy) -> Taught:
    about: list[set[str]] = [set() for _ in read.cuts]
    for row in rows:
        if row.aspect:
            about[read.number[row.text]].add(row.aspect)
    clauses = [words for mine in read.cuts for _, _, words, _, _ in mine]
    owners = np.repeat(np.arange(len(read.cuts)), [len(mine) for mine in read.cuts])
    replaced = frozenset(aspect.code for aspect in taxonomy.aspects)
    heads = fit_heads(Examples(clauses, owners, [frozenset(one) for one in about]), taxonomy, replaced)
    if heads is None:
        return made
    found = heads.mentions(clauses, taxonomy.find_all(clauses))
    begins = np.concatenate(([0], np.cumsum([len(mine) for mine in read.cuts]))).tolist()
    words, said = [], []
    for row in rows:
        number = read.number[row.text]
        mine = range(begins[number], begins[number + 1])
        naming = [i for i in mine if any(one.code == row.aspect for one in found.get(i, ()))]
        for i in naming or (mine if len(mine) == 1 else ()):
            if row.aspect and row.label in POLARITY:
                words.append(clauses[i])
                said.append(POLARITY[row.label])
    part = teach(made.base, words, said) if words else made
    return _remade(made, clauses=part.clauses, bands=part.bands, heads=heads)


# -- whole texts ------------------------------------------------------------------------------------------------------


def _with_texts(made: Taught, read: Read, rows: Sequence[Labelled], taxonomy: Taxonomy | None) -> Taught:
    sides = [(read.number[row.text], float(row.label == "positive")) for row in rows if row.label in _SIDES]
    odds, rest = _known(made, read, taxonomy)
    side = _balanced(read, [i for i, _ in sides], np.array([one for _, one in sides]), odds) if sides else NOTHING
    plain = NOTHING
    neutral = np.array([float(row.label == "neutral") for row in rows])
    if ENOUGH <= neutral.sum() <= len(neutral) - ENOUGH:
        plain = _balanced(read, [read.number[row.text] for row in rows], neutral, rest)
    return _remade(made, side=side, plain=plain)


_SIDES = ("positive", "negative")


def _known(made: Taught, read: Read, taxonomy: Taxonomy | None) -> tuple[Floats, Floats]:
    """Log odds of each text before: of praise against complaint, of neutral against both."""
    found = opinions(list(read.number), made, taxonomy=taxonomy)
    up = np.array([max(one.positive, 1e-3) for one in found])
    down = np.array([max(one.negative, 1e-3) for one in found])
    rest = np.clip(1 - up - down, 1e-3, 1 - 1e-3)
    return np.log(up / down), np.log(rest / (1 - rest))


def _balanced(read: Read, numbers: Sequence[int], targets: Floats, odds: Floats) -> Table:
    """As `_added`, the rarer side counting more."""
    share = min(0.98, max(0.02, float(targets.mean())))
    counts = targets * (0.5 / share) ** BALANCE + (1 - targets) * (0.5 / (1 - share)) ** BALANCE
    return _added(read, numbers, targets, counts / counts.mean(), odds)


def _added(read: Read, numbers: Sequence[int], targets: Floats, counts: Floats, odds: Floats) -> Table:
    """The table to be added to what is known of the texts."""
    texts = [read.cleaned.of(number) for number in numbers]
    prior = Prior(odds[list(numbers)], np.ones(len(numbers)))
    return fit(Lessons(texts, targets, counts), firmness=FIRMNESS, prior=prior)
