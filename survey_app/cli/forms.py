"""Commands for questionnaires as files: taking over other tools' files, the doctor's figures on labelled questions."""

import argparse
import json
from pathlib import Path
from typing import Any

from ..errors import N_, SurveyError
from ..forms.doctor import evaluating
from ..forms.exchange import dump_json, dump_yaml, foreign
from ..forms.exchange.sketch import OUTCOMES, Source
from ..store.tabular import sheets
from .words import say, t


def add(commands: Any) -> None:
    group = commands.add_parser("questionnaire", help=t("questionnaires as files")).add_subparsers(required=True)
    judged = group.add_parser("doctor-evaluate", help=t("how well the doctor finds what people have marked"))
    judged.add_argument("file", type=Path)
    judged.add_argument("--json", action="store_true", dest="is_json", help=t("figures as JSON"))
    judged.set_defaults(run=_evaluate)
    taken = group.add_parser("import", help=t("a file of another tool as a file of ours, with a report"))
    taken.add_argument("file", type=Path)
    taken.add_argument("--out", type=Path, required=True, help=t("the file to write: .yaml or .json"))
    taken.set_defaults(run=_import)


def _import(given: argparse.Namespace) -> int:
    """Needs no database. Prints what came over, what was changed and what could not."""
    writers = {".json": dump_json, ".yaml": dump_yaml, ".yml": dump_yaml}
    write = writers.get(given.out.suffix.lower())
    if write is None:
        raise SurveyError("file-kind", N_("The file to write ends in .yaml or .json."))
    data = given.file.read_bytes()
    made = foreign.read(Source(given.file.name, data, lambda: sheets(data)))
    given.out.write_text(write(made.questionnaire), "utf-8")
    for note in made.notes:
        values = {name: t(value) if name == "type" else value for name, value in note.values.items()}
        say(f"{note.where}: {t(OUTCOMES[note.outcome])}: {t(note.message, **values)}")
    count = sum(len(page.items) for page in made.questionnaire.pages)
    say(t("%(count)s questions written to %(file)s.", count=count, file=given.out.name))
    return 0


def _evaluate(given: argparse.Namespace) -> int:
    judged = evaluating.judge(given.file.read_bytes())
    figures = evaluating.count(judged)
    if given.is_json:
        say(json.dumps(figures))
        return 0
    for one in judged:
        if one.level == "core" and one.missing:
            say(t("%(id)s: not found: %(rules)s", id=one.id, rules=", ".join(one.missing)))
        elif one.level == "hard_negative" and one.raised:
            say(t("%(id)s: raised without reason: %(rules)s", id=one.id, rules=", ".join(one.raised)))
    say(t("%(core_found)s of %(core_total)s found.", **figures))
    say(t("%(hard_negative_flagged)s of %(hard_negative_total)s raised without reason.", **figures))
    return 0
