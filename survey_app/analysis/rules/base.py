"""What a closed-loop rule is: the facts of one response in, a trigger or nothing out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

NORMAL, URGENT = "normal", "urgent"
SEVERITIES = (NORMAL, URGENT)
"""From mild to severe; a case takes the most severe one of its triggers."""


class Rating(NamedTuple):
    """One rating: the score it counts for, the value given, and the highest value on offer."""

    score: str
    value: float
    scale: float


class Said(NamedTuple):
    """One opinion of an open answer: what it is about, -1, 0 or 1, and how sure the model was."""

    aspect: str
    polarity: int
    probability: float


@dataclass(frozen=True, slots=True)
class Facts:
    """What rules may know about one response. `opinions` is empty until the response has been scored."""

    ratings: Mapping[str, Rating] = field(default_factory=dict)
    opinions: tuple[Said, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    segment: str = ""
    tier: str = ""
    yearly_value: float | None = None
    is_valued: bool = False

    def rated(self, score: str) -> Iterator[tuple[str, Rating]]:
        """The ratings that count for a score, lowest first, with the keys of their items."""
        found = [(key, rating) for key, rating in self.ratings.items() if rating.score == score]
        return iter(sorted(found, key=lambda pair: (pair[1].value, pair[0])))

    @property
    def complaints(self) -> tuple[Said, ...]:
        """The negative opinions, surest first."""
        return tuple(sorted((said for said in self.opinions if said.polarity < 0), key=lambda said: -said.probability))

    @property
    def praises(self) -> tuple[Said, ...]:
        return tuple(said for said in self.opinions if said.polarity > 0)


@dataclass(frozen=True, slots=True)
class Trigger:
    """Why a case is to be opened: `reason` is a message id filled with `values`, which never hold personal text."""

    rule: str
    reason: str
    values: Mapping[str, str | float] = field(default_factory=dict)
    severity: str = NORMAL


class Rule:
    """One rule. A subclass in a file of its own states a name, a label and a description (message ids) and checks."""

    name: ClassVar[str]
    label: ClassVar[str]
    description: ClassVar[str]

    def check(self, facts: Facts) -> Trigger | None:
        """The trigger these facts give, None where the rule has nothing to say. Pure: no time, no chance, no rows."""
        raise NotImplementedError
