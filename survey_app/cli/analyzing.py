"""The command `analyze`: the scores of a survey with their intervals, and what its answers praise and criticise."""

import argparse
import json
import unicodedata
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from ..analysis.text import general
from ..config import Config
from ..errors import N_, SurveyError
from ..forms.definition import say as in_language
from ..store import columns, metrics, questionnaires
from ..store.columns import Answers
from ..store.cuts import Cut, select
from ..store.database import reading
from ..store.metrics import Metric
from ..store.opinions import AspectRow, aspects
from ..store.questionnaires import Asked
from ..tables import Survey
from .installation import find_survey, opened
from .words import language, say, t


def add(commands: Any) -> None:
    analyze = commands.add_parser("analyze", help=t("the scores of a survey, with intervals"))
    analyze.add_argument("survey", help=t("number, public id or name"))
    analyze.add_argument("--cut", default="", help=t("a filter as in a page's address: since=2026-01-01&segment=…"))
    analyze.add_argument("--json", action="store_true", help=t("for scripts"))
    analyze.add_argument("--demo", action="store_true", help=t("work on the demo's data"))
    analyze.set_defaults(run=_analyze)


def _analyze(given: argparse.Namespace) -> None:
    with opened(is_demo=given.demo) as (engine, config):
        with reading(engine) as session:
            survey = find_survey(session, given.survey)
        show(engine, config, survey, given.cut, is_json=given.json)


def published(session: Session, survey: Survey) -> Asked:
    """The newest version of a survey."""
    asked = questionnaires.latest(session, survey.id or 0)
    if asked is None:
        raise SurveyError("unpublished", N_("%(name)s has not been published yet."), name=survey.name)
    return asked


def answers(engine: Engine, config: Config, survey_id: int, query: str) -> tuple[Answers, Cut]:
    """The answers of a survey that a filter lets through, and the filter."""
    cut = Cut.from_query(query).with_(survey_id=survey_id)
    return select(columns.load(engine, config.columns, survey_id), cut), cut


def show(engine: Engine, config: Config, survey: Survey, query: str, *, is_json: bool) -> None:
    """Print every metric of a survey on a cut, and its aspects, as text or as one JSON object."""
    survey_id = survey.id or 0
    with reading(engine) as session:
        asked = published(session, survey)
    frame, _cut = answers(engine, config, survey_id, query)
    measured = metrics.of(asked)
    rows = aspects(frame, metrics.headline(measured))
    if is_json:
        made = {
            "survey": survey_id, "responses": len(frame), "metrics": [_numbers(frame, metric) for metric in measured],
            "aspects": [_aspect_numbers(row) for row in rows],
        }  # fmt: skip
        say(json.dumps(made, ensure_ascii=False))
        return
    say(t("%(count)s responses", count=f"{len(frame):,}"))
    for metric in measured:
        say(_line(t(metric.label), in_language(metric.title, language()), _numbers(frame, metric)))
    if rows:
        say("")
        _print_aspects(rows)


def _numbers(frame: Answers, metric: Metric) -> dict[str, Any]:
    estimate = metrics.estimate(frame, metric)
    return {
        "item": metric.key, "metric": metric.score, "unit": estimate.unit, "value": estimate.value,
        "low": estimate.low, "high": estimate.high, "n": estimate.n, "standard_error": estimate.standard_error,
    }  # fmt: skip


def _aspect_numbers(row: AspectRow) -> dict[str, Any]:
    effect = row.effect
    return {
        "aspect": row.aspect, "positive": row.positive, "neutral": row.neutral, "negative": row.negative,
        "responses": row.responses, "critical_percent": row.critical.value, "critical_low": row.critical.low,
        "critical_high": row.critical.high, "effect": effect.value if effect else None,
        "effect_n": effect.n_a if effect else 0,
    }  # fmt: skip


def _line(label: str, title: str, found: dict[str, Any]) -> str:
    if found["value"] is None:
        return t("%(label)s, %(title)s: nobody answered", label=label, title=title)
    return t(
        "%(label)s, %(title)s: %(value).3f (95%% interval %(low).3f…%(high).3f), n %(n)s, std. error %(error).3f",
        label=label, title=title, value=found["value"], low=found["low"], high=found["high"], n=f"{found['n']:,}",
        error=found["standard_error"] or 0,
    )  # fmt: skip


def _print_aspects(rows: list[AspectRow]) -> None:
    """The aspects as a table for a terminal, where a Chinese character is two places wide."""
    kinds = general()
    heads = (N_("Aspect"), N_("Critical"), N_("Neutral"), N_("Praising"), N_("Critical share"), N_("Effect"))
    lines = [tuple(t(head) for head in heads)]
    for row in rows:
        effect = row.effect.value if row.effect else None
        lines.append(
            (
                t(kinds.label(row.aspect) if row.aspect else N_("Other")), f"{row.negative:,}", f"{row.neutral:,}",
                f"{row.positive:,}", f"{row.critical.value or 0:.1f}%", "–" if effect is None else f"{effect:+.0f}",
            )
        )  # fmt: skip
    widths = [max(_width(line[place]) for line in lines) for place in range(len(heads))]
    for line in lines:
        cells = [cell + " " * (widths[0] - _width(cell)) if place == 0 else " " * (widths[place] - _width(cell)) + cell
                 for place, cell in enumerate(line)]  # fmt: skip
        say("  ".join(cells).rstrip())


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
