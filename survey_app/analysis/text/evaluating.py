"""How right results are against labels that people gave: accuracy, F1, confusion, pairs of aspect and side."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .judging import TextResult

CLASSES = {
    "binary": ("positive", "negative"),
    "three": ("positive", "neutral", "negative"),
    "four": ("positive", "neutral", "negative", "mixed"),
}
"""The ways of counting, each with the classes it tells apart."""
SIGNS = {1: "positive", 0: "neutral", -1: "negative"}
Names = Mapping[str, Sequence[str]]
"""What a file calls each aspect of the taxonomy: one name, several, or none."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text with the label a person gave it, or gave to what it says about an aspect."""

    text: str
    label: str
    aspect: str = ""


@dataclass(frozen=True, slots=True)
class Rates:
    """How many rows are of a class, were said to be and are both; 0 where there is nothing to divide by.

    >>> made = Rates(n=4, said=5, right=3)
    >>> made.precision, made.recall, round(made.f1, 3)
    (0.6, 0.75, 0.667)
    """

    n: int
    said: int
    right: int

    @property
    def precision(self) -> float:
        return self.right / self.said if self.said else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.n if self.n else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.n + self.said) if self.n + self.said else 0.0


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`confusion[label][answer]` counts rows; `left_out` rows have a label that this way of counting does not know.

    `pairs` are micro rates of (text, aspect, side), `detection` of (text, aspect), `aspects` the pairs of each aspect;
    `named` are the pairs of those aspects only that the taxonomy has a name for. None where the file has no aspects.
    """

    labels: str
    n: int
    texts: int
    left_out: int
    accuracy: float
    macro_f1: float
    classes: dict[str, Rates]
    confusion: dict[str, dict[str, int]]
    pairs: Rates | None = None
    named: Rates | None = None
    detection: Rates | None = None
    aspects: dict[str, Rates] = field(default_factory=dict)


def fitting(rows: Sequence[Labelled]) -> str:
    """The way of counting that labels ask for: as many classes as they name."""
    found = {row.label for row in rows}
    return "four" if "mixed" in found else "three" if "neutral" in found else "binary"


def answer(result: TextResult, labels: str) -> str:
    """A text's result as a class of a way of counting.

    What the way does not know (neutral and mixed in binary, mixed in three) goes to the side of the larger
    probability; none counts as neutral where there is neutral.
    """
    classes = CLASSES[labels]
    said = result.result
    if said == "none" and "neutral" in classes:
        return "neutral"
    if said in classes:
        return said
    return "positive" if result.positive >= result.negative else "negative"


def evaluate(
    rows: Sequence[Labelled], results: Mapping[str, TextResult], labels: str, names: Names | None = None
) -> Evaluation:
    """Compare labelled rows with the results of their texts (by text). Each row counts; rows of another class do not.

    Aspects are compared by `names`, by their codes where there are none.
    """
    classes = CLASSES[labels]
    kept = [row for row in rows if row.label in classes]
    confusion = {label: dict.fromkeys(classes, 0) for label in classes}
    for row in kept:
        confusion[row.label][answer(results[row.text], labels)] += 1
    rates = {
        one: Rates(sum(confusion[one].values()), sum(confusion[other][one] for other in classes), confusion[one][one])
        for one in classes
    }
    right = sum(rate.right for rate in rates.values())
    wanted, said, known = _pairs(rows, kept, results, names, is_binary="neutral" not in classes)
    places, found = {one[:2] for one in wanted}, {one[:2] for one in said}
    return Evaluation(
        labels, len(kept), len({row.text for row in kept}), len(rows) - len(kept),
        right / len(kept) if kept else 0.0, sum(rate.f1 for rate in rates.values()) / len(classes), rates, confusion,
        pairs=_rates(wanted, said) if wanted else None,
        named=_rates(_about(wanted, known), _about(said, known)) if wanted else None,
        detection=Rates(len(places), len(found), len(places & found)) if wanted else None,
        aspects={one: _rates(_about(wanted, {one}), _about(said, {one})) for one in sorted({p[1] for p in wanted})},
    )  # fmt: skip


Pairs = set[tuple[str, str, str]]


def _pairs(
    rows: Sequence[Labelled], kept: Sequence[Labelled], results: Mapping[str, TextResult], names: Names | None, *,
    is_binary: bool,
) -> tuple[Pairs, Pairs, set[str]]:  # fmt: skip
    """(text, aspect, side) as labelled and as said, and the aspects of the file that have a name.

    What the file does not label at all is not held against a result: aspects that no row of it names, and aspects of a
    text whose label this way of counting does not know.
    """
    wanted = {(row.text, row.aspect, row.label) for row in kept if row.aspect}
    in_file = {aspect for _, aspect, _ in wanted}
    beside = {(row.text, row.aspect) for row in rows if row.aspect} - {one[:2] for one in wanted}
    said: Pairs = set()
    for text in dict.fromkeys(row.text for row in kept if row.aspect):
        for name, value in leanings(results[text], names).items():
            if name in in_file and (text, name) not in beside:
                said.add((text, name, _side(value, results[text], is_binary=is_binary)))
    known = in_file if names is None else in_file & {name for many in names.values() for name in many}
    return wanted, said, known


def leanings(result: TextResult, names: Names | None) -> dict[str, float]:
    """What a text says of each named aspect: the sum of its opinions' signs, the surer ones counting more."""
    sums: dict[str, float] = defaultdict(float)
    for opinion in result.opinions:
        for name in (opinion.aspect,) if names is None else names.get(opinion.aspect, ()):
            sums[name] += opinion.polarity * opinion.probability
    return dict(sums)


def _side(value: float, result: TextResult, *, is_binary: bool) -> str:
    if value or not is_binary:
        return SIGNS[(value > 0) - (value < 0)]
    return "positive" if result.positive >= result.negative else "negative"


def _about(pairs: Pairs, aspects: set[str]) -> Pairs:
    return {one for one in pairs if one[1] in aspects}


def _rates(wanted: Pairs, said: Pairs) -> Rates:
    return Rates(len(wanted), len(said), len(wanted & said))
