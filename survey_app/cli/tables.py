"""Commands for data: customers import, responses import and export."""

import argparse
import secrets
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Engine

from .. import customers, publishing, scoring
from ..collecting import importing
from ..errors import N_, SurveyError
from ..forms.definition import Questionnaire
from ..forms.types import TYPES
from ..reporting import exports
from ..store import questionnaires
from ..store.database import reading, writing
from ..store.questionnaires import Asked
from ..store.tabular import Table, read_table
from ..tables import Survey
from ..web.exports import NAMES, RESPONSE
from ..web.imports_desk import Desk, Job
from .analyzing import answers, published, show
from .installation import find_survey, note, opened
from .words import language, say, t


def add(commands: Any) -> None:
    _add_customers(commands.add_parser("customers", help=t("the register: import")).add_subparsers(required=True))
    _add_responses(commands.add_parser("responses", help=t("answers: import, export")).add_subparsers(required=True))


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
        with writing(engine) as session:
            note(session, "customers.imported", created=report.created, updated=report.updated)
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
                asked = published(session, survey)
        else:
            survey, asked, mapping = _made_for(engine, table, mapping, given.name or given.file.stem)
        guessed = importing.guess_mapping(asked, table)
        mapping = {**_about(guessed, mapping), **mapping} if mapping else guessed
        _tell_columns(table, mapping)
        importing.plan(asked, table, mapping)
        job = Job(secrets.token_urlsafe(16), asked.survey_id, survey.name, secrets.token_urlsafe(9))
        with writing(engine) as session:
            note(session, "responses.imported", "survey", survey.id, batch=job.batch)
        options = {"missing": given.missing, "timezone": config.timezone}
        result = Desk(config.data).take(engine, job, asked, table, mapping, **options)
        _tell(result, asked)
        while scoring.step(engine, config):
            pass
        show(engine, config, survey, "", is_json=False)
    return 1 if result.failed else 0


def _made_for(engine: Engine, table: Table, wanted: dict[str, str], name: str) -> tuple[Survey, Asked, dict[str, str]]:
    """A published survey whose questions fit the (mapped) columns of a file, and the mapping into it."""
    kinds = importing.guess_kinds(table)
    # A column mapped to the name of a type is of that type: what does not fit is refused, not made the rule.
    kinds |= {column: target for column, target in wanted.items() if column in kinds and target in TYPES}
    definition, mapping = importing.definition_for(table, name, kinds)
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
        if not kept:
            raise SurveyError(
                "import-nothing", N_("None of the columns %(names)s holds answers."),
                N_("Map at least one column to a question, such as --map score=nps."), names=", ".join(wanted),
            )  # fmt: skip
        definition["pages"][0]["items"], mapping = kept, {**_about(mapping, wanted), **wanted}
    with writing(engine) as session:
        survey = publishing.create_survey(session, name, Questionnaire.model_validate(definition))
        version = publishing.publish(session, survey, None)
        note(session, "survey.imported", "survey", survey.id, version=version.number)
    with reading(engine) as session:
        return survey, published(session, survey), mapping


def _about(guessed: dict[str, str], wanted: dict[str, str]) -> dict[str, str]:
    """Unmapped columns that say when, by whom or where somebody answered: without them all would be of today."""
    return {
        column: target
        for column, target in guessed.items()
        if target in importing.SPECIALS and column not in wanted and target not in wanted.values()
    }


def _tell_columns(table: Table, mapping: dict[str, str]) -> None:
    """What became of each column, so that nothing is left out unseen."""
    for column, target in mapping.items():
        say(t("%(column)s → %(target)s", column=column, target=target))
    if left := [header for header in table.headers if header not in mapping]:
        say(t("Left out: %(columns)s", columns=", ".join(left)))


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
    kind = given.out.suffix.lower()
    if kind not in (".xlsx", ".csv"):
        raise SurveyError(
            "export-kind", N_("%(file)s is neither an XLSX nor a CSV file."), N_("End the name with .xlsx or .csv."),
            file=given.out,
        )  # fmt: skip
    with opened(is_demo=given.demo) as (engine, config):
        with reading(engine) as session:
            survey = find_survey(session, given.survey)
            known = questionnaires.versions(session, survey.id or 0)
        frame, cut = answers(engine, config, survey.id or 0, given.cut)
        titles = {key: t(title) for key, title in RESPONSE.items()}
        names = {key: {code: t(label) for code, label in held.items()} for key, held in NAMES.items()}
        sheet = exports.responses(engine, frame, known, language(), titles, names)
        about = [(t("Survey"), survey.name), (t("Filters"), urlencode(cut.query(), doseq=True)),
                 (t("Responses"), str(len(frame)))]  # fmt: skip
        _write(given.out, sheet, about)
        with writing(engine) as session:
            note(session, "export.responses", "survey", survey.id, n=len(frame), cut=cut.query())
    say(t("%(count)s responses written to %(file)s.", count=f"{len(frame):,}", file=given.out))


def _write(path: Path, sheet: exports.Sheet, about: list[tuple[str, str]]) -> None:
    """The whole file or none: it gets its name when it is complete."""
    fresh = path.with_name(f".{path.name}.part")
    try:
        with fresh.open("wb") as file:
            if path.suffix.lower() == ".csv":
                file.writelines(exports.as_csv(sheet))
            else:
                with exports.as_xlsx(sheet, t("Responses")[:31], about, t("About this file")[:31]) as book:
                    shutil.copyfileobj(book, file)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
