"""A criterion's metric on the answers of some days: a rating question's score, or the share of answers that criticise
an aspect."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

from ..analysis.columns import Estimate, Mask
from ..analysis.intervals import wilson
from ..analysis.scores.base import Floats
from ..analysis.text import general
from ..errors import N_, SurveyError
from ..forms.definition import say
from ..forms.logic import without_pipes
from ..store import columns, cuts, metrics
from ..store.columns.frames import Answers
from ..store.database import reading
from ..store.metrics import Metric
from ..store.questionnaires import versions
from ..tables import Opinion, Survey
from .criteria import Criterion

CRITICS = "critics:"
"""Before an aspect: the share of answers that criticise it. No question key has a colon."""

CRITICS_TITLE = N_("Answers that criticise “%(aspect)s”")
ASPECTS = 20
Ints = npt.NDArray[np.int64]

Translate = Callable[[str, dict[str, Any] | None], str]


def rated(session: Session, survey_id: int) -> dict[str, Metric]:
    """The metrics of a survey, as the latest version that asks their questions has them."""
    return {metric.key: metric for asked in versions(session, survey_id) for metric in metrics.of(asked)}


def title(session: Session, wanted: Criterion, language: str, translate: Translate) -> str:
    """The metric in words: what it is called and the question it comes from."""
    return _title(rated(session, wanted.survey_id).get(wanted.metric), wanted.metric, language, translate)


def short(session: Session, wanted: Criterion, language: str, translate: Translate) -> str:
    """The metric in few words: NPS alone, where the survey has only one question that is scored like this."""
    known = rated(session, wanted.survey_id)
    metric = known.get(wanted.metric)
    if metric is not None and sum(other.score == metric.score for other in known.values()) == 1:
        return translate(metric.label, None)
    return _title(metric, wanted.metric, language, translate)


def _title(metric: Metric | None, key: str, language: str, translate: Translate) -> str:
    if key.startswith(CRITICS):
        code = key.removeprefix(CRITICS)
        label = next((aspect.label for aspect in general().aspects if aspect.code == code), code)
        return translate(CRITICS_TITLE, {"aspect": translate(label, None)})
    if metric is None:
        return key
    question = without_pipes(say(metric.title, language)).strip()
    return f"{translate(metric.label, None)} · {question}" if question else translate(metric.label, None)


def unit(session: Session, wanted: Criterion) -> str:
    """points, percent or scale: what the target change is counted in."""
    metric = rated(session, wanted.survey_id).get(wanted.metric)
    return metric.unit if metric else "percent"


def choices(session: Session, language: str, translate: Translate) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a criterion can be about, survey by survey: (“survey:metric”, words)."""
    out = []
    for survey in session.exec(select(Survey).where(col(Survey.archived_at).is_(None)).order_by(col(Survey.id))):
        assert survey.id is not None
        known = rated(session, survey.id)
        keys = [*known, *(f"{CRITICS}{aspect}" for aspect in _aspects(session, survey.id))]
        if keys:
            named = [(f"{survey.id}:{key}", _title(known.get(key), key, language, translate)) for key in keys]
            out.append((survey.name, named))
    return out


def has_choices(session: Session) -> bool:
    """Whether there is anything that a criterion could be about."""
    wanted = select(Survey.id).where(col(Survey.archived_at).is_(None))
    return any(rated(session, survey_id) for survey_id in session.exec(wanted) if survey_id is not None)


def _aspects(session: Session, survey_id: int) -> list[str]:
    """The aspects that are criticised most."""
    wanted = (
        select(Opinion.aspect)
        .where(Opinion.survey_id == survey_id, Opinion.polarity == -1, Opinion.aspect != "")
        .group_by(Opinion.aspect)
        .order_by(func.count(col(Opinion.id)).desc(), Opinion.aspect)
        .limit(ASPECTS)
    )
    return list(session.exec(wanted))


def check(session: Session, wanted: Criterion) -> None:
    """SurveyError where the metric or the filter of a criterion cannot be measured."""
    if session.get(Survey, wanted.survey_id) is None:
        raise SurveyError("criterion-survey", N_("There is no such survey."))
    if not wanted.metric.startswith(CRITICS) and wanted.metric not in rated(session, wanted.survey_id):
        raise _unknown()
    if wanted.metric.startswith(CRITICS) and wanted.change > 0:
        raise SurveyError(
            "criterion-direction", N_("More criticism is no success."),
            N_("Write the wanted change below zero, such as −%(change)s."), change=f"{wanted.change:g}",
        )  # fmt: skip
    cuts.Cut.from_query(wanted.query)


@dataclass(frozen=True, slots=True)
class Sample:
    """A metric on some days: its estimate and, answer by answer, the points it is the mean of (NaN for none) and the
    day. `versions` counts the answers of each version."""

    estimate: Estimate
    points: Floats
    days: Ints
    versions: dict[str, int]

    @property
    def middle(self) -> float:
        """The mean day of the answers that count."""
        return float(self.days[~np.isnan(self.points)].mean())


def measure(engine: Engine, folder: Path, wanted: Criterion, since: date, until: date) -> Sample:
    """The metric on the answers of the criterion's cut from one day to another, both included."""
    with reading(engine) as session:
        metric = rated(session, wanted.survey_id).get(wanted.metric)
    cut = cuts.Cut.from_query(wanted.query).with_(survey_id=wanted.survey_id, since=since, until=until)
    frame = cuts.select(columns.load(engine, folder, wanted.survey_id), cut)
    if wanted.metric.startswith(CRITICS):
        points = np.where(_criticises(frame, wanted.metric.removeprefix(CRITICS)), 100.0, 0.0)
        return _sample(frame, wilson(int(np.count_nonzero(points)), len(frame), wanted.confidence), points)
    if metric is None:
        raise _unknown()
    points = metric.kind.points(metrics.ratings(frame, metric), **metric.options)
    return _sample(frame, metrics.estimate(frame, metric), points)


def _criticises(frame: Answers, aspect: str) -> Mask:
    found = cuts.opinions(frame, aspect, -1)
    if not len(found):
        return np.zeros(len(frame), np.bool_)
    return np.isin(frame["response"].values, found["response"].values)


def _sample(frame: Answers, estimate: Estimate, points: Floats) -> Sample:
    if not len(points):
        return Sample(estimate, points, np.empty(0, np.int64), {})
    version, counts = frame["version"], ~np.isnan(points)
    numbers = np.bincount(version.values[counts], minlength=len(version.codes))
    found = {code: int(count) for code, count in zip(version.codes, numbers, strict=True) if count}
    return Sample(estimate, points, frame["day"].values.astype(np.int64), found)


def _unknown() -> SurveyError:
    return SurveyError(
        "criterion-metric", N_("The question of the criterion is not asked in its survey."),
        N_("Choose another question."),
    )  # fmt: skip
