"""What the word lists say beside a model: they add to its log odds, and where they speak it counts for less."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .lexical import values
from .words import words

Floats = NDArray[np.float64]
LISTS = 1.1
"""What a point of the word lists adds to the log odds of a model that takes rules, measured (docs/text.md)."""
BESIDE, TURNED = 0.5, 0.1
"""What the model's log odds count for where the lists have a say, and where a negator turned it (没有不满意): n-grams
do not see that."""


class Beside(NamedTuple):
    """Log odds of a clause = `trust` × those of a model + `odds`; `is_sure` where the lists have a say."""

    trust: Floats
    odds: Floats
    is_sure: NDArray[np.bool_]


def beside(clauses: Sequence[str]) -> Beside:
    """What the Chinese lists say of each clause (in the form for matching).

    >>> said = beside(["很快", "桌子"])
    >>> said.is_sure.tolist(), said.trust.tolist(), float(said.odds[1])
    ([True, False], [0.5, 1.0], 0.0)
    """
    value, is_sure, is_turned = values(clauses, words("chinese"))
    trust = np.where(is_turned, TURNED, np.where(is_sure, BESIDE, 1.0))
    return Beside(trust, LISTS * np.clip(value, -3, 3), is_sure)
