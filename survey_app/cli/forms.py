"""Commands for questionnaires as files: the doctor's figures on labelled questions."""

import argparse
import json
from pathlib import Path
from typing import Any

from ..forms.doctor import evaluating
from .words import say, t


def add(commands: Any) -> None:
    group = commands.add_parser("questionnaire", help=t("questionnaires as files")).add_subparsers(required=True)
    judged = group.add_parser("doctor-evaluate", help=t("how well the doctor finds what people have marked"))
    judged.add_argument("file", type=Path)
    judged.add_argument("--json", action="store_true", dest="is_json", help=t("figures as JSON"))
    judged.set_defaults(run=_evaluate)


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
