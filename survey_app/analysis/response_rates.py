"""Response rates after AAPOR, the funnel from invitation to submission, and whether the answers are like the base."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .columns import Estimate
from .contingency import Fit, goodness_of_fit
from .intervals import wilson
from .notes import NotPossible
from .weighting import design_effect


@dataclass(frozen=True, slots=True)
class ResponseRates:
    """AAPOR's rates in percent; None where the denominator is 0. RR2, RR4 and RR6 count partial interviews.

    RR1 is the smallest, RR5 counts nobody of unknown eligibility, RR3 counts the share e of them.
    """

    rr1: float | None
    rr2: float | None
    rr3: float | None
    rr4: float | None
    rr5: float | None
    rr6: float | None
    cooperation: float | None
    refusal: float | None
    contact: float | None
    e: float


def aapor_rates(
    complete: int, partial: int, refused: int, not_reached: int, other: int, unknown: int, *,
    not_eligible: int = 0, e: float | None = None,
) -> ResponseRates:  # fmt: skip
    """I, P, R, NC, O and U (unknown eligibility: UH + UO) of AAPOR Standard Definitions → rates in percent.

    RR1 = I/((I + P) + (R + NC + O) + U); RR3 puts e·U and RR5 nothing in place of U; even ones count I + P. `e`: the
    eligible share of unknown cases, by default that of the known ones, from `not_eligible`. Completed/opened is no
    response rate.

    >>> rates = aapor_rates(400, 50, 100, 200, 50, 200, e=0.5)
    >>> [round(rate, 2) for rate in (rates.rr1, rates.rr2, rates.rr3, rates.rr4, rates.rr5, rates.rr6)]
    [40.0, 45.0, 44.44, 50.0, 50.0, 56.25]
    """
    counts = (complete, partial, refused, not_reached, other, unknown, not_eligible)
    if min(counts) < 0:
        raise NotPossible("Counts must be at least 0")
    known = complete + partial + refused + not_reached + other
    share = e if e is not None else known / (known + not_eligible) if known + not_eligible else 0.0
    if not 0 <= share <= 1:
        raise NotPossible("e must lie between 0 and 1")
    bases = (known + unknown, known + share * unknown, float(known))
    rr1, rr3, rr5 = (_percent(complete, base) for base in bases)
    rr2, rr4, rr6 = (_percent(complete + partial, base) for base in bases)
    reached, everybody = complete + partial + refused + other, known + unknown
    return ResponseRates(
        rr1, rr2, rr3, rr4, rr5, rr6, _percent(complete, reached), _percent(refused, everybody),
        _percent(reached, everybody), share,
    )  # fmt: skip


def _percent(part: float, whole: float) -> float | None:
    return 100 * part / whole if whole else None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the funnel: how many came so far, their share of the step before and of the first."""

    name: str
    count: int
    of_previous: Estimate
    of_first: Estimate


def funnel(counts: Mapping[str, int], *, confidence: float = 0.95) -> tuple[Step, ...]:
    """Steps in order (sent, delivered, opened, started, submitted …) with Wilson intervals for what is left.

    ValueError where a later step has more than an earlier one.

    >>> [step.of_first.value for step in funnel({"sent": 200, "opened": 100, "submitted": 50})]
    [100.0, 50.0, 25.0]
    """
    made: list[Step] = []
    first = previous = next(iter(counts.values()), 0)
    for name, count in counts.items():
        if not 0 <= count <= previous:
            raise NotPossible("%(name)s has more than the step before", name=name)
        made.append(Step(name, count, wilson(count, previous, confidence), wilson(count, first, confidence)))
        previous = count
    return tuple(made)


@dataclass(frozen=True, slots=True)
class Representative:
    """Are the answers spread like the population: the test, and what weights would be needed and cost (deff)."""

    test: Fit
    weights: Mapping[Any, float]
    deff: float

    @property
    def is_unlike(self) -> bool:
        """The spread differs by more than chance (p < 0.05)."""
        return self.test.p < 0.05


def representative(observed: Mapping[Any, int], population: Mapping[Any, float]) -> Representative:
    """Counts per category against population shares (adding up to 1): chi-squared, and weights share·n/count.

    >>> found = representative({"a": 180, "b": 150, "c": 70}, {"a": 0.35, "b": 0.40, "c": 0.25})
    >>> round(found.test.p, 8), round(found.deff, 4)
    (2.681e-05, 1.056)
    """
    if set(observed) != set(population):
        raise NotPossible("Every category needs both a count and a share")
    counts = [observed[name] for name in population]
    test = goodness_of_fit(counts, list(population.values()))
    if min(counts) < 1:
        raise NotPossible("A category without answers cannot be weighted up")
    weights = {name: share * test.n / observed[name] for name, share in population.items()}
    each = [weight for name, weight in weights.items() for _ in range(observed[name])]
    return Representative(test, weights, design_effect(each))
