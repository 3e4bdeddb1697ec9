"""Commands for data: customers import, responses import and export, analyze."""

import argparse
import json
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from .. import customers, publishing, reporting, scoring
from ..collecting import importing
from ..config import Config
from ..errors import N_, SurveyError
from ..forms.definition import Questionnaire
from ..forms.definition import say as in_language
from ..store import columns, metrics, questionnaires
from ..store.cuts import Cut, select
from ..store.database import reading, writing
from ..store.questionnaires import Asked
from ..store.tabular import Table, read_table
from .installation import find_survey, opened
from .words import language, say, t


def add(commands: Any) -> None:
    _add_customers(commands.add_parser("customers", help=t("the register: import")).add_subparsers(required=True))
    _add_responses(commands.add_parser("responses", help=t("answers: import, export")).add_subparsers(required=True))
    analyze = commands.add_parser("analyze", help=t("the scores of a survey, with intervals"))
    analyze.add_argument("survey", help=t("number, public id or name"))
    analyze.add_argument("--cut", default="", help=t("a filter as in a page's address: since=2026-01-01&segment=…"))
    analyze.add_argument("--json", action="store_true", help=t("for scripts"))
    _for_demo(analyze)
    analyze.set_defaults(run=_analyze)


def _for_demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--demo", action="store_true", help=t("work on the demo's data"))


def _mapped(parser: argparse.ArgumentParser, what: str) -> None:
    parser.add_argument("--map", nargs="+", action="extend", default=[], metavar=what, dest="pairs")


def _add_customers(group: Any) -> None:
    taken = group.add_parser("import", help=t("customers from an XLSX or CSV file"))
    taken.add_argument("file", type=Path)
    _mapped(taken, "COLUMN=FIELD")
    _for_demo(taken)
    taken.set_defaults(run=_import_customers)


def _add_responses(group: Any) -> None:
    taken = group.add_parser("import", help=t("answers from an XLSX or CSV file"))
    taken.add_argument("file", type=Path)
    taken.add_argument("--survey", help=t("number, public id or name; without it a survey is made that fits the file"))
    taken.add_argument("--name", help=t("the name of the survey that is made"))
    _mapped(taken, "COLUMN=ITEM")
    taken.add_argument("--missing", nargs="*", default=[], help=t("values that mean no answer, such as -99"))
    _for_demo(taken)
    taken.set_defaults(run=_import_responses)
    given = group.add_parser("export", help=t("answers to an XLSX or CSV file"))
    given.add_argument("survey", help=t("number, public id or name"))
    given.add_argument("--out", type=Path, required=True)
    given.add_argument("--cut", default="", help=t("a filter as in a page's address: since=2026-01-01&segment=…"))
    _for_demo(given)
    given.set_defaults(run=_export_responses)


def _pairs(given: list[str]) -> dict[str, str]:
    """COLUMN=ITEM pairs as a mapping."""
    mapping = {}
    for pair in given:
        column, sign, target = pair.rpartition("=")
        if not sign or not column or not target:
            raise SurveyError("map", N_("--map takes COLUMN=ITEM, not %(pair)s."), pair=pair)
        mapping[column] = target
    return mapping


def _import_customers(given: argparse.Namespace) -> int:
    table = read_table(given.file.read_bytes(), given.file.name)
    mapping = _pairs(given.pairs) or customers.guess(table.headers)
    with opened(is_demo=given.demo) as (engine, _config):
        report = customers.import_customers(engine, table, mapping)
    say(t("%(created)s new, %(updated)s updated, %(refused)s refused.", created=report.created, updated=report.updated,
          refused=report.refused))  # fmt: skip
    for problem in report.problems:
        error = problem.error
        reason = f"{t(error.message, **error.values)} {t(error.hint, **error.values) if error.hint else ''}".strip()
        say(t("Row %(row)s, %(column)s: %(reason)s", row=problem.row, column=problem.column, reason=reason), error=True)
    return 1 if report.refused else 0


def _import_responses(given: argparse.Namespace) -> int:
    table = read_table(given.file.read_bytes(), given.file.name)
    mapping = _pairs(given.pairs)
    with opened(is_demo=given.demo) as (engine, config):
        if given.survey:
            with reading(engine) as session:
                survey = find_survey(session, given.survey)
                asked = questionnaires.latest(session, survey.id or 0)
            if asked is None:
                raise SurveyError("unpublished", N_("%(name)s has not been published yet."), name=survey.name)
        else:
            asked, mapping = _made_for(engine, table, mapping, given.name or given.file.stem)
        result = importing.import_responses(
            engine, asked, table, mapping or importing.guess_mapping(asked, table), missing=given.missing
        )
        _tell(result, asked)
        while scoring.step(engine, config):
            pass
        _show(engine, config, asked.survey_id, "", is_json=False)
    return 1 if result.failed else 0


def _made_for(engine: Engine, table: Table, wanted: dict[str, str], name: str) -> tuple[Asked, dict[str, str]]:
    """A published survey whose questions fit the (mapped) columns of a file, and the mapping into it."""
    definition, mapping = importing.guess_definition(table, name)
    if wanted:
        if unknown := [column for column in wanted if column not in table.headers]:
            raise SurveyError(
                "import-column", N_("The file has no column %(name)s."), name=unknown[0],
            )  # fmt: skip
        items = {item["key"]: item for item in definition["pages"][0]["items"]}
        kept = [
            {**items[mapping[column]], "key": target}
            for column, target in wanted.items()
            if mapping.get(column) in items
        ]
        definition["pages"][0]["items"], mapping = kept, wanted
    with writing(engine) as session:
        survey = publishing.create_survey(session, name, Questionnaire.model_validate(definition))
        publishing.publish(session, survey, None)
        survey_id = survey.id or 0
    with reading(engine) as session:
        asked = questionnaires.latest(session, survey_id)
    assert asked is not None
    return asked, mapping


def _tell(result: importing.ImportResult, asked: Asked) -> None:
    say(t("%(imported)s imported, %(repeated)s already there, %(failed)s refused.", imported=result.imported,
          repeated=result.repeated, failed=result.failed))  # fmt: skip
    for key, count in result.unanswered.items():
        if count:
            say(t("%(item)s: %(count)s rows without an answer (not counted).", item=key, count=count))
    for error in result.errors:
        reason = t(error.message, **error.values)
        say(t("Row %(row)s, %(column)s: %(reason)s", row=error.row, column=error.column, reason=reason), error=True)


def _export_responses(given: argparse.Namespace) -> None:
    with opened(is_demo=given.demo) as (engine, config):
        with reading(engine) as session:
            survey = find_survey(session, given.survey)
        cut = Cut.from_query(given.cut).with_(survey_id=survey.id)
        count = reporting.export_responses(engine, config, cut, given.out, language())
    say(t("%(count)s responses written to %(file)s.", count=count, file=given.out))


def _analyze(given: argparse.Namespace) -> None:
    with opened(is_demo=given.demo) as (engine, config):
        with reading(engine) as session:
            survey = find_survey(session, given.survey)
        _show(engine, config, survey.id or 0, given.cut, is_json=given.json)


def _show(engine: Engine, config: Config, survey_id: int, query: str, *, is_json: bool) -> None:
    """Every metric of a survey on a cut."""
    with reading(engine) as session:
        asked = questionnaires.latest(session, survey_id)
    if asked is None:
        raise SurveyError("unpublished", N_("%(name)s has not been published yet."), name=survey_id)
    frame = select(columns.load(engine, config.columns, survey_id), Cut.from_query(query).with_(survey_id=survey_id))
    found = []
    for metric in metrics.of(asked):
        estimate = metrics.estimate(frame, metric)
        found.append(
            {
                "item": metric.key, "metric": metric.score, "value": estimate.value, "low": estimate.low,
                "high": estimate.high, "n": estimate.n, "standard_error": estimate.standard_error,
            }
        )  # fmt: skip
        if not is_json:
            say(_line(t(metric.label), in_language(metric.title, language()), found[-1]))
    if is_json:
        say(json.dumps({"survey": survey_id, "responses": len(frame), "metrics": found}, ensure_ascii=False))


def _line(label: str, title: str, found: dict[str, Any]) -> str:
    if found["value"] is None:
        return t("%(label)s, %(title)s: nobody answered", label=label, title=title)
    return t(
        "%(label)s, %(title)s: %(value).3f (95%% interval %(low).3f…%(high).3f), n %(n)s, std. error %(error).3f",
        label=label, title=title, value=found["value"], low=found["low"], high=found["high"], n=f"{found['n']:,}",
        error=found["standard_error"] or 0,
    )  # fmt: skip
