"""Which opinions go with a changed score: how many answers hold them, and how those and the others rated."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .columns import Estimate, Ratings
from .compare import SMALLEST_BASE, Difference, Verdict
from .corrections import adjust
from .decomposition import LEVEL, Split, tallied
from .inputs import Values, raw
from .notes import NotPossible
from .scores import SCORES, Score
from .scores.base import moments_of


@dataclass(frozen=True, slots=True)
class OpinionMove:
    """One opinion and the change of a score: `change` = `more` + `differently` + `others`, in the score's unit.

    `more`: more or fewer answers hold it. `differently`: those who hold it rate otherwise. `others`: so does the
    rest. `part` = `more` + `differently` is the opinion's. `before`, `now` are the scores of those who hold it;
    `others_before`, `others_now` those of the rest, which are the scores without these answers; shares in percent
    of the rated answers. Answers hold several opinions: parts of different opinions must not be added up. `p`
    belongs to `part`, after Holm over all opinions.
    """

    name: Any
    share_before: Estimate
    share_now: Estimate
    before: Estimate
    now: Estimate
    others_before: Estimate
    others_now: Estimate
    change: Difference
    more: Difference
    differently: Difference
    others: Difference
    part: Difference
    p: float

    @property
    def verdict(self) -> Verdict:
        """Of the part; too few where no side has enough answers that hold the opinion."""
        if max(self.before.n, self.now.n) < SMALLEST_BASE:
            return Verdict.TOO_FEW
        return Verdict.REAL if self.p < LEVEL else Verdict.NOISE


def opinion_moves(
    before: Ratings,
    before_said: Mapping[Any, Values],
    now: Ratings,
    now_said: Mapping[Any, Values],
    *,
    score: str | Score = "nps",
    confidence: float = 0.95,
    **options: Any,
) -> tuple[OpinionMove, ...]:
    """How the change of a score between two cuts splits at each opinion, the largest part first.

    `before_said` and `now_said` map each opinion (an aspect, an aspect with its polarity, a theme) to one truth
    value per rating. An opinion that one side does not name was held by nobody there. The split is that of
    `decompose_change` with the two segments "holds it" and "does not". ValueError for unequal lengths or an empty
    side. What goes together need not depend on each other: nothing here shows a cause.

    >>> late = {"late": [True] * 20 + [False] * 80}
    >>> made = opinion_moves([9] * 100, {"late": [False] * 100}, [3] * 20 + [9] * 80, late)[0]
    >>> round(made.part.value, 9), made.others_now.value, made.share_now.value
    (-40.0, 100.0, 20.0)
    """
    of = SCORES[score] if isinstance(score, str) else score
    points = [of.points(ratings, **options) for ratings in (before, now)]
    found = []
    for name in dict.fromkeys([*before_said, *now_said]):
        sides = [
            tallied(of, moments_of(p, _held(said.get(name), len(p)), 2), confidence, options)
            for p, said in zip(points, (before_said, now_said), strict=True)
        ]
        found.append(_move(Split(of, (True, False), sides[0], sides[1], confidence), name))
    p: list[float] = adjust([one.p for one in found]).tolist() if found else []
    corrected = [replace(one, p=value) for one, value in zip(found, p, strict=True)]
    return tuple(sorted(corrected, key=lambda one: -abs(one.part.value or 0.0)))


def _held(said: Values | None, n: int) -> "np.ndarray[tuple[int], np.dtype[np.intp]]":
    """0 for answers that hold the opinion, 1 for the others."""
    if said is None:
        return np.ones(n, np.intp)
    held = np.asarray(raw(said)).astype(bool)
    if held.shape != (n,):
        raise NotPossible("All columns must be equally long")
    return np.where(held, 0, 1)


def _move(split: Split, name: Any) -> OpinionMove:
    holds, rest = split.part(0), split.part(1)
    more = split.sum({"mix": np.ones(2)})
    part = split.sum({"mix": np.ones(2), "level": np.array([1.0, 0.0])})
    return OpinionMove(
        name, holds.share_before, holds.share_now, holds.before, holds.now, rest.before, rest.now, split.change,
        more, holds.level, rest.level, part, part.p or 0.0,
    )  # fmt: skip
