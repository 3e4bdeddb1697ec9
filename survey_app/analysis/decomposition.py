"""Where a change of a score sits: how many answers each segment gave (mix) and how it rated (level), adding up."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .columns import Estimate, Ratings
from .compare import SMALLEST_BASE, Difference, Verdict, difference
from .corrections import adjust
from .inputs import Values, categories, weights_of
from .intervals import wilson
from .mixing import Side, limits, shift, side
from .notes import NotPossible
from .scores import SCORES, Moments, Score
from .scores.base import Floats, moments_of, moments_of_counts

LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class SegmentPart:
    """The part of one segment (None: not stated) in the change. `part` = `mix` + `level`, in the score's unit.

    `before` and `now` are its scores, `share_before` and `share_now` its shares of the answers in percent. `p` is
    that of `part`, after Holm over all segments.
    """

    name: Any
    before: Estimate
    now: Estimate
    share_before: Estimate
    share_now: Estimate
    mix: Difference
    level: Difference
    part: Difference
    p: float

    @property
    def verdict(self) -> Verdict:
        """Of the part, allowing for how many segments were looked at; a segment that one side lacks counts once."""
        if min(n for n in (self.before.n, self.now.n) if n) < SMALLEST_BASE:
            return Verdict.TOO_FEW
        return Verdict.REAL if self.p < LEVEL else Verdict.NOISE


@dataclass(frozen=True, slots=True)
class ChangeParts:
    """A change of a score, split by segment. `mix` + `level` = `change`, and so do the parts of all segments.

    `change` has the interval of `difference` of both scores; the parts have theirs from the delta method.
    """

    score: Score
    before: Estimate
    now: Estimate
    change: Difference
    mix: Difference
    level: Difference
    parts: tuple[SegmentPart, ...]

    def __iter__(self) -> Iterator[SegmentPart]:
        return iter(self.parts)

    def __len__(self) -> int:
        return len(self.parts)

    def __getitem__(self, name: Any) -> SegmentPart:
        return next(part for part in self.parts if part.name == name)

    @property
    def ranked(self) -> tuple[SegmentPart, ...]:
        """The largest part first, whatever its sign."""
        return tuple(sorted(self.parts, key=lambda one: -abs(one.part.value or 0.0)))

    def rounded(self, digits: int = 0) -> dict[Any, tuple[float, float]]:
        """Name → (mix, level) rounded so that all of them still add up to the rounded change."""
        values = [v for one in self.parts for v in (one.mix.value or 0.0, one.level.value or 0.0)]
        steps = _round_together(np.array(values) * 10**digits) / 10**digits
        return {one.name: (float(steps[2 * i]), float(steps[2 * i + 1])) for i, one in enumerate(self.parts)}


def _round_together(values: Floats) -> Floats:
    """Whole numbers close to the values that add up to their rounded sum (largest remainders)."""
    floors = np.floor(values)
    left = round(float(values.sum())) - int(floors.sum())
    floors[np.argsort(floors - values, kind="stable")[:left]] += 1
    return floors


def decompose_change(
    before: Ratings,
    before_segments: Values,
    now: Ratings,
    now_segments: Values,
    *,
    score: str | Score = "nps",
    before_weights: Values | None = None,
    now_weights: Values | None = None,
    confidence: float = 0.95,
    **options: Any,
) -> ChangeParts:
    """Split the change of a score between two cuts into mix and level per segment.

    For segment g with shares w₀, w₁ of the answers and scores s₀, s₁: mix = (w₁ − w₀)·(mean of s₀, s₁ − mean of
    both totals), level = mean of w₀, w₁ · (s₁ − s₀); all parts add up to the change (Kitagawa 1955; Marshall–Edgeworth
    middle weights). Errors by the delta method: multinomial shares, independent scores; NPS with the adjusted
    variance, shares after Agresti & Coull, weighted ones linearised. The cuts must hold different answers. Rows
    without a rating count nowhere, rows without a segment are a part called None. ValueError for unequal lengths
    or an empty side. This is arithmetic of who answered and how: it shows no cause.

    >>> then, here = [9] * 60 + [3] * 40, [9] * 40 + [3] * 60
    >>> found = decompose_change(then, ["a"] * 60 + ["b"] * 40, here, ["a"] * 40 + ["b"] * 60)
    >>> round(found.change.value, 9), round(found.mix.value, 9), found.level.value
    (-40.0, -40.0, 0.0)
    """
    of = SCORES[score] if isinstance(score, str) else score
    names, groups = _common(before_segments, now_segments)
    sides = [
        _side(of, ratings, group, weights, len(names), confidence, options)
        for ratings, group, weights in zip((before, now), groups, (before_weights, now_weights), strict=True)
    ]
    return _of_those_there(of, names, sides[0], sides[1], confidence)


def decompose_tallies(
    names: Sequence[Any],
    before: Moments,
    now: Moments,
    *,
    score: str | Score = "nps",
    confidence: float = 0.95,
    **options: Any,
) -> ChangeParts:
    """`decompose_change` from moments of the points per segment, such as tallies give; one per name in both.

    >>> counts = {3: [0, 40], 9: [60, 0]}
    >>> then, here = tally(counts), tally({3: [0, 60], 9: [40, 0]})
    >>> round(decompose_tallies(["a", "b"], then, here).mix.value, 9)
    -40.0
    """
    of = SCORES[score] if isinstance(score, str) else score
    if not len(names) == len(before.n) == len(now.n):
        raise NotPossible("All columns must be equally long")
    sides = [tallied(of, made, confidence, options) for made in (before, now)]
    return _of_those_there(of, tuple(names), sides[0], sides[1], confidence)


def tally(counts: Mapping[float, Sequence[float]], *, score: str | Score = "nps", **options: Any) -> Moments:
    """The moments per segment of a table of counts: answer → how many of each segment gave it, all equally long.

    >>> tally({9: [3, 0], 3: [1, 2]}).mean.tolist()
    [50.0, -100.0]
    """
    of = SCORES[score] if isinstance(score, str) else score
    points = of.points(np.array(list(counts), float), **options)
    return moments_of_counts(points, np.array(list(counts.values()), float).reshape(len(points), -1).T)


def _common(before: Values, now: Values) -> tuple[tuple[Any, ...], tuple[Any, Any]]:
    """The labels of both sides, and each side's codes among them; the last label, None, is for the missing ones."""
    coded = [categories(values) for values in (before, now)]
    names = list(dict.fromkeys(label for _, labels in coded for label in labels))
    place = {name: number for number, name in enumerate(names)}
    groups = []
    for codes, labels in coded:
        table = np.array([*(place[label] for label in labels), len(names)], np.intp)
        groups.append(table[codes])  # −1, missing, takes the last
    return (*names, None), (groups[0], groups[1])


Tallied = tuple[Side, tuple[Estimate, list[Estimate]]]


def _side(
    of: Score, ratings: Ratings, groups: Any, weights: Values | None, count: int, confidence: float,
    options: dict[str, Any],
) -> Tallied:  # fmt: skip
    points = of.points(ratings, **options)
    if points.shape != groups.shape:
        raise NotPossible("All columns must be equally long")
    moments = moments_of(points, groups, count)
    w = weights_of(weights, len(points))
    if w is None:
        return tallied(of, moments, confidence, options)
    kept = ~np.isnan(points) & (w > 0)
    every = [kept, *(kept & (groups == group) for group in range(count))]
    made = [of(np.asarray(ratings)[m], weights=w[m], confidence=confidence, **options) for m in every]
    sums = np.bincount(groups[kept], w[kept], count)
    if made[0].value is None:
        raise NotPossible("Both sides need answers: one has none")
    n, values, errors = np.array([(float(e.n), e.value or 0.0, e.standard_error or 0.0) for e in made[1:]]).T
    base = made[0].effective_n or float(made[0].n)
    return Side(n, sums / sums.sum(), values, errors**2, base), (made[0], made[1:])


def tallied(of: Score, moments: Moments, confidence: float, options: dict[str, Any]) -> Tallied:
    """One side from moments per group: what the arithmetic needs, the whole score and that of each group."""
    if not moments.n.sum():
        raise NotPossible("Both sides need answers: one has none")
    total = moments.total.sum()
    spread = moments.spread.sum() + (moments.n * (moments.mean - total / moments.n.sum()) ** 2).sum()
    whole = Moments(*(np.array([float(v)]) for v in (moments.n.sum(), total, spread)))
    estimates = of.estimates(moments, confidence=confidence, **options)
    return side(moments, of.unit), (of.estimates(whole, confidence=confidence, **options)[0], estimates)


def _of_those_there(of: Score, names: tuple[Any, ...], before: Tallied, now: Tallied, confidence: float) -> ChangeParts:
    """The split over the groups that have an answer on one side at least."""
    there = np.flatnonzero(before[0].n + now[0].n)
    sides = [(one.of_groups(there), (whole, [every[g] for g in there])) for one, (whole, every) in (before, now)]
    return Split(of, tuple(names[g] for g in there), sides[0], sides[1], confidence).result()


class Split:
    """Both sides put against each other: sums of their parts with intervals."""

    def __init__(self, of: Score, names: tuple[Any, ...], before: Tallied, now: Tallied, confidence: float) -> None:
        self.of, self.names, self.confidence = of, names, confidence
        (self.side_before, self.before), (self.side_now, self.now) = before, now
        self.shift = shift(self.side_before, self.side_now)
        self.change = difference(self.now[0], self.before[0], confidence=confidence)

    def sum(self, take: dict[str, Floats], group: int | None = None) -> Difference:
        """Σ weights·parts for the weights by "mix" and "level", in the score's unit; `group` says whose n it has."""
        value = sum(float(weights @ getattr(self.shift, name)) for name, weights in take.items())
        error = self.shift.error(take)
        low, high, p = limits(value, error, self.confidence)
        n = [int(one.n.sum() if group is None else one.n[group]) for one in (self.side_now, self.side_before)]
        return Difference(value, low, high, n[0], n[1], self.of.unit, error, p, self.confidence)

    def part(self, group: int) -> SegmentPart:
        """All about one group; its `p` is not yet corrected."""
        own = np.eye(len(self.names))[group]
        mix, level, part = (
            self.sum(dict.fromkeys(keys, own), group) for keys in (("mix",), ("level",), ("mix", "level"))
        )
        return SegmentPart(
            self.names[group], self.before[1][group], self.now[1][group], self._share(self.side_before, group),
            self._share(self.side_now, group), mix, level, part, part.p or 0.0,
        )  # fmt: skip

    def _share(self, side: Side, group: int) -> Estimate:
        made = wilson(float(side.shares[group]) * side.base, side.base, self.confidence)
        return replace(made, n=int(side.n.sum()))

    def result(self) -> ChangeParts:
        """All groups, and the sums over them."""
        parts = [self.part(group) for group in range(len(self.names))]
        p = adjust([one.p for one in parts]).tolist()
        every = np.ones(len(self.names))
        return ChangeParts(
            self.of, self.before[0], self.now[0], self.change, self.sum({"mix": every}), self.sum({"level": every}),
            tuple(replace(one, p=corrected) for one, corrected in zip(parts, p, strict=True)),
        )  # fmt: skip
