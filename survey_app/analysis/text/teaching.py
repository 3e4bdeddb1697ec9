"""Teaching: a model corrected by what people said about clauses, with the model itself as the starting point."""

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from .beside import beside
from .clean import clean, goes_as_chinese
from .learning import Lessons, Prior, fit
from .models import TextModel, probabilities
from .table import Table
from .taught import LessonError, Taught

Floats = NDArray[np.float64]
FIRMNESS = 0.3
"""How hard the model is held to its base: half the squared weights that one label is worth."""
MOST = 20_000
"""Clauses that are learned from; the newest where there are more."""
BANDS = np.arange(0.0, 3.01, 0.1)
HELD = 20.0
"""How many labels a band weighs that is one away from its base's."""


def teach(base: TextModel, clauses: Sequence[str], polarities: Sequence[int]) -> Taught:
    """A model corrected by labelled clauses (as people wrote them) with polarities −1, 0 or 1.

    The table is the one of least log loss beside the base and the word lists, a neutral clause half praise and half
    complaint, with FIRMNESS / 2 × its squared weights: what the labels do not speak of stays as the base reads it.
    The bands of neutral are those of least loss on clauses that the table did not learn from. Clauses of other
    languages are left out. Deterministic. Raises LessonError where nothing remains, for labels of other values, or
    unequal lengths.
    """
    if len(clauses) != len(polarities) or not set(polarities) <= {-1, 0, 1}:
        raise LessonError("give as many polarities −1, 0 or 1 as clauses")
    texts, said = _folded(clauses[-MOST:], polarities[-MOST:])
    if not texts:
        raise LessonError("there is nothing to learn from")
    targets, prior, is_sure = (said + 1) / 2, *_known(base, texts)
    bands = base.bands if base.takes_rules else (base.band, base.band)
    if len(set(said.tolist())) == 3:
        bands = _bands(_unseen(texts, targets, prior), said, is_sure, bands)
    return Taught(base, _learned(texts, targets, prior), bands)


def _folded(clauses: Sequence[str], polarities: Sequence[int]) -> tuple[list[str], NDArray[np.int64]]:
    """The clauses in the form for matching that the model would be asked about, and their polarities."""
    cleaned = clean(clauses)
    folded = [cleaned.of(i).strip() for i in range(len(clauses))]
    kept = [i for i, text in enumerate(folded) if text and goes_as_chinese(text)]
    return [folded[i] for i in kept], np.array([polarities[i] for i in kept], np.int64)


def _known(base: TextModel, texts: Sequence[str]) -> tuple[Prior, NDArray[np.bool_]]:
    """What is known of clauses without the labels, and where the word lists have a say."""
    odds = base.log_odds(texts)
    if not base.takes_rules:
        return Prior(odds, np.ones(len(texts))), np.zeros(len(texts), np.bool_)
    said = beside(texts)
    return Prior(said.trust * odds + said.odds, said.trust), said.is_sure


def _learned(texts: Sequence[str], targets: Floats, prior: Prior) -> Table:
    return fit(Lessons(texts, targets, np.ones(len(texts))), firmness=FIRMNESS, prior=prior)


def _unseen(texts: Sequence[str], targets: Floats, prior: Prior) -> Floats:
    """The log odds of each clause by a table that learned from the other half: the same clause is never in both."""
    order = {text: i for i, text in enumerate(sorted(set(texts)))}
    half = np.array([order[text] % 2 for text in texts])
    odds = prior.odds.copy()
    for one in (0, 1):
        learn, ask = half != one, half == one
        if learn.any() and ask.any():
            mine = [texts[i] for i in np.flatnonzero(learn).tolist()]
            table = _learned(mine, targets[learn], Prior(prior.odds[learn], prior.trust[learn]))
            odds[ask] += prior.trust[ask] * table.log_odds([texts[i] for i in np.flatnonzero(ask).tolist()])
    return odds


def _bands(
    odds: Floats, said: NDArray[np.int64], is_sure: NDArray[np.bool_], before: tuple[float, float]
) -> tuple[float, float]:
    """Where neutral begins: least log loss, held to where it was."""
    places = np.arange(len(said))

    def loss(bands: tuple[float, float]) -> float:
        shares = probabilities(odds, np.where(is_sure, *bands))[places, said + 1]
        held = HELD * sum((one - was) ** 2 for one, was in zip(bands, before, strict=True))
        return float(held - np.log(np.maximum(shares, 1e-9)).sum())

    found = min(((float(a), float(b)) for a, b in product(BANDS, BANDS)), key=loss)
    return found[0], found[1]
