"""What the answers of a survey say in words, as characters side by side: searched in one pass, masked and folded."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Row

from ...analysis.text.finding import Codes, codes_of, places_of, terms_of
from ..questionnaires import Asked
from .shelf import Block

Ids = npt.NDArray[np.int64]
CHARACTERS = {"response": "<i4", "code": "<u2"}
END = 0
"""Stands after each answer, so that nothing is found across two of them."""
KEPT = 32


@dataclass(frozen=True, slots=True)
class Words:
    """`codes` are the characters of all open answers one after another, `responses` whose they are."""

    codes: Codes = field(default_factory=lambda: np.empty(0, np.uint16))
    responses: npt.NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    _found: dict[str, Ids] = field(default_factory=dict, repr=False, compare=False)

    def find(self, query: str) -> Ids:
        """The ids of the responses that hold all words of a query, sorted."""
        terms = terms_of(query)
        parts = [self._of(term) for term in terms]
        found: Ids = parts[0] if parts else np.empty(0, np.int64)
        for part in parts[1:]:
            found = np.intersect1d(found, part, assume_unique=True)
        return found

    def _of(self, term: str) -> Ids:
        if term not in self._found:
            if len(self._found) >= KEPT:
                self._found.pop(next(iter(self._found)))
            self._found[term] = np.unique(self.responses[places_of(self.codes, term)]).astype(np.int64)
        return self._found[term]


def characters(rows: Sequence[Row[Any]], versions: dict[int, Asked]) -> Block:
    """The block of some responses: the characters of their open answers."""
    codes: list[Codes] = []
    sizes: list[int] = []
    for row in rows:
        size = 0
        for key, question in versions[row.version_id].questions.items():
            stored = row.answers.get(key)
            if stored is not None and (words := question.text(stored)):
                codes.append(np.append(codes_of(words), np.uint16(END)))
                size += len(codes[-1])
        sizes.append(size)
    ids = np.array([row.id for row in rows], np.int32)
    return {"response": np.repeat(ids, sizes), "code": np.concatenate(codes) if codes else np.empty(0, np.uint16)}
