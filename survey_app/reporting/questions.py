"""What each question says on a cut: the figure and table of its type, its base, and its segments side by side."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..analysis.columns import Estimate
from ..analysis.counting import distinct
from ..errors import N_
from ..forms.types import QuestionType
from ..forms.types.base import Summary
from ..store import metrics
from ..store.columns import Answers
from ..store.cuts import ANY, Cut
from ..store.metrics import Metric
from ..store.questionnaires import Asked


@dataclass(frozen=True, slots=True)
class QuestionReport:
    """`states` counts answered, skipped, not shown, not in version; `total` is all answers of the cut."""

    key: str
    question: QuestionType
    summary: Summary
    figure: dict[str, Any] | None
    states: dict[str, int]
    total: int
    metric: Metric | None
    said: dict[str, int]
    """Of an open question: answers that praise, criticise, do both or neither, and those without an opinion."""
    links: dict[str, str]
    """Row code → answer filter (`column key:code`) that leads to those who answered so, where there is one."""

    def narrowed(self, cut: Cut, code: str) -> Cut:
        """A cut narrowed to those who gave an answer."""
        key, _, value = self.links[code].rpartition(":")
        return cut.with_(answers=(*(pair for pair in cut.answers if pair[0] != key), (key, value)))

    @property
    def shown(self) -> int:
        return self.states["answered"] + self.states["skipped"]


def report(frame: Answers, asked: Asked, key: str, language: str) -> QuestionReport:
    """The report of one question; KeyError where the questionnaire has no such item."""
    question = asked.questions[key]
    summary = question.summarise(frame.of(question))
    found = next((metric for metric in metrics.of(asked) if metric.key == key), None)
    states = frame.states(key)
    if not summary.n:
        summary = Summary(states["answered"], summary.rows, summary.score)
    figure = question.chart(summary, language) if summary.n else None
    said = _said(frame, key, states["answered"]) if question.text("x") is not None else {}
    links = _links(frame, question, summary)
    return QuestionReport(key, question, summary, figure, states, len(frame), found, said, links)


def _said(frame: Answers, key: str, answered: int) -> dict[str, int]:
    """Answers to an open question by what their opinions say."""
    said = frame.opinions
    if not len(said) or key not in said["item"].codes:
        return {}
    mine = said["item"].values == said["item"].codes.index(key)
    responses, polarity = said["response"].values[mine], said["polarity"].values[mine]
    whole, praise, blame = (
        distinct(chosen) for chosen in (responses, responses[polarity == 1], responses[polarity == -1])
    )
    both = len(np.intersect1d(praise, blame, assume_unique=True))
    good, bad = len(praise) - both, len(blame) - both
    return {
        "negative": bad, "mixed": both, "neutral": len(whole) - good - bad - both, "positive": good,
        "none": max(0, answered - len(whole)),
    }  # fmt: skip


def _links(frame: Answers, question: QuestionType, summary: Summary) -> dict[str, str]:
    """One column: the row's code or span. A column of codes per line: the line's code. A column per row: those who
    chose or rated it."""
    columns = {spec.key: spec for spec in question.columns()}
    made = {}
    for row in summary.rows:
        own = columns.get(f"{question.item.key}.{row.code}")
        whole = columns.get(question.item.key)
        line, _, code = row.code.rpartition(".")
        held = columns.get(f"{question.item.key}.{line}")
        if whole is not None and row.span is not None:
            made[row.code] = f"{whole.key}:{row.span[0]}..{row.span[1]}"
        elif held is not None and code in held.codes:
            made[row.code] = f"{held.key}:{code}"
        elif whole is not None and (row.code in whole.codes or row.code.isdecimal()):
            made[row.code] = f"{whole.key}:{row.code}"
        elif own is not None:
            given = frame[own.key].answered if own.key in frame else np.empty(0, np.int32)
            # A row counts who gave any answer, zero among them, or who chose it: of these the column holds 1.
            is_any = row.count == len(given)
            made[row.code] = f"{own.key}:{ANY}" if is_any else f"{own.key}:1-{max(1, int(given.max()))}"
    return made


def by_groups(frame: Answers, metric: Metric, column: str) -> list[tuple[str, Estimate]]:
    """The metric of each group of a column, largest base first."""
    return sorted(metrics.by(frame, metric, column), key=lambda pair: (pair[0] == "", -pair[1].n))


def crosstab(frame: Answers, question: QuestionType, column: str) -> tuple[list[str], dict[str, list[int]], list[int]]:
    """Counts of each row of a question by the groups of a column: (groups, row code → counts, bases)."""
    groups = frame[column]
    present = [i for i in range(len(groups.codes)) if np.any(groups.values == i)][:8]
    rows: dict[str, list[int]] = {}
    bases = []
    for i in present:
        summary = question.summarise(frame.where(groups.values == i).of(question))
        bases.append(summary.n)
        for row in summary.rows:
            rows.setdefault(row.code, []).append(row.count)
    return [groups.codes[i] for i in present], rows, bases


DEFINITIONS = {
    "points": N_("NPS: share of 9 and 10 minus share of 0 to 6, in points from −100 to 100; adjusted Wald interval."),
    "percent": N_("CSAT: share of the two highest boxes, in percent; Wilson interval."),
    "scale": N_("Mean of the scale; t interval."),
}


def definition(metric: Metric) -> str:
    """How a metric is worked out, in one sentence: a message id."""
    return DEFINITIONS.get(metric.unit, "")
