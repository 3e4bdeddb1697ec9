"""One question with the figure of its type: what was answered how often, with intervals, and the answers behind it."""

from collections.abc import Iterator

from ...analysis.charts import linked, share_bars
from ...analysis.columns import Estimate
from ...analysis.intervals import wilson
from ...analysis.notes import NotPossible
from ...errors import N_
from ...forms.types.base import SummaryRow
from ...store.cuts import ANY
from ..questions import QuestionReport, definition, report
from .base import Ask, Cell, Chosen, Figure, Json, Kind, View, first, rounded, short

RESULTS = {
    "negative": N_("Critical"), "mixed": N_("Both"), "neutral": N_("Neutral"), "positive": N_("Praising"),
    "none": N_("No opinion"),
}  # fmt: skip
"""What an open answer says, and in words."""
UNITS = {"percent": N_("Share"), "points": N_("NPS"), "scale": N_("Mean")}
HOW = {
    "percent": N_("Shares of those who answered, in percent; Wilson interval."),
    "points": N_("NPS of each row, in points; adjusted Wald interval."),
    "scale": N_("Mean of each row; t interval."),
}
SAID = N_("What the open answers praise or criticise, as shares of those who answered; Wilson interval.")


def _asked(view: View) -> list[tuple[str, str]]:
    """The questions that take an answer."""
    found = view.asked.questions.items() if view.asked else ()
    return [(key, short(view.words.say(one.item.text) or key)) for key, one in found if one.is_asked]


class QuestionFigure(Kind):
    name = "question"
    label = N_("One question")
    order = 15
    is_listed = False
    asks = (Ask("item", N_("Question"), _asked),)

    def draw(self, view: View, chosen: Chosen) -> Figure:
        words, key = view.words, first(chosen, "item")
        if view.asked is None or not key:
            raise NotPossible(N_("This survey asks nothing."))
        found = report(view.chosen, view.asked, key, words.language)
        if not found.summary.n:
            raise NotPossible(N_("Nobody has answered this question in this view."))
        said = [] if found.summary.rows else list(_said(view, found))
        unit = _unit(found)
        heads = (N_("Answer"), N_("Count"), UNITS[unit] if unit else "", N_("Lower limit"), N_("Upper limit"))
        rows = [*(_row(view, found, row) for row in found.summary.rows), *(_cells(view, *one) for one in said)]
        return Figure(
            self.name, words.say(found.question.item.text) or key, n=found.summary.n, plot=drawn(view, found, said),
            heads=tuple(words.tell(head) if head else "" for head in heads),
            rows=tuple(rows or [_cells(view, words.tell(N_("Answered")), found.summary.n, None, _whole(view, key))]),
            definition=words.join(*_definition(view, found, unit, is_said=bool(said))), estimate=_score(found),
        )  # fmt: skip


def _score(found: QuestionReport) -> Estimate | None:
    score = found.summary.score
    return score if score is not None and score.value is not None else None


def _unit(found: QuestionReport) -> str:
    if not found.summary.rows:
        return "percent" if found.said else ""
    return next((row.estimate.unit for row in found.summary.rows if row.estimate), "")


Said = tuple[str, int, Estimate | None, str]
"""A line in words, its count, its share, and the address of the answers."""


def _said(view: View, found: QuestionReport) -> Iterator[Said]:
    whole = sum(found.said.values())
    for code, count in found.said.items():
        yield view.words.tell(RESULTS[code]), count, wilson(count, whole), ""


def drawn(view: View, found: QuestionReport, said: list[Said] | None = None) -> Json | None:
    """The drawing with the way to the answers behind each of its marks."""
    if said:
        tones = [code if code in ("negative", "positive") else "neutral" for code in found.said]
        return share_bars([label for label, *_ in said], [share for *_, share, _ in said if share is not None], tones)
    return linked(found.figure, [_address(view, found, row) for row in found.summary.rows])


def _address(view: View, found: QuestionReport, row: SummaryRow) -> str:
    is_there = row.code in found.links and bool(row.count)
    return view.words.answers(found.narrowed(view.cut, row.code)) if is_there else ""


def _whole(view: View, key: str) -> str:
    """All who answered; a question that is written in words has no column to choose by."""
    return view.words.answers(view.cut.with_(answers=(*view.cut.answers, (key, ANY)))) if key in view.frame else ""


def _row(view: View, found: QuestionReport, row: SummaryRow) -> tuple[Cell, ...]:
    label = view.words.say(row.label) or row.code
    return _cells(view, label, row.count, row.estimate, _address(view, found, row))


def _cells(view: View, label: str, count: int, e: Estimate | None, address: str) -> tuple[Cell, ...]:
    words, is_small = view.words, e is not None and e.n < 30
    ends = (e.value, e.low, e.high) if e is not None else (None, None, None)
    digits = 2 if e is not None and e.unit == "scale" else 1
    texts = (words.amount(x, e.unit, digits) if e is not None and x is not None else "" for x in ends)
    numbers = (Cell(rounded(x), text, is_small=is_small) for x, text in zip(ends, texts, strict=True))
    return (Cell(label, label), Cell(count, words.number(count), address, is_small=is_small), *numbers)


def _definition(view: View, found: QuestionReport, unit: str, *, is_said: bool) -> Iterator[str]:
    tell, states = view.words.tell, found.states
    yield tell(N_("%(n)s answered of %(shown)s who were asked."), {"n": states["answered"], "shown": found.shown})
    if found.metric is not None:
        yield tell(definition(found.metric))
    if is_said:
        yield tell(SAID)
    elif unit:
        yield tell(HOW[unit])
