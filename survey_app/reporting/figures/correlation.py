"""Which ratings go together: a map of all correlations, those that go together side by side."""

from collections.abc import Iterator
from dataclasses import dataclass

from ...analysis import CorrelationMatrix, correlation_interval, correlation_matrix
from ...analysis.charts import heat
from ...analysis.compare import SMALLEST_BASE
from ...analysis.notes import NotPossible
from ...errors import N_
from .base import Cell, Chosen, Figure, Json, Kind, Rows, View, rounded, short
from .drivers import driver_ask
from .splits import Scale, scales, who_rated

MOST = 24
LABEL = 14
"""Characters of each rating's words where two stand side by side."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The correlation of two ratings; `p` after Holm over all pairs."""

    keys: tuple[str, str]
    value: float | None
    low: float | None
    high: float | None
    n: int
    p: float | None


class CorrelationFigure(Kind):
    name = "correlation"
    label = N_("Correlations")
    order = 64
    asks = (driver_ask("ratings", N_("Ratings")),)

    def draw(self, view: View, chosen: Chosen) -> Figure:
        words, known = view.words, scales(view)
        keys = list(chosen.get("ratings") or known)[:MOST]
        if len(keys) < 2:
            raise NotPossible(N_("Correlations need at least two rating questions."))
        found = correlation_matrix({key: known[key].values for key in keys})
        ordered = [keys[place] for place in found.order]
        pairs = {pair.keys: pair for pair in _pairs(found)}
        if all(pair.value is None for pair in pairs.values()):
            raise NotPossible(N_("No two ratings vary together in this view: too few answers, or all alike."))
        upper = [pair for pair in pairs.values() if keys.index(pair.keys[0]) < keys.index(pair.keys[1])]
        left = len(known) - MOST
        notes = [words.tell(N_("%(n)s more ratings are left out."), {"n": left})] if left > 0 else []
        return Figure(
            self.name, words.tell(N_("Which ratings go together")), plot=_plot(view, ordered, pairs),
            n=max(pair.n for pair in upper),
            rows=tuple(_rows(view, upper)), lines=tuple(_lines(view, upper)), notes=tuple(notes),
            heads=tuple(words.tell(head) for head in HEADS), definition=words.tell(DEFINITION),
        )  # fmt: skip


HEADS = (N_("Pair"), N_("Correlation"), N_("Lower limit"), N_("Upper limit"), "n", N_("Verdict"))
DEFINITION = N_(
    "Pearson's correlation, −1 to 1, of those who gave both ratings; 95%% interval after Fisher, verdicts corrected "
    "for the number of pairs (Holm). Blue: both high or both low; orange: one high where the other is low. Together "
    "does not mean that one causes the other."
)
REAL, NOISE, FEW = N_("Real connection"), N_("May be noise"), N_("Too few answers")
MOST_LINES = 3


def _pairs(found: CorrelationMatrix) -> Iterator[Pair]:
    for i, first in enumerate(found.names):
        for j, second in enumerate(found.names):
            value, n = found.values[i][j], found.n[i][j]
            if i != j:
                low, high = (None, None) if value is None else correlation_interval(value, n)
                yield Pair((first, second), value, low, high, n, found.p[i][j])


def _called(view: View, pair: Pair) -> str:
    known = scales(view)
    return " × ".join(short(known[key].title, LABEL) for key in pair.keys)


def _to(view: View, pair: Pair) -> str:
    """Those who gave both ratings."""
    known: dict[str, Scale] = scales(view)
    return view.words.answers(who_rated(view.cut, {key: known[key] for key in pair.keys}))


def _verdict(pair: Pair) -> str:
    if pair.p is None or pair.n < SMALLEST_BASE:
        return FEW
    return REAL if pair.p < 0.05 else NOISE


def _plot(view: View, keys: list[str], pairs: dict[tuple[str, str], Pair]) -> Json | None:
    words, titles = view.words, [scales(view)[key].title for key in keys]
    square = [[pairs.get((a, b)) for b in keys] for a in keys]
    said = [[_note(view, pair) if pair else "" for pair in row] for row in square]
    to = [[_to(view, pair) if pair else "" for pair in row] for row in square]
    return heat(
        titles, titles, [[pair.value if pair else None for pair in row] for row in square],
        [[words.number(pair.value, 2) if pair and pair.value is not None else "" for pair in row] for row in square],
        said, reach=1.0, addresses=to if to[0][1] else None,
    )  # fmt: skip


def _note(view: View, pair: Pair) -> str:
    if pair.value is None:
        return f"{_called(view, pair)}: n {view.words.number(pair.n)}"
    return f"{_called(view, pair)}: {view.words.number(pair.value, 2)} · n {view.words.number(pair.n)}"


def _rows(view: View, found: list[Pair]) -> Rows:
    """All pairs, the closest first."""
    words = view.words
    rows: Rows = []
    for pair in sorted(found, key=lambda one: -abs(one.value or 0.0)):
        is_small, name, said = pair.n < SMALLEST_BASE, _called(view, pair), words.tell(_verdict(pair))
        ends = (pair.value, pair.low, pair.high)
        numbers = (Cell(rounded(x), words.number(x, 2) if x is not None else "–", is_small=is_small) for x in ends)
        n = Cell(pair.n, words.number(pair.n), _to(view, pair), is_small=is_small)
        rows.append((Cell(name, name, is_small=is_small), *numbers, n, Cell(said, said, is_small=is_small)))
    return rows


def _lines(view: View, found: list[Pair]) -> list[str]:
    words = view.words
    real = sorted((one for one in found if _verdict(one) is REAL), key=lambda one: -abs(one.value or 0.0))
    if not real:
        return [words.tell(N_("No two ratings go together by more than may be noise."))]
    pair = N_("%(pair)s: %(r)s (95%% interval %(low)s … %(high)s).")
    return [
        words.tell(pair, {"pair": _called(view, one), "r": words.number(one.value, 2),
                          "low": words.number(one.low, 2), "high": words.number(one.high, 2)})
        for one in real[:MOST_LINES]
    ]  # fmt: skip
