"""Metrics: what a survey's rating questions are scored with, on any cut, with interval and verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..analysis.columns import Column, Estimate, Frame
from ..analysis.compare import Difference, difference
from ..analysis.scores import SCORES, Score
from ..analysis.trends import Trend
from ..analysis.trends import trend as trend_of
from ..errors import N_, NotFound
from ..forms.definition import Text
from ..forms.types import QuestionType
from .columns.frames import Answers, Numbers
from .questionnaires import Asked


@dataclass(frozen=True, slots=True)
class Metric:
    """A rating question and the name of the score it is rated with. Addresses and criteria name it by `key`."""

    item_key: str
    score: str
    question: QuestionType

    @property
    def key(self) -> str:
        return self.item_key

    @property
    def title(self) -> Text:
        return self.question.item.text

    @property
    def label(self) -> str:
        """The message id of the score's name: NPS, CSAT …"""
        return self.kind.label

    @property
    def unit(self) -> str:
        return self.kind.unit

    @property
    def kind(self) -> Score:
        return SCORES[self.score]

    @property
    def options(self) -> dict[str, Any]:
        """What the score must know about the question, such as its scale."""
        return self.question.score_options


def of(asked: Asked) -> list[Metric]:
    """The metrics of a questionnaire, in the order of its questions."""
    return [
        Metric(key, question.score, question) for key, question in asked.questions.items() if question.score is not None
    ]


def find(asked: Asked | None, key: str) -> Metric:
    """The metric of a question; NotFound where it is not asked or not rated."""
    for metric in of(asked) if asked else ():
        if metric.key == key:
            return metric
    raise NotFound(
        "metric", N_("There is no rating question %(key)s in this survey."), N_("Choose another metric."), key=key[:60]
    )


def ratings(frame: Frame, metric: Metric) -> Numbers:
    """The answers to a metric's question, row by row, MISSING where there is none."""
    found = frame.of(metric.question) if isinstance(frame, Answers) else frame
    return found[metric.item_key].values if metric.item_key in found else np.empty(0, np.int32)


def _numbers(column: Column) -> Numbers:
    return column.values


def estimate(frame: Frame, metric: Metric) -> Estimate:
    """The metric on a cut's answers; those who did not answer the question do not count."""
    return metric.kind(ratings(frame, metric), **metric.options)


def compare(a: Frame, b: Frame, metric: Metric) -> Difference:
    """a − b, with an interval and a verdict: real change, may be noise, or too few answers."""
    return difference(estimate(a, metric), estimate(b, metric))


def by(frame: Frame, metric: Metric, column: str) -> list[tuple[str, Estimate]]:
    """The metric for each code of a column, such as "segment", that has answers."""
    if not len(frame) or column not in frame or not len(values := ratings(frame, metric)):
        return []
    codes, groups = frame[column].codes, _numbers(frame[column])
    estimates = metric.kind.by_group(values, groups, len(codes), **metric.options)
    return [(code, one) for code, one in zip(codes, estimates, strict=True) if one.n]


def trend(frame: Frame, metric: Metric, period: str = "month") -> Trend:
    """The metric over time with control limits."""
    values = ratings(frame, metric)
    days = frame["day"].values if len(values) else np.empty(0, np.int32)
    return trend_of(days, values, metric.kind, by=period, **metric.options)


def headline(metrics: Sequence[Metric]) -> Metric | None:
    """The metric that stands for a survey: its first question rated in points (NPS), else its first rating."""
    return next((m for m in metrics if m.unit == "points"), next(iter(metrics), None))
