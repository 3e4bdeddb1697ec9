"""How often nominal 95 % intervals hold the truth: by method, number of answers and distribution."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from math import lgamma
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks import base
from survey_app import analysis as a
from survey_app.analysis.intervals import NPS_INTERVALS, nps_limits

Floats = npt.NDArray[np.float64]
SHAPES = {
    "even": (0.5, 0.3, 0.2),
    "good": (0.7, 0.2, 0.1),
    "extreme": (0.9, 0.08, 0.02),
    "split": (0.4, 0.1, 0.5),
}
"""Shares of promoters, passives and detractors."""
RATINGS = np.array([9, 7, 3])


@dataclass(frozen=True, slots=True)
class Row:
    """The share of samples whose interval holds the truth, in percent, and the mean width of the interval."""

    what: str
    n: int
    shape: str
    holds: float
    width: float
    draws: int
    """Samples drawn; 0 where all possible outcomes were counted."""


def counted(n: int, names: list[str]) -> Iterator[Row]:
    """Every possible outcome of n answers with its probability: no chance in these figures."""
    p, d = (part.ravel() for part in np.meshgrid(np.arange(n + 1.0), np.arange(n + 1.0)))
    p, d = p[p + d <= n], d[p + d <= n]
    counts = np.array([p, n - p - d, d])
    log = np.vectorize(lgamma)
    ways = lgamma(n + 1) - log(counts + 1).sum(axis=0)
    limits = {name: nps_limits(p, np.full_like(p, n), d, 0.95, name) for name in names}
    for shape, shares in SHAPES.items():
        chance = np.exp(ways + np.log(shares) @ counts)
        truth = shares[0] - shares[2]
        for name, (low, high) in limits.items():
            held = (low <= truth + 1e-12) & (high >= truth - 1e-12)
            yield Row(f"NPS {name}", n, shape, 100 * float(chance @ held), 100 * float(chance @ (high - low)), 0)


def drawn(what: str, n: int, shape: str, draws: int, truth: float, sample: Callable[[Any], Any]) -> Row:
    """`sample` makes an estimate of `truth` from a random generator."""
    held, width = 0, 0.0
    for seed in range(draws):
        made = sample(np.random.default_rng([n, seed]))
        held += made.low - 1e-9 <= truth <= made.high + 1e-9
        width += made.high - made.low
    return Row(what, n, shape, 100 * held / draws, width / draws, draws)


def ratings(random: Any, n: int, shape: str) -> npt.NDArray[np.int64]:
    return np.asarray(random.choice(RATINGS, n, p=SHAPES[shape]))


def nps_of(shape: str) -> float:
    return 100 * (SHAPES[shape][0] - SHAPES[shape][2])


def weighted(random: Any, n: int, shape: str) -> a.Estimate:
    """Promoters answer half as often as the others and are weighted back."""
    shares = np.array(SHAPES[shape])
    asked = shares * [0.5, 1, 1]
    answers = random.choice(RATINGS, n, p=asked / asked.sum())
    return a.nps(answers, weights=np.where(answers == RATINGS[0], 2.0, 1.0))


def of_scores(n: int, draws: int) -> Iterator[Row]:
    for shape, (promoters, passives, detractors) in SHAPES.items():
        yield drawn("NPS bootstrap", n, shape, draws // 4, nps_of(shape),
                    lambda r, s=shape: a.nps(ratings(r, n, s), method="bootstrap"))  # fmt: skip
        yield drawn("NPS weighted", n, shape, draws, nps_of(shape), lambda r, s=shape: weighted(r, n, s))
        yield drawn("CSAT Wilson", n, shape, draws, 100 * promoters,
                    lambda r, s=shape: a.csat(ratings(r, n, s), scale=(0, 10)))  # fmt: skip
        yield drawn("mean t", n, shape, draws, 9 * promoters + 7 * passives + 3 * detractors,
                    lambda r, s=shape: a.mean(ratings(r, n, s)))  # fmt: skip


def of_changes(n: int, draws: int) -> Iterator[Row]:
    for first, second in (("even", "good"), ("good", "extreme")):
        name, truth = f"{first} → {second}", nps_of(second) - nps_of(first)
        for method in ("adjusted-wald", "wald"):
            yield drawn(f"NPS difference {method}", n, name, draws, truth, lambda r, f=first, s=second, m=method: (
                a.nps_difference(ratings(r, n, s), ratings(r, n, f), method=m)))  # fmt: skip
        yield drawn("difference in differences", n, name, draws, truth, lambda r, f=first, s=second: (
            a.difference_in_differences(*(ratings(r, n, q) for q in (f, s, f, f)))))  # fmt: skip
    yield from of_overlaps(n, draws)
    yield from of_parts(n, draws)


def of_overlaps(n: int, draws: int) -> Iterator[Row]:
    """Two samples of n answers that share half of them."""
    for shape in SHAPES:
        for score in (a.SCORES["nps"], a.SCORES["mean"]):

            def sample(random: Any, shape: str = shape, score: Any = score) -> a.Difference:
                made = ratings(random, n + n // 2, shape)
                sides = made[:n], made[n // 2 :], made[n // 2 : n]
                r = a.overlap_correlation(*(score.moments(part, None, 1) for part in sides))
                return a.difference(score(sides[0]), score(sides[1]), correlation=float(r[0]))

            yield drawn(f"{score.name} difference, half shared", n, shape, draws, 0.0, sample)


def of_parts(n: int, draws: int) -> Iterator[Row]:
    """Two segments change their shares (60 % → 40 %) and one of them its score."""

    def split(random: Any) -> a.ChangeParts:
        sides: list[Any] = []
        for share, shapes in ((0.6, ("good", "even")), (0.4, ("good", "split"))):
            segments = (random.random(n) >= share).astype(int)
            given = np.array([ratings(random, n, shape) for shape in shapes])
            sides += [given[segments, np.arange(n)], segments]
        return a.decompose_change(*sides)

    good, even, worse = nps_of("good"), nps_of("even"), nps_of("split")
    truths = {"level": 0.5 * (worse - even), "mix": -0.2 * (good - (even + worse) / 2)}
    for part, truth in truths.items():
        yield drawn(f"decomposition {part}", n, "two segments", draws, truth, lambda r, p=part: getattr(split(r), p))


def measured(*, quick: bool) -> list[Row]:
    sizes, draws = ((10, 30, 100), 400) if quick else ((10, 30, 100, 400), 2000)
    exact = [name for name in NPS_INTERVALS if name != "bootstrap"]
    return [
        *(row for n in sizes if n <= 100 for row in counted(n, exact)),
        *(row for n in sizes for row in of_scores(n, draws)),
        *(row for n in sizes if n > 10 for row in of_changes(n, draws)),
    ]


def main() -> None:
    given = base.options(__doc__)
    with base.spent() as took:
        rows = measured(quick=given.quick)
    if not given.json:
        print(f"{'interval':<32} {'n':>4}  {'distribution':<16} {'holds':>7} {'width':>7}  samples")
        for row in rows:
            samples = str(row.draws or "all outcomes")
            print(f"{row.what:<32} {row.n:>4}  {row.shape:<16} {row.holds:>6.1f}% {row.width:>7.2f}  {samples}")
    print(
        json.dumps(
            {"cpu_seconds": round(took.cpu_seconds, 1), "rows": [asdict(row) for row in rows]}, ensure_ascii=False
        )
    )


if __name__ == "__main__":
    main()
